-- SPDX-License-Identifier: Apache-2.0
-- What the platform has decided about the licences of a tenant, and the signed
-- list of those that were revoked.  Locks nothing.

-- The last decision.  Without a row the tenant gets licences.
CREATE TABLE cameleer.license_standing (
	tenant_id	uuid PRIMARY KEY REFERENCES cameleer.tenant,
	state		text NOT NULL CHECK (state IN
			    ('active', 'suspended', 'revoked')),
	reason		text NOT NULL CHECK (length(reason) BETWEEN 1 AND 300),
	-- An operator of the platform; NULL is the command.
	changed_by	uuid REFERENCES cameleer.account,
	changed_at	timestamptz NOT NULL DEFAULT now()
);

-- Each list holds all that count, so the newest is enough.
CREATE TABLE cameleer.license_revocations (
	serial		bigint PRIMARY KEY,
	ids		uuid[] NOT NULL,
	token		text NOT NULL,
	created_at	timestamptz NOT NULL DEFAULT now()
);

ALTER TABLE cameleer.license_standing
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON cameleer.license_standing
    USING (tenant_id = cameleer.app_tenant());
GRANT SELECT ON cameleer.license_standing TO cameleer_license,
    cameleer_worker;
GRANT SELECT, INSERT, UPDATE ON cameleer.license_standing TO cameleer_gate;
GRANT UPDATE (state) ON cameleer.license TO cameleer_gate;
GRANT SELECT ON cameleer.license_revocations TO cameleer_license;
GRANT SELECT, INSERT ON cameleer.license_revocations TO cameleer_worker;

INSERT INTO cameleer.lifecycle VALUES
    ('license', 'active', 'revoked', '{auth,ctl,worker}'),
    ('license', 'suspended', 'revoked', '{auth,ctl,worker}'),
    ('standing', '-', 'suspended', '{auth,ctl}'),
    ('standing', '-', 'revoked', '{auth,ctl}'),
    ('standing', 'active', 'suspended', '{auth,ctl}'),
    ('standing', 'active', 'revoked', '{auth,ctl}'),
    ('standing', 'suspended', 'active', '{auth,ctl}'),
    ('standing', 'suspended', 'revoked', '{auth,ctl}'),
    ('standing', 'revoked', 'active', '{auth,ctl}');
CREATE TRIGGER lifecycle_made BEFORE INSERT ON cameleer.license_standing
    FOR EACH ROW EXECUTE FUNCTION cameleer.lifecycle_check('standing');
CREATE TRIGGER lifecycle_moved BEFORE UPDATE OF state
    ON cameleer.license_standing
    FOR EACH ROW WHEN (OLD.state <> NEW.state)
    EXECUTE FUNCTION cameleer.lifecycle_check('standing');

GRANT CREATE ON SCHEMA cameleer TO cameleer_gate;
SET LOCAL ROLE cameleer_gate;

-- An operator's decision: issue, suspend, revoke or reactivate.  Remembers it,
-- queues the job that signs what follows from it, and mails the owners.  False:
-- there is no licence, or its state is not the one that this needs.  Only
-- cameleerctl and the function below call it.
CREATE FUNCTION cameleer.license_decision(p_tenant uuid, p_operation uuid,
    p_decision text, p_reason text, p_link text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = cameleer, pg_temp
AS $$
DECLARE
	v_tenant	tenant;
	v_before	text;
	v_after		text := CASE p_decision WHEN 'suspend' THEN 'suspended'
			    WHEN 'revoke' THEN 'revoked' ELSE 'active' END;
BEGIN
	-- The worker takes the same lock before it signs.
	SELECT * INTO v_tenant FROM tenant WHERE id = p_tenant FOR UPDATE;
	IF NOT EXISTS (SELECT FROM license WHERE tenant_id = p_tenant) THEN
		RETURN false;
	END IF;
	v_before := coalesce((SELECT state FROM license_standing
	    WHERE tenant_id = p_tenant), 'active');
	IF (v_before = v_after) <> (p_decision = 'issue')
	    OR (p_decision = 'suspend' AND v_before = 'revoked') THEN
		RETURN false;
	END IF;
	IF p_decision <> 'issue' THEN
		UPDATE license_standing SET state = v_after, reason = p_reason,
		    changed_by = app_actor(), changed_at = now()
		WHERE tenant_id = p_tenant;
		IF NOT FOUND THEN
			INSERT INTO license_standing (tenant_id, state, reason,
			    changed_by)
			VALUES (p_tenant, v_after, p_reason, app_actor());
		END IF;
		INSERT INTO mail (id, address, template, data)
		SELECT gen_random_uuid(), a.email, 'license_changed',
		    jsonb_build_object('name', a.name, 'tenant', v_tenant.name,
			'state', v_after, 'reason', p_reason,
			'link', p_link || '/tenants/' || v_tenant.slug)
		FROM membership m JOIN account a ON a.id = m.account_id
		WHERE m.tenant_id = p_tenant AND m.role = 'owner'
		AND a.state = 'active' AND a.email IS NOT NULL;
	END IF;
	IF v_after = 'revoked' THEN
		UPDATE license SET state = v_after
		WHERE tenant_id = p_tenant AND state <> v_after;
	END IF;
	INSERT INTO operation (tenant_id, id, kind, subject_id, created_by)
	VALUES (p_tenant, p_operation, 'license.issue', p_tenant, app_actor())
	ON CONFLICT (tenant_id, kind, subject_id) WHERE state = 'queued'
	DO NOTHING;
	PERFORM pg_notify('cameleer_jobs', 'license.issue'),
	    pg_notify('cameleer_jobs', 'mail');
	RETURN true;
END
$$;

-- The same for the operator to whom the transaction is pinned.
CREATE FUNCTION cameleer.platform_license_decision(p_tenant uuid,
    p_operation uuid, p_decision text, p_reason text, p_link text)
    RETURNS boolean
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT CASE WHEN cameleer.is_operator('platform.tenant.manage')
	    THEN cameleer.license_decision(p_tenant, p_operation, p_decision,
		p_reason, p_link) ELSE false END;
    END;

-- The newest licence of a tenant and the last decision, for operators.
CREATE FUNCTION cameleer.platform_license(p_tenant uuid)
    RETURNS TABLE (version bigint, tier text, state text,
	valid_until timestamptz, grace_until timestamptz, standing text,
	reason text, changed_by uuid, changed_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT l.version, l.tier, l.state, l.valid_until, l.grace_until,
	    coalesce(s.state, 'active'), s.reason, s.changed_by, s.changed_at
	FROM cameleer.license l LEFT JOIN cameleer.license_standing s
	    ON s.tenant_id = l.tenant_id
	WHERE l.tenant_id = p_tenant
	AND (cameleer.is_operator('platform.tenant.read')
	    OR cameleer.is_operator('platform.tenant.manage'))
	ORDER BY l.version DESC LIMIT 1;
    END;

REVOKE EXECUTE ON FUNCTION
    cameleer.license_decision(uuid, uuid, text, text, text),
    cameleer.platform_license_decision(uuid, uuid, text, text, text),
    cameleer.platform_license(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    cameleer.platform_license_decision(uuid, uuid, text, text, text),
    cameleer.platform_license(uuid) TO cameleer_auth;

SET LOCAL ROLE cameleer_owner;
REVOKE CREATE ON SCHEMA cameleer FROM cameleer_gate;
