-- SPDX-License-Identifier: Apache-2.0
-- A tenant that its owner deletes stays as it is for 7 days, stopped, so that
-- the deletion can be taken back.  Afterwards its rows are removed.  Locks
-- table tenant for a moment.

-- One row for each tenant in state leaving; it is removed when that state ends.
CREATE TABLE cameleer.tenant_deletion (
	tenant_id	uuid PRIMARY KEY REFERENCES cameleer.tenant,
	-- The state that it has again when the deletion is taken back.
	before		text NOT NULL CHECK (before IN
			    ('active', 'suspended', 'failed')),
	asked_by	uuid NOT NULL,
	asked_at	timestamptz NOT NULL DEFAULT now(),
	ends_at		timestamptz NOT NULL DEFAULT now() + interval '7 days',
	-- When the owners were told that the end is near.
	warned_at	timestamptz
);

-- Names of removed tenants, which are never given out again: tokens and images
-- carried them.  SHA-256 as hex, since a name may be that of a person.
CREATE TABLE cameleer.used_slug (
	digest		text PRIMARY KEY
);

-- What was removed of a tenant, signed.  Whoever has the link of a mail sees
-- it; the digest of that link's secret is stored.
CREATE TABLE cameleer.deletion_certificate (
	tenant_id	uuid PRIMARY KEY REFERENCES cameleer.tenant,
	serial		bigint GENERATED ALWAYS AS IDENTITY,
	-- Empty within the transaction that makes it only.
	token		text NOT NULL DEFAULT '',
	digest		text NOT NULL,
	created_at	timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX deletion_certificate_serial
    ON cameleer.deletion_certificate (serial);
CREATE UNIQUE INDEX deletion_certificate_digest
    ON cameleer.deletion_certificate (digest);

ALTER TABLE cameleer.tenant_deletion
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE cameleer.deletion_certificate
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON cameleer.deletion_certificate
    USING (tenant_id = cameleer.app_tenant());
CREATE POLICY tenant_only ON cameleer.tenant_deletion
    USING (tenant_id = cameleer.app_tenant());
-- The worker looks for those that end, then pins one tenant.
CREATE POLICY worker_ends ON cameleer.tenant_deletion FOR SELECT
    TO cameleer_worker USING (true);
CREATE POLICY tenant_goes ON cameleer.provisioning_event FOR DELETE
    USING (tenant_id = cameleer.app_tenant() AND EXISTS (
	SELECT FROM cameleer.tenant t
	WHERE t.id = tenant_id AND t.state = 'deleting'));
GRANT SELECT ON cameleer.tenant_deletion TO cameleer_tenants;
GRANT SELECT, UPDATE (warned_at), DELETE ON cameleer.tenant_deletion
    TO cameleer_worker;
GRANT SELECT, INSERT, DELETE ON cameleer.tenant_deletion TO cameleer_gate;
GRANT INSERT, SELECT (tenant_id, serial), UPDATE (token)
    ON cameleer.deletion_certificate TO cameleer_worker;
GRANT SELECT ON cameleer.deletion_certificate TO cameleer_gate;

INSERT INTO cameleer.lifecycle VALUES
    ('tenant', 'active', 'leaving', '{tenants}'),
    ('tenant', 'suspended', 'leaving', '{tenants}'),
    ('tenant', 'failed', 'leaving', '{tenants}'),
    ('tenant', 'leaving', 'active', '{tenants,auth,ctl}'),
    ('tenant', 'leaving', 'suspended', '{tenants,auth,ctl}'),
    ('tenant', 'leaving', 'failed', '{tenants,auth,ctl}'),
    ('tenant', 'leaving', 'deleting', '{worker,auth,ctl}');
INSERT INTO cameleer.schedule (kind, every_s) VALUES ('deletions', 60);

-- Refuses the name of a removed tenant, as the key does that of another one.
-- After the row is there, so that it sees a removal that ended meanwhile.
CREATE FUNCTION cameleer.slug_unused() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = cameleer, pg_temp
AS $$
BEGIN
	IF EXISTS (SELECT FROM used_slug WHERE digest =
	    encode(sha256(convert_to(NEW.slug, 'UTF8')), 'hex')) THEN
		RAISE EXCEPTION 'a tenant was called %', NEW.slug
		    USING ERRCODE = 'unique_violation';
	END IF;
	RETURN NULL;
END
$$;
CREATE TRIGGER never_again AFTER INSERT ON cameleer.tenant
    FOR EACH ROW EXECUTE FUNCTION cameleer.slug_unused();

-- Removes the rows of the pinned tenant but those of its audit trail; returns
-- how many there were, by table.  Row security holds here too.
CREATE FUNCTION cameleer.tenant_erase(p_operation uuid) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = cameleer, pg_temp
AS $$
DECLARE
	v_tenant	tenant;
	v_table		text;
	v_n		bigint;
	v_rows		jsonb := '{}';
BEGIN
	SELECT * INTO v_tenant FROM tenant WHERE id = app_tenant() FOR UPDATE;
	IF v_tenant.state IS DISTINCT FROM 'deleting' THEN
		RAISE EXCEPTION 'the tenant is not being deleted';
	END IF;
	FOREACH v_table IN ARRAY ARRAY['team_application', 'team_member',
	    'invitation', 'api_token', 'sso_ticket', 'sso_login',
	    'sso_session', 'sso_identity', 'sso_domain', 'sso_provider',
	    'finding_acknowledgement', 'app_log', 'deployment', 'release',
	    'application', 'environment', 'sign_in_policy', 'team',
	    'membership', 'role', 'plan_override', 'license_standing',
	    'tenant_endpoint', 'tenant_secret', 'store_login',
	    'tenant_export_file', 'tenant_export', 'tenant_deletion',
	    'isolation_run', 'drift', 'drift_look', 'bootstrap_token',
	    'agent_door', 'server_rotation', 'server_told'] LOOP
		EXECUTE format('DELETE FROM %I WHERE tenant_id = $1', v_table)
		USING v_tenant.id;
		GET DIAGNOSTICS v_n = ROW_COUNT;
		v_rows := v_rows || jsonb_build_object(v_table, v_n);
	END LOOP;
	DELETE FROM provisioning_event
	WHERE tenant_id = v_tenant.id AND operation_id <> p_operation;
	DELETE FROM operation_step
	WHERE tenant_id = v_tenant.id AND operation_id <> p_operation;
	DELETE FROM operation
	WHERE tenant_id = v_tenant.id AND id <> p_operation;
	GET DIAGNOSTICS v_n = ROW_COUNT;
	v_rows := v_rows || jsonb_build_object('operation', v_n);
	-- The list of revoked licences names them until each has ended.
	UPDATE license SET state = 'revoked', token = '', file = ''
	WHERE tenant_id = v_tenant.id;
	UPDATE session SET revoked_at = coalesce(revoked_at, now())
	WHERE sso_tenant = v_tenant.id;
	-- Service accounts: the trail names them by an id.
	DELETE FROM subject_key k USING account a
	WHERE a.home_tenant = v_tenant.id AND k.account_id = a.id;
	INSERT INTO erasure (account_id) SELECT id FROM account
	WHERE home_tenant = v_tenant.id ON CONFLICT DO NOTHING;
	DELETE FROM account WHERE home_tenant = v_tenant.id;
	GET DIAGNOSTICS v_n = ROW_COUNT;
	v_rows := v_rows || jsonb_build_object('service_account', v_n);
	INSERT INTO used_slug (digest) VALUES
	    (encode(sha256(convert_to(v_tenant.slug, 'UTF8')), 'hex'))
	ON CONFLICT DO NOTHING;
	UPDATE tenant SET state = 'deleted', version = version + 1,
	    name = 'Deleted', place_id = NULL,
	    created_by = '00000000-0000-0000-0000-000000000000',
	    slug = 'x' || left(replace(gen_random_uuid()::text, '-', ''), 30)
	WHERE id = v_tenant.id;
	RETURN v_rows;
END
$$;

-- What there is of the pinned tenant, for its owner: no secrets, no digests,
-- and nothing that has a download of its own, as logs and the trail have.
CREATE FUNCTION cameleer.tenant_data() RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = cameleer, pg_temp
AS $$
DECLARE
	v_name	text;
	v_text	text;
	v_rows	jsonb;
	v_data	jsonb;
BEGIN
	SELECT to_jsonb(t) - '{place_id}'::text[] INTO v_data FROM tenant t
	WHERE t.id = app_tenant();
	v_data := jsonb_build_object('tenant', v_data);
	FOR v_name, v_text IN VALUES
	    ('members', 'SELECT m.account_id, a.kind, a.name, a.email, m.role,
		m.custom_role, m.created_at FROM membership m
		JOIN account a ON a.id = m.account_id'),
	    ('roles', 'SELECT * FROM role'),
	    ('teams', 'SELECT * FROM team'),
	    ('team_members', 'SELECT * FROM team_member'),
	    ('team_applications', 'SELECT * FROM team_application'),
	    ('invitations', 'SELECT email, role, custom_role, team_id, sent_at,
		expires_at FROM invitation'),
	    ('sign_in_policy', 'SELECT * FROM sign_in_policy'),
	    ('providers', 'SELECT issuer, metadata_url, client_id,
		default_role, group_claim, group_roles FROM sso_provider'),
	    ('domains', 'SELECT domain, verified_at FROM sso_domain'),
	    ('tokens', 'SELECT id, account_id, name, hint, scopes, created_at,
		expires_at, used_at, revoked_at FROM api_token'),
	    ('environments', 'SELECT * FROM environment'),
	    ('applications', 'SELECT * FROM application'),
	    ('releases', 'SELECT id, application_id, number, state, jar_sha256,
		jar_size, image, image_digest, created_by, created_at
		FROM release ORDER BY created_at DESC LIMIT 2000'),
	    ('deployments', 'SELECT id, application_id, environment_id,
		release_id, wanted, state, changed_at FROM deployment'),
	    ('findings', 'SELECT * FROM finding_acknowledgement'),
	    ('contract', 'SELECT * FROM plan_override'),
	    ('licenses', 'SELECT version, id, tier, state, valid_until,
		grace_until, file FROM license ORDER BY version DESC LIMIT 20')
	LOOP
		EXECUTE format('SELECT coalesce(jsonb_agg(to_jsonb(x) -
		    ''tenant_id''), ''[]'') FROM (%s) x', v_text) INTO v_rows;
		v_data := v_data || jsonb_build_object(v_name, v_rows);
	END LOOP;
	RETURN v_data;
END
$$;

REVOKE EXECUTE ON FUNCTION cameleer.slug_unused(),
    cameleer.tenant_erase(uuid), cameleer.tenant_data() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cameleer.tenant_erase(uuid) TO cameleer_worker;
GRANT EXECUTE ON FUNCTION cameleer.tenant_data() TO cameleer_tenants;

GRANT CREATE ON SCHEMA cameleer TO cameleer_gate;
SET LOCAL ROLE cameleer_gate;

-- A mail to each owner of a tenant; `more` are values of the template.
CREATE FUNCTION cameleer.owners_mail(p_tenant uuid, p_template text,
    p_more jsonb, p_link text) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	INSERT INTO cameleer.mail (id, address, template, data)
	SELECT gen_random_uuid(), a.email, p_template, p_more ||
	    jsonb_build_object('name', a.name, 'tenant', t.name,
		'link', p_link || '/tenants/' || t.slug)
	FROM cameleer.tenant t
	JOIN cameleer.membership m ON m.tenant_id = t.id AND m.role = 'owner'
	JOIN cameleer.account a ON a.id = m.account_id
	WHERE t.id = p_tenant AND a.state = 'active' AND a.email IS NOT NULL;
	SELECT pg_notify('cameleer_jobs', 'mail');
    END;

-- The same for the pinned tenant, with the time at which it is removed.
CREATE FUNCTION cameleer.leaving_mail(p_template text, p_link text)
    RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT cameleer.owners_mail(d.tenant_id, p_template,
	    jsonb_build_object('ends', to_char(d.ends_at AT TIME ZONE 'UTC',
		'YYYY-MM-DD HH24:MI "UTC"')), p_link)
	FROM cameleer.tenant_deletion d
	WHERE d.tenant_id = cameleer.app_tenant();
    END;

-- The same for the pinned tenant when nothing of it is left, with the link to
-- the certificate of that.
CREATE FUNCTION cameleer.removed_mail(p_certificate text) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT cameleer.owners_mail(cameleer.app_tenant(), 'tenant_removed',
	    jsonb_build_object('certificate', p_certificate), '');
    END;

-- The certificate for the link of a mail.
CREATE FUNCTION cameleer.certificate_of_link(p_digest text)
    RETURNS TABLE (tenant uuid, serial bigint, token text,
	created_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT c.tenant_id, c.serial, c.token, c.created_at
	FROM cameleer.deletion_certificate c WHERE c.digest = p_digest;
    END;

-- The same for the operator to whom the transaction is pinned.
CREATE FUNCTION cameleer.platform_certificate(p_tenant uuid)
    RETURNS TABLE (tenant uuid, serial bigint, token text,
	created_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT c.tenant_id, c.serial, c.token, c.created_at
	FROM cameleer.deletion_certificate c WHERE c.tenant_id = p_tenant
	AND cameleer.is_operator('platform.tenant.read');
    END;

-- The owner deletes the pinned tenant: it is stopped, and waits.  False: it
-- never ran, so there is nothing to wait for, or it is being deleted already.
CREATE FUNCTION cameleer.tenant_leave(p_link text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = cameleer, pg_temp
AS $$
DECLARE
	v_tenant	tenant;
BEGIN
	SELECT * INTO v_tenant FROM tenant WHERE id = app_tenant() FOR UPDATE;
	IF v_tenant.state NOT IN ('active', 'suspended', 'failed') THEN
		RETURN false;
	END IF;
	UPDATE tenant SET state = 'leaving', version = version + 1
	WHERE id = v_tenant.id;
	INSERT INTO tenant_deletion (tenant_id, before, asked_by)
	VALUES (v_tenant.id, v_tenant.state, app_actor());
	PERFORM leaving_mail('tenant_leaving', p_link);
	RETURN true;
END
$$;

-- Takes the deletion of a tenant back, and queues what starts it again, unless
-- the caller does.  False: it is not leaving.  Only cameleerctl and the
-- functions below call it.
CREATE FUNCTION cameleer.tenant_keep(p_tenant uuid, p_operation uuid,
    p_reason text, p_link text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = cameleer, pg_temp
AS $$
DECLARE
	v_before	text;
BEGIN
	PERFORM FROM tenant WHERE id = p_tenant FOR UPDATE;
	DELETE FROM tenant_deletion d USING tenant t
	WHERE d.tenant_id = p_tenant AND t.id = d.tenant_id
	AND t.state = 'leaving' RETURNING d.before INTO v_before;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	UPDATE tenant SET state = v_before, version = version + 1
	WHERE id = p_tenant;
	INSERT INTO operation (tenant_id, id, kind, subject_id, created_by)
	SELECT p_tenant, p_operation, 'tenant.return', p_tenant, app_actor()
	WHERE p_operation IS NOT NULL
	ON CONFLICT (tenant_id, kind, subject_id) WHERE state = 'queued'
	DO NOTHING;
	PERFORM owners_mail(p_tenant, 'tenant_kept',
	    jsonb_build_object('reason', p_reason), p_link),
	    pg_notify('cameleer_jobs', 'tenant.return');
	RETURN true;
END
$$;

-- Ends the 7 days now.  False: it is not leaving.  Only cameleerctl and the
-- functions below call it.
CREATE FUNCTION cameleer.tenant_shorten(p_tenant uuid, p_operation uuid,
    p_reason text, p_link text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = cameleer, pg_temp
AS $$
BEGIN
	UPDATE tenant SET state = 'deleting', version = version + 1
	WHERE id = p_tenant AND state = 'leaving';
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	DELETE FROM tenant_deletion WHERE tenant_id = p_tenant;
	INSERT INTO operation (tenant_id, id, kind, subject_id, created_by)
	VALUES (p_tenant, p_operation, 'tenant.remove', p_tenant, app_actor())
	ON CONFLICT (tenant_id, kind, subject_id) WHERE state = 'queued'
	DO NOTHING;
	PERFORM owners_mail(p_tenant, 'tenant_shortened',
	    jsonb_build_object('reason', p_reason), p_link),
	    pg_notify('cameleer_jobs', 'tenant.remove');
	RETURN true;
END
$$;

-- The same for the owner of the pinned tenant.
CREATE FUNCTION cameleer.my_tenant_keep(p_link text) RETURNS boolean
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT cameleer.tenant_keep(cameleer.app_tenant(), NULL,
	    'an owner asked for it', p_link);
    END;

-- The same for the operator to whom the transaction is pinned.
CREATE FUNCTION cameleer.platform_tenant_keep(p_tenant uuid,
    p_operation uuid, p_reason text, p_link text) RETURNS boolean
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT CASE WHEN cameleer.is_operator('platform.tenant.manage')
	    THEN cameleer.tenant_keep(p_tenant, p_operation, p_reason, p_link)
	    ELSE false END;
    END;

CREATE FUNCTION cameleer.platform_tenant_shorten(p_tenant uuid,
    p_operation uuid, p_reason text, p_link text) RETURNS boolean
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT CASE WHEN cameleer.is_operator('platform.tenant.manage')
	    THEN cameleer.tenant_shorten(p_tenant, p_operation, p_reason,
		p_link) ELSE false END;
    END;

REVOKE EXECUTE ON FUNCTION
    cameleer.owners_mail(uuid, text, jsonb, text),
    cameleer.leaving_mail(text, text), cameleer.removed_mail(text),
    cameleer.certificate_of_link(text), cameleer.platform_certificate(uuid),
    cameleer.tenant_leave(text),
    cameleer.tenant_keep(uuid, uuid, text, text),
    cameleer.tenant_shorten(uuid, uuid, text, text),
    cameleer.my_tenant_keep(text),
    cameleer.platform_tenant_keep(uuid, uuid, text, text),
    cameleer.platform_tenant_shorten(uuid, uuid, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cameleer.tenant_leave(text),
    cameleer.my_tenant_keep(text), cameleer.certificate_of_link(text)
    TO cameleer_tenants;
GRANT EXECUTE ON FUNCTION cameleer.leaving_mail(text, text),
    cameleer.removed_mail(text) TO cameleer_worker;
GRANT EXECUTE ON FUNCTION cameleer.platform_certificate(uuid),
    cameleer.platform_tenant_keep(uuid, uuid, text, text),
    cameleer.platform_tenant_shorten(uuid, uuid, text, text)
    TO cameleer_auth;

SET LOCAL ROLE cameleer_owner;
REVOKE CREATE ON SCHEMA cameleer FROM cameleer_gate;
