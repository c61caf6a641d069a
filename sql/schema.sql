-- SPDX-License-Identifier: Apache-2.0
-- Made by tests/db/dump_schema.sh from the migrations:
-- to read and to compare, not to run.

CREATE SCHEMA cameleer;

CREATE TYPE cameleer.drift_row AS (
	tenant uuid,
	slug text,
	object text,
	field text,
	wanted text,
	live text,
	since timestamp with time zone,
	restoring boolean,
	changed_at timestamp with time zone,
	changed_by text
);
CREATE TYPE cameleer.operation_seen AS (
	id uuid,
	tenant uuid,
	slug text,
	kind text,
	state text,
	attempt bigint,
	failures bigint,
	error_code text,
	error text,
	ending boolean,
	step text,
	skippable boolean,
	created_at timestamp with time zone,
	finished_at timestamp with time zone
);
CREATE TYPE cameleer.place_state AS (
	id uuid,
	name text,
	kind text,
	state text,
	tenant text,
	endpoint text,
	registry text,
	tenants bigint,
	max_tenants bigint,
	applications bigint,
	cpu_used bigint,
	cpu_most bigint,
	cpu_overcommit bigint,
	memory_used bigint,
	memory_most bigint,
	memory_overcommit bigint,
	checking boolean,
	checked_at timestamp with time zone,
	error text,
	warning text,
	version text,
	free_mb bigint,
	disk_mb bigint,
	disk_free_mb bigint,
	images bigint,
	created_at timestamp with time zone
);

CREATE FUNCTION cameleer.account_erase(p_account uuid) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    AS $$
DECLARE
	v_email	text;
	v_digest text;
BEGIN
	SELECT email, encode(sha256(convert_to(email, 'UTF8')), 'hex')
	INTO v_email, v_digest FROM account
	WHERE id = p_account AND kind = 'person' FOR UPDATE;
	IF NOT FOUND THEN
		RETURN 'unknown';
	END IF;
	IF NOT account_leave(p_account, v_email) THEN
		RETURN 'needed';
	END IF;
	INSERT INTO erasure (account_id) VALUES (p_account)
	ON CONFLICT DO NOTHING;
	DELETE FROM subject_key WHERE account_id = p_account
	OR address = v_digest;
	DELETE FROM one_time_token WHERE account_id = p_account
	OR email = v_email;
	DELETE FROM totp WHERE account_id = p_account;
	DELETE FROM recovery_code WHERE account_id = p_account;
	DELETE FROM sign_in_challenge WHERE account_id = p_account;
	DELETE FROM passkey WHERE account_id = p_account;
	DELETE FROM passkey_challenge WHERE account_id = p_account;
	DELETE FROM known_device WHERE account_id = p_account;
	DELETE FROM device_login WHERE session_id IN (SELECT id FROM session
	    WHERE account_id = p_account);
	DELETE FROM email_change WHERE account_id = p_account
	OR email = v_email;
	DELETE FROM mail WHERE address = v_email;
	DELETE FROM mail_limit WHERE digest = v_digest;
	DELETE FROM account_request WHERE email = v_email;
	DELETE FROM login_guess WHERE digest IN (v_digest,
	    encode(sha256(convert_to('code|' || p_account, 'UTF8')), 'hex'));
	UPDATE session SET revoked_at = coalesce(revoked_at, now()),
	    client_ip = NULL, user_agent = NULL WHERE account_id = p_account;
	UPDATE account SET email = p_account || '@erased.invalid',
	    name = 'Erased', password_hash = NULL, verified_at = NULL,
	    state = 'disabled'
	WHERE id = p_account;
	RETURN 'erased';
END
$$;

CREATE FUNCTION cameleer.account_leave(p_account uuid, p_email text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    AS $$
BEGIN
	INSERT INTO audit_event (tenant_id, id, actor_id, actor_kind, action,
	    subject_type, subject_id, result, facts, service)
	SELECT m.tenant_id, (lpad(to_hex((extract(epoch FROM
	    clock_timestamp()) * 1000)::bigint), 12, '0') || '7' ||
	    substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid,
	    app_actor(), CASE WHEN app_actor() IS NULL THEN 'platform'
	    ELSE 'account' END, 'member.remove', 'account', p_account::text,
	    'done', jsonb_build_object('by', 'account.erase', 'role',
	    coalesce(m.role, c.name)), 'database'
	FROM membership m LEFT JOIN role c ON c.tenant_id = m.tenant_id
	    AND c.id = m.custom_role
	WHERE m.account_id = p_account;
	DELETE FROM membership WHERE account_id = p_account;
	DELETE FROM invitation WHERE email = p_email;
	DELETE FROM sso_identity WHERE account_id = p_account;
	DELETE FROM sso_ticket WHERE email = p_email;
	DELETE FROM idempotency WHERE account_id = p_account;
	RETURN true;
EXCEPTION WHEN restrict_violation THEN
	RETURN false;
END
$$;
ALTER FUNCTION cameleer.account_leave(p_account uuid, p_email text) OWNER TO cameleer_gate;

CREATE TABLE cameleer.account_request (
    id uuid NOT NULL,
    purpose text NOT NULL,
    email text NOT NULL,
    link text NOT NULL,
    digest text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    next_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT account_request_email_check CHECK (((email = lower(email)) AND (length(email) <= 254))),
    CONSTRAINT account_request_purpose_check CHECK ((purpose = ANY (ARRAY['verify'::text, 'reset'::text])))
);

CREATE FUNCTION cameleer.account_request_mail(r cameleer.account_request, OUT mailed boolean, OUT wait_s integer, OUT subject uuid) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    AS $$
DECLARE
	a	account;
	v_known	boolean;
BEGIN
	mailed := false;
	wait_s := 0;
	SELECT * INTO a FROM account x WHERE x.email = r.email;
	v_known := a.id IS NOT NULL AND (a.verified_at IS NOT NULL
	    OR a.kind <> 'person' OR a.state <> 'active');
	IF r.expires_at > now() AND ((r.purpose = 'verify' AND NOT v_known)
	    OR (r.purpose = 'reset' AND a.state = 'active')) THEN
		wait_s := mail_room(r.email, r.purpose, '');
		mailed := wait_s = 0;
		subject := CASE r.purpose WHEN 'reset' THEN a.id END;
	END IF;
	IF mailed THEN
		UPDATE one_time_token t SET used_at = now()
		WHERE t.account_id = subject AND t.purpose = 'reset'
		AND t.used_at IS NULL;
		INSERT INTO one_time_token (digest, account_id, email, purpose,
		    expires_at)
		VALUES (r.digest, subject, CASE r.purpose WHEN 'verify'
		    THEN r.email END, r.purpose, r.expires_at);
		INSERT INTO mail (id, address, template, data)
		VALUES (r.id, r.email, r.purpose,
		    jsonb_build_object('name', a.name, 'link', r.link));
	END IF;
END
$$;
ALTER FUNCTION cameleer.account_request_mail(r cameleer.account_request, OUT mailed boolean, OUT wait_s integer, OUT subject uuid) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.account_request_settle() RETURNS TABLE(id uuid, purpose text, mailed boolean, wait_s integer, subject uuid, attempts integer, why text, given_up boolean)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    AS $$
DECLARE
	r		account_request;
	v_last		CONSTANT integer := 8;
	v_state		text;
	v_constraint	text;
BEGIN
	SELECT * INTO r FROM account_request q WHERE q.next_at <= now()
	ORDER BY q.id LIMIT 1 FOR UPDATE;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	id := r.id;
	purpose := r.purpose;
	attempts := r.attempts + 1;
	given_up := false;
	BEGIN
		SELECT m.mailed, m.wait_s, m.subject
		INTO mailed, wait_s, subject FROM account_request_mail(r) m;
	EXCEPTION WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS v_state = RETURNED_SQLSTATE,
		    v_constraint = CONSTRAINT_NAME;
		why := rtrim(v_state || ' ' || v_constraint);
		mailed := false;
		wait_s := 0;
		subject := NULL;
		given_up := r.attempts + 1 >= v_last;
	END;
	IF why IS NULL OR given_up THEN
		DELETE FROM account_request d WHERE d.id = r.id;
	ELSE
		UPDATE account_request d SET attempts = r.attempts + 1,
		    next_at = now() + make_interval(secs =>
		    5 * power(2, r.attempts))
		WHERE d.id = r.id;
	END IF;
	RETURN NEXT;
END
$$;
ALTER FUNCTION cameleer.account_request_settle() OWNER TO cameleer_gate;

CREATE TABLE cameleer.agent_door (
    tenant_id uuid NOT NULL,
    digest text NOT NULL,
    public_key text NOT NULL,
    box text NOT NULL
);

ALTER TABLE ONLY cameleer.agent_door FORCE ROW LEVEL SECURITY;

CREATE TABLE cameleer.bootstrap_token (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    digest text NOT NULL,
    hint text NOT NULL,
    replaced_by uuid,
    created_by uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone,
    used_at timestamp with time zone,
    used_from inet,
    revoked_at timestamp with time zone,
    CONSTRAINT bootstrap_token_check CHECK ((expires_at <= (created_at + '366 days'::interval))),
    CONSTRAINT bootstrap_token_name_check CHECK (((length(name) >= 1) AND (length(name) <= 60)))
);

ALTER TABLE ONLY cameleer.bootstrap_token FORCE ROW LEVEL SECURITY;

CREATE TABLE cameleer.license (
    tenant_id uuid NOT NULL,
    version bigint NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tier text NOT NULL,
    state text NOT NULL,
    valid_until timestamp with time zone NOT NULL,
    grace_until timestamp with time zone NOT NULL,
    token text NOT NULL,
    file text NOT NULL,
    grants jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT license_state_check CHECK ((state = ANY (ARRAY['active'::text, 'suspended'::text, 'revoked'::text])))
);

ALTER TABLE ONLY cameleer.license FORCE ROW LEVEL SECURITY;

CREATE TABLE cameleer.tenant (
    id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    tier text NOT NULL,
    state text DEFAULT 'provisioning'::text NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    place_id uuid,
    git_commit text,
    CONSTRAINT tenant_git_commit_check CHECK ((git_commit ~ '^[0-9a-f]{40}$'::text)),
    CONSTRAINT tenant_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120))),
    CONSTRAINT tenant_placed CHECK (((place_id IS NOT NULL) OR (state = ANY (ARRAY['requested'::text, 'deleting'::text, 'deleted'::text])))),
    CONSTRAINT tenant_slug_check CHECK ((slug ~ '^[a-z][a-z0-9]{2,30}$'::text)),
    CONSTRAINT tenant_state_check CHECK ((state = ANY (ARRAY['requested'::text, 'provisioning'::text, 'active'::text, 'suspended'::text, 'failed'::text, 'leaving'::text, 'deleting'::text, 'deleted'::text])))
);

ALTER TABLE ONLY cameleer.tenant FORCE ROW LEVEL SECURITY;

CREATE TABLE cameleer.tenant_endpoint (
    tenant_id uuid NOT NULL,
    upstream text NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY cameleer.tenant_endpoint FORCE ROW LEVEL SECURITY;

CREATE FUNCTION cameleer.agent_entry(p_slug text, p_digest text) RETURNS TABLE(tenant uuid, tenant_state text, token uuid, good boolean, open boolean, ended_s bigint, upstream text, box text, public_key text, license_state text, license_valid_s bigint, license_grace_s bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT t.id,
     t.state,
     k.id,
     ((k.revoked_at IS NULL) AND COALESCE((k.expires_at > now()), true)),
     (EXISTS ( SELECT
            FROM cameleer.bootstrap_token b
           WHERE ((b.tenant_id = t.id) AND (b.used_at IS NOT NULL) AND (b.revoked_at IS NULL) AND COALESCE((b.expires_at > now()), true)))) AS "exists",
     ( SELECT (floor(EXTRACT(epoch FROM max(LEAST(b.revoked_at, b.expires_at)))))::bigint AS floor
            FROM cameleer.bootstrap_token b
           WHERE ((b.tenant_id = t.id) AND (b.used_at IS NOT NULL) AND (LEAST(b.revoked_at, b.expires_at) <= now()))) AS floor,
     e.upstream,
     d.box,
     d.public_key,
     l.state,
     (EXTRACT(epoch FROM l.valid_until))::bigint AS "extract",
     (EXTRACT(epoch FROM l.grace_until))::bigint AS "extract"
    FROM ((((cameleer.tenant t
      LEFT JOIN cameleer.bootstrap_token k ON (((k.tenant_id = t.id) AND (k.digest = agent_entry.p_digest))))
      LEFT JOIN cameleer.tenant_endpoint e ON ((e.tenant_id = t.id)))
      LEFT JOIN cameleer.agent_door d ON ((d.tenant_id = t.id)))
      LEFT JOIN LATERAL ( SELECT license.tenant_id,
             license.version,
             license.id,
             license.tier,
             license.state,
             license.valid_until,
             license.grace_until,
             license.token,
             license.file,
             license.grants,
             license.created_at
            FROM cameleer.license
           WHERE (license.tenant_id = t.id)
           ORDER BY license.version DESC
          LIMIT 1) l ON (true))
   WHERE ((t.slug = agent_entry.p_slug) AND (t.state <> 'deleted'::text));
END;
ALTER FUNCTION cameleer.agent_entry(p_slug text, p_digest text) OWNER TO cameleer_gate;

CREATE TABLE cameleer.agent_seal (
    one boolean DEFAULT true NOT NULL,
    public_key text NOT NULL,
    CONSTRAINT agent_seal_one_check CHECK (one)
);

CREATE FUNCTION cameleer.agent_seal_set(p_public text) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 INSERT INTO cameleer.agent_seal (public_key)
   VALUES (agent_seal_set.p_public) ON CONFLICT(one) DO UPDATE SET public_key = excluded.public_key;
END;
ALTER FUNCTION cameleer.agent_seal_set(p_public text) OWNER TO cameleer_gate;

CREATE TABLE cameleer.api_token (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    name text NOT NULL,
    digest text NOT NULL,
    hint text NOT NULL,
    scopes text[] NOT NULL,
    replaced_by uuid,
    created_by uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    CONSTRAINT api_token_check CHECK ((expires_at <= (created_at + '366 days'::interval))),
    CONSTRAINT api_token_name_check CHECK (((length(name) >= 1) AND (length(name) <= 60))),
    CONSTRAINT api_token_scopes_check CHECK (((cardinality(scopes) >= 1) AND (cardinality(scopes) <= 50)))
);

ALTER TABLE ONLY cameleer.api_token FORCE ROW LEVEL SECURITY;

CREATE FUNCTION cameleer.api_token_used(p_tenant uuid, p_token uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 UPDATE cameleer.api_token k SET used_at = now()
   WHERE ((k.tenant_id = api_token_used.p_tenant) AND (k.id = api_token_used.p_token) AND ((k.used_at IS NULL) OR (k.used_at <= (now() - '00:01:00'::interval))));
END;
ALTER FUNCTION cameleer.api_token_used(p_tenant uuid, p_token uuid) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.app_actor() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (NULLIF(current_setting('app.actor'::text, true), ''::text))::uuid;

CREATE FUNCTION cameleer.app_tenant() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid;

CREATE FUNCTION cameleer.audit_hide() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    AS $_$
DECLARE
	v_about	uuid;
	v_owner	uuid;
	v_key	subject_key;
	v_boxes	jsonb := '{}';
	v_name	text;
	v_value	text;
	v_random bytea;
	v_plain	bytea;
BEGIN
	-- Row security is checked after this: a foreign tenant's row fails
	-- there.
	INSERT INTO audit_unsealed VALUES (NEW.tenant_id, NEW.id)
	ON CONFLICT DO NOTHING;
	IF NEW.person IS NULL THEN
		RETURN NEW;
	END IF;
	IF NEW.subject_type IN ('account', 'member') AND NEW.subject_id ~
	    '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN
		v_about := NEW.subject_id::uuid;
	END IF;
	FOR v_name, v_value IN SELECT key, value
	    FROM jsonb_each_text(NEW.person) LOOP
		CONTINUE WHEN v_value IS NULL;
		v_owner := CASE WHEN v_name = 'client_ip'
		    THEN coalesce(NEW.actor_id, v_about)
		    WHEN v_about IS NULL AND v_name = 'email' THEN NULL
		    ELSE coalesce(v_about, NEW.actor_id) END;
		IF v_owner IS NULL AND v_name <> 'email' THEN
			v_owner := '00000000-0000-0000-0000-000000000000';
		END IF;
		SELECT * INTO v_key FROM subject_key
		WHERE account_id = v_owner;
		IF NOT FOUND THEN
			v_key := audit_key(v_owner, v_value);
			CONTINUE WHEN v_key.id IS NULL;
		END IF;
		v_random := cameleer_crypto.gen_random_bytes(32);
		v_plain := substr(v_random, 17) || convert_to(v_value, 'UTF8');
		v_random := substr(v_random, 1, 16);
		v_boxes := v_boxes || jsonb_build_object(v_name,
		    jsonb_build_object('k', v_key.id,
			'c', encode(sha256(v_plain), 'hex'),
			'b', encode(v_random || cameleer_crypto.encrypt_iv(
			    v_plain, v_key.key, v_random,
			    'aes-cbc/pad:pkcs'), 'hex')));
	END LOOP;
	NEW.person := nullif(v_boxes, '{}');
	RETURN NEW;
END
$_$;
ALTER FUNCTION cameleer.audit_hide() OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.audit_is_append_only() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
	RAISE EXCEPTION 'audit_event is append-only'
	    USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TABLE cameleer.subject_key (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    account_id uuid,
    address text,
    key bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT subject_key_check CHECK (((account_id IS NULL) <> (address IS NULL))),
    CONSTRAINT subject_key_key_check CHECK ((octet_length(key) = 32))
);

CREATE FUNCTION cameleer.audit_key(p_account uuid, p_address text) RETURNS cameleer.subject_key
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    AS $$
DECLARE
	v_key	subject_key;
	v_address text := CASE WHEN p_account IS NULL THEN
	    encode(sha256(convert_to(lower(p_address), 'UTF8')), 'hex') END;
BEGIN
	SELECT * INTO v_key FROM subject_key
	WHERE account_id = p_account OR address = v_address;
	IF FOUND OR EXISTS (SELECT FROM erasure
	    WHERE account_id = p_account) THEN
		RETURN v_key;
	END IF;
	INSERT INTO subject_key (account_id, address, key)
	VALUES (p_account, v_address, cameleer_crypto.gen_random_bytes(32))
	ON CONFLICT DO NOTHING;
	SELECT * INTO v_key FROM subject_key
	WHERE account_id = p_account OR address = v_address;
	RETURN v_key;
END
$$;
ALTER FUNCTION cameleer.audit_key(p_account uuid, p_address text) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.audit_open(p_person jsonb) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    AS $$
DECLARE
	v_name	text;
	v_box	bytea;
	v_plain	bytea;
	v_key	bytea;
	v_open	jsonb := '{}';
	v_value	jsonb;
BEGIN
	FOR v_name, v_value IN SELECT key, value FROM jsonb_each(p_person) LOOP
		BEGIN
			SELECT k.key INTO v_key FROM subject_key k
			WHERE k.id = (v_value->>'k')::uuid;
			CONTINUE WHEN NOT FOUND;
			v_box := decode(v_value->>'b', 'hex');
			v_plain := cameleer_crypto.decrypt_iv(substr(v_box, 17),
			    v_key, substr(v_box, 1, 16), 'aes-cbc/pad:pkcs');
			v_open := v_open || jsonb_build_object(v_name,
			    jsonb_build_object(
				'salt', encode(substr(v_plain, 1, 16), 'hex'),
				'value', convert_from(substr(v_plain, 17),
				    'UTF8')));
		EXCEPTION WHEN data_exception OR external_routine_exception
		    OR external_routine_invocation_exception THEN
			NULL;
		END;
	END LOOP;
	RETURN nullif(v_open, '{}');
END
$$;
ALTER FUNCTION cameleer.audit_open(p_person jsonb) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.bootstrap_token_used(p_tenant uuid, p_token uuid, p_address inet) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 UPDATE cameleer.bootstrap_token k SET used_at = now(), used_from = bootstrap_token_used.p_address
   WHERE ((k.tenant_id = bootstrap_token_used.p_tenant) AND (k.id = bootstrap_token_used.p_token) AND ((k.used_at IS NULL) OR (k.used_from IS DISTINCT FROM bootstrap_token_used.p_address) OR (k.used_at <= (now() - '00:01:00'::interval))));
END;
ALTER FUNCTION cameleer.bootstrap_token_used(p_tenant uuid, p_token uuid, p_address inet) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.mail_room(p_address text, p_purpose text, p_scope text) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    AS $$
DECLARE
	v_digest text := encode(sha256(convert_to(lower(p_address), 'UTF8')),
	    'hex');
	r	mail_rule;
	m	mail_limit;
	v_next	timestamptz;
BEGIN
	SELECT * INTO STRICT r FROM mail_rule WHERE purpose = p_purpose;
	INSERT INTO mail_limit (digest, purpose, scope)
	VALUES (v_digest, p_purpose, p_scope) ON CONFLICT DO NOTHING;
	SELECT * INTO STRICT m FROM mail_limit WHERE digest = v_digest
	AND purpose = p_purpose AND scope = p_scope FOR UPDATE;
	IF m.began_at <= now() - interval '1 day' OR m.sent = 0 THEN
		m.began_at := now();
		m.sent := 0;
		v_next := now();
	ELSIF m.sent >= r.per_day THEN
		v_next := m.began_at + interval '1 day';
	ELSE
		v_next := m.sent_at + make_interval(secs => least(
		    r.first_s * 2.0 ^ (m.sent - 1), r.most_s));
	END IF;
	IF v_next > now() THEN
		RETURN ceil(extract(epoch FROM v_next - now()));
	END IF;
	UPDATE mail_limit SET began_at = m.began_at, sent = m.sent + 1,
	    sent_at = now()
	WHERE digest = v_digest AND purpose = p_purpose AND scope = p_scope;
	RETURN 0;
END
$$;
ALTER FUNCTION cameleer.mail_room(p_address text, p_purpose text, p_scope text) OWNER TO cameleer_gate;

CREATE TABLE cameleer.account (
    id uuid NOT NULL,
    email text,
    name text NOT NULL,
    password_hash text,
    verified_at timestamp with time zone,
    state text DEFAULT 'active'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    kind text DEFAULT 'person'::text NOT NULL,
    home_tenant uuid,
    CONSTRAINT account_check CHECK (((kind = 'service'::text) = (home_tenant IS NOT NULL))),
    CONSTRAINT account_check1 CHECK (((kind = 'service'::text) = (email IS NULL))),
    CONSTRAINT account_email_check CHECK (((email = lower(email)) AND (length(email) <= 254))),
    CONSTRAINT account_kind_check CHECK ((kind = ANY (ARRAY['person'::text, 'service'::text, 'operator'::text]))),
    CONSTRAINT account_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120))),
    CONSTRAINT account_state_check CHECK ((state = ANY (ARRAY['active'::text, 'disabled'::text])))
);

CREATE TABLE cameleer.mail (
    id uuid NOT NULL,
    address text NOT NULL,
    template text NOT NULL,
    data jsonb NOT NULL,
    state text DEFAULT 'queued'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    next_at timestamp with time zone DEFAULT now() NOT NULL,
    error text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT mail_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'sent'::text, 'failed'::text])))
);

CREATE TABLE cameleer.membership (
    tenant_id uuid NOT NULL,
    account_id uuid NOT NULL,
    role text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    custom_role uuid,
    version bigint DEFAULT 1 NOT NULL,
    CONSTRAINT membership_check CHECK (((role IS NULL) <> (custom_role IS NULL)))
);

ALTER TABLE ONLY cameleer.membership FORCE ROW LEVEL SECURITY;

CREATE FUNCTION cameleer.bootstrap_told(p_tenant uuid, p_what text, p_token text, p_actor text, p_link text) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 WITH told AS (
          INSERT INTO cameleer.mail (id, address, template, data)  SELECT gen_random_uuid() AS gen_random_uuid,
                     a.email,
                     'agent_token',
                     jsonb_build_object('name', a.name, 'tenant', t.name, 'what', bootstrap_told.p_what, 'token', bootstrap_told.p_token, 'actor', bootstrap_told.p_actor, 'link', (((bootstrap_told.p_link || '/tenants/'::text) || t.slug) || '/agents'::text)) AS jsonb_build_object
                    FROM ((cameleer.tenant t
                      JOIN cameleer.membership m ON ((m.tenant_id = t.id)))
                      JOIN cameleer.account a ON ((a.id = m.account_id)))
                   WHERE ((t.id = bootstrap_told.p_tenant) AND (m.role = 'owner'::text) AND (a.state = 'active'::text) AND (a.email IS NOT NULL) AND (cameleer.mail_room(a.email, 'agent_token'::text, (t.id)::text) = 0))
           RETURNING true AS "?column?"
         )
  SELECT count(*) AS count
    FROM told;
END;
ALTER FUNCTION cameleer.bootstrap_told(p_tenant uuid, p_what text, p_token text, p_actor text, p_link text) OWNER TO cameleer_gate;

CREATE TABLE cameleer.deletion_certificate (
    tenant_id uuid NOT NULL,
    serial bigint NOT NULL,
    token text DEFAULT ''::text NOT NULL,
    digest text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY cameleer.deletion_certificate FORCE ROW LEVEL SECURITY;

CREATE FUNCTION cameleer.certificate_of_link(p_digest text) RETURNS TABLE(tenant uuid, serial bigint, token text, created_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT c.tenant_id,
     c.serial,
     c.token,
     c.created_at
    FROM cameleer.deletion_certificate c
   WHERE (c.digest = certificate_of_link.p_digest);
END;
ALTER FUNCTION cameleer.certificate_of_link(p_digest text) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.drift_restore(p_tenant uuid, p_object text, p_operation uuid) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    AS $$
DECLARE
	v_waiting uuid := (SELECT o.id FROM operation o
	    WHERE o.tenant_id = p_tenant AND o.kind = 'drift.restore'
	    AND o.state = 'queued');
BEGIN
	UPDATE drift d SET restore_id = coalesce(v_waiting, p_operation)
	WHERE d.tenant_id = p_tenant AND d.object = p_object
	AND NOT EXISTS (SELECT FROM operation o WHERE o.tenant_id = p_tenant
	    AND o.id = d.restore_id AND o.state IN ('queued', 'running'));
	IF NOT FOUND THEN
		RETURN NULL;
	END IF;
	IF v_waiting IS NOT NULL THEN
		RETURN v_waiting;
	END IF;
	INSERT INTO operation (tenant_id, id, kind, subject_id, created_by)
	VALUES (p_tenant, p_operation, 'drift.restore', p_tenant, app_actor());
	PERFORM pg_notify('cameleer_jobs', 'drift.restore');
	RETURN p_operation;
END
$$;
ALTER FUNCTION cameleer.drift_restore(p_tenant uuid, p_object text, p_operation uuid) OWNER TO cameleer_gate;

CREATE TABLE cameleer.deployment (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    application_id uuid NOT NULL,
    environment_id uuid NOT NULL,
    release_id uuid NOT NULL,
    wanted text NOT NULL,
    state text DEFAULT 'pending'::text NOT NULL,
    detail text,
    container text,
    log_cursor text,
    log_pruned bigint DEFAULT 0 NOT NULL,
    log_bound text,
    log_bytes bigint DEFAULT 0 NOT NULL,
    log_oldest timestamp with time zone,
    version bigint DEFAULT 1 NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    serving_release bigint DEFAULT 0 NOT NULL,
    last_lines text,
    CONSTRAINT deployment_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'starting'::text, 'running'::text, 'unhealthy'::text, 'stopped'::text, 'failed'::text]))),
    CONSTRAINT deployment_wanted_check CHECK ((wanted = ANY (ARRAY['running'::text, 'stopped'::text])))
);

ALTER TABLE ONLY cameleer.deployment FORCE ROW LEVEL SECURITY;

CREATE TABLE cameleer.drift (
    tenant_id uuid NOT NULL,
    object text NOT NULL,
    field text NOT NULL,
    wanted text NOT NULL,
    live text NOT NULL,
    subject_id uuid,
    since timestamp with time zone DEFAULT now() NOT NULL,
    seen_at timestamp with time zone DEFAULT now() NOT NULL,
    restore_id uuid
);

ALTER TABLE ONLY cameleer.drift FORCE ROW LEVEL SECURITY;

CREATE TABLE cameleer.operation (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    subject_id uuid NOT NULL,
    state text DEFAULT 'queued'::text NOT NULL,
    attempt bigint DEFAULT 0 NOT NULL,
    failures bigint DEFAULT 0 NOT NULL,
    run_at timestamp with time zone DEFAULT now() NOT NULL,
    lease_until timestamp with time zone,
    error_code text,
    error text,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    ending_code text,
    ending text,
    CONSTRAINT operation_check CHECK (((ending_code IS NULL) = (ending IS NULL))),
    CONSTRAINT operation_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'done'::text, 'failed'::text])))
);

ALTER TABLE ONLY cameleer.operation FORCE ROW LEVEL SECURITY;

CREATE FUNCTION cameleer.drift_told(p_tenant uuid) RETURNS SETOF cameleer.drift_row
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT t.id,
     t.slug,
     d.object,
     d.field,
     d.wanted,
     d.live,
     d.since,
     (EXISTS ( SELECT
            FROM cameleer.operation r
           WHERE ((r.tenant_id = t.id) AND (r.id = d.restore_id) AND (r.state = ANY (ARRAY['queued'::text, 'running'::text]))))) AS "exists",
     o.created_at,
     a.name
    FROM (((cameleer.drift d
      JOIN cameleer.tenant t ON ((t.id = d.tenant_id)))
      LEFT JOIN LATERAL ( SELECT x.created_at,
             x.created_by
            FROM cameleer.operation x
           WHERE ((x.tenant_id = t.id) AND (x.kind = ANY (ARRAY['deployment.apply'::text, 'release.assemble'::text, 'tenant.provision'::text])) AND (x.subject_id = ANY (ARRAY[d.subject_id, ( SELECT y.release_id
                    FROM cameleer.deployment y
                   WHERE ((y.tenant_id = t.id) AND (y.id = d.subject_id)))])) AND (x.created_by IS NOT NULL))
           ORDER BY x.id DESC
          LIMIT 1) o ON (true))
      LEFT JOIN cameleer.account a ON ((a.id = o.created_by)))
   WHERE ((t.state = 'active'::text) AND ((drift_told.p_tenant IS NULL) OR (t.id = drift_told.p_tenant)));
END;
ALTER FUNCTION cameleer.drift_told(p_tenant uuid) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.invitation_accept(p_digest text) RETURNS TABLE(tenant uuid, slug text, name text, role text, state text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    AS $$
DECLARE
	i	invitation;
BEGIN
	DELETE FROM invitation v USING account a, tenant t
	WHERE v.digest = p_digest AND v.expires_at > now()
	AND a.id = app_actor() AND a.email = v.email
	AND a.kind = 'person' AND a.state = 'active'
	AND a.verified_at IS NOT NULL AND t.id = v.tenant_id
	AND t.state NOT IN ('deleting', 'deleted')
	RETURNING v.* INTO i;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	INSERT INTO membership (tenant_id, account_id, role, custom_role)
	VALUES (i.tenant_id, app_actor(), i.role, i.custom_role)
	ON CONFLICT DO NOTHING;
	IF i.team_id IS NOT NULL THEN
		INSERT INTO team_member (tenant_id, team_id, account_id)
		VALUES (i.tenant_id, i.team_id, app_actor())
		ON CONFLICT DO NOTHING;
	END IF;
	RETURN QUERY
	SELECT t.id, t.slug, t.name, coalesce(m.role, c.name), t.state
	FROM tenant t JOIN membership m ON m.tenant_id = t.id
	    AND m.account_id = app_actor()
	LEFT JOIN role c ON c.tenant_id = m.tenant_id AND c.id = m.custom_role
	WHERE t.id = i.tenant_id;
END
$$;
ALTER FUNCTION cameleer.invitation_accept(p_digest text) OWNER TO cameleer_gate;

CREATE TABLE cameleer.invitation (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    email text NOT NULL,
    role text,
    custom_role uuid,
    team_id uuid,
    digest text NOT NULL,
    invited_by uuid NOT NULL,
    sent integer DEFAULT 1 NOT NULL,
    sent_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT invitation_check CHECK ((expires_at <= (sent_at + '24:00:00'::interval))),
    CONSTRAINT invitation_check1 CHECK (((role IS NULL) <> (custom_role IS NULL))),
    CONSTRAINT invitation_email_check CHECK (((email = lower(email)) AND (length(email) <= 254)))
);

ALTER TABLE ONLY cameleer.invitation FORCE ROW LEVEL SECURITY;

CREATE TABLE cameleer.role (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    about text DEFAULT ''::text NOT NULL,
    grants text[] NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT role_about_check CHECK ((length(about) <= 500)),
    CONSTRAINT role_grants_check CHECK (((cardinality(grants) <= 200) AND (NOT (''::text = ANY (grants))) AND (array_to_string(grants, '|'::text, '?'::text) ~ '^([a-z]+\.[a-z]+(@[a-z][a-z0-9-]*)?(\||$))*$'::text))),
    CONSTRAINT role_name_check CHECK (((name ~ '^[a-z][a-z0-9-]{1,38}$'::text) AND (name <> ALL (ARRAY['owner'::text, 'admin'::text, 'developer'::text, 'viewer'::text]))))
);

ALTER TABLE ONLY cameleer.role FORCE ROW LEVEL SECURITY;

CREATE FUNCTION cameleer.invitation_show(p_digest text) RETURNS TABLE(tenant text, tenant_name text, email text, role text, inviter text, account uuid, expires_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT t.slug,
     t.name,
     i.email,
     COALESCE(i.role, c.name) AS "coalesce",
     b.name,
     a.id,
     i.expires_at
    FROM ((((cameleer.invitation i
      JOIN cameleer.tenant t ON (((t.id = i.tenant_id) AND (t.state <> ALL (ARRAY['deleting'::text, 'deleted'::text])))))
      JOIN cameleer.account b ON ((b.id = i.invited_by)))
      LEFT JOIN cameleer.role c ON (((c.tenant_id = i.tenant_id) AND (c.id = i.custom_role))))
      LEFT JOIN cameleer.account a ON (((a.email = i.email) AND (a.verified_at IS NOT NULL))))
   WHERE ((i.digest = invitation_show.p_digest) AND (i.expires_at > now()));
END;
ALTER FUNCTION cameleer.invitation_show(p_digest text) OWNER TO cameleer_gate;

CREATE TABLE cameleer.operator (
    account_id uuid NOT NULL,
    permissions text[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT operator_permissions_check CHECK ((permissions <@ '{platform.account.read,platform.account.manage,platform.tenant.read,platform.tenant.manage,platform.operation.read,platform.operation.manage,platform.place.read,platform.place.manage,platform.audit.read}'::text[]))
);

CREATE FUNCTION cameleer.is_operator(p_permission text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT (EXISTS ( SELECT
            FROM (cameleer.operator o
              JOIN cameleer.account a ON ((a.id = o.account_id)))
           WHERE ((a.id = cameleer.app_actor()) AND (a.kind = 'operator'::text) AND (a.state = 'active'::text) AND (is_operator.p_permission = ANY (o.permissions))))) AS "exists";
END;
ALTER FUNCTION cameleer.is_operator(p_permission text) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.isolation_ask(p_tenant uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    AS $$
BEGIN
	UPDATE isolation_run SET next_at = '-infinity'
	WHERE tenant_id = p_tenant AND id = (SELECT x.id FROM isolation_run x
	    WHERE x.tenant_id = p_tenant ORDER BY x.id DESC LIMIT 1);
	PERFORM pg_notify('cameleer_jobs', 'isolation');
END
$$;
ALTER FUNCTION cameleer.isolation_ask(p_tenant uuid) OWNER TO cameleer_gate;

CREATE TABLE cameleer.isolation_run (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    place_id uuid NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    next_at timestamp with time zone NOT NULL,
    orders jsonb,
    finished_at timestamp with time zone,
    outcome text,
    error text,
    checks jsonb DEFAULT '[]'::jsonb NOT NULL,
    paths text[] DEFAULT '{}'::text[] NOT NULL,
    CONSTRAINT isolation_run_check CHECK (((outcome IS NULL) = (finished_at IS NULL))),
    CONSTRAINT isolation_run_check1 CHECK (((outcome = 'open'::text) OR (cardinality(paths) = 0))),
    CONSTRAINT isolation_run_outcome_check CHECK ((outcome = ANY (ARRAY['isolated'::text, 'open'::text, 'broken'::text, 'failed'::text])))
);

ALTER TABLE ONLY cameleer.isolation_run FORCE ROW LEVEL SECURITY;

CREATE TABLE cameleer.place (
    id uuid NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    state text DEFAULT 'registered'::text NOT NULL,
    dedicated_to uuid,
    endpoint text,
    ca text,
    certificate text,
    key_box text,
    cluster jsonb,
    seal_certificate text,
    registry text,
    cpu_millis bigint,
    memory_mb bigint,
    max_tenants bigint,
    cpu_overcommit integer DEFAULT 1600 NOT NULL,
    memory_overcommit integer DEFAULT 150 NOT NULL,
    next_check_at timestamp with time zone DEFAULT now() NOT NULL,
    claimed_at timestamp with time zone,
    checked_at timestamp with time zone,
    error text,
    warning text,
    seen_version text,
    seen_cpu_millis bigint,
    seen_memory_mb bigint,
    seen_free_mb bigint,
    seen_disk_mb bigint,
    seen_disk_free_mb bigint,
    seen_images bigint,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT place_check CHECK ((((key_box IS NULL) = (certificate IS NULL)) OR (kind = 'kubernetes'::text))),
    CONSTRAINT place_check1 CHECK (((certificate IS NULL) OR (ca IS NOT NULL))),
    CONSTRAINT place_check2 CHECK (
CASE kind
    WHEN 'kubernetes'::text THEN ((certificate IS NULL) AND (num_nulls(endpoint, ca, key_box, cluster, seal_certificate) = 0))
    ELSE (num_nonnulls(cluster, seal_certificate) = 0)
END),
    CONSTRAINT place_cpu_millis_check CHECK ((cpu_millis > 0)),
    CONSTRAINT place_cpu_overcommit_check CHECK (((cpu_overcommit >= 10) AND (cpu_overcommit <= 100000))),
    CONSTRAINT place_endpoint_check CHECK ((endpoint ~ '^(unix:/|https://)[^[:space:]]+$'::text)),
    CONSTRAINT place_kind_check CHECK ((kind = ANY (ARRAY['engine'::text, 'kubernetes'::text]))),
    CONSTRAINT place_max_tenants_check CHECK ((max_tenants > 0)),
    CONSTRAINT place_memory_mb_check CHECK ((memory_mb > 0)),
    CONSTRAINT place_memory_overcommit_check CHECK (((memory_overcommit >= 10) AND (memory_overcommit <= 100000))),
    CONSTRAINT place_name_check CHECK ((name ~ '^[a-z][a-z0-9-]{0,29}[a-z0-9]$'::text)),
    CONSTRAINT place_state_check CHECK ((state = ANY (ARRAY['registered'::text, 'ready'::text, 'draining'::text, 'removed'::text])))
);

CREATE FUNCTION cameleer.isolation_states() RETURNS TABLE(tenant uuid, slug text, place text, outcome text, error text, checks jsonb, paths text[], started_at timestamp with time zone, finished_at timestamp with time zone, running boolean, age_s bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT t.id,
     t.slug,
     p.name,
     r.outcome,
     r.error,
     COALESCE(r.checks, '[]'::jsonb) AS "coalesce",
     COALESCE(r.paths, '{}'::text[]) AS "coalesce",
     r.started_at,
     r.finished_at,
     (EXISTS ( SELECT
            FROM cameleer.isolation_run o
           WHERE ((o.tenant_id = t.id) AND (o.outcome IS NULL)))) AS "exists",
     (EXTRACT(epoch FROM (now() - COALESCE(( SELECT max(y.finished_at) AS max
            FROM cameleer.isolation_run y
           WHERE ((y.tenant_id = t.id) AND (y.outcome <> 'failed'::text))), t.created_at))))::bigint AS "extract"
    FROM ((cameleer.tenant t
      JOIN cameleer.place p ON ((p.id = t.place_id)))
      LEFT JOIN LATERAL ( SELECT x.tenant_id,
             x.id,
             x.place_id,
             x.started_at,
             x.next_at,
             x.orders,
             x.finished_at,
             x.outcome,
             x.error,
             x.checks,
             x.paths
            FROM cameleer.isolation_run x
           WHERE ((x.tenant_id = t.id) AND (x.outcome IS NOT NULL))
           ORDER BY x.id DESC
          LIMIT 1) r ON (true))
   WHERE (t.state = 'active'::text);
END;
ALTER FUNCTION cameleer.isolation_states() OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.isolation_tell(p_tenant uuid, p_paths text, p_link text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    AS $$
BEGIN
	INSERT INTO mail (id, address, template, data)
	SELECT gen_random_uuid(), a.email, 'isolation_open',
	    jsonb_build_object('name', a.name, 'tenant', t.slug,
		'paths', p_paths, 'link', p_link || '/platform/isolation')
	FROM operator o JOIN account a ON a.id = o.account_id, tenant t
	WHERE t.id = p_tenant AND a.state = 'active'
	AND 'platform.tenant.manage' = ANY (o.permissions);
	PERFORM pg_notify('cameleer_jobs', 'mail');
END
$$;
ALTER FUNCTION cameleer.isolation_tell(p_tenant uuid, p_paths text, p_link text) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.owners_mail(p_tenant uuid, p_template text, p_more jsonb, p_link text) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 INSERT INTO cameleer.mail (id, address, template, data)  SELECT gen_random_uuid() AS gen_random_uuid,
             a.email,
             owners_mail.p_template AS p_template,
             (owners_mail.p_more || jsonb_build_object('name', a.name, 'tenant', t.name, 'link', ((owners_mail.p_link || '/tenants/'::text) || t.slug)))
            FROM ((cameleer.tenant t
              JOIN cameleer.membership m ON (((m.tenant_id = t.id) AND (m.role = 'owner'::text))))
              JOIN cameleer.account a ON ((a.id = m.account_id)))
           WHERE ((t.id = owners_mail.p_tenant) AND (a.state = 'active'::text) AND (a.email IS NOT NULL));
 SELECT pg_notify('cameleer_jobs'::text, 'mail'::text) AS pg_notify;
END;
ALTER FUNCTION cameleer.owners_mail(p_tenant uuid, p_template text, p_more jsonb, p_link text) OWNER TO cameleer_gate;

CREATE TABLE cameleer.tenant_deletion (
    tenant_id uuid NOT NULL,
    before text NOT NULL,
    asked_by uuid NOT NULL,
    asked_at timestamp with time zone DEFAULT now() NOT NULL,
    ends_at timestamp with time zone DEFAULT (now() + '7 days'::interval) NOT NULL,
    warned_at timestamp with time zone,
    CONSTRAINT tenant_deletion_before_check CHECK ((before = ANY (ARRAY['active'::text, 'suspended'::text, 'failed'::text])))
);

ALTER TABLE ONLY cameleer.tenant_deletion FORCE ROW LEVEL SECURITY;

CREATE FUNCTION cameleer.leaving_mail(p_template text, p_link text) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT cameleer.owners_mail(d.tenant_id, leaving_mail.p_template, jsonb_build_object('ends', to_char((d.ends_at AT TIME ZONE 'UTC'::text), 'YYYY-MM-DD HH24:MI "UTC"'::text)), leaving_mail.p_link) AS owners_mail
    FROM cameleer.tenant_deletion d
   WHERE (d.tenant_id = cameleer.app_tenant());
END;
ALTER FUNCTION cameleer.leaving_mail(p_template text, p_link text) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.license_decision(p_tenant uuid, p_operation uuid, p_decision text, p_reason text, p_link text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
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
ALTER FUNCTION cameleer.license_decision(p_tenant uuid, p_operation uuid, p_decision text, p_reason text, p_link text) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.lifecycle_check() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'cameleer', 'pg_temp'
    AS $$
DECLARE
	v_from text := CASE TG_OP WHEN 'INSERT' THEN '-' ELSE OLD.state END;
BEGIN
	IF session_user LIKE 'cameleer\_%' AND NOT EXISTS (SELECT FROM lifecycle
	    WHERE noun = TG_ARGV[0] AND from_state = v_from
	    AND to_state = NEW.state
	    AND substr(session_user, 10) = ANY (who)) THEN
		RAISE EXCEPTION '% does not make a % go from % to %',
		    session_user, TG_ARGV[0], v_from, NEW.state
		    USING ERRCODE = 'check_violation';
	END IF;
	RETURN NEW;
END
$$;

CREATE TABLE cameleer.login_guess (
    digest text NOT NULL,
    failures integer DEFAULT 1 NOT NULL,
    locked_until timestamp with time zone,
    tried_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE FUNCTION cameleer.member_locked_until(p_account uuid) RETURNS timestamp with time zone
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT g.locked_until
    FROM ((cameleer.membership m
      JOIN cameleer.account a ON ((a.id = m.account_id)))
      JOIN cameleer.login_guess g ON ((g.digest = encode(sha256(convert_to(a.email, 'UTF8'::name)), 'hex'::text))))
   WHERE ((m.tenant_id = cameleer.app_tenant()) AND (m.account_id = member_locked_until.p_account) AND (g.locked_until > now()));
END;
ALTER FUNCTION cameleer.member_locked_until(p_account uuid) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.member_permissions(p_tenant uuid, p_account uuid) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    AS $$
BEGIN
	RETURN (SELECT ' ' || array_to_string(coalesce(p.permissions,
	    c.grants), ' ') || ' ' || coalesce((
		SELECT string_agg(g || ':' || a.name, ' ') || ' '
		FROM cameleer.team_member tm
		JOIN cameleer.team t ON t.tenant_id = tm.tenant_id
		    AND t.id = tm.team_id
		LEFT JOIN cameleer.role_preset tp ON tp.name = t.role
		LEFT JOIN cameleer.role tc ON tc.tenant_id = t.tenant_id
		    AND tc.id = t.custom_role
		JOIN cameleer.team_application ta
		    ON ta.tenant_id = t.tenant_id AND ta.team_id = t.id
		JOIN cameleer.application a ON a.tenant_id = ta.tenant_id
		    AND a.id = ta.application_id
		CROSS JOIN unnest(coalesce(tp.permissions, tc.grants)) g
		WHERE tm.tenant_id = p_tenant AND tm.account_id = p_account
		AND (g LIKE 'app.%' OR g LIKE 'log.%')), '')
	FROM cameleer.membership m
	LEFT JOIN cameleer.role_preset p ON p.name = m.role
	LEFT JOIN cameleer.role c ON c.tenant_id = m.tenant_id
	    AND c.id = m.custom_role
	WHERE m.tenant_id = p_tenant AND m.account_id = p_account);
END
$$;
ALTER FUNCTION cameleer.member_permissions(p_tenant uuid, p_account uuid) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.rfc3339(p_at timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN to_char((p_at AT TIME ZONE 'UTC'::text), 'YYYY-MM-DD"T"HH24:MI:SS"Z"'::text);

CREATE FUNCTION cameleer.member_search(p_after uuid, p_key text, p_limit integer, p_words text, p_newest boolean) RETURNS TABLE(place bigint, id uuid, kind text, email text, name text, role text, custom_role uuid, state text, locked_until timestamp with time zone, version bigint, created_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT f.place,
     f.id,
     f.kind,
     f.email,
     f.name,
     f.role,
     f.custom_role,
     f.state,
     g.locked_until,
     f.version,
     f.created_at
    FROM (( SELECT row_number() OVER (ORDER BY (
                 CASE
                     WHEN member_search.p_newest THEN cameleer.rfc3339(m.created_at)
                     ELSE NULL::text
                 END COLLATE "C") DESC,
                 CASE
                     WHEN (NOT member_search.p_newest) THEN lower(a.name)
                     ELSE NULL::text
                 END,
                 CASE
                     WHEN member_search.p_newest THEN a.id
                     ELSE NULL::uuid
                 END DESC, a.id) AS place,
             a.id,
             a.kind,
             a.email,
             a.name,
             COALESCE(m.role, c.name) AS role,
             m.custom_role,
             a.state,
             m.version,
             m.created_at
            FROM ((cameleer.membership m
              JOIN cameleer.account a ON ((a.id = m.account_id)))
              LEFT JOIN cameleer.role c ON (((c.tenant_id = m.tenant_id) AND (c.id = m.custom_role))))
           WHERE ((m.tenant_id = cameleer.app_tenant()) AND ((member_search.p_words IS NULL) OR (POSITION((lower(member_search.p_words)) IN (lower(((a.name || ' '::text) || COALESCE(a.email, ''::text))))) > 0)) AND ((member_search.p_after IS NULL) OR
                 CASE
                     WHEN member_search.p_newest THEN (ROW((cameleer.rfc3339(m.created_at) COLLATE "C"), a.id) < ROW(member_search.p_key, member_search.p_after))
                     ELSE (ROW(lower(a.name), a.id) > ROW(lower(member_search.p_key), member_search.p_after))
                 END))) f
      LEFT JOIN cameleer.login_guess g ON (((g.locked_until > now()) AND (g.digest = encode(sha256(convert_to(f.email, 'UTF8'::name)), 'hex'::text)))))
   WHERE (f.place <= LEAST(member_search.p_limit, 1000));
END;
ALTER FUNCTION cameleer.member_search(p_after uuid, p_key text, p_limit integer, p_words text, p_newest boolean) OWNER TO cameleer_gate;

CREATE TABLE cameleer.sign_in_policy (
    tenant_id uuid NOT NULL,
    second_factor text[] DEFAULT '{}'::text[] NOT NULL,
    sso_enforced boolean DEFAULT false NOT NULL,
    break_glass uuid,
    version bigint DEFAULT 1 NOT NULL,
    CONSTRAINT sign_in_policy_check CHECK (((NOT sso_enforced) OR (break_glass IS NOT NULL))),
    CONSTRAINT sign_in_policy_second_factor_check CHECK ((cardinality(second_factor) <= 100))
);

ALTER TABLE ONLY cameleer.sign_in_policy FORCE ROW LEVEL SECURITY;

CREATE FUNCTION cameleer.owner_tie(p_tenant uuid, p_account uuid) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT
         CASE
             WHEN (NOT (EXISTS ( SELECT
                FROM (cameleer.membership o
                  JOIN cameleer.account a ON ((a.id = o.account_id)))
               WHERE ((o.tenant_id = t.id) AND (o.role = 'owner'::text) AND (o.account_id <> owner_tie.p_account) AND (a.kind = 'person'::text) AND (a.state = 'active'::text))))) THEN 'last_owner'::text
             WHEN (EXISTS ( SELECT
                FROM cameleer.sign_in_policy p
               WHERE ((p.tenant_id = t.id) AND p.sso_enforced AND (p.break_glass = owner_tie.p_account)))) THEN 'break_glass'::text
             ELSE NULL::text
         END AS "case"
    FROM cameleer.tenant t
   WHERE ((t.id = owner_tie.p_tenant) AND (t.state <> ALL (ARRAY['deleting'::text, 'deleted'::text])));
END;
ALTER FUNCTION cameleer.owner_tie(p_tenant uuid, p_account uuid) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.member_tie(p_account uuid) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT cameleer.owner_tie(m.tenant_id, m.account_id) AS owner_tie
    FROM cameleer.membership m
   WHERE ((m.tenant_id = cameleer.app_tenant()) AND (m.account_id = member_tie.p_account) AND (m.role = 'owner'::text));
END;
ALTER FUNCTION cameleer.member_tie(p_account uuid) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.member_total(p_words text) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT count(*) AS count
    FROM (cameleer.membership m
      JOIN cameleer.account a ON ((a.id = m.account_id)))
   WHERE ((m.tenant_id = cameleer.app_tenant()) AND ((member_total.p_words IS NULL) OR (POSITION((lower(member_total.p_words)) IN (lower(((a.name || ' '::text) || COALESCE(a.email, ''::text))))) > 0)));
END;
ALTER FUNCTION cameleer.member_total(p_words text) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.member_unlock(p_account uuid) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 DELETE FROM cameleer.login_guess g
    USING cameleer.membership m,
     cameleer.account a
   WHERE ((m.tenant_id = cameleer.app_tenant()) AND (m.account_id = member_unlock.p_account) AND (a.id = m.account_id) AND (g.digest = encode(sha256(convert_to(a.email, 'UTF8'::name)), 'hex'::text)));
 SELECT (EXISTS ( SELECT
            FROM cameleer.membership m
           WHERE ((m.tenant_id = cameleer.app_tenant()) AND (m.account_id = member_unlock.p_account)))) AS "exists";
END;
ALTER FUNCTION cameleer.member_unlock(p_account uuid) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.members_lock(p_tenant uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT pg_advisory_xact_lock(hashtextextended((p_tenant)::text, (2)::bigint)) AS pg_advisory_xact_lock;
END;
ALTER FUNCTION cameleer.members_lock(p_tenant uuid) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.membership_guard() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    AS $$
DECLARE
	v_tie	text;
BEGIN
	PERFORM members_lock(OLD.tenant_id);
	IF TG_OP = 'UPDATE' AND NEW.role = 'owner'
	    AND NEW.account_id = OLD.account_id THEN
		RETURN NULL;
	END IF;
	v_tie := owner_tie(OLD.tenant_id, OLD.account_id);
	IF v_tie IS NOT NULL THEN
		RAISE EXCEPTION 'the tenant would be without: %', v_tie
		    USING ERRCODE = 'restrict_violation', CONSTRAINT = v_tie;
	END IF;
	RETURN NULL;
END
$$;
ALTER FUNCTION cameleer.membership_guard() OWNER TO cameleer_gate;

CREATE TABLE cameleer.plan (
    tier text NOT NULL,
    "position" integer NOT NULL,
    infrastructure text NOT NULL,
    pricing text NOT NULL,
    environments text[] NOT NULL,
    custom_environments boolean NOT NULL,
    max_agents integer,
    retention_days integer,
    max_apps integer NOT NULL,
    max_deployments integer NOT NULL,
    max_releases_day integer NOT NULL,
    jar_bytes bigint NOT NULL,
    lineage_captures_minute integer,
    max_debug_sessions integer,
    max_vaults integer,
    support text NOT NULL,
    sla_milli integer,
    vpn boolean NOT NULL,
    approval boolean NOT NULL,
    features jsonb NOT NULL,
    CONSTRAINT plan_infrastructure_check CHECK ((infrastructure = ANY (ARRAY['shared'::text, 'dedicated'::text]))),
    CONSTRAINT plan_pricing_check CHECK ((pricing = ANY (ARRAY['usage'::text, 'committed'::text])))
);

CREATE TABLE cameleer.plan_override (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    key text NOT NULL,
    value jsonb NOT NULL,
    reason text NOT NULL,
    ends_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT plan_override_key_check CHECK ((key <> ALL (ARRAY['tier'::text, 'position'::text, 'infrastructure'::text, 'pricing'::text, 'environments'::text, 'vpn'::text, 'approval'::text, 'features'::text]))),
    CONSTRAINT plan_override_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 300)))
);

ALTER TABLE ONLY cameleer.plan_override FORCE ROW LEVEL SECURITY;

CREATE FUNCTION cameleer.plan_of(p_tenant uuid) RETURNS SETOF cameleer.plan
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT r.tier,
     r."position",
     r.infrastructure,
     r.pricing,
     r.environments,
     r.custom_environments,
     r.max_agents,
     r.retention_days,
     r.max_apps,
     r.max_deployments,
     r.max_releases_day,
     r.jar_bytes,
     r.lineage_captures_minute,
     r.max_debug_sessions,
     r.max_vaults,
     r.support,
     r.sla_milli,
     r.vpn,
     r.approval,
     r.features
    FROM (((cameleer.tenant t
      JOIN cameleer.plan p ON ((p.tier = t.tier)))
      CROSS JOIN LATERAL ( SELECT COALESCE(jsonb_object_agg(o_1.key, o_1.value) FILTER (WHERE (NOT (p.features ? o_1.key))), '{}'::jsonb) AS limits,
             COALESCE(jsonb_object_agg(o_1.key, o_1.value) FILTER (WHERE (p.features ? o_1.key)), '{}'::jsonb) AS features
            FROM cameleer.plan_override o_1
           WHERE ((o_1.tenant_id = t.id) AND (o_1.ended_at IS NULL) AND COALESCE((o_1.ends_at > now()), true))) o)
      CROSS JOIN LATERAL jsonb_populate_record(p.*, (o.limits || jsonb_build_object('features', (p.features || o.features)))) r(tier, "position", infrastructure, pricing, environments, custom_environments, max_agents, retention_days, max_apps, max_deployments, max_releases_day, jar_bytes, lineage_captures_minute, max_debug_sessions, max_vaults, support, sla_milli, vpn, approval, features))
   WHERE (t.id = plan_of.p_tenant);
END;

CREATE FUNCTION cameleer.my_features() RETURNS TABLE(tenant_id uuid, features jsonb)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT m.tenant_id,
     p.features
    FROM (cameleer.membership m
      CROSS JOIN LATERAL cameleer.plan_of(m.tenant_id) p(tier, "position", infrastructure, pricing, environments, custom_environments, max_agents, retention_days, max_apps, max_deployments, max_releases_day, jar_bytes, lineage_captures_minute, max_debug_sessions, max_vaults, support, sla_milli, vpn, approval, features))
   WHERE (m.account_id = cameleer.app_actor());
END;
ALTER FUNCTION cameleer.my_features() OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.my_standing() RETURNS TABLE(role text, permissions text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT COALESCE(m.role, c.name) AS "coalesce",
     cameleer.member_permissions(m.tenant_id, m.account_id) AS member_permissions
    FROM (cameleer.membership m
      LEFT JOIN cameleer.role c ON (((c.tenant_id = m.tenant_id) AND (c.id = m.custom_role))))
   WHERE ((m.tenant_id = cameleer.app_tenant()) AND (m.account_id = cameleer.app_actor()));
END;
ALTER FUNCTION cameleer.my_standing() OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.tenant_keep(p_tenant uuid, p_operation uuid, p_reason text, p_link text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
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
ALTER FUNCTION cameleer.tenant_keep(p_tenant uuid, p_operation uuid, p_reason text, p_link text) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.my_tenant_keep(p_link text) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT cameleer.tenant_keep(cameleer.app_tenant(), NULL::uuid, 'an owner asked for it'::text, p_link) AS tenant_keep;
END;
ALTER FUNCTION cameleer.my_tenant_keep(p_link text) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.my_tenants() RETURNS TABLE(id uuid, slug text, name text, tier text, state text, role text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT t.id,
     t.slug,
     t.name,
     t.tier,
     t.state,
     COALESCE(m.role, c.name) AS "coalesce"
    FROM ((cameleer.membership m
      JOIN cameleer.tenant t ON ((t.id = m.tenant_id)))
      LEFT JOIN cameleer.role c ON (((c.tenant_id = m.tenant_id) AND (c.id = m.custom_role))))
   WHERE ((m.account_id = cameleer.app_actor()) AND (t.state <> 'deleted'::text))
   ORDER BY t.slug
  LIMIT 1000;
END;
ALTER FUNCTION cameleer.my_tenants() OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.operation_alert(p_operation uuid, p_link text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    AS $$
DECLARE
	v_op	operation;
	v_tenant tenant;
	v_data	jsonb;
BEGIN
	SELECT * INTO STRICT v_op FROM operation
	WHERE tenant_id = app_tenant() AND id = p_operation;
	SELECT * INTO STRICT v_tenant FROM tenant WHERE id = app_tenant();
	IF EXISTS (SELECT FROM operation o WHERE o.tenant_id = v_op.tenant_id
	    AND o.kind = v_op.kind AND o.id <> v_op.id AND o.state = 'failed'
	    AND o.finished_at > now() - interval '6 hours') THEN
		RETURN;
	END IF;
	v_data := jsonb_build_object('tenant', v_tenant.name,
	    'slug', v_tenant.slug, 'operation', v_op.id, 'kind', v_op.kind,
	    'what', CASE v_op.kind WHEN 'tenant.provision' THEN
		CASE v_tenant.state WHEN 'active' THEN 'restarting its server'
		ELSE 'setting it up' END
		WHEN 'tenant.suspend' THEN 'suspending it'
		ELSE 'starting it again' END,
	    'code', v_op.error_code,
	    'why', regexp_replace(coalesce(v_op.error, ''), '[\r\n]+', ' ',
		'g'),
	    'link', p_link || '/tenants/' || v_tenant.slug);
	INSERT INTO mail (id, address, template, data)
	SELECT gen_random_uuid(), a.email, 'tenant_trouble',
	    v_data || jsonb_build_object('name', a.name)
	FROM membership m JOIN account a ON a.id = m.account_id
	WHERE m.tenant_id = v_op.tenant_id AND m.role = 'owner'
	AND a.state = 'active' AND a.email IS NOT NULL;
	INSERT INTO mail (id, address, template, data)
	SELECT gen_random_uuid(), a.email, 'operation_failed',
	    v_data || jsonb_build_object('name', a.name)
	FROM operator p JOIN account a ON a.id = p.account_id
	WHERE 'platform.operation.manage' = ANY (p.permissions)
	AND a.state = 'active' AND a.email IS NOT NULL
	AND v_op.error_code <> 'operation_aborted';
	PERFORM pg_notify('cameleer_jobs', 'mail');
END
$$;
ALTER FUNCTION cameleer.operation_alert(p_operation uuid, p_link text) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.operation_decide(p_operation uuid, p_decision text, p_step text, p_reason text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    AS $$
DECLARE
	v_op	operation;
	v_step	operation_step;
	v_what	text := CASE p_decision WHEN 'retry' THEN 'retried'
		    WHEN 'skip' THEN 'skipped' ELSE 'aborted' END;
BEGIN
	SELECT * INTO v_op FROM operation WHERE id = p_operation FOR UPDATE;
	IF NOT FOUND THEN
		RETURN 'none';
	END IF;
	SELECT * INTO v_step FROM operation_step s
	WHERE s.tenant_id = v_op.tenant_id AND s.operation_id = v_op.id
	AND s.state IN ('pending', 'running', 'failed')
	ORDER BY s.position LIMIT 1 FOR UPDATE;
	IF v_op.state = 'done' OR v_op.state <> 'failed'
	    AND (v_op.ending_code IS NOT NULL OR p_decision = 'retry'
		AND v_op.run_at <= now() AND v_op.state = 'queued')
	    OR v_op.state = 'failed' AND p_decision = 'abort' THEN
		RETURN 'state';
	END IF;
	IF v_op.state = 'failed' AND EXISTS (SELECT FROM operation
	    WHERE tenant_id = v_op.tenant_id AND kind = v_op.kind
	    AND subject_id = v_op.subject_id AND state = 'queued') THEN
		RETURN 'waiting';
	END IF;
	-- What began to remove a tenant goes on to its end.
	IF p_decision = 'abort' AND v_op.kind NOT IN ('tenant.provision',
	    'tenant.suspend', 'tenant.reactivate') THEN
		RETURN 'kind';
	END IF;
	IF p_decision = 'skip' THEN
		IF v_step.name IS DISTINCT FROM p_step THEN
			RETURN 'step';
		END IF;
		IF NOT v_step.skippable THEN
			RETURN 'required';
		END IF;
		UPDATE operation_step SET state = 'skipped',
		    finished_at = clock_timestamp()
		WHERE tenant_id = v_op.tenant_id AND operation_id = v_op.id
		AND name = p_step;
	END IF;
	INSERT INTO provisioning_event (tenant_id, operation_id, kind, step,
	    attempt, what, detail, actor_id, reason)
	VALUES (v_op.tenant_id, v_op.id, v_op.kind, v_step.name, v_op.attempt,
	    v_what, left(v_op.error, 1000), app_actor(), p_reason);
	IF v_op.state = 'failed' THEN
		UPDATE operation_step SET state = 'pending', detail = NULL,
		    started_at = NULL, finished_at = NULL
		WHERE tenant_id = v_op.tenant_id AND operation_id = v_op.id
		AND state IN ('failed', 'running', 'undone');
	END IF;
	UPDATE operation SET state = CASE v_op.state WHEN 'failed'
		THEN 'queued' ELSE v_op.state END,
	    attempt = attempt + CASE p_decision WHEN 'retry' THEN 0 ELSE 1 END,
	    failures = 0, run_at = now(),
	    lease_until = CASE p_decision WHEN 'retry' THEN lease_until END,
	    error_code = NULL, error = NULL, finished_at = NULL,
	    ending_code = CASE p_decision WHEN 'abort'
		THEN 'operation_aborted' END,
	    ending = CASE p_decision WHEN 'abort'
		THEN 'an operator stopped it: ' || p_reason END
	WHERE tenant_id = v_op.tenant_id AND id = v_op.id;
	PERFORM pg_notify('cameleer_jobs', v_op.kind);
	RETURN NULL;
END
$$;
ALTER FUNCTION cameleer.operation_decide(p_operation uuid, p_decision text, p_step text, p_reason text) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.operation_note(p_operation uuid, p_step text, p_what text, p_detail text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'cameleer', 'pg_temp'
    AS $$
DECLARE
	v_tenant uuid := app_tenant();
	v_last	provisioning_event;
BEGIN
	SELECT * INTO v_last FROM provisioning_event
	WHERE tenant_id = v_tenant AND operation_id = p_operation
	ORDER BY seq DESC LIMIT 1;
	IF v_last.what = p_what AND v_last.step IS NOT DISTINCT FROM p_step
	    AND v_last.detail IS NOT DISTINCT FROM left(p_detail, 1000)
	    OR p_what = 'waiting' AND (SELECT count(*) FROM provisioning_event
		WHERE tenant_id = v_tenant AND operation_id = p_operation)
		>= 200 THEN
		RETURN;
	END IF;
	INSERT INTO provisioning_event (tenant_id, operation_id, kind, step,
	    attempt, what, detail, took_ms, place_id)
	SELECT o.tenant_id, o.id, o.kind, p_step, o.attempt, p_what,
	    left(p_detail, 1000), CASE WHEN p_what = 'done' THEN
	    (SELECT greatest(0, extract(epoch FROM clock_timestamp()
		- s.started_at) * 1000)::bigint FROM operation_step s
	    WHERE s.tenant_id = o.tenant_id AND s.operation_id = o.id
	    AND s.name = p_step) END, t.place_id
	FROM operation o JOIN tenant t ON t.id = o.tenant_id
	WHERE o.tenant_id = v_tenant AND o.id = p_operation;
END
$$;

CREATE FUNCTION cameleer.rfc3339_ms(p_at timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN to_char((p_at AT TIME ZONE 'UTC'::text), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'::text);

CREATE TABLE cameleer.operation_step (
    tenant_id uuid NOT NULL,
    operation_id uuid NOT NULL,
    "position" integer NOT NULL,
    name text NOT NULL,
    state text DEFAULT 'pending'::text NOT NULL,
    detail text,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    skippable boolean DEFAULT false NOT NULL,
    CONSTRAINT operation_step_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'running'::text, 'done'::text, 'failed'::text, 'skipped'::text, 'undone'::text])))
);

ALTER TABLE ONLY cameleer.operation_step FORCE ROW LEVEL SECURITY;

CREATE TABLE cameleer.provisioning_event (
    tenant_id uuid NOT NULL,
    seq bigint NOT NULL,
    operation_id uuid NOT NULL,
    kind text NOT NULL,
    step text,
    attempt bigint NOT NULL,
    what text NOT NULL,
    detail text,
    took_ms bigint,
    place_id uuid,
    actor_id uuid,
    reason text,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT provisioning_event_check CHECK (((reason IS NULL) = (what <> ALL (ARRAY['retried'::text, 'skipped'::text, 'aborted'::text])))),
    CONSTRAINT provisioning_event_detail_check CHECK ((length(detail) <= 1000)),
    CONSTRAINT provisioning_event_reason_check CHECK (((length(reason) >= 3) AND (length(reason) <= 500))),
    CONSTRAINT provisioning_event_took_ms_check CHECK ((took_ms >= 0)),
    CONSTRAINT provisioning_event_what_check CHECK ((what = ANY (ARRAY['started'::text, 'waiting'::text, 'failed'::text, 'done'::text, 'undone'::text, 'retried'::text, 'skipped'::text, 'aborted'::text])))
);

ALTER TABLE ONLY cameleer.provisioning_event FORCE ROW LEVEL SECURITY;

CREATE FUNCTION cameleer.operation_story(p_operation uuid) RETURNS TABLE(steps json, events json)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT COALESCE(( SELECT json_agg(json_build_object('name', s.name, 'state', s.state, 'skippable', s.skippable, 'detail', s.detail, 'started_at', cameleer.rfc3339_ms(s.started_at), 'finished_at', cameleer.rfc3339_ms(s.finished_at)) ORDER BY s."position") AS json_agg
            FROM cameleer.operation_step s
           WHERE ((s.operation_id = o.id) AND (s.tenant_id = o.tenant_id))), '[]'::json) AS "coalesce",
     COALESCE(( SELECT json_agg(json_build_object('at', cameleer.rfc3339_ms(e.at), 'step', e.step, 'what', e.what, 'attempt', e.attempt, 'detail', e.detail, 'actor', e.actor_id, 'reason', e.reason) ORDER BY e.seq) AS json_agg
            FROM ( SELECT e_1.tenant_id,
                     e_1.seq,
                     e_1.operation_id,
                     e_1.kind,
                     e_1.step,
                     e_1.attempt,
                     e_1.what,
                     e_1.detail,
                     e_1.took_ms,
                     e_1.place_id,
                     e_1.actor_id,
                     e_1.reason,
                     e_1.at
                    FROM cameleer.provisioning_event e_1
                   WHERE ((e_1.operation_id = o.id) AND (e_1.tenant_id = o.tenant_id))
                   ORDER BY e_1.seq DESC
                  LIMIT 500) e), '[]'::json) AS "coalesce"
    FROM cameleer.operation o
   WHERE (o.id = operation_story.p_operation);
END;
ALTER FUNCTION cameleer.operation_story(p_operation uuid) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.operations_seen(p_operation uuid, p_after uuid, p_limit integer) RETURNS SETOF cameleer.operation_seen
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT o.id,
     o.tenant_id,
     t.slug,
     o.kind,
     o.state,
     o.attempt,
     o.failures,
     o.error_code,
     o.error,
     (o.ending_code IS NOT NULL),
     at.name,
     COALESCE(at.skippable, false) AS "coalesce",
     o.created_at,
     o.finished_at
    FROM ((cameleer.operation o
      JOIN cameleer.tenant t ON ((t.id = o.tenant_id)))
      LEFT JOIN LATERAL ( SELECT s.name,
             s.skippable
            FROM cameleer.operation_step s
           WHERE ((s.tenant_id = o.tenant_id) AND (s.operation_id = o.id) AND (s.state = ANY (ARRAY['pending'::text, 'running'::text, 'failed'::text])))
           ORDER BY s."position"
          LIMIT 1) at ON (true))
   WHERE
         CASE
             WHEN (operations_seen.p_operation IS NULL) THEN ((o.state <> 'done'::text) AND ((operations_seen.p_after IS NULL) OR (o.id < operations_seen.p_after)))
             ELSE (o.id = operations_seen.p_operation)
         END
   ORDER BY o.id DESC
  LIMIT operations_seen.p_limit;
END;
ALTER FUNCTION cameleer.operations_seen(p_operation uuid, p_after uuid, p_limit integer) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.pin(p_tenant uuid, p_actor uuid) RETURNS void
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT set_config('app.tenant'::text, COALESCE((p_tenant)::text, ''::text), true) AS set_config;
 SELECT set_config('app.actor'::text, COALESCE((p_actor)::text, ''::text), true) AS set_config;
END;

CREATE FUNCTION cameleer.place_add(p_id uuid, p_place jsonb) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    AS $$
DECLARE
	v_tenant uuid := tenant_id_of(p_place->>'tenant');
	p	place := jsonb_populate_record(NULL::place, p_place);
BEGIN
	IF p_place->>'tenant' IS NOT NULL AND v_tenant IS NULL THEN
		RETURN false;
	END IF;
	INSERT INTO place (id, name, kind, dedicated_to, endpoint, ca,
	    certificate, key_box, cluster, seal_certificate, registry,
	    cpu_millis, memory_mb,
	    max_tenants, cpu_overcommit, memory_overcommit, created_by)
	VALUES (p_id, p.name, p.kind, v_tenant, p.endpoint, p.ca,
	    p.certificate, p.key_box, p.cluster, p.seal_certificate,
	    p.registry, p.cpu_millis, p.memory_mb,
	    p.max_tenants, coalesce(p.cpu_overcommit, 1600),
	    coalesce(p.memory_overcommit, 150), app_actor());
	PERFORM pg_notify('cameleer_jobs', 'places');
	RETURN true;
END
$$;
ALTER FUNCTION cameleer.place_add(p_id uuid, p_place jsonb) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.place_admit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    AS $$
BEGIN
	-- An upload that follows what runs already promises nothing more.
	IF TG_TABLE_NAME = 'release' THEN
		IF EXISTS (SELECT FROM deployment d
		    WHERE d.tenant_id = NEW.tenant_id
		    AND d.application_id = NEW.application_id
		    AND d.environment_id = NEW.deploy_to
		    AND d.wanted = 'running') THEN
			RETURN NULL;
		END IF;
	END IF;
	IF place_fits((SELECT t.place_id FROM tenant t
	    WHERE t.id = NEW.tenant_id), 0) IS FALSE THEN
		RAISE EXCEPTION 'the place of tenant % is full', NEW.tenant_id
		    USING ERRCODE = 'restrict_violation';
	END IF;
	RETURN NULL;
END
$$;
ALTER FUNCTION cameleer.place_admit() OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.place_fits(p_place uuid, p_more bigint) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    AS $$
BEGIN
	PERFORM FROM place WHERE id = p_place FOR NO KEY UPDATE;
	RETURN (SELECT (r.cpu_most IS NULL OR r.cpu_used
		+ p_more * s.cpu_millis <= r.cpu_most)
	    AND (r.memory_most IS NULL OR r.memory_used
		+ p_more * s.memory_mb <= r.memory_most)
	    AND (p.max_tenants IS NULL OR r.tenants + p_more <= p.max_tenants)
	    FROM place_rooms(p_place) r JOIN place p ON p.id = r.place
	    JOIN container_limit s ON s.kind = 'server');
END
$$;
ALTER FUNCTION cameleer.place_fits(p_place uuid, p_more bigint) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.place_move(p_place uuid, p_to text) RETURNS text[]
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    AS $$
DECLARE
	v_state	text;
	v_there	text[];
BEGIN
	SELECT state INTO v_state FROM place WHERE id = p_place FOR UPDATE;
	IF p_to IS NULL THEN
		UPDATE place SET next_check_at = '-infinity' WHERE id = p_place;
		PERFORM pg_notify('cameleer_jobs', 'places');
		RETURN '{}';
	END IF;
	IF NOT EXISTS (SELECT FROM lifecycle WHERE noun = 'place'
	    AND from_state = v_state AND to_state = p_to
	    AND 'auth' = ANY (who)) THEN
		RETURN '{!}';
	END IF;
	IF p_to = 'removed' THEN
		SELECT array_agg(slug) INTO v_there FROM (SELECT slug
		    FROM tenant WHERE place_id = p_place
		    AND state <> 'deleted' ORDER BY slug LIMIT 10) t;
		IF v_there IS NOT NULL THEN
			RETURN v_there;
		END IF;
	END IF;
	UPDATE place SET state = p_to WHERE id = p_place;
	RETURN '{}';
END
$$;
ALTER FUNCTION cameleer.place_move(p_place uuid, p_to text) OWNER TO cameleer_gate;

CREATE TABLE cameleer.container_limit (
    kind text NOT NULL,
    cpu_millis bigint NOT NULL,
    memory_mb bigint NOT NULL,
    CONSTRAINT container_limit_cpu_millis_check CHECK ((cpu_millis > 0)),
    CONSTRAINT container_limit_kind_check CHECK ((kind = ANY (ARRAY['server'::text, 'application'::text]))),
    CONSTRAINT container_limit_memory_mb_check CHECK ((memory_mb > 0))
);

CREATE TABLE cameleer.release (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    application_id uuid NOT NULL,
    number bigint NOT NULL,
    state text DEFAULT 'uploaded'::text NOT NULL,
    jar_sha256 text NOT NULL,
    jar_size bigint NOT NULL,
    jar_facts jsonb NOT NULL,
    image text,
    image_digest text,
    error_code text,
    error text,
    deploy_to uuid,
    created_by uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT release_jar_sha256_check CHECK ((jar_sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT release_number_check CHECK ((number > 0)),
    CONSTRAINT release_state_check CHECK ((state = ANY (ARRAY['uploaded'::text, 'assembling'::text, 'ready'::text, 'failed'::text])))
);

ALTER TABLE ONLY cameleer.release FORCE ROW LEVEL SECURITY;

CREATE FUNCTION cameleer.place_rooms(p_place uuid) RETURNS TABLE(place uuid, tenants bigint, apps bigint, cpu_used bigint, cpu_most bigint, memory_used bigint, memory_most bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT p.id,
     t.n,
     d.n,
     ((t.n * s.cpu_millis) + (d.n * a.cpu_millis)),
     ((COALESCE(p.cpu_millis, p.seen_cpu_millis) * p.cpu_overcommit) / 100),
     ((t.n * s.memory_mb) + (d.n * a.memory_mb)),
     ((COALESCE(p.memory_mb, p.seen_memory_mb) * p.memory_overcommit) / 100)
    FROM ((cameleer.place p
      JOIN cameleer.container_limit s ON ((s.kind = 'server'::text)))
      JOIN cameleer.container_limit a ON ((a.kind = 'application'::text))),
     LATERAL ( SELECT count(*) AS n
            FROM cameleer.tenant x
           WHERE ((x.place_id = p.id) AND (x.state <> 'deleted'::text))) t,
     LATERAL ( SELECT count(*) AS n
            FROM ( SELECT y.application_id,
                     y.environment_id
                    FROM (cameleer.deployment y
                      JOIN cameleer.tenant x ON ((x.id = y.tenant_id)))
                   WHERE ((x.place_id = p.id) AND (y.wanted = 'running'::text))
                 UNION
                  SELECT r.application_id,
                     r.deploy_to
                    FROM (cameleer.release r
                      JOIN cameleer.tenant x ON ((x.id = r.tenant_id)))
                   WHERE ((x.place_id = p.id) AND (r.deploy_to IS NOT NULL) AND (r.state = ANY (ARRAY['uploaded'::text, 'assembling'::text])))) z) d
   WHERE ((p.state <> 'removed'::text) AND ((place_rooms.p_place IS NULL) OR (p.id = place_rooms.p_place)));
END;
ALTER FUNCTION cameleer.place_rooms(p_place uuid) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.place_states() RETURNS SETOF cameleer.place_state
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT p.id,
     p.name,
     p.kind,
     p.state,
     t.slug,
     p.endpoint,
     p.registry,
     r.tenants,
     p.max_tenants,
     r.apps,
     r.cpu_used,
     r.cpu_most,
     (p.cpu_overcommit)::bigint AS cpu_overcommit,
     r.memory_used,
     r.memory_most,
     (p.memory_overcommit)::bigint AS memory_overcommit,
     ((p.next_check_at <= now()) OR COALESCE((p.claimed_at > COALESCE(p.checked_at, '-infinity'::timestamp with time zone)), false)),
     p.checked_at,
     p.error,
     p.warning,
     p.seen_version,
     p.seen_free_mb,
     p.seen_disk_mb,
     p.seen_disk_free_mb,
     p.seen_images,
     p.created_at
    FROM ((cameleer.place p
      JOIN cameleer.place_rooms(NULL::uuid) r(place, tenants, apps, cpu_used, cpu_most, memory_used, memory_most) ON ((r.place = p.id)))
      LEFT JOIN cameleer.tenant t ON ((t.id = p.dedicated_to)));
END;
ALTER FUNCTION cameleer.place_states() OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.plan_change(p_tenant uuid, p_tier text, p_operation uuid, p_reason text, p_link text) RETURNS TABLE(outcome text, old text, excess text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    AS $$
DECLARE
	v_tenant	tenant;
	v_plan		plan;
BEGIN
	SELECT * INTO v_tenant FROM tenant WHERE id = p_tenant FOR UPDATE;
	old := v_tenant.tier;
	outcome := CASE WHEN v_tenant.id IS NULL THEN 'unknown'
	    WHEN v_tenant.state <> 'active' THEN v_tenant.state
	    WHEN old = p_tier THEN 'same' ELSE 'done' END;
	IF outcome <> 'done' THEN
		RETURN NEXT;
		RETURN;
	END IF;
	UPDATE tenant SET tier = p_tier, version = version + 1
	WHERE id = p_tenant;
	excess := plan_excess(p_tenant);
	IF excess IS NOT NULL THEN
		outcome := 'beyond';
		RETURN NEXT;
		RETURN;
	END IF;
	SELECT * INTO v_plan FROM plan_of(p_tenant);
	DELETE FROM environment e WHERE e.tenant_id = p_tenant
	AND NOT v_plan.custom_environments
	AND e.name <> ALL (v_plan.environments);
	-- Those of the plan come first, in its order.
	UPDATE environment e SET position = coalesce(array_position(
	    v_plan.environments, e.name), 100 + e.position)
	WHERE e.tenant_id = p_tenant;
	INSERT INTO environment (tenant_id, id, name, position)
	SELECT p_tenant, gen_random_uuid(), n.name, n.position
	FROM unnest(v_plan.environments) WITH ORDINALITY AS n (name, position)
	ON CONFLICT DO NOTHING;
	INSERT INTO operation (tenant_id, id, kind, subject_id, created_by)
	VALUES (p_tenant, p_operation, 'tenant.provision', p_tenant,
	    app_actor())
	ON CONFLICT (tenant_id, kind, subject_id) WHERE state = 'queued'
	DO NOTHING;
	PERFORM owners_mail(p_tenant, 'plan_changed', jsonb_build_object(
	    'old', old, 'new', p_tier, 'reason', p_reason), p_link),
	    pg_notify('cameleer_jobs', 'tenant.provision');
	RETURN NEXT;
END
$$;
ALTER FUNCTION cameleer.plan_change(p_tenant uuid, p_tier text, p_operation uuid, p_reason text, p_link text) OWNER TO cameleer_gate;

CREATE TABLE cameleer.application (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    display_name text NOT NULL,
    state text DEFAULT 'active'::text NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    last_release bigint DEFAULT 0 NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    health_check text DEFAULT 'http'::text NOT NULL,
    health_port integer DEFAULT 9876 NOT NULL,
    health_path text DEFAULT '/observe/health'::text NOT NULL,
    CONSTRAINT application_display_name_check CHECK (((length(display_name) >= 1) AND (length(display_name) <= 120))),
    CONSTRAINT application_health_check_check CHECK ((health_check = ANY (ARRAY['http'::text, 'tcp'::text, 'agent'::text, 'none'::text]))),
    CONSTRAINT application_health_path_check CHECK ((health_path ~ '^/[A-Za-z0-9._~/-]{0,199}$'::text)),
    CONSTRAINT application_health_port_check CHECK (((health_port >= 1) AND (health_port <= 65535))),
    CONSTRAINT application_name_check CHECK ((name ~ '^[a-z][a-z0-9-]{1,38}$'::text)),
    CONSTRAINT application_state_check CHECK ((state = ANY (ARRAY['active'::text, 'deleting'::text])))
);

ALTER TABLE ONLY cameleer.application FORCE ROW LEVEL SECURITY;

CREATE TABLE cameleer.environment (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    "position" integer NOT NULL,
    CONSTRAINT environment_name_check CHECK ((name ~ '^[a-z][a-z0-9]{1,15}$'::text))
);

ALTER TABLE ONLY cameleer.environment FORCE ROW LEVEL SECURITY;

CREATE TABLE cameleer.sso_provider (
    tenant_id uuid NOT NULL,
    issuer text NOT NULL,
    metadata_url text,
    client_id text NOT NULL,
    secret_box text NOT NULL,
    default_role text NOT NULL,
    group_claim text NOT NULL,
    group_roles jsonb NOT NULL,
    metadata jsonb,
    metadata_at timestamp with time zone,
    keys text,
    keys_at timestamp with time zone,
    keys_tried_at timestamp with time zone,
    rests_until timestamp with time zone,
    silences integer DEFAULT 0 NOT NULL,
    answered_at timestamp with time zone,
    proven_at timestamp with time zone,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT sso_provider_client_id_check CHECK ((length(client_id) <= 255)),
    CONSTRAINT sso_provider_default_role_check CHECK ((default_role <> 'owner'::text)),
    CONSTRAINT sso_provider_issuer_check CHECK ((length(issuer) <= 2048)),
    CONSTRAINT sso_provider_metadata_url_check CHECK ((length(metadata_url) <= 2048))
);

ALTER TABLE ONLY cameleer.sso_provider FORCE ROW LEVEL SECURITY;

CREATE FUNCTION cameleer.plan_excess(p_tenant uuid) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT string_agg(u.words, '; '::text) AS string_agg
    FROM (cameleer.plan_of(plan_excess.p_tenant) p(tier, "position", infrastructure, pricing, environments, custom_environments, max_agents, retention_days, max_apps, max_deployments, max_releases_day, jar_bytes, lineage_captures_minute, max_debug_sessions, max_vaults, support, sla_milli, vpn, approval, features)
      CROSS JOIN LATERAL ( SELECT format('%s applications of %s'::text, count(*), p.max_apps) AS words
            FROM cameleer.application a
           WHERE ((a.tenant_id = plan_excess.p_tenant) AND (a.state = 'active'::text))
          HAVING (count(*) > p.max_apps)
         UNION ALL
          SELECT format('%s deployments that run of %s'::text, count(*), p.max_deployments) AS format
            FROM cameleer.deployment d
           WHERE ((d.tenant_id = plan_excess.p_tenant) AND (d.wanted = 'running'::text))
          HAVING (count(*) > p.max_deployments)
         UNION ALL
          SELECT format('deployments in environment %s'::text, string_agg(e.name, ', '::text ORDER BY e."position")) AS format
            FROM cameleer.environment e
           WHERE ((e.tenant_id = plan_excess.p_tenant) AND (NOT p.custom_environments) AND (e.name <> ALL (p.environments)) AND (EXISTS ( SELECT
                    FROM cameleer.deployment d
                   WHERE ((d.tenant_id = e.tenant_id) AND (d.environment_id = e.id)))))
          HAVING (count(*) > 0)
         UNION ALL
          SELECT ('single sign-on by '::text || s.issuer)
            FROM cameleer.sso_provider s
           WHERE ((s.tenant_id = plan_excess.p_tenant) AND ((p.features -> 'sso'::text) <> 'true'::jsonb))
         UNION ALL
          SELECT format('custom roles %s'::text, string_agg(r.name, ', '::text ORDER BY r.name)) AS format
            FROM cameleer.role r
           WHERE ((r.tenant_id = plan_excess.p_tenant) AND ((p.features -> 'custom_roles'::text) <> 'true'::jsonb))
          HAVING (count(*) > 0)) u);
END;
ALTER FUNCTION cameleer.plan_excess(p_tenant uuid) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.plan_grants(p cameleer.plan) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    BEGIN ATOMIC
 SELECT (to_jsonb(p) - '{position,infrastructure,pricing,support,sla_milli,vpn,approval}'::text[]);
END;

CREATE FUNCTION cameleer.plan_override_end(p_tenant uuid, p_key text) RETURNS TABLE(old text)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 UPDATE cameleer.plan_override o SET ended_at = now()
   WHERE ((o.tenant_id = plan_override_end.p_tenant) AND (o.key = plan_override_end.p_key) AND (o.ended_at IS NULL) AND COALESCE((o.ends_at > now()), true))
   RETURNING (o.value #>> '{}'::text[]);
END;
ALTER FUNCTION cameleer.plan_override_end(p_tenant uuid, p_key text) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.plan_override_set(p_tenant uuid, p_key text, p_value jsonb, p_reason text, p_ends_at timestamp with time zone) RETURNS TABLE(old text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    AS $$
DECLARE
	v_plan	plan;
BEGIN
	SELECT p.* INTO v_plan FROM tenant t JOIN plan p ON p.tier = t.tier
	WHERE t.id = p_tenant AND t.state NOT IN ('deleting', 'deleted')
	FOR UPDATE OF t;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	SELECT v.value INTO old FROM plan_of(p_tenant) p
	CROSS JOIN plan_values(p) v WHERE v.key = p_key;
	UPDATE plan_override o SET ended_at = now()
	WHERE o.tenant_id = p_tenant AND o.key = p_key AND o.ended_at IS NULL;
	INSERT INTO plan_override (tenant_id, id, key, value, reason, ends_at)
	VALUES (p_tenant, gen_random_uuid(), p_key, p_value, p_reason,
	    p_ends_at);
	IF v_plan.features ? p_key THEN
		IF jsonb_typeof(p_value) <> jsonb_typeof(v_plan.features->p_key)
		THEN
			RAISE EXCEPTION 'a value of the wrong kind';
		END IF;
	ELSIF NOT EXISTS (SELECT FROM pg_attribute
	    WHERE attrelid = 'plan'::regclass AND attname = p_key
	    AND (p_value <> 'null' OR NOT attnotnull)) THEN
		RAISE EXCEPTION 'no such limit, or one that each plan has';
	END IF;
	PERFORM jsonb_populate_record(v_plan, jsonb_build_object(p_key,
	    p_value));
	RETURN NEXT;
END
$$;
ALTER FUNCTION cameleer.plan_override_set(p_tenant uuid, p_key text, p_value jsonb, p_reason text, p_ends_at timestamp with time zone) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.plan_values(p cameleer.plan) RETURNS TABLE(key text, value text)
    LANGUAGE sql IMMUTABLE
    BEGIN ATOMIC
 SELECT e.key,
         CASE jsonb_typeof(e.value)
             WHEN 'array'::text THEN ( SELECT string_agg(i.value, ','::text) AS string_agg
                FROM jsonb_array_elements_text(e.value) i(value))
             ELSE (e.value #>> '{}'::text[])
         END AS "case"
    FROM jsonb_each(((to_jsonb(plan_values.p) - 'features'::text) || (plan_values.p).features)) e(key, value);
END;

CREATE FUNCTION cameleer.plan_told(p_tenant uuid) RETURNS TABLE(tier text, key text, plan_value text, value text, reason text, since timestamp with time zone, ends_at timestamp with time zone)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT t.tier,
     v.key,
     v.value,
     w.value,
     o.reason,
     o.created_at,
     o.ends_at
    FROM (((((cameleer.tenant t
      JOIN cameleer.plan p ON ((p.tier = t.tier)))
      CROSS JOIN LATERAL cameleer.plan_values(p.*) v(key, value))
      CROSS JOIN LATERAL cameleer.plan_of(t.id) q(tier, "position", infrastructure, pricing, environments, custom_environments, max_agents, retention_days, max_apps, max_deployments, max_releases_day, jar_bytes, lineage_captures_minute, max_debug_sessions, max_vaults, support, sla_milli, vpn, approval, features))
      JOIN LATERAL cameleer.plan_values(q.*) w(key, value) ON ((w.key = v.key)))
      LEFT JOIN cameleer.plan_override o ON (((o.tenant_id = t.id) AND (o.key = v.key) AND (o.ended_at IS NULL) AND COALESCE((o.ends_at > now()), true))))
   WHERE (t.id = plan_told.p_tenant);
END;

CREATE TABLE cameleer.audit_event (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    actor_id uuid,
    actor_kind text NOT NULL,
    action text NOT NULL,
    subject_type text,
    subject_id text,
    environment text,
    result text NOT NULL,
    code text,
    facts jsonb,
    request_id text,
    service text NOT NULL,
    person jsonb,
    CONSTRAINT audit_event_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['account'::text, 'anonymous'::text, 'platform'::text]))),
    CONSTRAINT audit_event_result_check CHECK ((result = ANY (ARRAY['done'::text, 'refused'::text, 'failed'::text])))
);

ALTER TABLE ONLY cameleer.audit_event FORCE ROW LEVEL SECURITY;

CREATE FUNCTION cameleer.platform_audit(p_before uuid, p_limit integer) RETURNS TABLE(id uuid, at timestamp with time zone, actor_id uuid, actor_kind text, action text, subject_type text, subject_id text, client_ip inet, result text, code text, facts jsonb, request_id text, service text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT e.id,
     e.at,
     e.actor_id,
     e.actor_kind,
     e.action,
     e.subject_type,
     e.subject_id,
     (((cameleer.audit_open(e.person) -> 'client_ip'::text) ->> 'value'::text))::inet AS inet,
     e.result,
     e.code,
     e.facts,
     e.request_id,
     e.service
    FROM cameleer.audit_event e
   WHERE (cameleer.is_operator('platform.audit.read'::text) AND (e.tenant_id = '00000000-0000-0000-0000-000000000000'::uuid) AND ((platform_audit.p_before IS NULL) OR (e.id < platform_audit.p_before)))
   ORDER BY e.id DESC
  LIMIT LEAST(platform_audit.p_limit, 1000);
END;
ALTER FUNCTION cameleer.platform_audit(p_before uuid, p_limit integer) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.platform_certificate(p_tenant uuid) RETURNS TABLE(tenant uuid, serial bigint, token text, created_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT c.tenant_id,
     c.serial,
     c.token,
     c.created_at
    FROM cameleer.deletion_certificate c
   WHERE ((c.tenant_id = platform_certificate.p_tenant) AND cameleer.is_operator('platform.tenant.read'::text));
END;
ALTER FUNCTION cameleer.platform_certificate(p_tenant uuid) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.platform_drift() RETURNS SETOF cameleer.drift_row
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT drift_told.tenant,
     drift_told.slug,
     drift_told.object,
     drift_told.field,
     drift_told.wanted,
     drift_told.live,
     drift_told.since,
     drift_told.restoring,
     drift_told.changed_at,
     drift_told.changed_by
    FROM cameleer.drift_told(NULL::uuid) drift_told(tenant, slug, object, field, wanted, live, since, restoring, changed_at, changed_by)
   WHERE (cameleer.is_operator('platform.tenant.read'::text) OR cameleer.is_operator('platform.tenant.manage'::text));
END;
ALTER FUNCTION cameleer.platform_drift() OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.platform_drift_restore(p_tenant uuid, p_object text, p_operation uuid) RETURNS uuid
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT
         CASE
             WHEN cameleer.is_operator('platform.tenant.manage'::text) THEN cameleer.drift_restore(p_tenant, p_object, p_operation)
             ELSE NULL::uuid
         END AS "case";
END;
ALTER FUNCTION cameleer.platform_drift_restore(p_tenant uuid, p_object text, p_operation uuid) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.platform_isolation() RETURNS TABLE(tenant uuid, slug text, place text, outcome text, error text, checks jsonb, paths text[], started_at timestamp with time zone, finished_at timestamp with time zone, running boolean, age_s bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT isolation_states.tenant,
     isolation_states.slug,
     isolation_states.place,
     isolation_states.outcome,
     isolation_states.error,
     isolation_states.checks,
     isolation_states.paths,
     isolation_states.started_at,
     isolation_states.finished_at,
     isolation_states.running,
     isolation_states.age_s
    FROM cameleer.isolation_states() isolation_states(tenant, slug, place, outcome, error, checks, paths, started_at, finished_at, running, age_s)
   WHERE (cameleer.is_operator('platform.tenant.read'::text) OR cameleer.is_operator('platform.tenant.manage'::text));
END;
ALTER FUNCTION cameleer.platform_isolation() OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.platform_isolation_ask(p_tenant uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    AS $$
BEGIN
	IF NOT is_operator('platform.tenant.manage') THEN
		RETURN false;
	END IF;
	PERFORM isolation_ask(p_tenant);
	RETURN true;
END
$$;
ALTER FUNCTION cameleer.platform_isolation_ask(p_tenant uuid) OWNER TO cameleer_gate;

CREATE TABLE cameleer.license_standing (
    tenant_id uuid NOT NULL,
    state text NOT NULL,
    reason text NOT NULL,
    changed_by uuid,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT license_standing_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 300))),
    CONSTRAINT license_standing_state_check CHECK ((state = ANY (ARRAY['active'::text, 'suspended'::text, 'revoked'::text])))
);

ALTER TABLE ONLY cameleer.license_standing FORCE ROW LEVEL SECURITY;

CREATE FUNCTION cameleer.platform_license(p_tenant uuid) RETURNS TABLE(version bigint, tier text, state text, valid_until timestamp with time zone, grace_until timestamp with time zone, standing text, reason text, changed_by uuid, changed_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT l.version,
     l.tier,
     l.state,
     l.valid_until,
     l.grace_until,
     COALESCE(s.state, 'active'::text) AS "coalesce",
     s.reason,
     s.changed_by,
     s.changed_at
    FROM (cameleer.license l
      LEFT JOIN cameleer.license_standing s ON ((s.tenant_id = l.tenant_id)))
   WHERE ((l.tenant_id = platform_license.p_tenant) AND (cameleer.is_operator('platform.tenant.read'::text) OR cameleer.is_operator('platform.tenant.manage'::text)))
   ORDER BY l.version DESC
  LIMIT 1;
END;
ALTER FUNCTION cameleer.platform_license(p_tenant uuid) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.platform_license_decision(p_tenant uuid, p_operation uuid, p_decision text, p_reason text, p_link text) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT
         CASE
             WHEN cameleer.is_operator('platform.tenant.manage'::text) THEN cameleer.license_decision(p_tenant, p_operation, p_decision, p_reason, p_link)
             ELSE false
         END AS "case";
END;
ALTER FUNCTION cameleer.platform_license_decision(p_tenant uuid, p_operation uuid, p_decision text, p_reason text, p_link text) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.platform_operation_decide(p_operation uuid, p_decision text, p_step text, p_reason text) RETURNS text
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT
         CASE
             WHEN cameleer.is_operator('platform.operation.manage'::text) THEN cameleer.operation_decide(p_operation, p_decision, p_step, p_reason)
             ELSE 'none'::text
         END AS "case";
END;
ALTER FUNCTION cameleer.platform_operation_decide(p_operation uuid, p_decision text, p_step text, p_reason text) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.platform_operation_story(p_operation uuid) RETURNS TABLE(steps json, events json)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT s.steps,
     s.events
    FROM cameleer.operation_story(platform_operation_story.p_operation) s(steps, events)
   WHERE (cameleer.is_operator('platform.operation.read'::text) OR cameleer.is_operator('platform.operation.manage'::text));
END;
ALTER FUNCTION cameleer.platform_operation_story(p_operation uuid) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.platform_operations(p_operation uuid, p_after uuid, p_limit integer) RETURNS SETOF cameleer.operation_seen
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT operations_seen.id,
     operations_seen.tenant,
     operations_seen.slug,
     operations_seen.kind,
     operations_seen.state,
     operations_seen.attempt,
     operations_seen.failures,
     operations_seen.error_code,
     operations_seen.error,
     operations_seen.ending,
     operations_seen.step,
     operations_seen.skippable,
     operations_seen.created_at,
     operations_seen.finished_at
    FROM cameleer.operations_seen(platform_operations.p_operation, platform_operations.p_after, platform_operations.p_limit) operations_seen(id, tenant, slug, kind, state, attempt, failures, error_code, error, ending, step, skippable, created_at, finished_at)
   WHERE (cameleer.is_operator('platform.operation.read'::text) OR cameleer.is_operator('platform.operation.manage'::text));
END;
ALTER FUNCTION cameleer.platform_operations(p_operation uuid, p_after uuid, p_limit integer) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.platform_place_add(p_id uuid, p_place jsonb) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT
         CASE
             WHEN cameleer.is_operator('platform.place.manage'::text) THEN cameleer.place_add(p_id, p_place)
             ELSE false
         END AS "case";
END;
ALTER FUNCTION cameleer.platform_place_add(p_id uuid, p_place jsonb) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.platform_place_move(p_place uuid, p_to text) RETURNS text[]
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT
         CASE
             WHEN cameleer.is_operator('platform.place.manage'::text) THEN cameleer.place_move(p_place, p_to)
             ELSE '{!}'::text[]
         END AS "case";
END;
ALTER FUNCTION cameleer.platform_place_move(p_place uuid, p_to text) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.platform_places() RETURNS SETOF cameleer.place_state
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT place_states.id,
     place_states.name,
     place_states.kind,
     place_states.state,
     place_states.tenant,
     place_states.endpoint,
     place_states.registry,
     place_states.tenants,
     place_states.max_tenants,
     place_states.applications,
     place_states.cpu_used,
     place_states.cpu_most,
     place_states.cpu_overcommit,
     place_states.memory_used,
     place_states.memory_most,
     place_states.memory_overcommit,
     place_states.checking,
     place_states.checked_at,
     place_states.error,
     place_states.warning,
     place_states.version,
     place_states.free_mb,
     place_states.disk_mb,
     place_states.disk_free_mb,
     place_states.images,
     place_states.created_at
    FROM cameleer.place_states() place_states(id, name, kind, state, tenant, endpoint, registry, tenants, max_tenants, applications, cpu_used, cpu_most, cpu_overcommit, memory_used, memory_most, memory_overcommit, checking, checked_at, error, warning, version, free_mb, disk_mb, disk_free_mb, images, created_at)
   WHERE (cameleer.is_operator('platform.place.read'::text) OR cameleer.is_operator('platform.place.manage'::text));
END;
ALTER FUNCTION cameleer.platform_places() OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.platform_plan_change(p_tenant uuid, p_tier text, p_operation uuid, p_reason text, p_link text) RETURNS TABLE(outcome text, old text, excess text)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT c.outcome,
     c.old,
     c.excess
    FROM (( SELECT cameleer.is_operator('platform.tenant.manage'::text) AS may) o
      CROSS JOIN LATERAL cameleer.plan_change(
         CASE
             WHEN o.may THEN platform_plan_change.p_tenant
             ELSE NULL::uuid
         END, platform_plan_change.p_tier, platform_plan_change.p_operation, platform_plan_change.p_reason, platform_plan_change.p_link) c(outcome, old, excess));
END;
ALTER FUNCTION cameleer.platform_plan_change(p_tenant uuid, p_tier text, p_operation uuid, p_reason text, p_link text) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.platform_plan_end(p_tenant uuid, p_key text) RETURNS TABLE(old text)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT s.old
    FROM (( SELECT cameleer.is_operator('platform.tenant.manage'::text) AS may) o
      CROSS JOIN LATERAL cameleer.plan_override_end(
         CASE
             WHEN o.may THEN platform_plan_end.p_tenant
             ELSE NULL::uuid
         END, platform_plan_end.p_key) s(old));
END;
ALTER FUNCTION cameleer.platform_plan_end(p_tenant uuid, p_key text) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.platform_plan_set(p_tenant uuid, p_key text, p_value jsonb, p_reason text, p_ends_at timestamp with time zone) RETURNS TABLE(old text)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT s.old
    FROM (( SELECT cameleer.is_operator('platform.tenant.manage'::text) AS may) o
      CROSS JOIN LATERAL cameleer.plan_override_set(
         CASE
             WHEN o.may THEN platform_plan_set.p_tenant
             ELSE NULL::uuid
         END, platform_plan_set.p_key, platform_plan_set.p_value, platform_plan_set.p_reason, platform_plan_set.p_ends_at) s(old));
END;
ALTER FUNCTION cameleer.platform_plan_set(p_tenant uuid, p_key text, p_value jsonb, p_reason text, p_ends_at timestamp with time zone) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.platform_plan_told(p_tenant uuid) RETURNS TABLE(tier text, key text, plan_value text, value text, reason text, since timestamp with time zone, ends_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT p.tier,
     p.key,
     p.plan_value,
     p.value,
     p.reason,
     p.since,
     p.ends_at
    FROM cameleer.plan_told(platform_plan_told.p_tenant) p(tier, key, plan_value, value, reason, since, ends_at)
   WHERE (cameleer.is_operator('platform.tenant.read'::text) OR cameleer.is_operator('platform.tenant.manage'::text));
END;
ALTER FUNCTION cameleer.platform_plan_told(p_tenant uuid) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.platform_tenant(p_tenant uuid) RETURNS TABLE(id uuid, slug text, name text, tier text, state text, members bigint, created_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT t.id,
     t.slug,
     t.name,
     t.tier,
     t.state,
     ( SELECT count(*) AS count
            FROM cameleer.membership m
           WHERE (m.tenant_id = t.id)) AS count,
     t.created_at
    FROM cameleer.tenant t
   WHERE ((t.id = platform_tenant.p_tenant) AND (cameleer.is_operator('platform.tenant.read'::text) OR cameleer.is_operator('platform.tenant.manage'::text)));
END;
ALTER FUNCTION cameleer.platform_tenant(p_tenant uuid) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.tenant_answer(p_tenant uuid, p_operation uuid, p_yes boolean, p_reason text, p_link text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    AS $$
DECLARE
	v_tenant	tenant;
	v_kind		text := CASE WHEN p_yes THEN 'tenant.provision'
			    ELSE 'tenant.remove' END;
BEGIN
	UPDATE tenant SET version = version + 1,
	    state = CASE WHEN p_yes THEN 'provisioning' ELSE 'deleting' END
	WHERE id = p_tenant AND state = 'requested'
	RETURNING * INTO v_tenant;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	-- Whoever asked for the tenant may follow its operation.
	INSERT INTO operation (tenant_id, id, kind, subject_id, created_by)
	VALUES (p_tenant, p_operation, v_kind, p_tenant, v_tenant.created_by);
	INSERT INTO mail (id, address, template, data)
	SELECT gen_random_uuid(), a.email,
	    CASE WHEN p_yes THEN 'tenant_approved' ELSE 'tenant_refused' END,
	    jsonb_build_object('name', a.name, 'tenant', v_tenant.name,
		'tier', v_tenant.tier, 'reason', coalesce(p_reason, ''),
		'link', p_link || '/tenants/' || v_tenant.slug)
	FROM membership m JOIN account a ON a.id = m.account_id
	WHERE m.tenant_id = p_tenant AND m.role = 'owner'
	AND a.state = 'active' AND a.email IS NOT NULL;
	PERFORM pg_notify('cameleer_jobs', v_kind),
	    pg_notify('cameleer_jobs', 'mail');
	RETURN true;
END
$$;
ALTER FUNCTION cameleer.tenant_answer(p_tenant uuid, p_operation uuid, p_yes boolean, p_reason text, p_link text) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.platform_tenant_answer(p_tenant uuid, p_operation uuid, p_yes boolean, p_reason text, p_link text) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT
         CASE
             WHEN cameleer.is_operator('platform.tenant.manage'::text) THEN cameleer.tenant_answer(p_tenant, p_operation, p_yes, p_reason, p_link)
             ELSE false
         END AS "case";
END;
ALTER FUNCTION cameleer.platform_tenant_answer(p_tenant uuid, p_operation uuid, p_yes boolean, p_reason text, p_link text) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.platform_tenant_keep(p_tenant uuid, p_operation uuid, p_reason text, p_link text) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT
         CASE
             WHEN cameleer.is_operator('platform.tenant.manage'::text) THEN cameleer.tenant_keep(p_tenant, p_operation, p_reason, p_link)
             ELSE false
         END AS "case";
END;
ALTER FUNCTION cameleer.platform_tenant_keep(p_tenant uuid, p_operation uuid, p_reason text, p_link text) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.tenant_shorten(p_tenant uuid, p_operation uuid, p_reason text, p_link text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
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
ALTER FUNCTION cameleer.tenant_shorten(p_tenant uuid, p_operation uuid, p_reason text, p_link text) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.platform_tenant_shorten(p_tenant uuid, p_operation uuid, p_reason text, p_link text) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT
         CASE
             WHEN cameleer.is_operator('platform.tenant.manage'::text) THEN cameleer.tenant_shorten(p_tenant, p_operation, p_reason, p_link)
             ELSE false
         END AS "case";
END;
ALTER FUNCTION cameleer.platform_tenant_shorten(p_tenant uuid, p_operation uuid, p_reason text, p_link text) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.platform_tenants(p_after uuid, p_key text, p_limit integer, p_words text, p_newest boolean, p_state text) RETURNS TABLE(id uuid, slug text, name text, tier text, state text, members bigint, created_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT t.id,
     t.slug,
     t.name,
     t.tier,
     t.state,
     ( SELECT count(*) AS count
            FROM cameleer.membership m
           WHERE (m.tenant_id = t.id)) AS count,
     t.created_at
    FROM cameleer.tenant t
   WHERE (cameleer.is_operator('platform.tenant.read'::text) AND ((platform_tenants.p_words IS NULL) OR (POSITION((lower(platform_tenants.p_words)) IN (lower(((t.slug || ' '::text) || t.name)))) > 0)) AND ((platform_tenants.p_state IS NULL) OR (t.state = platform_tenants.p_state)) AND ((platform_tenants.p_after IS NULL) OR
         CASE
             WHEN platform_tenants.p_newest THEN (t.id < platform_tenants.p_after)
             ELSE (ROW(lower(t.name), t.id) > ROW(lower(platform_tenants.p_key), platform_tenants.p_after))
         END))
   ORDER BY
         CASE
             WHEN (NOT platform_tenants.p_newest) THEN lower(t.name)
             ELSE NULL::text
         END,
         CASE
             WHEN platform_tenants.p_newest THEN t.id
             ELSE NULL::uuid
         END DESC, t.id
  LIMIT LEAST(platform_tenants.p_limit, 1000);
END;
ALTER FUNCTION cameleer.platform_tenants(p_after uuid, p_key text, p_limit integer, p_words text, p_newest boolean, p_state text) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.platform_tenants_total(p_words text, p_state text) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT count(*) AS count
    FROM cameleer.tenant t
   WHERE (cameleer.is_operator('platform.tenant.read'::text) AND ((platform_tenants_total.p_words IS NULL) OR (POSITION((lower(platform_tenants_total.p_words)) IN (lower(((t.slug || ' '::text) || t.name)))) > 0)) AND ((platform_tenants_total.p_state IS NULL) OR (t.state = platform_tenants_total.p_state)));
END;
ALTER FUNCTION cameleer.platform_tenants_total(p_words text, p_state text) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.removed_mail(p_certificate text) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT cameleer.owners_mail(cameleer.app_tenant(), 'tenant_removed'::text, jsonb_build_object('certificate', p_certificate), ''::text) AS owners_mail;
END;
ALTER FUNCTION cameleer.removed_mail(p_certificate text) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.request_begin(p_session uuid, p_account uuid, p_tenant uuid, p_slug text) RETURNS TABLE(good boolean, kind text, fresh boolean, tenant uuid, role text, permissions text, rule text, tenant_slug text, tenant_state text, license_state text, license_valid_s bigint, license_grace_s bigint)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    AS $$
BEGIN
	SELECT s.id IS NOT NULL, a.kind,
	    s.authenticated_at > now() - interval '10 minutes'
	    AND (s.sso_tenant IS NULL OR s.methods && '{pwd,otp,hwk}'
	    OR NOT EXISTS (SELECT FROM membership o
		WHERE o.account_id = s.account_id
		AND o.tenant_id <> s.sso_tenant)),
	    t.id, coalesce(m.role, c.name),
	    CASE WHEN m.account_id IS NOT NULL
		THEN member_permissions(m.tenant_id, m.account_id)
		WHEN a.kind = 'operator' THEN (SELECT ' '
		    || array_to_string(o.permissions, ' ') || ' '
		    FROM operator o WHERE o.account_id = a.id) END,
	    CASE WHEN s.sso_tenant <> n.id AND n.named
		THEN 'sso_session_bound'
		WHEN a.kind = 'operator' AND NOT s.methods && '{otp,hwk}'
		THEN 'second_factor_required'
		WHEN p.sso_enforced AND p.break_glass <> a.id
		    AND s.sso_tenant IS DISTINCT FROM t.id
		THEN 'sso_required'
		WHEN p.second_factor && ARRAY['*', coalesce(m.role, c.name)]
		    AND NOT s.methods && '{otp,hwk}'
		    AND s.sso_tenant IS DISTINCT FROM t.id
		THEN 'second_factor_required' END,
	    t.slug, t.state, l.state,
	    extract(epoch FROM l.valid_until)::bigint,
	    extract(epoch FROM l.grace_until)::bigint
	INTO good, kind, fresh, tenant, role, permissions, rule, tenant_slug,
	    tenant_state, license_state, license_valid_s, license_grace_s
	FROM (SELECT coalesce(p_tenant, (SELECT x.id FROM tenant x
		WHERE x.slug = p_slug AND x.state <> 'deleted'),
		'00000000-0000-0000-0000-000000000000') AS id,
	    p_tenant IS NOT NULL OR p_slug IS NOT NULL AS named
	    OFFSET 0) n			-- evaluated once, although read often
	LEFT JOIN (session s JOIN account a ON a.id = s.account_id
		AND a.state = 'active')
	    ON s.id = p_session AND s.account_id = p_account
	    AND s.revoked_at IS NULL AND s.expires_at > now()
	LEFT JOIN (membership m JOIN tenant t ON t.id = m.tenant_id
		AND t.state <> 'deleted')
	    ON m.tenant_id = n.id AND m.account_id = s.account_id
	    AND coalesce(s.sso_tenant, n.id) = n.id
	LEFT JOIN role c ON c.tenant_id = m.tenant_id AND c.id = m.custom_role
	LEFT JOIN sign_in_policy p ON p.tenant_id = m.tenant_id
	LEFT JOIN LATERAL (SELECT * FROM license
	    WHERE tenant_id = m.tenant_id ORDER BY version DESC LIMIT 1) l
	    ON true;
	PERFORM set_config('app.tenant', coalesce(tenant::text, ''), true),
	    set_config('app.actor', coalesce(p_account::text, ''), true);
	RETURN NEXT;
END
$$;
ALTER FUNCTION cameleer.request_begin(p_session uuid, p_account uuid, p_tenant uuid, p_slug text) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.request_begin_token(p_digest text) RETURNS TABLE(good boolean, token uuid, account uuid, tenant uuid, kind text, role text, permissions text, scopes text, tenant_slug text, tenant_state text, used_s bigint, license_state text, license_valid_s bigint, license_grace_s bigint)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    AS $$
DECLARE
	k	api_token;
BEGIN
	SELECT * INTO k FROM api_token WHERE digest = p_digest
	    AND revoked_at IS NULL AND expires_at > now();
	SELECT a.id IS NOT NULL, k.id, a.id, t.id, a.kind,
	    coalesce(m.role, (SELECT c.name FROM role c
		WHERE c.tenant_id = m.tenant_id AND c.id = m.custom_role)),
	    CASE WHEN m.account_id IS NOT NULL
		THEN member_permissions(m.tenant_id, m.account_id) END,
	    ' ' || array_to_string(k.scopes, ' ') || ' ',
	    t.slug, t.state,
	    extract(epoch FROM now() - k.used_at)::bigint, l.state,
	    extract(epoch FROM l.valid_until)::bigint,
	    extract(epoch FROM l.grace_until)::bigint
	INTO good, token, account, tenant, kind, role, permissions, scopes,
	    tenant_slug, tenant_state, used_s, license_state,
	    license_valid_s, license_grace_s
	FROM (SELECT 1) one
	LEFT JOIN account a ON a.id = k.account_id AND a.state = 'active'
	LEFT JOIN (membership m JOIN tenant t ON t.id = m.tenant_id
		AND t.state <> 'deleted')
	    ON m.tenant_id = k.tenant_id AND m.account_id = a.id
	LEFT JOIN LATERAL (SELECT * FROM license
	    WHERE tenant_id = m.tenant_id ORDER BY version DESC LIMIT 1) l
	    ON true;
	PERFORM set_config('app.tenant', coalesce(tenant::text, ''), true),
	    set_config('app.actor', coalesce(account::text, ''), true);
	RETURN NEXT;
END
$$;
ALTER FUNCTION cameleer.request_begin_token(p_digest text) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.rfc3339_us(p_at timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN to_char((p_at AT TIME ZONE 'UTC'::text), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'::text);

CREATE TABLE cameleer.role_preset (
    name text NOT NULL,
    "position" integer NOT NULL,
    permissions text[] NOT NULL
);

CREATE FUNCTION cameleer.role_words(p_role text) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT ((' '::text || array_to_string(r.words, ' '::text)) || ' '::text)
    FROM ( SELECT p.name,
             p.permissions AS words
            FROM cameleer.role_preset p
         UNION ALL
          SELECT c.name,
             c.grants
            FROM cameleer.role c
           WHERE (c.tenant_id = cameleer.app_tenant())) r
   WHERE (r.name = role_words.p_role);
END;
ALTER FUNCTION cameleer.role_words(p_role text) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.second_factor_asked() RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT t.slug
    FROM (((cameleer.membership m
      JOIN cameleer.tenant t ON (((t.id = m.tenant_id) AND (t.state <> 'deleted'::text))))
      JOIN cameleer.sign_in_policy p ON ((p.tenant_id = m.tenant_id)))
      LEFT JOIN cameleer.role c ON (((c.tenant_id = m.tenant_id) AND (c.id = m.custom_role))))
   WHERE ((m.account_id = cameleer.app_actor()) AND (p.second_factor && ARRAY['*'::text, COALESCE(m.role, c.name)]))
   ORDER BY t.slug
  LIMIT 1;
END;
ALTER FUNCTION cameleer.second_factor_asked() OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.service_account_join(p_account uuid, p_role text) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 INSERT INTO cameleer.membership (tenant_id, account_id, role, custom_role)  SELECT a.home_tenant,
             a.id,
             p.name,
             c.id
            FROM ((cameleer.account a
              LEFT JOIN cameleer.role_preset p ON (((p.name = service_account_join.p_role) AND (p.name <> 'owner'::text))))
              LEFT JOIN cameleer.role c ON (((c.tenant_id = a.home_tenant) AND (c.name = service_account_join.p_role))))
           WHERE ((a.id = service_account_join.p_account) AND (a.kind = 'service'::text) AND (a.home_tenant = cameleer.app_tenant()) AND ((p.name IS NOT NULL) OR (c.id IS NOT NULL)))
   RETURNING true;
END;
ALTER FUNCTION cameleer.service_account_join(p_account uuid, p_role text) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.service_account_leave(p_account uuid) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 DELETE FROM cameleer.membership m
    USING cameleer.account a
   WHERE ((a.id = service_account_leave.p_account) AND (a.kind = 'service'::text) AND (a.home_tenant = cameleer.app_tenant()) AND (m.tenant_id = a.home_tenant) AND (m.account_id = a.id))
   RETURNING true;
END;
ALTER FUNCTION cameleer.service_account_leave(p_account uuid) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.slug_unused() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
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

CREATE TABLE cameleer.sso_ticket (
    tenant_id uuid NOT NULL,
    digest text NOT NULL,
    issuer text NOT NULL,
    subject text NOT NULL,
    email text,
    email_proof text NOT NULL,
    name text NOT NULL,
    role text,
    sid text,
    return_path text NOT NULL,
    expires_at timestamp with time zone DEFAULT (now() + '00:01:00'::interval) NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT sso_ticket_check CHECK (((email IS NOT NULL) = (email_proof = ANY (ARRAY['said'::text, 'domain'::text])))),
    CONSTRAINT sso_ticket_email_check CHECK ((length(email) <= 254)),
    CONSTRAINT sso_ticket_email_proof_check CHECK ((email_proof = ANY (ARRAY['said'::text, 'domain'::text, 'denied'::text, 'shared'::text, 'missing'::text, 'unasked'::text]))),
    CONSTRAINT sso_ticket_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120)))
);

ALTER TABLE ONLY cameleer.sso_ticket FORCE ROW LEVEL SECURITY;

CREATE FUNCTION cameleer.sso_admit(k cameleer.sso_ticket, p_account uuid, p_default text, OUT refused text, OUT was text, OUT becomes text, OUT withdrawn bigint) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    AS $$
DECLARE
	v_preset text;
	v_custom uuid;
BEGIN
	-- Two sign-ins of one member at the same time, and a change by hand.
	SELECT coalesce(m.role, c.name) INTO was FROM membership m
	LEFT JOIN role c ON c.tenant_id = m.tenant_id AND c.id = m.custom_role
	WHERE m.tenant_id = k.tenant_id AND m.account_id = p_account
	FOR UPDATE OF m;
	SELECT name INTO v_preset FROM role_preset
	WHERE name = coalesce(k.role, p_default) AND name <> 'owner';
	IF v_preset IS NULL THEN
		SELECT id INTO v_custom FROM role WHERE tenant_id = k.tenant_id
		AND name = coalesce(k.role, p_default);
	END IF;
	IF v_preset IS NULL AND v_custom IS NULL THEN
		refused := 'sso_role_gone';
		RETURN;
	END IF;
	INSERT INTO membership (tenant_id, account_id, role, custom_role)
	VALUES (k.tenant_id, p_account, v_preset, v_custom)
	ON CONFLICT (tenant_id, account_id) DO UPDATE
	    SET role = v_preset, custom_role = v_custom,
	    version = membership.version + 1
	    WHERE k.role IS NOT NULL
	    AND (membership.role IS DISTINCT FROM v_preset
		OR membership.custom_role IS DISTINCT FROM v_custom)
	    AND membership.role IS DISTINCT FROM 'owner';
	IF FOUND THEN
		becomes := coalesce(k.role, p_default);
	END IF;
	IF FOUND AND was IS NOT NULL THEN
		DELETE FROM invitation WHERE tenant_id = k.tenant_id
		AND invited_by = p_account;
		GET DIAGNOSTICS withdrawn = ROW_COUNT;
	END IF;
END
$$;
ALTER FUNCTION cameleer.sso_admit(k cameleer.sso_ticket, p_account uuid, p_default text, OUT refused text, OUT was text, OUT becomes text, OUT withdrawn bigint) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.sso_adopt(k cameleer.sso_ticket, p_account uuid, OUT refused text, OUT account uuid, OUT how text, OUT disarmed boolean) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    AS $$
DECLARE
	a	account;
BEGIN
	IF k.email IS NULL THEN
		refused := CASE k.email_proof
		    WHEN 'shared' THEN 'sso_issuer_shared'
		    WHEN 'missing' THEN 'sso_address_missing'
		    WHEN 'unasked' THEN 'sso_userinfo_failed'
		    ELSE 'sso_address_not_verified' END;
		RETURN;
	END IF;
	IF NOT EXISTS (SELECT FROM sso_domain d
	    WHERE d.tenant_id = k.tenant_id AND d.verified_at IS NOT NULL
	    AND d.domain = split_part(lower(k.email), '@', 2)) THEN
		refused := 'sso_domain_not_verified';
		RETURN;
	END IF;
	SELECT * INTO a FROM account WHERE email = lower(k.email);
	IF NOT FOUND THEN
		INSERT INTO account (id, email, name, verified_at)
		VALUES (p_account, lower(k.email), k.name, now());
		account := p_account;
		how := 'made';
	ELSIF a.kind <> 'person' OR EXISTS (SELECT FROM membership m
	    WHERE m.account_id = a.id AND m.tenant_id <> k.tenant_id) THEN
		refused := 'sso_link_refused';
		RETURN;
	ELSE
		-- Delete a password that somebody set who never proved the
		-- address.
		UPDATE account SET verified_at = now(), password_hash = NULL
		WHERE id = a.id AND verified_at IS NULL;
		disarmed := FOUND AND a.password_hash IS NOT NULL;
		account := a.id;
		how := 'linked';
	END IF;
	INSERT INTO sso_identity (tenant_id, issuer, subject, account_id)
	VALUES (k.tenant_id, k.issuer, k.subject, account);
END
$$;
ALTER FUNCTION cameleer.sso_adopt(k cameleer.sso_ticket, p_account uuid, OUT refused text, OUT account uuid, OUT how text, OUT disarmed boolean) OWNER TO cameleer_gate;

CREATE TABLE cameleer.sso_session (
    tenant_id uuid NOT NULL,
    session_id uuid NOT NULL,
    issuer text NOT NULL,
    subject text NOT NULL,
    sid text
);

ALTER TABLE ONLY cameleer.sso_session FORCE ROW LEVEL SECURITY;

CREATE FUNCTION cameleer.sso_bind(p_digest text, p_session uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 INSERT INTO cameleer.sso_session (tenant_id, session_id, issuer, subject, sid)  SELECT k.tenant_id,
             sso_bind.p_session AS p_session,
             k.issuer,
             k.subject,
             k.sid
            FROM cameleer.sso_ticket k
           WHERE (k.digest = sso_bind.p_digest);
END;
ALTER FUNCTION cameleer.sso_bind(p_digest text, p_session uuid) OWNER TO cameleer_gate;

CREATE TABLE cameleer.sso_domain (
    tenant_id uuid NOT NULL,
    domain text NOT NULL,
    challenge text NOT NULL,
    verified_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT sso_domain_domain_check CHECK (((domain = lower(domain)) AND (length(domain) <= 253)))
);

ALTER TABLE ONLY cameleer.sso_domain FORCE ROW LEVEL SECURITY;

CREATE FUNCTION cameleer.sso_discover(p_domain text) RETURNS TABLE(tenant text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT t.slug
    FROM (((cameleer.sso_domain d
      JOIN cameleer.sso_provider v ON ((v.tenant_id = d.tenant_id)))
      JOIN cameleer.tenant t ON ((t.id = d.tenant_id)))
      CROSS JOIN LATERAL cameleer.plan_of(t.id) p(tier, "position", infrastructure, pricing, environments, custom_environments, max_agents, retention_days, max_apps, max_deployments, max_releases_day, jar_bytes, lineage_captures_minute, max_debug_sessions, max_vaults, support, sla_milli, vpn, approval, features))
   WHERE ((d.domain = lower(sso_discover.p_domain)) AND (d.verified_at IS NOT NULL) AND (t.state = ANY (ARRAY['active'::text, 'suspended'::text])) AND ((p.features ->> 'sso'::text))::boolean);
END;
ALTER FUNCTION cameleer.sso_discover(p_domain text) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.sso_finish(p_digest text, p_account uuid) RETURNS TABLE(refused text, account uuid, tenant uuid, how text, return_path text, email_proof text, was text, becomes text, tenant_name text, tenant_slug text, tier text, withdrawn bigint, disarmed boolean)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    AS $$
DECLARE
	k	sso_ticket;
	p	sso_provider;
	v_entitled boolean;
BEGIN
	UPDATE sso_ticket t SET used_at = now() WHERE t.digest = p_digest
	AND t.used_at IS NULL AND t.expires_at > now() RETURNING * INTO k;
	SELECT * INTO p FROM sso_provider v
	WHERE v.tenant_id = k.tenant_id AND v.issuer = k.issuer;
	IF NOT FOUND THEN
		refused := 'sso_ticket_not_valid';
		RETURN NEXT;
		RETURN;
	END IF;
	tenant := k.tenant_id;
	email_proof := k.email_proof;
	return_path := k.return_path;
	SELECT s.entitled, t.name, t.slug, t.tier
	INTO v_entitled, tenant_name, tenant_slug, tier FROM tenant t
	CROSS JOIN LATERAL sso_tenant(t.slug) s WHERE t.id = k.tenant_id;
	-- Two concurrent first sign-ins of one person make one account.
	PERFORM pg_advisory_xact_lock(hashtextextended(
	    k.tenant_id || k.issuer || k.subject, 4));
	SELECT i.account_id INTO account FROM sso_identity i
	WHERE i.tenant_id = k.tenant_id AND i.issuer = k.issuer
	AND i.subject = k.subject;
	how := 'known';
	-- NULL: the tenant is being deleted.
	IF v_entitled IS NULL THEN
		refused := 'sso_ticket_not_valid';
	ELSIF NOT v_entitled THEN
		refused := 'not_entitled';
	ELSIF account IS NULL THEN
		SELECT d.refused, d.account, d.how, d.disarmed
		INTO refused, account, how, disarmed
		FROM sso_adopt(k, p_account) d;
	END IF;
	IF refused IS NULL AND NOT EXISTS (SELECT FROM account a
	    WHERE a.id = sso_finish.account AND a.state = 'active') THEN
		refused := 'account_disabled';
	END IF;
	IF refused IS NULL THEN
		SELECT d.refused, d.was, d.becomes, d.withdrawn
		INTO refused, was, becomes, withdrawn
		FROM sso_admit(k, account, p.default_role) d;
	END IF;
	IF refused IS NULL THEN
		UPDATE sso_provider v SET proven_at = now()
		WHERE v.tenant_id = k.tenant_id AND v.proven_at IS NULL;
		UPDATE sso_identity i SET seen_at = now()
		WHERE i.tenant_id = k.tenant_id AND i.issuer = k.issuer
		AND i.subject = k.subject;
	END IF;
	RETURN NEXT;
END
$$;
ALTER FUNCTION cameleer.sso_finish(p_digest text, p_account uuid) OWNER TO cameleer_gate;

CREATE TABLE cameleer.session (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    kind text NOT NULL,
    client_ip inet,
    user_agent text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    seen_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    authenticated_at timestamp with time zone DEFAULT now() NOT NULL,
    methods text[] DEFAULT '{pwd}'::text[] NOT NULL,
    sso_tenant uuid,
    CONSTRAINT session_check CHECK (((sso_tenant IS NOT NULL) = ('sso'::text = ANY (methods)))),
    CONSTRAINT session_kind_check CHECK ((kind = ANY (ARRAY['cookie'::text, 'token'::text]))),
    CONSTRAINT session_methods_check CHECK (((methods <@ '{pwd,otp,hwk,sso,recovery}'::text[]) AND (cardinality(methods) > 0)))
);

CREATE FUNCTION cameleer.sso_logout(p_issuer text, p_subject text, p_sid text, p_said_at bigint) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 WITH ended AS (
          UPDATE cameleer.session s SET revoked_at = now()
            FROM cameleer.sso_session x
           WHERE ((x.tenant_id = cameleer.app_tenant()) AND (x.session_id = s.id) AND (x.issuer = sso_logout.p_issuer) AND ((sso_logout.p_subject IS NULL) OR (x.subject = sso_logout.p_subject)) AND ((sso_logout.p_sid IS NULL) OR (x.sid = sso_logout.p_sid)) AND (COALESCE(sso_logout.p_subject, sso_logout.p_sid) IS NOT NULL) AND (s.revoked_at IS NULL) AND (s.created_at < to_timestamp(((sso_logout.p_said_at + 1))::double precision)))
           RETURNING s.id
         )
  SELECT count(*) AS count
    FROM ended;
END;
ALTER FUNCTION cameleer.sso_logout(p_issuer text, p_subject text, p_sid text, p_said_at bigint) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.sso_may_break_glass(p_account uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT (EXISTS ( SELECT
            FROM (cameleer.membership m
              JOIN cameleer.account a ON ((a.id = m.account_id)))
           WHERE ((m.tenant_id = cameleer.app_tenant()) AND (m.account_id = sso_may_break_glass.p_account) AND (m.role = 'owner'::text) AND (a.state = 'active'::text) AND (a.kind = 'person'::text) AND (a.password_hash IS NOT NULL)))) AS "exists";
END;
ALTER FUNCTION cameleer.sso_may_break_glass(p_account uuid) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.sso_tenant(p_slug text) RETURNS TABLE(id uuid, tier text, entitled boolean)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT t.id,
     t.tier,
     COALESCE(((p.features ->> 'sso'::text))::boolean, false) AS "coalesce"
    FROM (cameleer.tenant t
      CROSS JOIN LATERAL cameleer.plan_of(t.id) p(tier, "position", infrastructure, pricing, environments, custom_environments, max_agents, retention_days, max_apps, max_deployments, max_releases_day, jar_bytes, lineage_captures_minute, max_debug_sessions, max_vaults, support, sla_milli, vpn, approval, features))
   WHERE ((t.slug = sso_tenant.p_slug) AND (t.state = ANY (ARRAY['active'::text, 'suspended'::text])));
END;
ALTER FUNCTION cameleer.sso_tenant(p_slug text) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.step_usual(p_operation uuid) RETURNS TABLE(step text, typical_ms bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT s.name,
     ( SELECT percentile_disc((0.5)::double precision) WITHIN GROUP (ORDER BY r.took_ms) AS percentile_disc
            FROM ( SELECT e.took_ms
                    FROM cameleer.provisioning_event e
                   WHERE ((e.kind = o.kind) AND (e.step = s.name) AND (e.place_id = t.place_id) AND (e.what = 'done'::text))
                   ORDER BY e.seq DESC
                  LIMIT 20) r) AS percentile_disc
    FROM ((cameleer.operation o
      JOIN cameleer.tenant t ON ((t.id = o.tenant_id)))
      JOIN cameleer.operation_step s ON (((s.tenant_id = o.tenant_id) AND (s.operation_id = o.id))))
   WHERE ((o.tenant_id = cameleer.app_tenant()) AND (o.id = step_usual.p_operation));
END;
ALTER FUNCTION cameleer.step_usual(p_operation uuid) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.tenant_data() RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
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

CREATE FUNCTION cameleer.tenant_drift() RETURNS SETOF cameleer.drift_row
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT drift_told.tenant,
     drift_told.slug,
     drift_told.object,
     drift_told.field,
     drift_told.wanted,
     drift_told.live,
     drift_told.since,
     drift_told.restoring,
     drift_told.changed_at,
     drift_told.changed_by
    FROM cameleer.drift_told(cameleer.app_tenant()) drift_told(tenant, slug, object, field, wanted, live, since, restoring, changed_at, changed_by)
   WHERE (cameleer.app_tenant() IS NOT NULL);
END;
ALTER FUNCTION cameleer.tenant_drift() OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.tenant_drift_restore(p_object text, p_operation uuid) RETURNS uuid
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT cameleer.drift_restore(cameleer.app_tenant(), p_object, p_operation) AS drift_restore;
END;
ALTER FUNCTION cameleer.tenant_drift_restore(p_object text, p_operation uuid) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.tenant_erase(p_operation uuid) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    AS $_$
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
$_$;

CREATE FUNCTION cameleer.tenant_id_of(p_slug text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT t.id
    FROM cameleer.tenant t
   WHERE ((t.slug = tenant_id_of.p_slug) AND (t.state <> 'deleted'::text));
END;
ALTER FUNCTION cameleer.tenant_id_of(p_slug text) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.tenant_leave(p_link text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
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
ALTER FUNCTION cameleer.tenant_leave(p_link text) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.tenant_members(p_only uuid, p_after uuid, p_limit integer) RETURNS TABLE(id uuid, kind text, email text, name text, role text, custom_role uuid, state text, locked_until timestamp with time zone, version bigint, created_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT a.id,
     a.kind,
     a.email,
     a.name,
     COALESCE(m.role, c.name) AS "coalesce",
     m.custom_role,
     a.state,
     g.locked_until,
     m.version,
     m.created_at
    FROM (((cameleer.membership m
      JOIN cameleer.account a ON ((a.id = m.account_id)))
      LEFT JOIN cameleer.role c ON (((c.tenant_id = m.tenant_id) AND (c.id = m.custom_role))))
      LEFT JOIN cameleer.login_guess g ON (((g.locked_until > now()) AND (g.digest = encode(sha256(convert_to(a.email, 'UTF8'::name)), 'hex'::text)))))
   WHERE ((m.tenant_id = cameleer.app_tenant()) AND ((tenant_members.p_only IS NULL) OR (a.id = tenant_members.p_only)) AND ((tenant_members.p_after IS NULL) OR (a.id > tenant_members.p_after)))
   ORDER BY a.id
  LIMIT LEAST(tenant_members.p_limit, 1000);
END;
ALTER FUNCTION cameleer.tenant_members(p_only uuid, p_after uuid, p_limit integer) OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.tenant_place() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    AS $$
DECLARE
	v_place	uuid;
BEGIN
	FOR v_place IN
	    SELECT p.id FROM place p JOIN place_rooms(NULL) r ON r.place = p.id
	    WHERE p.state = 'ready'
	    AND coalesce(p.dedicated_to, NEW.id) = NEW.id
	    ORDER BY p.dedicated_to IS NULL, p.error IS NOT NULL,
		coalesce(r.memory_most, 1 << 30) - r.memory_used DESC, p.id
	LOOP
		-- Asked again under the lock: it may be drained meanwhile.
		IF place_fits(v_place, 1) AND EXISTS (SELECT FROM place
		    WHERE id = v_place AND state = 'ready') THEN
			NEW.place_id := v_place;
			RETURN NEW;
		END IF;
	END LOOP;
	RAISE EXCEPTION 'no place has room for tenant %', NEW.slug
	    USING ERRCODE = 'restrict_violation';
END
$$;
ALTER FUNCTION cameleer.tenant_place() OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.tenant_suspension() RETURNS TABLE(reason text, until timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT s.reason,
     ( SELECT l.grace_until
            FROM cameleer.license l
           WHERE (l.tenant_id = s.tenant_id)
           ORDER BY l.version DESC
          LIMIT 1) AS grace_until
    FROM cameleer.license_standing s
   WHERE (s.tenant_id = cameleer.app_tenant());
END;
ALTER FUNCTION cameleer.tenant_suspension() OWNER TO cameleer_gate;

CREATE FUNCTION cameleer.tenant_upstream(p_feature text) RETURNS TABLE(upstream text, tier text, value text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT e.upstream,
     t.tier,
     ( SELECT (p.features ->> tenant_upstream.p_feature)
            FROM cameleer.plan_of(t.id) p(tier, "position", infrastructure, pricing, environments, custom_environments, max_agents, retention_days, max_apps, max_deployments, max_releases_day, jar_bytes, lineage_captures_minute, max_debug_sessions, max_vaults, support, sla_milli, vpn, approval, features)
           WHERE (tenant_upstream.p_feature IS NOT NULL))
    FROM (cameleer.tenant t
      LEFT JOIN cameleer.tenant_endpoint e ON ((e.tenant_id = t.id)))
   WHERE (t.id = cameleer.app_tenant());
END;
ALTER FUNCTION cameleer.tenant_upstream(p_feature text) OWNER TO cameleer_gate;

CREATE TABLE cameleer.app_log (
    tenant_id uuid NOT NULL,
    deployment_id uuid NOT NULL,
    seq bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    stream text NOT NULL,
    level text,
    line text NOT NULL,
    CONSTRAINT app_log_level_check CHECK ((level = ANY (ARRAY['trace'::text, 'debug'::text, 'info'::text, 'warn'::text, 'error'::text, 'fatal'::text]))),
    CONSTRAINT app_log_stream_check CHECK ((stream = ANY (ARRAY['stdout'::text, 'stderr'::text, 'platform'::text])))
);

ALTER TABLE ONLY cameleer.app_log FORCE ROW LEVEL SECURITY;
ALTER TABLE cameleer.app_log ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME cameleer.app_log_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE cameleer.audit_checkpoint (
    tenant_id uuid NOT NULL,
    seq bigint NOT NULL,
    hash text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    token text NOT NULL
);

ALTER TABLE ONLY cameleer.audit_checkpoint FORCE ROW LEVEL SECURITY;

CREATE TABLE cameleer.audit_flood (
    minute timestamp with time zone NOT NULL,
    network inet NOT NULL,
    action text NOT NULL,
    code text NOT NULL,
    n bigint NOT NULL
);

CREATE TABLE cameleer.audit_head (
    tenant_id uuid NOT NULL,
    seq bigint DEFAULT 0 NOT NULL,
    hash text DEFAULT repeat('0'::text, 64) NOT NULL,
    signed_seq bigint DEFAULT 0 NOT NULL,
    signed_at timestamp with time zone
);

ALTER TABLE ONLY cameleer.audit_head FORCE ROW LEVEL SECURITY;

CREATE TABLE cameleer.audit_link (
    tenant_id uuid NOT NULL,
    seq bigint NOT NULL,
    event_id uuid NOT NULL,
    hash text NOT NULL,
    CONSTRAINT audit_link_hash_check CHECK ((hash ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT audit_link_seq_check CHECK ((seq > 0))
);

ALTER TABLE ONLY cameleer.audit_link FORCE ROW LEVEL SECURITY;

CREATE TABLE cameleer.audit_unsealed (
    tenant_id uuid NOT NULL,
    event_id uuid NOT NULL
);

ALTER TABLE ONLY cameleer.audit_unsealed FORCE ROW LEVEL SECURITY;
ALTER TABLE cameleer.deletion_certificate ALTER COLUMN serial ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME cameleer.deletion_certificate_serial_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE cameleer.device_login (
    device_digest text NOT NULL,
    user_digest text NOT NULL,
    client_name text NOT NULL,
    client_ip inet,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    interval_s integer DEFAULT 5 NOT NULL,
    polled_at timestamp with time zone,
    state text DEFAULT 'pending'::text NOT NULL,
    session_id uuid,
    CONSTRAINT device_login_check CHECK (((session_id IS NOT NULL) = (state = ANY (ARRAY['approved'::text, 'used'::text])))),
    CONSTRAINT device_login_client_name_check CHECK (((length(client_name) >= 1) AND (length(client_name) <= 60))),
    CONSTRAINT device_login_interval_s_check CHECK (((interval_s >= 1) AND (interval_s <= 600))),
    CONSTRAINT device_login_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'approved'::text, 'denied'::text, 'used'::text])))
);

CREATE TABLE cameleer.drift_look (
    tenant_id uuid NOT NULL,
    looked_at timestamp with time zone DEFAULT now() NOT NULL,
    error text
);

ALTER TABLE ONLY cameleer.drift_look FORCE ROW LEVEL SECURITY;

CREATE TABLE cameleer.email_change (
    account_id uuid NOT NULL,
    email text NOT NULL,
    old_digest text NOT NULL,
    new_digest text NOT NULL,
    old_at timestamp with time zone,
    new_at timestamp with time zone,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT email_change_email_check CHECK (((email = lower(email)) AND (length(email) <= 254)))
);

CREATE TABLE cameleer.erasure (
    account_id uuid NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE cameleer.finding_acknowledgement (
    tenant_id uuid NOT NULL,
    application_id uuid NOT NULL,
    fingerprint text NOT NULL,
    reason text NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT finding_acknowledgement_fingerprint_check CHECK ((fingerprint ~ '^[0-9a-f]{32}$'::text)),
    CONSTRAINT finding_acknowledgement_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 500)))
);

ALTER TABLE ONLY cameleer.finding_acknowledgement FORCE ROW LEVEL SECURITY;

CREATE TABLE cameleer.idempotency (
    account_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    route text NOT NULL,
    key text NOT NULL,
    fingerprint text NOT NULL,
    status integer,
    body text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT idempotency_key_check CHECK (((length(key) >= 1) AND (length(key) <= 255)))
);

ALTER TABLE ONLY cameleer.idempotency FORCE ROW LEVEL SECURITY;

CREATE TABLE cameleer.known_device (
    digest text NOT NULL,
    account_id uuid NOT NULL,
    used_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE cameleer.license_revocations (
    serial bigint NOT NULL,
    ids uuid[] NOT NULL,
    token text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE cameleer.lifecycle (
    noun text NOT NULL,
    from_state text NOT NULL,
    to_state text NOT NULL,
    who text[] NOT NULL
);

CREATE TABLE cameleer.mail_limit (
    digest text NOT NULL,
    purpose text NOT NULL,
    scope text NOT NULL,
    began_at timestamp with time zone DEFAULT now() NOT NULL,
    sent integer DEFAULT 0 NOT NULL,
    sent_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE cameleer.mail_rule (
    purpose text NOT NULL,
    first_s integer NOT NULL,
    most_s integer NOT NULL,
    per_day integer NOT NULL,
    CONSTRAINT mail_rule_check CHECK ((most_s >= first_s)),
    CONSTRAINT mail_rule_first_s_check CHECK ((first_s >= 0)),
    CONSTRAINT mail_rule_per_day_check CHECK ((per_day > 0))
);

CREATE TABLE cameleer.migration (
    version integer NOT NULL,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE cameleer.one_time_token (
    digest text NOT NULL,
    account_id uuid,
    purpose text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    email text,
    CONSTRAINT one_time_token_check CHECK (((purpose = 'verify'::text) = (email IS NOT NULL))),
    CONSTRAINT one_time_token_check1 CHECK (((purpose = 'verify'::text) = (account_id IS NULL))),
    CONSTRAINT one_time_token_email_check CHECK (((email = lower(email)) AND (length(email) <= 254))),
    CONSTRAINT one_time_token_purpose_check CHECK ((purpose = ANY (ARRAY['verify'::text, 'reset'::text])))
);

CREATE TABLE cameleer.passkey (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    name text NOT NULL,
    credential text NOT NULL,
    alg integer NOT NULL,
    public_key text NOT NULL,
    aaguid uuid NOT NULL,
    sign_count bigint NOT NULL,
    backup_eligible boolean NOT NULL,
    backed_up boolean NOT NULL,
    transports text[] DEFAULT '{}'::text[] NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT passkey_alg_check CHECK ((alg = ANY (ARRAY['-7'::integer, '-8'::integer, '-257'::integer]))),
    CONSTRAINT passkey_check CHECK ((backup_eligible OR (NOT backed_up))),
    CONSTRAINT passkey_credential_check CHECK (((length(credential) >= 2) AND (length(credential) <= 1364))),
    CONSTRAINT passkey_name_check CHECK (((length(name) >= 1) AND (length(name) <= 60))),
    CONSTRAINT passkey_sign_count_check CHECK (((sign_count >= 0) AND (sign_count <= '4294967295'::bigint))),
    CONSTRAINT passkey_transports_check CHECK ((cardinality(transports) <= 8))
);

CREATE TABLE cameleer.passkey_challenge (
    digest text NOT NULL,
    purpose text NOT NULL,
    asker text NOT NULL,
    account_id uuid,
    session_id uuid,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT passkey_challenge_check CHECK (((account_id IS NULL) = (purpose = 'login'::text))),
    CONSTRAINT passkey_challenge_check1 CHECK (((session_id IS NULL) = (purpose = ANY (ARRAY['login'::text, 'second'::text])))),
    CONSTRAINT passkey_challenge_purpose_check CHECK ((purpose = ANY (ARRAY['register'::text, 'login'::text, 'second'::text, 'step-up'::text])))
);

CREATE TABLE cameleer.place_seal (
    one boolean DEFAULT true NOT NULL,
    public_key text NOT NULL,
    CONSTRAINT place_seal_one_check CHECK (one)
);

ALTER TABLE cameleer.provisioning_event ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME cameleer.provisioning_event_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE cameleer.recovery_code (
    account_id uuid NOT NULL,
    digest text NOT NULL,
    used_at timestamp with time zone
);

CREATE TABLE cameleer.refresh_token (
    digest text NOT NULL,
    session_id uuid NOT NULL,
    issued_at timestamp with time zone DEFAULT now() NOT NULL,
    used_at timestamp with time zone
);

CREATE TABLE cameleer.reserved_name (
    noun text NOT NULL,
    name text NOT NULL,
    CONSTRAINT reserved_name_name_check CHECK ((name = lower(name))),
    CONSTRAINT reserved_name_noun_check CHECK ((noun = ANY (ARRAY['tenant'::text, 'app'::text])))
);

CREATE TABLE cameleer.schedule (
    kind text NOT NULL,
    every_s integer NOT NULL,
    next_at timestamp with time zone DEFAULT now() NOT NULL,
    ran_at timestamp with time zone,
    error text,
    CONSTRAINT schedule_every_s_check CHECK ((every_s > 0))
);

CREATE TABLE cameleer.server_rotation (
    tenant_id uuid NOT NULL,
    overlap_hours integer NOT NULL,
    asked_at timestamp with time zone DEFAULT now() NOT NULL,
    rotated_at timestamp with time zone,
    ends_at timestamp with time zone,
    ended_at timestamp with time zone,
    CONSTRAINT server_rotation_check CHECK (((rotated_at IS NULL) = (ends_at IS NULL))),
    CONSTRAINT server_rotation_check1 CHECK (((ended_at IS NULL) OR (rotated_at IS NOT NULL))),
    CONSTRAINT server_rotation_overlap_hours_check CHECK (((overlap_hours >= 1) AND (overlap_hours <= 168)))
);

ALTER TABLE ONLY cameleer.server_rotation FORCE ROW LEVEL SECURITY;

CREATE TABLE cameleer.server_told (
    tenant_id uuid NOT NULL,
    item text NOT NULL,
    way text NOT NULL,
    digest text NOT NULL,
    told_at timestamp with time zone DEFAULT now() NOT NULL,
    pending boolean DEFAULT false NOT NULL,
    tried_at timestamp with time zone,
    error text,
    CONSTRAINT server_told_item_check CHECK ((item = ANY (ARRAY['issuer'::text, 'keys'::text, 'audience'::text, 'license_key'::text, 'database'::text, 'license'::text]))),
    CONSTRAINT server_told_way_check CHECK ((way = ANY (ARRAY['start'::text, 'push'::text])))
);

ALTER TABLE ONLY cameleer.server_told FORCE ROW LEVEL SECURITY;

CREATE TABLE cameleer.sign_in_challenge (
    digest text NOT NULL,
    account_id uuid NOT NULL,
    kind text NOT NULL,
    methods text[] NOT NULL,
    proof text,
    tries integer DEFAULT 0 NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT sign_in_challenge_kind_check CHECK ((kind = ANY (ARRAY['cookie'::text, 'token'::text])))
);

CREATE TABLE cameleer.signing_key (
    kid text NOT NULL,
    purpose text NOT NULL,
    state text NOT NULL,
    jwk jsonb NOT NULL,
    holder text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT signing_key_purpose_check CHECK ((purpose = ANY (ARRAY['access'::text, 'server'::text, 'license'::text, 'audit'::text]))),
    CONSTRAINT signing_key_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'active'::text, 'passive'::text, 'retired'::text])))
);

CREATE TABLE cameleer.sso_identity (
    tenant_id uuid NOT NULL,
    issuer text NOT NULL,
    subject text NOT NULL,
    account_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    seen_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT sso_identity_subject_check CHECK ((length(subject) <= 255))
);

ALTER TABLE ONLY cameleer.sso_identity FORCE ROW LEVEL SECURITY;

CREATE TABLE cameleer.sso_login (
    tenant_id uuid NOT NULL,
    digest text NOT NULL,
    browser text NOT NULL,
    issuer text NOT NULL,
    return_path text NOT NULL,
    expires_at timestamp with time zone DEFAULT (now() + '00:10:00'::interval) NOT NULL
);

ALTER TABLE ONLY cameleer.sso_login FORCE ROW LEVEL SECURITY;

CREATE TABLE cameleer.store_login (
    tenant_id uuid NOT NULL,
    turn bigint NOT NULL,
    turning boolean DEFAULT true NOT NULL,
    begun_at timestamp with time zone DEFAULT now() NOT NULL,
    turned_at timestamp with time zone,
    CONSTRAINT store_login_turn_check CHECK ((turn > 0))
);

ALTER TABLE ONLY cameleer.store_login FORCE ROW LEVEL SECURITY;

CREATE TABLE cameleer.team (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    role text,
    custom_role uuid,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT team_check CHECK (((role IS NULL) <> (custom_role IS NULL))),
    CONSTRAINT team_name_check CHECK (((length(name) >= 1) AND (length(name) <= 60)))
);

ALTER TABLE ONLY cameleer.team FORCE ROW LEVEL SECURITY;

CREATE TABLE cameleer.team_application (
    tenant_id uuid NOT NULL,
    team_id uuid NOT NULL,
    application_id uuid NOT NULL
);

ALTER TABLE ONLY cameleer.team_application FORCE ROW LEVEL SECURITY;

CREATE TABLE cameleer.team_member (
    tenant_id uuid NOT NULL,
    team_id uuid NOT NULL,
    account_id uuid NOT NULL
);

ALTER TABLE ONLY cameleer.team_member FORCE ROW LEVEL SECURITY;

CREATE TABLE cameleer.tenant_export (
    tenant_id uuid NOT NULL,
    place text NOT NULL,
    certificate text NOT NULL,
    asked_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY cameleer.tenant_export FORCE ROW LEVEL SECURITY;

CREATE TABLE cameleer.tenant_export_file (
    tenant_id uuid NOT NULL,
    path text NOT NULL,
    content text NOT NULL
);

ALTER TABLE ONLY cameleer.tenant_export_file FORCE ROW LEVEL SECURITY;

CREATE TABLE cameleer.tenant_secret (
    tenant_id uuid NOT NULL,
    name text NOT NULL,
    box text NOT NULL,
    digest text,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY cameleer.tenant_secret FORCE ROW LEVEL SECURITY;

CREATE TABLE cameleer.totp (
    account_id uuid NOT NULL,
    state text NOT NULL,
    box text NOT NULL,
    last_step bigint DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT totp_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'active'::text])))
);

CREATE TABLE cameleer.used_slug (
    digest text NOT NULL
);

ALTER TABLE ONLY cameleer.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (id);

CREATE FUNCTION cameleer.service_accounts() RETURNS TABLE(id uuid, name text, role text, permissions text, created_at timestamp with time zone, tokens bigint, used_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'cameleer', 'pg_temp'
    BEGIN ATOMIC
 SELECT a.id,
     a.name,
     COALESCE(m.role, c.name) AS "coalesce",
     cameleer.member_permissions(m.tenant_id, a.id) AS member_permissions,
     a.created_at,
     count(k.id) FILTER (WHERE ((k.revoked_at IS NULL) AND (k.expires_at > now()))) AS count,
     max(k.used_at) AS max
    FROM (((cameleer.account a
      JOIN cameleer.membership m ON (((m.tenant_id = a.home_tenant) AND (m.account_id = a.id))))
      LEFT JOIN cameleer.role c ON (((c.tenant_id = m.tenant_id) AND (c.id = m.custom_role))))
      LEFT JOIN cameleer.api_token k ON ((k.account_id = a.id)))
   WHERE ((a.kind = 'service'::text) AND (a.state = 'active'::text) AND (a.home_tenant = cameleer.app_tenant()))
   GROUP BY a.id, m.tenant_id, m.role, c.name
   ORDER BY a.id
  LIMIT 1000;
END;
ALTER FUNCTION cameleer.service_accounts() OWNER TO cameleer_gate;

ALTER TABLE ONLY cameleer.account
    ADD CONSTRAINT account_email_key UNIQUE (email);
ALTER TABLE ONLY cameleer.account_request
    ADD CONSTRAINT account_request_pkey PRIMARY KEY (id);
ALTER TABLE ONLY cameleer.agent_door
    ADD CONSTRAINT agent_door_pkey PRIMARY KEY (tenant_id);
ALTER TABLE ONLY cameleer.agent_seal
    ADD CONSTRAINT agent_seal_pkey PRIMARY KEY (one);
ALTER TABLE ONLY cameleer.api_token
    ADD CONSTRAINT api_token_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY cameleer.app_log
    ADD CONSTRAINT app_log_pkey PRIMARY KEY (tenant_id, deployment_id, seq);
ALTER TABLE ONLY cameleer.application
    ADD CONSTRAINT application_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY cameleer.application
    ADD CONSTRAINT application_tenant_id_name_key UNIQUE (tenant_id, name);
ALTER TABLE ONLY cameleer.audit_checkpoint
    ADD CONSTRAINT audit_checkpoint_pkey PRIMARY KEY (tenant_id, seq);
ALTER TABLE ONLY cameleer.audit_event
    ADD CONSTRAINT audit_event_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY cameleer.audit_flood
    ADD CONSTRAINT audit_flood_pkey PRIMARY KEY (minute, network, action, code);
ALTER TABLE ONLY cameleer.audit_head
    ADD CONSTRAINT audit_head_pkey PRIMARY KEY (tenant_id);
ALTER TABLE ONLY cameleer.audit_link
    ADD CONSTRAINT audit_link_pkey PRIMARY KEY (tenant_id, seq);
ALTER TABLE ONLY cameleer.audit_link
    ADD CONSTRAINT audit_link_tenant_id_event_id_key UNIQUE (tenant_id, event_id);
ALTER TABLE ONLY cameleer.audit_unsealed
    ADD CONSTRAINT audit_unsealed_pkey PRIMARY KEY (tenant_id, event_id);
ALTER TABLE ONLY cameleer.bootstrap_token
    ADD CONSTRAINT bootstrap_token_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY cameleer.container_limit
    ADD CONSTRAINT container_limit_pkey PRIMARY KEY (kind);
ALTER TABLE ONLY cameleer.deletion_certificate
    ADD CONSTRAINT deletion_certificate_pkey PRIMARY KEY (tenant_id);
ALTER TABLE ONLY cameleer.deployment
    ADD CONSTRAINT deployment_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY cameleer.deployment
    ADD CONSTRAINT deployment_tenant_id_application_id_environment_id_key UNIQUE (tenant_id, application_id, environment_id);
ALTER TABLE ONLY cameleer.device_login
    ADD CONSTRAINT device_login_pkey PRIMARY KEY (device_digest);
ALTER TABLE ONLY cameleer.device_login
    ADD CONSTRAINT device_login_user_digest_key UNIQUE (user_digest);
ALTER TABLE ONLY cameleer.drift_look
    ADD CONSTRAINT drift_look_pkey PRIMARY KEY (tenant_id);
ALTER TABLE ONLY cameleer.drift
    ADD CONSTRAINT drift_pkey PRIMARY KEY (tenant_id, object, field);
ALTER TABLE ONLY cameleer.email_change
    ADD CONSTRAINT email_change_new_digest_key UNIQUE (new_digest);
ALTER TABLE ONLY cameleer.email_change
    ADD CONSTRAINT email_change_old_digest_key UNIQUE (old_digest);
ALTER TABLE ONLY cameleer.email_change
    ADD CONSTRAINT email_change_pkey PRIMARY KEY (account_id);
ALTER TABLE ONLY cameleer.environment
    ADD CONSTRAINT environment_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY cameleer.environment
    ADD CONSTRAINT environment_tenant_id_name_key UNIQUE (tenant_id, name);
ALTER TABLE ONLY cameleer.erasure
    ADD CONSTRAINT erasure_pkey PRIMARY KEY (account_id);
ALTER TABLE ONLY cameleer.finding_acknowledgement
    ADD CONSTRAINT finding_acknowledgement_pkey PRIMARY KEY (tenant_id, application_id, fingerprint);
ALTER TABLE ONLY cameleer.idempotency
    ADD CONSTRAINT idempotency_pkey PRIMARY KEY (account_id, tenant_id, route, key);
ALTER TABLE ONLY cameleer.invitation
    ADD CONSTRAINT invitation_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY cameleer.invitation
    ADD CONSTRAINT invitation_tenant_id_email_key UNIQUE (tenant_id, email);
ALTER TABLE ONLY cameleer.isolation_run
    ADD CONSTRAINT isolation_run_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY cameleer.known_device
    ADD CONSTRAINT known_device_pkey PRIMARY KEY (digest, account_id);
ALTER TABLE ONLY cameleer.license
    ADD CONSTRAINT license_pkey PRIMARY KEY (tenant_id, version);
ALTER TABLE ONLY cameleer.license_revocations
    ADD CONSTRAINT license_revocations_pkey PRIMARY KEY (serial);
ALTER TABLE ONLY cameleer.license_standing
    ADD CONSTRAINT license_standing_pkey PRIMARY KEY (tenant_id);
ALTER TABLE ONLY cameleer.license
    ADD CONSTRAINT license_tenant_id_id_key UNIQUE (tenant_id, id);
ALTER TABLE ONLY cameleer.lifecycle
    ADD CONSTRAINT lifecycle_pkey PRIMARY KEY (noun, from_state, to_state);
ALTER TABLE ONLY cameleer.login_guess
    ADD CONSTRAINT login_guess_pkey PRIMARY KEY (digest);
ALTER TABLE ONLY cameleer.mail_limit
    ADD CONSTRAINT mail_limit_pkey PRIMARY KEY (digest, purpose, scope);
ALTER TABLE ONLY cameleer.mail
    ADD CONSTRAINT mail_pkey PRIMARY KEY (id);
ALTER TABLE ONLY cameleer.mail_rule
    ADD CONSTRAINT mail_rule_pkey PRIMARY KEY (purpose);
ALTER TABLE ONLY cameleer.membership
    ADD CONSTRAINT membership_pkey PRIMARY KEY (tenant_id, account_id);
ALTER TABLE ONLY cameleer.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (version);
ALTER TABLE ONLY cameleer.one_time_token
    ADD CONSTRAINT one_time_token_pkey PRIMARY KEY (digest);
ALTER TABLE ONLY cameleer.operation
    ADD CONSTRAINT operation_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY cameleer.operation_step
    ADD CONSTRAINT operation_step_pkey PRIMARY KEY (tenant_id, operation_id, name);
ALTER TABLE ONLY cameleer.operator
    ADD CONSTRAINT operator_pkey PRIMARY KEY (account_id);
ALTER TABLE ONLY cameleer.passkey_challenge
    ADD CONSTRAINT passkey_challenge_pkey PRIMARY KEY (digest);
ALTER TABLE ONLY cameleer.passkey
    ADD CONSTRAINT passkey_credential_key UNIQUE (credential);
ALTER TABLE ONLY cameleer.passkey
    ADD CONSTRAINT passkey_pkey PRIMARY KEY (id);
ALTER TABLE ONLY cameleer.place
    ADD CONSTRAINT place_pkey PRIMARY KEY (id);
ALTER TABLE ONLY cameleer.place_seal
    ADD CONSTRAINT place_seal_pkey PRIMARY KEY (one);
ALTER TABLE ONLY cameleer.plan_override
    ADD CONSTRAINT plan_override_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY cameleer.plan
    ADD CONSTRAINT plan_pkey PRIMARY KEY (tier);
ALTER TABLE ONLY cameleer.plan
    ADD CONSTRAINT plan_position_key UNIQUE ("position");
ALTER TABLE ONLY cameleer.provisioning_event
    ADD CONSTRAINT provisioning_event_pkey PRIMARY KEY (tenant_id, seq);
ALTER TABLE ONLY cameleer.recovery_code
    ADD CONSTRAINT recovery_code_pkey PRIMARY KEY (account_id, digest);
ALTER TABLE ONLY cameleer.refresh_token
    ADD CONSTRAINT refresh_token_pkey PRIMARY KEY (digest);
ALTER TABLE ONLY cameleer.release
    ADD CONSTRAINT release_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY cameleer.release
    ADD CONSTRAINT release_tenant_id_application_id_number_key UNIQUE (tenant_id, application_id, number);
ALTER TABLE ONLY cameleer.reserved_name
    ADD CONSTRAINT reserved_name_pkey PRIMARY KEY (noun, name);
ALTER TABLE ONLY cameleer.role
    ADD CONSTRAINT role_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY cameleer.role_preset
    ADD CONSTRAINT role_preset_pkey PRIMARY KEY (name);
ALTER TABLE ONLY cameleer.role_preset
    ADD CONSTRAINT role_preset_position_key UNIQUE ("position");
ALTER TABLE ONLY cameleer.role
    ADD CONSTRAINT role_tenant_id_name_key UNIQUE (tenant_id, name);
ALTER TABLE ONLY cameleer.schedule
    ADD CONSTRAINT schedule_pkey PRIMARY KEY (kind);
ALTER TABLE ONLY cameleer.server_rotation
    ADD CONSTRAINT server_rotation_pkey PRIMARY KEY (tenant_id);
ALTER TABLE ONLY cameleer.server_told
    ADD CONSTRAINT server_told_pkey PRIMARY KEY (tenant_id, item);
ALTER TABLE ONLY cameleer.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (id);
ALTER TABLE ONLY cameleer.sign_in_challenge
    ADD CONSTRAINT sign_in_challenge_pkey PRIMARY KEY (digest);
ALTER TABLE ONLY cameleer.sign_in_policy
    ADD CONSTRAINT sign_in_policy_pkey PRIMARY KEY (tenant_id);
ALTER TABLE ONLY cameleer.signing_key
    ADD CONSTRAINT signing_key_pkey PRIMARY KEY (kid);
ALTER TABLE ONLY cameleer.sso_domain
    ADD CONSTRAINT sso_domain_pkey PRIMARY KEY (tenant_id, domain);
ALTER TABLE ONLY cameleer.sso_identity
    ADD CONSTRAINT sso_identity_pkey PRIMARY KEY (tenant_id, issuer, subject);
ALTER TABLE ONLY cameleer.sso_login
    ADD CONSTRAINT sso_login_pkey PRIMARY KEY (tenant_id, digest);
ALTER TABLE ONLY cameleer.sso_provider
    ADD CONSTRAINT sso_provider_pkey PRIMARY KEY (tenant_id);
ALTER TABLE ONLY cameleer.sso_session
    ADD CONSTRAINT sso_session_pkey PRIMARY KEY (tenant_id, session_id);
ALTER TABLE ONLY cameleer.sso_ticket
    ADD CONSTRAINT sso_ticket_pkey PRIMARY KEY (tenant_id, digest);
ALTER TABLE ONLY cameleer.store_login
    ADD CONSTRAINT store_login_pkey PRIMARY KEY (tenant_id);
ALTER TABLE ONLY cameleer.subject_key
    ADD CONSTRAINT subject_key_account_id_key UNIQUE (account_id);
ALTER TABLE ONLY cameleer.subject_key
    ADD CONSTRAINT subject_key_address_key UNIQUE (address);
ALTER TABLE ONLY cameleer.subject_key
    ADD CONSTRAINT subject_key_pkey PRIMARY KEY (id);
ALTER TABLE ONLY cameleer.team_application
    ADD CONSTRAINT team_application_pkey PRIMARY KEY (tenant_id, team_id, application_id);
ALTER TABLE ONLY cameleer.team_member
    ADD CONSTRAINT team_member_pkey PRIMARY KEY (tenant_id, team_id, account_id);
ALTER TABLE ONLY cameleer.team
    ADD CONSTRAINT team_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY cameleer.team
    ADD CONSTRAINT team_tenant_id_name_key UNIQUE (tenant_id, name);
ALTER TABLE ONLY cameleer.tenant_deletion
    ADD CONSTRAINT tenant_deletion_pkey PRIMARY KEY (tenant_id);
ALTER TABLE ONLY cameleer.tenant_endpoint
    ADD CONSTRAINT tenant_endpoint_pkey PRIMARY KEY (tenant_id);
ALTER TABLE ONLY cameleer.tenant_export_file
    ADD CONSTRAINT tenant_export_file_pkey PRIMARY KEY (tenant_id, path);
ALTER TABLE ONLY cameleer.tenant_export
    ADD CONSTRAINT tenant_export_pkey PRIMARY KEY (tenant_id);
ALTER TABLE ONLY cameleer.tenant
    ADD CONSTRAINT tenant_pkey PRIMARY KEY (id);
ALTER TABLE ONLY cameleer.tenant_secret
    ADD CONSTRAINT tenant_secret_pkey PRIMARY KEY (tenant_id, name);
ALTER TABLE ONLY cameleer.tenant
    ADD CONSTRAINT tenant_slug_key UNIQUE (slug);
ALTER TABLE ONLY cameleer.totp
    ADD CONSTRAINT totp_pkey PRIMARY KEY (account_id, state);
ALTER TABLE ONLY cameleer.used_slug
    ADD CONSTRAINT used_slug_pkey PRIMARY KEY (digest);

CREATE INDEX account_home ON cameleer.account USING btree (home_tenant) WHERE (home_tenant IS NOT NULL);
CREATE INDEX api_token_account ON cameleer.api_token USING btree (account_id);

CREATE UNIQUE INDEX api_token_digest ON cameleer.api_token USING btree (digest);

CREATE INDEX audit_event_subject ON cameleer.audit_event USING btree (tenant_id, subject_type, subject_id, id);

CREATE UNIQUE INDEX bootstrap_token_digest ON cameleer.bootstrap_token USING btree (digest);
CREATE UNIQUE INDEX deletion_certificate_digest ON cameleer.deletion_certificate USING btree (digest);
CREATE UNIQUE INDEX deletion_certificate_serial ON cameleer.deletion_certificate USING btree (serial);

CREATE INDEX device_login_client ON cameleer.device_login USING btree (client_ip);
CREATE INDEX device_login_expires ON cameleer.device_login USING btree (expires_at);
CREATE INDEX device_login_session ON cameleer.device_login USING btree (session_id) WHERE (session_id IS NOT NULL);
CREATE INDEX idempotency_age ON cameleer.idempotency USING btree (created_at);
CREATE INDEX invitation_custom_role ON cameleer.invitation USING btree (tenant_id, custom_role) WHERE (custom_role IS NOT NULL);

CREATE UNIQUE INDEX invitation_digest ON cameleer.invitation USING btree (digest);

CREATE INDEX invitation_invited_by ON cameleer.invitation USING btree (tenant_id, invited_by);
CREATE INDEX invitation_team ON cameleer.invitation USING btree (tenant_id, team_id) WHERE (team_id IS NOT NULL);

CREATE UNIQUE INDEX isolation_run_one ON cameleer.isolation_run USING btree (tenant_id) WHERE (outcome IS NULL);

CREATE INDEX known_device_account ON cameleer.known_device USING btree (account_id);
CREATE INDEX known_device_age ON cameleer.known_device USING btree (expires_at);
CREATE INDEX login_guess_age ON cameleer.login_guess USING btree (tried_at);
CREATE INDEX mail_limit_age ON cameleer.mail_limit USING btree (sent_at);
CREATE INDEX mail_queued ON cameleer.mail USING btree (next_at) WHERE (state = 'queued'::text);
CREATE INDEX membership_account ON cameleer.membership USING btree (account_id);
CREATE INDEX membership_custom_role ON cameleer.membership USING btree (tenant_id, custom_role) WHERE (custom_role IS NOT NULL);
CREATE INDEX one_time_token_account ON cameleer.one_time_token USING btree (account_id);
CREATE INDEX one_time_token_email ON cameleer.one_time_token USING btree (email);
CREATE INDEX operation_due ON cameleer.operation USING btree (run_at) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text]));

CREATE UNIQUE INDEX operation_waiting ON cameleer.operation USING btree (tenant_id, kind, subject_id) WHERE (state = 'queued'::text);

CREATE INDEX passkey_account ON cameleer.passkey USING btree (account_id);
CREATE INDEX passkey_challenge_account ON cameleer.passkey_challenge USING btree (account_id);
CREATE INDEX passkey_challenge_age ON cameleer.passkey_challenge USING btree (expires_at);
CREATE INDEX passkey_challenge_asker ON cameleer.passkey_challenge USING btree (asker, expires_at);
CREATE INDEX passkey_challenge_session ON cameleer.passkey_challenge USING btree (session_id);

CREATE UNIQUE INDEX place_name ON cameleer.place USING btree (name) WHERE (state <> 'removed'::text);
CREATE UNIQUE INDEX plan_override_one ON cameleer.plan_override USING btree (tenant_id, key) WHERE (ended_at IS NULL);

CREATE INDEX provisioning_event_age ON cameleer.provisioning_event USING btree (at);
CREATE INDEX provisioning_event_of ON cameleer.provisioning_event USING btree (tenant_id, operation_id, seq);
CREATE INDEX provisioning_event_usual ON cameleer.provisioning_event USING btree (kind, step, place_id, seq) WHERE (what = 'done'::text);
CREATE INDEX refresh_token_session ON cameleer.refresh_token USING btree (session_id);
CREATE INDEX session_account ON cameleer.session USING btree (account_id);
CREATE INDEX sign_in_challenge_account ON cameleer.sign_in_challenge USING btree (account_id);
CREATE INDEX sign_in_challenge_age ON cameleer.sign_in_challenge USING btree (expires_at);

CREATE UNIQUE INDEX sso_domain_verified ON cameleer.sso_domain USING btree (domain) WHERE (verified_at IS NOT NULL);

CREATE INDEX sso_identity_account ON cameleer.sso_identity USING btree (account_id);
CREATE INDEX sso_login_age ON cameleer.sso_login USING btree (tenant_id, expires_at);
CREATE INDEX sso_session_subject ON cameleer.sso_session USING btree (tenant_id, issuer, subject);

CREATE UNIQUE INDEX sso_ticket_digest ON cameleer.sso_ticket USING btree (digest);

CREATE INDEX team_application_application ON cameleer.team_application USING btree (tenant_id, application_id);
CREATE INDEX team_custom_role ON cameleer.team USING btree (tenant_id, custom_role) WHERE (custom_role IS NOT NULL);
CREATE INDEX team_member_account ON cameleer.team_member USING btree (tenant_id, account_id);
CREATE INDEX tenant_place ON cameleer.tenant USING btree (place_id);

CREATE TRIGGER an_owner_stays AFTER DELETE OR UPDATE ON cameleer.membership FOR EACH ROW WHEN ((old.role = 'owner'::text)) EXECUTE FUNCTION cameleer.membership_guard();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON cameleer.audit_checkpoint FOR EACH STATEMENT EXECUTE FUNCTION cameleer.audit_is_append_only();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON cameleer.audit_event FOR EACH STATEMENT EXECUTE FUNCTION cameleer.audit_is_append_only();
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON cameleer.audit_link FOR EACH STATEMENT EXECUTE FUNCTION cameleer.audit_is_append_only();
CREATE TRIGGER fits_when_made AFTER INSERT ON cameleer.deployment FOR EACH ROW WHEN ((new.wanted = 'running'::text)) EXECUTE FUNCTION cameleer.place_admit();
CREATE TRIGGER fits_when_started AFTER UPDATE OF wanted ON cameleer.deployment FOR EACH ROW WHEN (((old.wanted <> 'running'::text) AND (new.wanted = 'running'::text))) EXECUTE FUNCTION cameleer.place_admit();
CREATE TRIGGER fits_when_uploaded AFTER INSERT ON cameleer.release FOR EACH ROW WHEN ((new.deploy_to IS NOT NULL)) EXECUTE FUNCTION cameleer.place_admit();
CREATE TRIGGER hide BEFORE INSERT ON cameleer.audit_event FOR EACH ROW EXECUTE FUNCTION cameleer.audit_hide();
CREATE TRIGGER lifecycle_made BEFORE INSERT ON cameleer.account FOR EACH ROW WHEN ((new.state <> 'active'::text)) EXECUTE FUNCTION cameleer.lifecycle_check('account');
CREATE TRIGGER lifecycle_made BEFORE INSERT ON cameleer.application FOR EACH ROW WHEN ((new.state <> 'active'::text)) EXECUTE FUNCTION cameleer.lifecycle_check('application');
CREATE TRIGGER lifecycle_made BEFORE INSERT ON cameleer.deployment FOR EACH ROW WHEN ((new.state <> 'pending'::text)) EXECUTE FUNCTION cameleer.lifecycle_check('deployment');
CREATE TRIGGER lifecycle_made BEFORE INSERT ON cameleer.device_login FOR EACH ROW WHEN ((new.state <> 'pending'::text)) EXECUTE FUNCTION cameleer.lifecycle_check('device');
CREATE TRIGGER lifecycle_made BEFORE INSERT ON cameleer.license FOR EACH ROW EXECUTE FUNCTION cameleer.lifecycle_check('license');
CREATE TRIGGER lifecycle_made BEFORE INSERT ON cameleer.license_standing FOR EACH ROW EXECUTE FUNCTION cameleer.lifecycle_check('standing');
CREATE TRIGGER lifecycle_made BEFORE INSERT ON cameleer.mail FOR EACH ROW WHEN ((new.state <> 'queued'::text)) EXECUTE FUNCTION cameleer.lifecycle_check('mail');
CREATE TRIGGER lifecycle_made BEFORE INSERT ON cameleer.operation FOR EACH ROW WHEN ((new.state <> 'queued'::text)) EXECUTE FUNCTION cameleer.lifecycle_check('operation');
CREATE TRIGGER lifecycle_made BEFORE INSERT ON cameleer.operation_step FOR EACH ROW WHEN ((new.state <> 'pending'::text)) EXECUTE FUNCTION cameleer.lifecycle_check('step');
CREATE TRIGGER lifecycle_made BEFORE INSERT ON cameleer.place FOR EACH ROW WHEN ((new.state <> 'registered'::text)) EXECUTE FUNCTION cameleer.lifecycle_check('place');
CREATE TRIGGER lifecycle_made BEFORE INSERT ON cameleer.release FOR EACH ROW WHEN ((new.state <> 'uploaded'::text)) EXECUTE FUNCTION cameleer.lifecycle_check('release');
CREATE TRIGGER lifecycle_made BEFORE INSERT ON cameleer.signing_key FOR EACH ROW EXECUTE FUNCTION cameleer.lifecycle_check('key');
CREATE TRIGGER lifecycle_made BEFORE INSERT ON cameleer.tenant FOR EACH ROW WHEN ((new.state <> 'provisioning'::text)) EXECUTE FUNCTION cameleer.lifecycle_check('tenant');
CREATE TRIGGER lifecycle_made BEFORE INSERT ON cameleer.totp FOR EACH ROW WHEN ((new.state <> 'pending'::text)) EXECUTE FUNCTION cameleer.lifecycle_check('totp');
CREATE TRIGGER lifecycle_moved BEFORE UPDATE OF state ON cameleer.account FOR EACH ROW WHEN ((old.state <> new.state)) EXECUTE FUNCTION cameleer.lifecycle_check('account');
CREATE TRIGGER lifecycle_moved BEFORE UPDATE OF state ON cameleer.application FOR EACH ROW WHEN ((old.state <> new.state)) EXECUTE FUNCTION cameleer.lifecycle_check('application');
CREATE TRIGGER lifecycle_moved BEFORE UPDATE OF state ON cameleer.deployment FOR EACH ROW WHEN ((old.state <> new.state)) EXECUTE FUNCTION cameleer.lifecycle_check('deployment');
CREATE TRIGGER lifecycle_moved BEFORE UPDATE OF state ON cameleer.device_login FOR EACH ROW WHEN ((old.state <> new.state)) EXECUTE FUNCTION cameleer.lifecycle_check('device');
CREATE TRIGGER lifecycle_moved BEFORE UPDATE OF state ON cameleer.license FOR EACH ROW WHEN ((old.state <> new.state)) EXECUTE FUNCTION cameleer.lifecycle_check('license');
CREATE TRIGGER lifecycle_moved BEFORE UPDATE OF state ON cameleer.license_standing FOR EACH ROW WHEN ((old.state <> new.state)) EXECUTE FUNCTION cameleer.lifecycle_check('standing');
CREATE TRIGGER lifecycle_moved BEFORE UPDATE OF state ON cameleer.mail FOR EACH ROW WHEN ((old.state <> new.state)) EXECUTE FUNCTION cameleer.lifecycle_check('mail');
CREATE TRIGGER lifecycle_moved BEFORE UPDATE OF state ON cameleer.operation FOR EACH ROW WHEN ((old.state <> new.state)) EXECUTE FUNCTION cameleer.lifecycle_check('operation');
CREATE TRIGGER lifecycle_moved BEFORE UPDATE OF state ON cameleer.operation_step FOR EACH ROW WHEN ((old.state <> new.state)) EXECUTE FUNCTION cameleer.lifecycle_check('step');
CREATE TRIGGER lifecycle_moved BEFORE UPDATE OF state ON cameleer.place FOR EACH ROW WHEN ((old.state <> new.state)) EXECUTE FUNCTION cameleer.lifecycle_check('place');
CREATE TRIGGER lifecycle_moved BEFORE UPDATE OF state ON cameleer.release FOR EACH ROW WHEN ((old.state <> new.state)) EXECUTE FUNCTION cameleer.lifecycle_check('release');
CREATE TRIGGER lifecycle_moved BEFORE UPDATE OF state ON cameleer.signing_key FOR EACH ROW WHEN ((old.state <> new.state)) EXECUTE FUNCTION cameleer.lifecycle_check('key');
CREATE TRIGGER lifecycle_moved BEFORE UPDATE OF state ON cameleer.tenant FOR EACH ROW WHEN ((old.state <> new.state)) EXECUTE FUNCTION cameleer.lifecycle_check('tenant');
CREATE TRIGGER lifecycle_moved BEFORE UPDATE OF state ON cameleer.totp FOR EACH ROW WHEN ((old.state <> new.state)) EXECUTE FUNCTION cameleer.lifecycle_check('totp');
CREATE TRIGGER never_again AFTER INSERT ON cameleer.tenant FOR EACH ROW EXECUTE FUNCTION cameleer.slug_unused();
CREATE TRIGGER placed_when_approved BEFORE UPDATE OF state ON cameleer.tenant FOR EACH ROW WHEN (((old.state = 'requested'::text) AND (new.state = 'provisioning'::text))) EXECUTE FUNCTION cameleer.tenant_place();
CREATE TRIGGER placed_when_made BEFORE INSERT ON cameleer.tenant FOR EACH ROW WHEN ((new.state <> ALL (ARRAY['requested'::text, 'deleting'::text, 'deleted'::text]))) EXECUTE FUNCTION cameleer.tenant_place();

ALTER TABLE ONLY cameleer.account
    ADD CONSTRAINT account_home_tenant_fkey FOREIGN KEY (home_tenant) REFERENCES cameleer.tenant(id);
ALTER TABLE ONLY cameleer.agent_door
    ADD CONSTRAINT agent_door_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES cameleer.tenant(id);
ALTER TABLE ONLY cameleer.api_token
    ADD CONSTRAINT api_token_account_id_fkey FOREIGN KEY (account_id) REFERENCES cameleer.account(id);
ALTER TABLE ONLY cameleer.api_token
    ADD CONSTRAINT api_token_created_by_fkey FOREIGN KEY (created_by) REFERENCES cameleer.account(id);
ALTER TABLE ONLY cameleer.api_token
    ADD CONSTRAINT api_token_tenant_id_account_id_fkey FOREIGN KEY (tenant_id, account_id) REFERENCES cameleer.membership(tenant_id, account_id) ON DELETE CASCADE;
ALTER TABLE ONLY cameleer.api_token
    ADD CONSTRAINT api_token_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES cameleer.tenant(id);
ALTER TABLE ONLY cameleer.app_log
    ADD CONSTRAINT app_log_tenant_id_deployment_id_fkey FOREIGN KEY (tenant_id, deployment_id) REFERENCES cameleer.deployment(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY cameleer.application
    ADD CONSTRAINT application_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES cameleer.tenant(id);
ALTER TABLE ONLY cameleer.bootstrap_token
    ADD CONSTRAINT bootstrap_token_created_by_fkey FOREIGN KEY (created_by) REFERENCES cameleer.account(id);
ALTER TABLE ONLY cameleer.bootstrap_token
    ADD CONSTRAINT bootstrap_token_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES cameleer.tenant(id);
ALTER TABLE ONLY cameleer.deletion_certificate
    ADD CONSTRAINT deletion_certificate_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES cameleer.tenant(id);
ALTER TABLE ONLY cameleer.deployment
    ADD CONSTRAINT deployment_tenant_id_application_id_fkey FOREIGN KEY (tenant_id, application_id) REFERENCES cameleer.application(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY cameleer.deployment
    ADD CONSTRAINT deployment_tenant_id_environment_id_fkey FOREIGN KEY (tenant_id, environment_id) REFERENCES cameleer.environment(tenant_id, id);
ALTER TABLE ONLY cameleer.deployment
    ADD CONSTRAINT deployment_tenant_id_release_id_fkey FOREIGN KEY (tenant_id, release_id) REFERENCES cameleer.release(tenant_id, id);
ALTER TABLE ONLY cameleer.device_login
    ADD CONSTRAINT device_login_session_id_fkey FOREIGN KEY (session_id) REFERENCES cameleer.session(id) ON DELETE CASCADE;
ALTER TABLE ONLY cameleer.drift_look
    ADD CONSTRAINT drift_look_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES cameleer.tenant(id);
ALTER TABLE ONLY cameleer.drift
    ADD CONSTRAINT drift_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES cameleer.tenant(id);
ALTER TABLE ONLY cameleer.email_change
    ADD CONSTRAINT email_change_account_id_fkey FOREIGN KEY (account_id) REFERENCES cameleer.account(id);
ALTER TABLE ONLY cameleer.environment
    ADD CONSTRAINT environment_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES cameleer.tenant(id);
ALTER TABLE ONLY cameleer.finding_acknowledgement
    ADD CONSTRAINT finding_acknowledgement_tenant_id_application_id_fkey FOREIGN KEY (tenant_id, application_id) REFERENCES cameleer.application(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY cameleer.invitation
    ADD CONSTRAINT invitation_role_fkey FOREIGN KEY (role) REFERENCES cameleer.role_preset(name);
ALTER TABLE ONLY cameleer.invitation
    ADD CONSTRAINT invitation_tenant_id_custom_role_fkey FOREIGN KEY (tenant_id, custom_role) REFERENCES cameleer.role(tenant_id, id);
ALTER TABLE ONLY cameleer.invitation
    ADD CONSTRAINT invitation_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES cameleer.tenant(id);
ALTER TABLE ONLY cameleer.invitation
    ADD CONSTRAINT invitation_tenant_id_invited_by_fkey FOREIGN KEY (tenant_id, invited_by) REFERENCES cameleer.membership(tenant_id, account_id) ON DELETE CASCADE;
ALTER TABLE ONLY cameleer.invitation
    ADD CONSTRAINT invitation_tenant_id_team_id_fkey FOREIGN KEY (tenant_id, team_id) REFERENCES cameleer.team(tenant_id, id) ON DELETE SET NULL (team_id);
ALTER TABLE ONLY cameleer.isolation_run
    ADD CONSTRAINT isolation_run_place_id_fkey FOREIGN KEY (place_id) REFERENCES cameleer.place(id);
ALTER TABLE ONLY cameleer.isolation_run
    ADD CONSTRAINT isolation_run_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES cameleer.tenant(id);
ALTER TABLE ONLY cameleer.known_device
    ADD CONSTRAINT known_device_account_id_fkey FOREIGN KEY (account_id) REFERENCES cameleer.account(id);
ALTER TABLE ONLY cameleer.license_standing
    ADD CONSTRAINT license_standing_changed_by_fkey FOREIGN KEY (changed_by) REFERENCES cameleer.account(id);
ALTER TABLE ONLY cameleer.license_standing
    ADD CONSTRAINT license_standing_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES cameleer.tenant(id);
ALTER TABLE ONLY cameleer.license
    ADD CONSTRAINT license_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES cameleer.tenant(id);
ALTER TABLE ONLY cameleer.license
    ADD CONSTRAINT license_tier_fkey FOREIGN KEY (tier) REFERENCES cameleer.plan(tier);
ALTER TABLE ONLY cameleer.mail_limit
    ADD CONSTRAINT mail_limit_purpose_fkey FOREIGN KEY (purpose) REFERENCES cameleer.mail_rule(purpose);
ALTER TABLE ONLY cameleer.membership
    ADD CONSTRAINT membership_account_id_fkey FOREIGN KEY (account_id) REFERENCES cameleer.account(id);
ALTER TABLE ONLY cameleer.membership
    ADD CONSTRAINT membership_role_fkey FOREIGN KEY (role) REFERENCES cameleer.role_preset(name);
ALTER TABLE ONLY cameleer.membership
    ADD CONSTRAINT membership_tenant_id_custom_role_fkey FOREIGN KEY (tenant_id, custom_role) REFERENCES cameleer.role(tenant_id, id);
ALTER TABLE ONLY cameleer.membership
    ADD CONSTRAINT membership_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES cameleer.tenant(id);
ALTER TABLE ONLY cameleer.one_time_token
    ADD CONSTRAINT one_time_token_account_id_fkey FOREIGN KEY (account_id) REFERENCES cameleer.account(id);
ALTER TABLE ONLY cameleer.operation_step
    ADD CONSTRAINT operation_step_tenant_id_operation_id_fkey FOREIGN KEY (tenant_id, operation_id) REFERENCES cameleer.operation(tenant_id, id);
ALTER TABLE ONLY cameleer.operation
    ADD CONSTRAINT operation_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES cameleer.tenant(id);
ALTER TABLE ONLY cameleer.operator
    ADD CONSTRAINT operator_account_id_fkey FOREIGN KEY (account_id) REFERENCES cameleer.account(id);
ALTER TABLE ONLY cameleer.passkey
    ADD CONSTRAINT passkey_account_id_fkey FOREIGN KEY (account_id) REFERENCES cameleer.account(id);
ALTER TABLE ONLY cameleer.passkey_challenge
    ADD CONSTRAINT passkey_challenge_account_id_fkey FOREIGN KEY (account_id) REFERENCES cameleer.account(id) ON DELETE CASCADE;
ALTER TABLE ONLY cameleer.passkey_challenge
    ADD CONSTRAINT passkey_challenge_session_id_fkey FOREIGN KEY (session_id) REFERENCES cameleer.session(id) ON DELETE CASCADE;
ALTER TABLE ONLY cameleer.place
    ADD CONSTRAINT place_dedicated_to_fkey FOREIGN KEY (dedicated_to) REFERENCES cameleer.tenant(id);
ALTER TABLE ONLY cameleer.plan_override
    ADD CONSTRAINT plan_override_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES cameleer.tenant(id);
ALTER TABLE ONLY cameleer.provisioning_event
    ADD CONSTRAINT provisioning_event_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES cameleer.account(id);
ALTER TABLE ONLY cameleer.provisioning_event
    ADD CONSTRAINT provisioning_event_place_id_fkey FOREIGN KEY (place_id) REFERENCES cameleer.place(id);
ALTER TABLE ONLY cameleer.provisioning_event
    ADD CONSTRAINT provisioning_event_tenant_id_operation_id_fkey FOREIGN KEY (tenant_id, operation_id) REFERENCES cameleer.operation(tenant_id, id);
ALTER TABLE ONLY cameleer.recovery_code
    ADD CONSTRAINT recovery_code_account_id_fkey FOREIGN KEY (account_id) REFERENCES cameleer.account(id);
ALTER TABLE ONLY cameleer.refresh_token
    ADD CONSTRAINT refresh_token_session_id_fkey FOREIGN KEY (session_id) REFERENCES cameleer.session(id);
ALTER TABLE ONLY cameleer.release
    ADD CONSTRAINT release_tenant_id_application_id_fkey FOREIGN KEY (tenant_id, application_id) REFERENCES cameleer.application(tenant_id, id);
ALTER TABLE ONLY cameleer.role
    ADD CONSTRAINT role_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES cameleer.tenant(id);
ALTER TABLE ONLY cameleer.server_rotation
    ADD CONSTRAINT server_rotation_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES cameleer.tenant(id);
ALTER TABLE ONLY cameleer.server_told
    ADD CONSTRAINT server_told_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES cameleer.tenant(id);
ALTER TABLE ONLY cameleer.session
    ADD CONSTRAINT session_account_id_fkey FOREIGN KEY (account_id) REFERENCES cameleer.account(id);
ALTER TABLE ONLY cameleer.session
    ADD CONSTRAINT session_sso_tenant_fkey FOREIGN KEY (sso_tenant) REFERENCES cameleer.tenant(id);
ALTER TABLE ONLY cameleer.sign_in_challenge
    ADD CONSTRAINT sign_in_challenge_account_id_fkey FOREIGN KEY (account_id) REFERENCES cameleer.account(id);
ALTER TABLE ONLY cameleer.sign_in_policy
    ADD CONSTRAINT sign_in_policy_break_glass_fkey FOREIGN KEY (break_glass) REFERENCES cameleer.account(id);
ALTER TABLE ONLY cameleer.sign_in_policy
    ADD CONSTRAINT sign_in_policy_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES cameleer.tenant(id);
ALTER TABLE ONLY cameleer.sso_domain
    ADD CONSTRAINT sso_domain_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES cameleer.tenant(id);
ALTER TABLE ONLY cameleer.sso_identity
    ADD CONSTRAINT sso_identity_account_id_fkey FOREIGN KEY (account_id) REFERENCES cameleer.account(id);
ALTER TABLE ONLY cameleer.sso_identity
    ADD CONSTRAINT sso_identity_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES cameleer.tenant(id);
ALTER TABLE ONLY cameleer.sso_login
    ADD CONSTRAINT sso_login_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES cameleer.tenant(id);
ALTER TABLE ONLY cameleer.sso_provider
    ADD CONSTRAINT sso_provider_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES cameleer.tenant(id);
ALTER TABLE ONLY cameleer.sso_session
    ADD CONSTRAINT sso_session_session_id_fkey FOREIGN KEY (session_id) REFERENCES cameleer.session(id);
ALTER TABLE ONLY cameleer.sso_session
    ADD CONSTRAINT sso_session_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES cameleer.tenant(id);
ALTER TABLE ONLY cameleer.sso_ticket
    ADD CONSTRAINT sso_ticket_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES cameleer.tenant(id);
ALTER TABLE ONLY cameleer.store_login
    ADD CONSTRAINT store_login_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES cameleer.tenant(id);
ALTER TABLE ONLY cameleer.team_application
    ADD CONSTRAINT team_application_tenant_id_application_id_fkey FOREIGN KEY (tenant_id, application_id) REFERENCES cameleer.application(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY cameleer.team_application
    ADD CONSTRAINT team_application_tenant_id_team_id_fkey FOREIGN KEY (tenant_id, team_id) REFERENCES cameleer.team(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY cameleer.team_member
    ADD CONSTRAINT team_member_tenant_id_account_id_fkey FOREIGN KEY (tenant_id, account_id) REFERENCES cameleer.membership(tenant_id, account_id) ON DELETE CASCADE;
ALTER TABLE ONLY cameleer.team_member
    ADD CONSTRAINT team_member_tenant_id_team_id_fkey FOREIGN KEY (tenant_id, team_id) REFERENCES cameleer.team(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY cameleer.team
    ADD CONSTRAINT team_role_fkey FOREIGN KEY (role) REFERENCES cameleer.role_preset(name);
ALTER TABLE ONLY cameleer.team
    ADD CONSTRAINT team_tenant_id_custom_role_fkey FOREIGN KEY (tenant_id, custom_role) REFERENCES cameleer.role(tenant_id, id);
ALTER TABLE ONLY cameleer.team
    ADD CONSTRAINT team_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES cameleer.tenant(id);
ALTER TABLE ONLY cameleer.tenant_deletion
    ADD CONSTRAINT tenant_deletion_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES cameleer.tenant(id);
ALTER TABLE ONLY cameleer.tenant_endpoint
    ADD CONSTRAINT tenant_endpoint_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES cameleer.tenant(id);
ALTER TABLE ONLY cameleer.tenant_export_file
    ADD CONSTRAINT tenant_export_file_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES cameleer.tenant(id);
ALTER TABLE ONLY cameleer.tenant_export
    ADD CONSTRAINT tenant_export_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES cameleer.tenant(id);
ALTER TABLE ONLY cameleer.tenant
    ADD CONSTRAINT tenant_place_id_fkey FOREIGN KEY (place_id) REFERENCES cameleer.place(id);
ALTER TABLE ONLY cameleer.tenant_secret
    ADD CONSTRAINT tenant_secret_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES cameleer.tenant(id);
ALTER TABLE ONLY cameleer.tenant
    ADD CONSTRAINT tenant_tier_fkey FOREIGN KEY (tier) REFERENCES cameleer.plan(tier);
ALTER TABLE ONLY cameleer.totp
    ADD CONSTRAINT totp_account_id_fkey FOREIGN KEY (account_id) REFERENCES cameleer.account(id);
ALTER TABLE cameleer.agent_door ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.api_token ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.app_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.application ENABLE ROW LEVEL SECURITY;

CREATE POLICY audit_append ON cameleer.audit_event FOR INSERT WITH CHECK ((tenant_id = COALESCE(cameleer.app_tenant(), '00000000-0000-0000-0000-000000000000'::uuid)));

ALTER TABLE cameleer.audit_checkpoint ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.audit_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.audit_head ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.audit_link ENABLE ROW LEVEL SECURITY;

CREATE POLICY audit_read ON cameleer.audit_event FOR SELECT USING ((tenant_id = cameleer.app_tenant()));

ALTER TABLE cameleer.audit_unsealed ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.bootstrap_token ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.deletion_certificate ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.deployment ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.drift ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.drift_look ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.environment ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.finding_acknowledgement ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.idempotency ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.invitation ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.isolation_run ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.license ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.license_standing ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.membership ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.operation ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.operation_step ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_answers ON cameleer.idempotency USING (((account_id = cameleer.app_actor()) AND (tenant_id = COALESCE(cameleer.app_tenant(), '00000000-0000-0000-0000-000000000000'::uuid))));

ALTER TABLE cameleer.plan_override ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.provisioning_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.release ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.role ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.server_rotation ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.server_told ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.sign_in_policy ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.sso_domain ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.sso_identity ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.sso_login ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.sso_provider ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.sso_session ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.sso_ticket ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.store_login ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.team ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.team_application ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.team_member ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.tenant ENABLE ROW LEVEL SECURITY;

CREATE POLICY tenant_adds ON cameleer.provisioning_event FOR INSERT WITH CHECK ((tenant_id = cameleer.app_tenant()));

ALTER TABLE cameleer.tenant_deletion ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.tenant_endpoint ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.tenant_export ENABLE ROW LEVEL SECURITY;
ALTER TABLE cameleer.tenant_export_file ENABLE ROW LEVEL SECURITY;

CREATE POLICY tenant_goes ON cameleer.provisioning_event FOR DELETE USING (((tenant_id = cameleer.app_tenant()) AND (EXISTS ( SELECT
   FROM cameleer.tenant t
  WHERE ((t.id = provisioning_event.tenant_id) AND (t.state = 'deleting'::text))))));
CREATE POLICY tenant_only ON cameleer.agent_door USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.api_token USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.app_log USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.application USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.audit_checkpoint USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.audit_head USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.audit_link USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.audit_unsealed USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.bootstrap_token USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.deletion_certificate USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.deployment USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.drift USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.drift_look USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.environment USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.finding_acknowledgement USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.invitation USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.isolation_run USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.license USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.license_standing USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.membership USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.operation USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.operation_step USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.plan_override USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.provisioning_event FOR SELECT USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.release USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.role USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.server_rotation USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.server_told USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.sign_in_policy USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.sso_domain USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.sso_identity USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.sso_login USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.sso_provider USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.sso_session USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.sso_ticket USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.store_login USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.team USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.team_application USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.team_member USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.tenant USING ((id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.tenant_deletion USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.tenant_endpoint USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.tenant_export USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.tenant_export_file USING ((tenant_id = cameleer.app_tenant()));
CREATE POLICY tenant_only ON cameleer.tenant_secret USING ((tenant_id = cameleer.app_tenant()));

ALTER TABLE cameleer.tenant_secret ENABLE ROW LEVEL SECURITY;

CREATE POLICY worker_claims ON cameleer.operation FOR UPDATE TO cameleer_worker USING (true);
CREATE POLICY worker_ends ON cameleer.tenant_deletion FOR SELECT TO cameleer_worker USING (true);
CREATE POLICY worker_renews ON cameleer.license FOR SELECT TO cameleer_worker USING (true);
CREATE POLICY worker_seals ON cameleer.audit_checkpoint TO cameleer_worker USING (true);
CREATE POLICY worker_seals ON cameleer.audit_event FOR SELECT TO cameleer_worker USING (true);
CREATE POLICY worker_seals ON cameleer.audit_head TO cameleer_worker USING (true);
CREATE POLICY worker_seals ON cameleer.audit_link TO cameleer_worker USING (true);
CREATE POLICY worker_seals ON cameleer.audit_unsealed TO cameleer_worker USING (true);
CREATE POLICY worker_sees ON cameleer.drift FOR SELECT TO cameleer_worker USING (true);
CREATE POLICY worker_sees ON cameleer.drift_look FOR SELECT TO cameleer_worker USING (true);
CREATE POLICY worker_sees ON cameleer.isolation_run FOR SELECT TO cameleer_worker USING (true);
CREATE POLICY worker_sees ON cameleer.operation FOR SELECT TO cameleer_worker USING (true);
CREATE POLICY worker_sees ON cameleer.provisioning_event FOR SELECT TO cameleer_worker USING (true);
CREATE POLICY worker_sweeps ON cameleer.drift FOR DELETE TO cameleer_worker USING ((EXISTS ( SELECT
   FROM cameleer.tenant t
  WHERE ((t.id = drift.tenant_id) AND (t.state = 'deleted'::text)))));
CREATE POLICY worker_sweeps ON cameleer.drift_look FOR DELETE TO cameleer_worker USING ((EXISTS ( SELECT
   FROM cameleer.tenant t
  WHERE ((t.id = drift_look.tenant_id) AND (t.state = 'deleted'::text)))));
CREATE POLICY worker_sweeps ON cameleer.idempotency TO cameleer_worker USING (true);
CREATE POLICY worker_sweeps ON cameleer.isolation_run FOR DELETE TO cameleer_worker USING ((EXISTS ( SELECT
   FROM cameleer.tenant t
  WHERE ((t.id = isolation_run.tenant_id) AND (t.state = 'deleted'::text)))));
CREATE POLICY worker_sweeps ON cameleer.provisioning_event FOR DELETE TO cameleer_worker USING ((at < (now() - '90 days'::interval)));
CREATE POLICY worker_watches ON cameleer.agent_door FOR SELECT TO cameleer_worker USING (true);
CREATE POLICY worker_watches ON cameleer.deployment FOR SELECT TO cameleer_worker USING (true);
CREATE POLICY worker_watches ON cameleer.plan_override FOR SELECT TO cameleer_worker USING (true);
CREATE POLICY worker_watches ON cameleer.server_rotation FOR SELECT TO cameleer_worker USING (true);
CREATE POLICY worker_watches ON cameleer.server_told FOR SELECT TO cameleer_worker USING (true);
CREATE POLICY worker_watches ON cameleer.tenant FOR SELECT TO cameleer_worker USING (true);
CREATE POLICY worker_watches ON cameleer.tenant_secret FOR SELECT TO cameleer_worker USING ((name = 'bootstrap-token'::text));

GRANT USAGE ON SCHEMA cameleer TO cameleer_gate;
GRANT USAGE ON SCHEMA cameleer TO cameleer_auth;
GRANT USAGE ON SCHEMA cameleer TO cameleer_tenants;
GRANT USAGE ON SCHEMA cameleer TO cameleer_apps;
GRANT USAGE ON SCHEMA cameleer TO cameleer_billing;
GRANT USAGE ON SCHEMA cameleer TO cameleer_license;
GRANT USAGE ON SCHEMA cameleer TO cameleer_sso;
GRANT USAGE ON SCHEMA cameleer TO cameleer_worker;
REVOKE ALL ON FUNCTION cameleer.account_erase(p_account uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.account_erase(p_account uuid) TO cameleer_auth;
REVOKE ALL ON FUNCTION cameleer.account_leave(p_account uuid, p_email text) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.account_leave(p_account uuid, p_email text) TO cameleer_owner;
GRANT INSERT ON TABLE cameleer.account_request TO cameleer_auth;
GRANT SELECT,DELETE ON TABLE cameleer.account_request TO cameleer_gate;
GRANT UPDATE(attempts) ON TABLE cameleer.account_request TO cameleer_gate;
GRANT UPDATE(next_at) ON TABLE cameleer.account_request TO cameleer_gate;
REVOKE ALL ON FUNCTION cameleer.account_request_mail(r cameleer.account_request, OUT mailed boolean, OUT wait_s integer, OUT subject uuid) FROM PUBLIC;
REVOKE ALL ON FUNCTION cameleer.account_request_settle() FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.account_request_settle() TO cameleer_worker;
GRANT SELECT,INSERT,UPDATE ON TABLE cameleer.agent_door TO cameleer_worker;
GRANT SELECT ON TABLE cameleer.agent_door TO cameleer_gate;
GRANT SELECT,INSERT,DELETE ON TABLE cameleer.bootstrap_token TO cameleer_tenants;
GRANT SELECT ON TABLE cameleer.bootstrap_token TO cameleer_gate;
GRANT UPDATE(replaced_by) ON TABLE cameleer.bootstrap_token TO cameleer_tenants;
GRANT UPDATE(expires_at) ON TABLE cameleer.bootstrap_token TO cameleer_tenants;
GRANT UPDATE(used_at) ON TABLE cameleer.bootstrap_token TO cameleer_gate;
GRANT UPDATE(used_from) ON TABLE cameleer.bootstrap_token TO cameleer_gate;
GRANT UPDATE(revoked_at) ON TABLE cameleer.bootstrap_token TO cameleer_tenants;
GRANT UPDATE(revoked_at) ON TABLE cameleer.bootstrap_token TO cameleer_gate;
GRANT SELECT ON TABLE cameleer.license TO cameleer_license;
GRANT SELECT ON TABLE cameleer.license TO cameleer_gate;
GRANT SELECT,INSERT ON TABLE cameleer.license TO cameleer_worker;
GRANT UPDATE(state) ON TABLE cameleer.license TO cameleer_gate;
GRANT SELECT,INSERT ON TABLE cameleer.tenant TO cameleer_tenants;
GRANT SELECT ON TABLE cameleer.tenant TO cameleer_apps;
GRANT SELECT ON TABLE cameleer.tenant TO cameleer_billing;
GRANT SELECT ON TABLE cameleer.tenant TO cameleer_license;
GRANT SELECT ON TABLE cameleer.tenant TO cameleer_gate;
GRANT SELECT ON TABLE cameleer.tenant TO cameleer_worker;
GRANT UPDATE(name) ON TABLE cameleer.tenant TO cameleer_tenants;
GRANT UPDATE(tier) ON TABLE cameleer.tenant TO cameleer_gate;
GRANT UPDATE(state) ON TABLE cameleer.tenant TO cameleer_tenants;
GRANT UPDATE(state) ON TABLE cameleer.tenant TO cameleer_worker;
GRANT UPDATE(state) ON TABLE cameleer.tenant TO cameleer_gate;
GRANT UPDATE(version) ON TABLE cameleer.tenant TO cameleer_tenants;
GRANT UPDATE(version) ON TABLE cameleer.tenant TO cameleer_worker;
GRANT UPDATE(version) ON TABLE cameleer.tenant TO cameleer_gate;
GRANT UPDATE(git_commit) ON TABLE cameleer.tenant TO cameleer_worker;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE cameleer.tenant_endpoint TO cameleer_worker;
GRANT SELECT ON TABLE cameleer.tenant_endpoint TO cameleer_gate;
REVOKE ALL ON FUNCTION cameleer.agent_entry(p_slug text, p_digest text) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.agent_entry(p_slug text, p_digest text) TO cameleer_auth;
GRANT SELECT,INSERT,UPDATE ON TABLE cameleer.agent_seal TO cameleer_gate;
GRANT SELECT ON TABLE cameleer.agent_seal TO cameleer_worker;
REVOKE ALL ON FUNCTION cameleer.agent_seal_set(p_public text) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.agent_seal_set(p_public text) TO cameleer_auth;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE cameleer.api_token TO cameleer_auth;
GRANT SELECT ON TABLE cameleer.api_token TO cameleer_gate;
GRANT UPDATE(used_at) ON TABLE cameleer.api_token TO cameleer_gate;
REVOKE ALL ON FUNCTION cameleer.api_token_used(p_tenant uuid, p_token uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.api_token_used(p_tenant uuid, p_token uuid) TO cameleer_auth;
GRANT ALL ON FUNCTION cameleer.api_token_used(p_tenant uuid, p_token uuid) TO cameleer_tenants;
GRANT ALL ON FUNCTION cameleer.api_token_used(p_tenant uuid, p_token uuid) TO cameleer_apps;
GRANT ALL ON FUNCTION cameleer.api_token_used(p_tenant uuid, p_token uuid) TO cameleer_billing;
GRANT ALL ON FUNCTION cameleer.api_token_used(p_tenant uuid, p_token uuid) TO cameleer_license;
GRANT ALL ON FUNCTION cameleer.api_token_used(p_tenant uuid, p_token uuid) TO cameleer_sso;
REVOKE ALL ON FUNCTION cameleer.app_actor() FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.app_actor() TO cameleer_auth;
GRANT ALL ON FUNCTION cameleer.app_actor() TO cameleer_tenants;
GRANT ALL ON FUNCTION cameleer.app_actor() TO cameleer_apps;
GRANT ALL ON FUNCTION cameleer.app_actor() TO cameleer_billing;
GRANT ALL ON FUNCTION cameleer.app_actor() TO cameleer_license;
GRANT ALL ON FUNCTION cameleer.app_actor() TO cameleer_sso;
GRANT ALL ON FUNCTION cameleer.app_actor() TO cameleer_worker;
GRANT ALL ON FUNCTION cameleer.app_actor() TO cameleer_gate;
REVOKE ALL ON FUNCTION cameleer.app_tenant() FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.app_tenant() TO cameleer_auth;
GRANT ALL ON FUNCTION cameleer.app_tenant() TO cameleer_tenants;
GRANT ALL ON FUNCTION cameleer.app_tenant() TO cameleer_apps;
GRANT ALL ON FUNCTION cameleer.app_tenant() TO cameleer_billing;
GRANT ALL ON FUNCTION cameleer.app_tenant() TO cameleer_license;
GRANT ALL ON FUNCTION cameleer.app_tenant() TO cameleer_sso;
GRANT ALL ON FUNCTION cameleer.app_tenant() TO cameleer_worker;
GRANT ALL ON FUNCTION cameleer.app_tenant() TO cameleer_gate;
REVOKE ALL ON FUNCTION cameleer.audit_hide() FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.audit_hide() TO cameleer_owner;
REVOKE ALL ON FUNCTION cameleer.audit_is_append_only() FROM PUBLIC;
GRANT SELECT,INSERT ON TABLE cameleer.subject_key TO cameleer_gate;
REVOKE ALL ON FUNCTION cameleer.audit_key(p_account uuid, p_address text) FROM PUBLIC;
REVOKE ALL ON FUNCTION cameleer.audit_open(p_person jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.audit_open(p_person jsonb) TO cameleer_auth;
GRANT ALL ON FUNCTION cameleer.audit_open(p_person jsonb) TO cameleer_tenants;
REVOKE ALL ON FUNCTION cameleer.bootstrap_token_used(p_tenant uuid, p_token uuid, p_address inet) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.bootstrap_token_used(p_tenant uuid, p_token uuid, p_address inet) TO cameleer_auth;
REVOKE ALL ON FUNCTION cameleer.mail_room(p_address text, p_purpose text, p_scope text) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.mail_room(p_address text, p_purpose text, p_scope text) TO cameleer_auth;
GRANT ALL ON FUNCTION cameleer.mail_room(p_address text, p_purpose text, p_scope text) TO cameleer_tenants;
GRANT SELECT,INSERT,UPDATE ON TABLE cameleer.account TO cameleer_auth;
GRANT SELECT ON TABLE cameleer.account TO cameleer_gate;
GRANT INSERT(id) ON TABLE cameleer.account TO cameleer_gate;
GRANT INSERT(email) ON TABLE cameleer.account TO cameleer_gate;
GRANT INSERT(name) ON TABLE cameleer.account TO cameleer_gate;
GRANT UPDATE(password_hash) ON TABLE cameleer.account TO cameleer_gate;
GRANT INSERT(verified_at),UPDATE(verified_at) ON TABLE cameleer.account TO cameleer_gate;
GRANT SELECT,UPDATE ON TABLE cameleer.mail TO cameleer_worker;
GRANT INSERT ON TABLE cameleer.mail TO cameleer_auth;
GRANT INSERT ON TABLE cameleer.mail TO cameleer_tenants;
GRANT INSERT ON TABLE cameleer.mail TO cameleer_gate;
GRANT SELECT,INSERT,DELETE ON TABLE cameleer.membership TO cameleer_tenants;
GRANT SELECT,INSERT,DELETE ON TABLE cameleer.membership TO cameleer_gate;
GRANT UPDATE(role) ON TABLE cameleer.membership TO cameleer_tenants;
GRANT UPDATE(role) ON TABLE cameleer.membership TO cameleer_gate;
GRANT UPDATE(custom_role) ON TABLE cameleer.membership TO cameleer_tenants;
GRANT UPDATE(custom_role) ON TABLE cameleer.membership TO cameleer_gate;
GRANT UPDATE(version) ON TABLE cameleer.membership TO cameleer_tenants;
GRANT UPDATE(version) ON TABLE cameleer.membership TO cameleer_gate;
REVOKE ALL ON FUNCTION cameleer.bootstrap_told(p_tenant uuid, p_what text, p_token text, p_actor text, p_link text) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.bootstrap_told(p_tenant uuid, p_what text, p_token text, p_actor text, p_link text) TO cameleer_tenants;
GRANT INSERT ON TABLE cameleer.deletion_certificate TO cameleer_worker;
GRANT SELECT ON TABLE cameleer.deletion_certificate TO cameleer_gate;
GRANT SELECT(tenant_id) ON TABLE cameleer.deletion_certificate TO cameleer_worker;
GRANT SELECT(serial) ON TABLE cameleer.deletion_certificate TO cameleer_worker;
GRANT UPDATE(token) ON TABLE cameleer.deletion_certificate TO cameleer_worker;
REVOKE ALL ON FUNCTION cameleer.certificate_of_link(p_digest text) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.certificate_of_link(p_digest text) TO cameleer_tenants;
REVOKE ALL ON FUNCTION cameleer.drift_restore(p_tenant uuid, p_object text, p_operation uuid) FROM PUBLIC;
GRANT SELECT,INSERT,UPDATE ON TABLE cameleer.deployment TO cameleer_apps;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE cameleer.deployment TO cameleer_worker;
GRANT SELECT ON TABLE cameleer.deployment TO cameleer_gate;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE cameleer.drift TO cameleer_worker;
GRANT SELECT ON TABLE cameleer.drift TO cameleer_gate;
GRANT UPDATE(restore_id) ON TABLE cameleer.drift TO cameleer_gate;
GRANT SELECT,INSERT ON TABLE cameleer.operation TO cameleer_tenants;
GRANT SELECT,INSERT ON TABLE cameleer.operation TO cameleer_apps;
GRANT SELECT,INSERT ON TABLE cameleer.operation TO cameleer_worker;
GRANT SELECT,INSERT ON TABLE cameleer.operation TO cameleer_gate;
GRANT UPDATE(state) ON TABLE cameleer.operation TO cameleer_worker;
GRANT UPDATE(state) ON TABLE cameleer.operation TO cameleer_gate;
GRANT UPDATE(attempt) ON TABLE cameleer.operation TO cameleer_worker;
GRANT UPDATE(attempt) ON TABLE cameleer.operation TO cameleer_gate;
GRANT UPDATE(failures) ON TABLE cameleer.operation TO cameleer_worker;
GRANT UPDATE(failures) ON TABLE cameleer.operation TO cameleer_gate;
GRANT UPDATE(run_at) ON TABLE cameleer.operation TO cameleer_tenants;
GRANT UPDATE(run_at) ON TABLE cameleer.operation TO cameleer_apps;
GRANT UPDATE(run_at) ON TABLE cameleer.operation TO cameleer_worker;
GRANT UPDATE(run_at) ON TABLE cameleer.operation TO cameleer_gate;
GRANT UPDATE(lease_until) ON TABLE cameleer.operation TO cameleer_worker;
GRANT UPDATE(lease_until) ON TABLE cameleer.operation TO cameleer_gate;
GRANT UPDATE(error_code) ON TABLE cameleer.operation TO cameleer_worker;
GRANT UPDATE(error_code) ON TABLE cameleer.operation TO cameleer_gate;
GRANT UPDATE(error) ON TABLE cameleer.operation TO cameleer_worker;
GRANT UPDATE(error) ON TABLE cameleer.operation TO cameleer_gate;
GRANT UPDATE(finished_at) ON TABLE cameleer.operation TO cameleer_worker;
GRANT UPDATE(finished_at) ON TABLE cameleer.operation TO cameleer_gate;
GRANT UPDATE(ending_code) ON TABLE cameleer.operation TO cameleer_worker;
GRANT UPDATE(ending_code) ON TABLE cameleer.operation TO cameleer_gate;
GRANT UPDATE(ending) ON TABLE cameleer.operation TO cameleer_worker;
GRANT UPDATE(ending) ON TABLE cameleer.operation TO cameleer_gate;
REVOKE ALL ON FUNCTION cameleer.drift_told(p_tenant uuid) FROM PUBLIC;
REVOKE ALL ON FUNCTION cameleer.invitation_accept(p_digest text) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.invitation_accept(p_digest text) TO cameleer_auth;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE cameleer.invitation TO cameleer_tenants;
GRANT SELECT,DELETE ON TABLE cameleer.invitation TO cameleer_gate;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE cameleer.role TO cameleer_tenants;
GRANT SELECT ON TABLE cameleer.role TO cameleer_sso;
GRANT SELECT ON TABLE cameleer.role TO cameleer_gate;
REVOKE ALL ON FUNCTION cameleer.invitation_show(p_digest text) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.invitation_show(p_digest text) TO cameleer_auth;
GRANT SELECT ON TABLE cameleer.operator TO cameleer_auth;
GRANT SELECT ON TABLE cameleer.operator TO cameleer_gate;
REVOKE ALL ON FUNCTION cameleer.is_operator(p_permission text) FROM PUBLIC;
REVOKE ALL ON FUNCTION cameleer.isolation_ask(p_tenant uuid) FROM PUBLIC;
GRANT SELECT,INSERT,DELETE ON TABLE cameleer.isolation_run TO cameleer_worker;
GRANT SELECT ON TABLE cameleer.isolation_run TO cameleer_gate;
GRANT SELECT(tenant_id) ON TABLE cameleer.isolation_run TO cameleer_tenants;
GRANT SELECT(id) ON TABLE cameleer.isolation_run TO cameleer_tenants;
GRANT SELECT(started_at) ON TABLE cameleer.isolation_run TO cameleer_tenants;
GRANT UPDATE(next_at) ON TABLE cameleer.isolation_run TO cameleer_worker;
GRANT UPDATE(next_at) ON TABLE cameleer.isolation_run TO cameleer_gate;
GRANT UPDATE(orders) ON TABLE cameleer.isolation_run TO cameleer_worker;
GRANT SELECT(finished_at) ON TABLE cameleer.isolation_run TO cameleer_tenants;
GRANT UPDATE(finished_at) ON TABLE cameleer.isolation_run TO cameleer_worker;
GRANT SELECT(outcome) ON TABLE cameleer.isolation_run TO cameleer_tenants;
GRANT UPDATE(outcome) ON TABLE cameleer.isolation_run TO cameleer_worker;
GRANT UPDATE(error) ON TABLE cameleer.isolation_run TO cameleer_worker;
GRANT SELECT(checks) ON TABLE cameleer.isolation_run TO cameleer_tenants;
GRANT UPDATE(checks) ON TABLE cameleer.isolation_run TO cameleer_worker;
GRANT UPDATE(paths) ON TABLE cameleer.isolation_run TO cameleer_worker;
GRANT SELECT ON TABLE cameleer.place TO cameleer_worker;
GRANT SELECT,INSERT ON TABLE cameleer.place TO cameleer_gate;
GRANT UPDATE(state) ON TABLE cameleer.place TO cameleer_worker;
GRANT UPDATE(state) ON TABLE cameleer.place TO cameleer_gate;
GRANT UPDATE(max_tenants) ON TABLE cameleer.place TO cameleer_worker;
GRANT UPDATE(cpu_overcommit) ON TABLE cameleer.place TO cameleer_worker;
GRANT UPDATE(memory_overcommit) ON TABLE cameleer.place TO cameleer_worker;
GRANT UPDATE(next_check_at) ON TABLE cameleer.place TO cameleer_worker;
GRANT UPDATE(next_check_at) ON TABLE cameleer.place TO cameleer_gate;
GRANT UPDATE(claimed_at) ON TABLE cameleer.place TO cameleer_worker;
GRANT UPDATE(checked_at) ON TABLE cameleer.place TO cameleer_worker;
GRANT UPDATE(error) ON TABLE cameleer.place TO cameleer_worker;
GRANT UPDATE(warning) ON TABLE cameleer.place TO cameleer_worker;
GRANT UPDATE(seen_version) ON TABLE cameleer.place TO cameleer_worker;
GRANT UPDATE(seen_cpu_millis) ON TABLE cameleer.place TO cameleer_worker;
GRANT UPDATE(seen_memory_mb) ON TABLE cameleer.place TO cameleer_worker;
GRANT UPDATE(seen_free_mb) ON TABLE cameleer.place TO cameleer_worker;
GRANT UPDATE(seen_disk_mb) ON TABLE cameleer.place TO cameleer_worker;
GRANT UPDATE(seen_disk_free_mb) ON TABLE cameleer.place TO cameleer_worker;
GRANT UPDATE(seen_images) ON TABLE cameleer.place TO cameleer_worker;
REVOKE ALL ON FUNCTION cameleer.isolation_states() FROM PUBLIC;
REVOKE ALL ON FUNCTION cameleer.isolation_tell(p_tenant uuid, p_paths text, p_link text) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.isolation_tell(p_tenant uuid, p_paths text, p_link text) TO cameleer_worker;
REVOKE ALL ON FUNCTION cameleer.owners_mail(p_tenant uuid, p_template text, p_more jsonb, p_link text) FROM PUBLIC;
GRANT SELECT ON TABLE cameleer.tenant_deletion TO cameleer_tenants;
GRANT SELECT,DELETE ON TABLE cameleer.tenant_deletion TO cameleer_worker;
GRANT SELECT,INSERT,DELETE ON TABLE cameleer.tenant_deletion TO cameleer_gate;
GRANT UPDATE(warned_at) ON TABLE cameleer.tenant_deletion TO cameleer_worker;
REVOKE ALL ON FUNCTION cameleer.leaving_mail(p_template text, p_link text) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.leaving_mail(p_template text, p_link text) TO cameleer_worker;
REVOKE ALL ON FUNCTION cameleer.license_decision(p_tenant uuid, p_operation uuid, p_decision text, p_reason text, p_link text) FROM PUBLIC;
REVOKE ALL ON FUNCTION cameleer.lifecycle_check() FROM PUBLIC;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE cameleer.login_guess TO cameleer_auth;
GRANT SELECT,DELETE ON TABLE cameleer.login_guess TO cameleer_worker;
GRANT SELECT,DELETE ON TABLE cameleer.login_guess TO cameleer_gate;
REVOKE ALL ON FUNCTION cameleer.member_locked_until(p_account uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.member_locked_until(p_account uuid) TO cameleer_tenants;
REVOKE ALL ON FUNCTION cameleer.member_permissions(p_tenant uuid, p_account uuid) FROM PUBLIC;
REVOKE ALL ON FUNCTION cameleer.rfc3339(p_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.rfc3339(p_at timestamp with time zone) TO cameleer_auth;
GRANT ALL ON FUNCTION cameleer.rfc3339(p_at timestamp with time zone) TO cameleer_tenants;
GRANT ALL ON FUNCTION cameleer.rfc3339(p_at timestamp with time zone) TO cameleer_apps;
GRANT ALL ON FUNCTION cameleer.rfc3339(p_at timestamp with time zone) TO cameleer_billing;
GRANT ALL ON FUNCTION cameleer.rfc3339(p_at timestamp with time zone) TO cameleer_license;
GRANT ALL ON FUNCTION cameleer.rfc3339(p_at timestamp with time zone) TO cameleer_sso;
GRANT ALL ON FUNCTION cameleer.rfc3339(p_at timestamp with time zone) TO cameleer_worker;
GRANT ALL ON FUNCTION cameleer.rfc3339(p_at timestamp with time zone) TO cameleer_gate;
REVOKE ALL ON FUNCTION cameleer.member_search(p_after uuid, p_key text, p_limit integer, p_words text, p_newest boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.member_search(p_after uuid, p_key text, p_limit integer, p_words text, p_newest boolean) TO cameleer_tenants;
GRANT SELECT ON TABLE cameleer.sign_in_policy TO cameleer_gate;
GRANT SELECT,INSERT,UPDATE ON TABLE cameleer.sign_in_policy TO cameleer_tenants;
GRANT SELECT,INSERT,UPDATE ON TABLE cameleer.sign_in_policy TO cameleer_sso;
REVOKE ALL ON FUNCTION cameleer.owner_tie(p_tenant uuid, p_account uuid) FROM PUBLIC;
REVOKE ALL ON FUNCTION cameleer.member_tie(p_account uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.member_tie(p_account uuid) TO cameleer_tenants;
REVOKE ALL ON FUNCTION cameleer.member_total(p_words text) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.member_total(p_words text) TO cameleer_tenants;
REVOKE ALL ON FUNCTION cameleer.member_unlock(p_account uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.member_unlock(p_account uuid) TO cameleer_tenants;
REVOKE ALL ON FUNCTION cameleer.members_lock(p_tenant uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.members_lock(p_tenant uuid) TO cameleer_tenants;
REVOKE ALL ON FUNCTION cameleer.membership_guard() FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.membership_guard() TO cameleer_owner;
GRANT SELECT ON TABLE cameleer.plan TO cameleer_auth;
GRANT SELECT ON TABLE cameleer.plan TO cameleer_tenants;
GRANT SELECT ON TABLE cameleer.plan TO cameleer_apps;
GRANT SELECT ON TABLE cameleer.plan TO cameleer_billing;
GRANT SELECT ON TABLE cameleer.plan TO cameleer_license;
GRANT SELECT ON TABLE cameleer.plan TO cameleer_sso;
GRANT SELECT ON TABLE cameleer.plan TO cameleer_worker;
GRANT SELECT ON TABLE cameleer.plan TO cameleer_gate;
GRANT SELECT ON TABLE cameleer.plan_override TO cameleer_tenants;
GRANT SELECT ON TABLE cameleer.plan_override TO cameleer_apps;
GRANT SELECT ON TABLE cameleer.plan_override TO cameleer_billing;
GRANT SELECT ON TABLE cameleer.plan_override TO cameleer_worker;
GRANT SELECT,INSERT ON TABLE cameleer.plan_override TO cameleer_gate;
GRANT UPDATE(ended_at) ON TABLE cameleer.plan_override TO cameleer_gate;
REVOKE ALL ON FUNCTION cameleer.plan_of(p_tenant uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.plan_of(p_tenant uuid) TO cameleer_tenants;
GRANT ALL ON FUNCTION cameleer.plan_of(p_tenant uuid) TO cameleer_apps;
GRANT ALL ON FUNCTION cameleer.plan_of(p_tenant uuid) TO cameleer_billing;
GRANT ALL ON FUNCTION cameleer.plan_of(p_tenant uuid) TO cameleer_worker;
GRANT ALL ON FUNCTION cameleer.plan_of(p_tenant uuid) TO cameleer_gate;
REVOKE ALL ON FUNCTION cameleer.my_features() FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.my_features() TO cameleer_auth;
REVOKE ALL ON FUNCTION cameleer.my_standing() FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.my_standing() TO cameleer_tenants;
REVOKE ALL ON FUNCTION cameleer.tenant_keep(p_tenant uuid, p_operation uuid, p_reason text, p_link text) FROM PUBLIC;
REVOKE ALL ON FUNCTION cameleer.my_tenant_keep(p_link text) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.my_tenant_keep(p_link text) TO cameleer_tenants;
REVOKE ALL ON FUNCTION cameleer.my_tenants() FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.my_tenants() TO cameleer_auth;
GRANT ALL ON FUNCTION cameleer.my_tenants() TO cameleer_tenants;
REVOKE ALL ON FUNCTION cameleer.operation_alert(p_operation uuid, p_link text) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.operation_alert(p_operation uuid, p_link text) TO cameleer_worker;
REVOKE ALL ON FUNCTION cameleer.operation_decide(p_operation uuid, p_decision text, p_step text, p_reason text) FROM PUBLIC;
REVOKE ALL ON FUNCTION cameleer.operation_note(p_operation uuid, p_step text, p_what text, p_detail text) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.operation_note(p_operation uuid, p_step text, p_what text, p_detail text) TO cameleer_worker;
REVOKE ALL ON FUNCTION cameleer.rfc3339_ms(p_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.rfc3339_ms(p_at timestamp with time zone) TO cameleer_auth;
GRANT ALL ON FUNCTION cameleer.rfc3339_ms(p_at timestamp with time zone) TO cameleer_tenants;
GRANT ALL ON FUNCTION cameleer.rfc3339_ms(p_at timestamp with time zone) TO cameleer_apps;
GRANT ALL ON FUNCTION cameleer.rfc3339_ms(p_at timestamp with time zone) TO cameleer_billing;
GRANT ALL ON FUNCTION cameleer.rfc3339_ms(p_at timestamp with time zone) TO cameleer_license;
GRANT ALL ON FUNCTION cameleer.rfc3339_ms(p_at timestamp with time zone) TO cameleer_sso;
GRANT ALL ON FUNCTION cameleer.rfc3339_ms(p_at timestamp with time zone) TO cameleer_worker;
GRANT ALL ON FUNCTION cameleer.rfc3339_ms(p_at timestamp with time zone) TO cameleer_gate;
GRANT SELECT ON TABLE cameleer.operation_step TO cameleer_tenants;
GRANT SELECT,INSERT,UPDATE ON TABLE cameleer.operation_step TO cameleer_worker;
GRANT SELECT ON TABLE cameleer.operation_step TO cameleer_gate;
GRANT UPDATE(state) ON TABLE cameleer.operation_step TO cameleer_gate;
GRANT UPDATE(detail) ON TABLE cameleer.operation_step TO cameleer_gate;
GRANT UPDATE(started_at) ON TABLE cameleer.operation_step TO cameleer_gate;
GRANT UPDATE(finished_at) ON TABLE cameleer.operation_step TO cameleer_gate;
GRANT SELECT ON TABLE cameleer.provisioning_event TO cameleer_tenants;
GRANT SELECT,INSERT,DELETE ON TABLE cameleer.provisioning_event TO cameleer_worker;
GRANT SELECT,INSERT ON TABLE cameleer.provisioning_event TO cameleer_gate;
REVOKE ALL ON FUNCTION cameleer.operation_story(p_operation uuid) FROM PUBLIC;
REVOKE ALL ON FUNCTION cameleer.operations_seen(p_operation uuid, p_after uuid, p_limit integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION cameleer.pin(p_tenant uuid, p_actor uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.pin(p_tenant uuid, p_actor uuid) TO cameleer_auth;
GRANT ALL ON FUNCTION cameleer.pin(p_tenant uuid, p_actor uuid) TO cameleer_tenants;
GRANT ALL ON FUNCTION cameleer.pin(p_tenant uuid, p_actor uuid) TO cameleer_apps;
GRANT ALL ON FUNCTION cameleer.pin(p_tenant uuid, p_actor uuid) TO cameleer_billing;
GRANT ALL ON FUNCTION cameleer.pin(p_tenant uuid, p_actor uuid) TO cameleer_license;
GRANT ALL ON FUNCTION cameleer.pin(p_tenant uuid, p_actor uuid) TO cameleer_sso;
GRANT ALL ON FUNCTION cameleer.pin(p_tenant uuid, p_actor uuid) TO cameleer_worker;
REVOKE ALL ON FUNCTION cameleer.place_add(p_id uuid, p_place jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION cameleer.place_admit() FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.place_admit() TO cameleer_owner;
REVOKE ALL ON FUNCTION cameleer.place_fits(p_place uuid, p_more bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION cameleer.place_move(p_place uuid, p_to text) FROM PUBLIC;
GRANT SELECT ON TABLE cameleer.container_limit TO cameleer_worker;
GRANT SELECT ON TABLE cameleer.container_limit TO cameleer_gate;
GRANT SELECT,INSERT,UPDATE ON TABLE cameleer.release TO cameleer_apps;
GRANT SELECT,DELETE,UPDATE ON TABLE cameleer.release TO cameleer_worker;
GRANT SELECT ON TABLE cameleer.release TO cameleer_gate;
REVOKE ALL ON FUNCTION cameleer.place_rooms(p_place uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.place_rooms(p_place uuid) TO cameleer_worker;
REVOKE ALL ON FUNCTION cameleer.place_states() FROM PUBLIC;
REVOKE ALL ON FUNCTION cameleer.plan_change(p_tenant uuid, p_tier text, p_operation uuid, p_reason text, p_link text) FROM PUBLIC;
GRANT SELECT,INSERT,UPDATE ON TABLE cameleer.application TO cameleer_apps;
GRANT SELECT,DELETE,UPDATE ON TABLE cameleer.application TO cameleer_worker;
GRANT SELECT ON TABLE cameleer.application TO cameleer_gate;
GRANT SELECT(tenant_id) ON TABLE cameleer.application TO cameleer_tenants;
GRANT SELECT(id) ON TABLE cameleer.application TO cameleer_tenants;
GRANT SELECT(name) ON TABLE cameleer.application TO cameleer_tenants;
GRANT SELECT,INSERT ON TABLE cameleer.environment TO cameleer_tenants;
GRANT SELECT ON TABLE cameleer.environment TO cameleer_apps;
GRANT SELECT ON TABLE cameleer.environment TO cameleer_worker;
GRANT SELECT,INSERT,DELETE ON TABLE cameleer.environment TO cameleer_gate;
GRANT UPDATE("position") ON TABLE cameleer.environment TO cameleer_gate;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE cameleer.sso_provider TO cameleer_sso;
GRANT SELECT ON TABLE cameleer.sso_provider TO cameleer_gate;
GRANT UPDATE(proven_at) ON TABLE cameleer.sso_provider TO cameleer_gate;
REVOKE ALL ON FUNCTION cameleer.plan_excess(p_tenant uuid) FROM PUBLIC;
REVOKE ALL ON FUNCTION cameleer.plan_grants(p cameleer.plan) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.plan_grants(p cameleer.plan) TO cameleer_worker;
REVOKE ALL ON FUNCTION cameleer.plan_override_end(p_tenant uuid, p_key text) FROM PUBLIC;
REVOKE ALL ON FUNCTION cameleer.plan_override_set(p_tenant uuid, p_key text, p_value jsonb, p_reason text, p_ends_at timestamp with time zone) FROM PUBLIC;
REVOKE ALL ON FUNCTION cameleer.plan_values(p cameleer.plan) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.plan_values(p cameleer.plan) TO cameleer_billing;
GRANT ALL ON FUNCTION cameleer.plan_values(p cameleer.plan) TO cameleer_gate;
REVOKE ALL ON FUNCTION cameleer.plan_told(p_tenant uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.plan_told(p_tenant uuid) TO cameleer_billing;
GRANT ALL ON FUNCTION cameleer.plan_told(p_tenant uuid) TO cameleer_gate;
GRANT INSERT ON TABLE cameleer.audit_event TO cameleer_auth;
GRANT INSERT ON TABLE cameleer.audit_event TO cameleer_apps;
GRANT INSERT ON TABLE cameleer.audit_event TO cameleer_billing;
GRANT INSERT ON TABLE cameleer.audit_event TO cameleer_license;
GRANT INSERT ON TABLE cameleer.audit_event TO cameleer_sso;
GRANT SELECT,INSERT ON TABLE cameleer.audit_event TO cameleer_tenants;
GRANT SELECT,INSERT ON TABLE cameleer.audit_event TO cameleer_worker;
GRANT SELECT,INSERT ON TABLE cameleer.audit_event TO cameleer_gate;
REVOKE ALL ON FUNCTION cameleer.platform_audit(p_before uuid, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.platform_audit(p_before uuid, p_limit integer) TO cameleer_auth;
REVOKE ALL ON FUNCTION cameleer.platform_certificate(p_tenant uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.platform_certificate(p_tenant uuid) TO cameleer_auth;
REVOKE ALL ON FUNCTION cameleer.platform_drift() FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.platform_drift() TO cameleer_auth;
REVOKE ALL ON FUNCTION cameleer.platform_drift_restore(p_tenant uuid, p_object text, p_operation uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.platform_drift_restore(p_tenant uuid, p_object text, p_operation uuid) TO cameleer_auth;
REVOKE ALL ON FUNCTION cameleer.platform_isolation() FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.platform_isolation() TO cameleer_auth;
REVOKE ALL ON FUNCTION cameleer.platform_isolation_ask(p_tenant uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.platform_isolation_ask(p_tenant uuid) TO cameleer_auth;
GRANT SELECT ON TABLE cameleer.license_standing TO cameleer_license;
GRANT SELECT ON TABLE cameleer.license_standing TO cameleer_worker;
GRANT SELECT,INSERT,UPDATE ON TABLE cameleer.license_standing TO cameleer_gate;
REVOKE ALL ON FUNCTION cameleer.platform_license(p_tenant uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.platform_license(p_tenant uuid) TO cameleer_auth;
REVOKE ALL ON FUNCTION cameleer.platform_license_decision(p_tenant uuid, p_operation uuid, p_decision text, p_reason text, p_link text) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.platform_license_decision(p_tenant uuid, p_operation uuid, p_decision text, p_reason text, p_link text) TO cameleer_auth;
REVOKE ALL ON FUNCTION cameleer.platform_operation_decide(p_operation uuid, p_decision text, p_step text, p_reason text) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.platform_operation_decide(p_operation uuid, p_decision text, p_step text, p_reason text) TO cameleer_auth;
REVOKE ALL ON FUNCTION cameleer.platform_operation_story(p_operation uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.platform_operation_story(p_operation uuid) TO cameleer_auth;
REVOKE ALL ON FUNCTION cameleer.platform_operations(p_operation uuid, p_after uuid, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.platform_operations(p_operation uuid, p_after uuid, p_limit integer) TO cameleer_auth;
REVOKE ALL ON FUNCTION cameleer.platform_place_add(p_id uuid, p_place jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.platform_place_add(p_id uuid, p_place jsonb) TO cameleer_auth;
REVOKE ALL ON FUNCTION cameleer.platform_place_move(p_place uuid, p_to text) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.platform_place_move(p_place uuid, p_to text) TO cameleer_auth;
REVOKE ALL ON FUNCTION cameleer.platform_places() FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.platform_places() TO cameleer_auth;
REVOKE ALL ON FUNCTION cameleer.platform_plan_change(p_tenant uuid, p_tier text, p_operation uuid, p_reason text, p_link text) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.platform_plan_change(p_tenant uuid, p_tier text, p_operation uuid, p_reason text, p_link text) TO cameleer_auth;
REVOKE ALL ON FUNCTION cameleer.platform_plan_end(p_tenant uuid, p_key text) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.platform_plan_end(p_tenant uuid, p_key text) TO cameleer_auth;
REVOKE ALL ON FUNCTION cameleer.platform_plan_set(p_tenant uuid, p_key text, p_value jsonb, p_reason text, p_ends_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.platform_plan_set(p_tenant uuid, p_key text, p_value jsonb, p_reason text, p_ends_at timestamp with time zone) TO cameleer_auth;
REVOKE ALL ON FUNCTION cameleer.platform_plan_told(p_tenant uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.platform_plan_told(p_tenant uuid) TO cameleer_auth;
REVOKE ALL ON FUNCTION cameleer.platform_tenant(p_tenant uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.platform_tenant(p_tenant uuid) TO cameleer_auth;
REVOKE ALL ON FUNCTION cameleer.tenant_answer(p_tenant uuid, p_operation uuid, p_yes boolean, p_reason text, p_link text) FROM PUBLIC;
REVOKE ALL ON FUNCTION cameleer.platform_tenant_answer(p_tenant uuid, p_operation uuid, p_yes boolean, p_reason text, p_link text) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.platform_tenant_answer(p_tenant uuid, p_operation uuid, p_yes boolean, p_reason text, p_link text) TO cameleer_auth;
REVOKE ALL ON FUNCTION cameleer.platform_tenant_keep(p_tenant uuid, p_operation uuid, p_reason text, p_link text) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.platform_tenant_keep(p_tenant uuid, p_operation uuid, p_reason text, p_link text) TO cameleer_auth;
REVOKE ALL ON FUNCTION cameleer.tenant_shorten(p_tenant uuid, p_operation uuid, p_reason text, p_link text) FROM PUBLIC;
REVOKE ALL ON FUNCTION cameleer.platform_tenant_shorten(p_tenant uuid, p_operation uuid, p_reason text, p_link text) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.platform_tenant_shorten(p_tenant uuid, p_operation uuid, p_reason text, p_link text) TO cameleer_auth;
REVOKE ALL ON FUNCTION cameleer.platform_tenants(p_after uuid, p_key text, p_limit integer, p_words text, p_newest boolean, p_state text) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.platform_tenants(p_after uuid, p_key text, p_limit integer, p_words text, p_newest boolean, p_state text) TO cameleer_auth;
REVOKE ALL ON FUNCTION cameleer.platform_tenants_total(p_words text, p_state text) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.platform_tenants_total(p_words text, p_state text) TO cameleer_auth;
REVOKE ALL ON FUNCTION cameleer.removed_mail(p_certificate text) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.removed_mail(p_certificate text) TO cameleer_worker;
REVOKE ALL ON FUNCTION cameleer.request_begin(p_session uuid, p_account uuid, p_tenant uuid, p_slug text) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.request_begin(p_session uuid, p_account uuid, p_tenant uuid, p_slug text) TO cameleer_auth;
GRANT ALL ON FUNCTION cameleer.request_begin(p_session uuid, p_account uuid, p_tenant uuid, p_slug text) TO cameleer_tenants;
GRANT ALL ON FUNCTION cameleer.request_begin(p_session uuid, p_account uuid, p_tenant uuid, p_slug text) TO cameleer_apps;
GRANT ALL ON FUNCTION cameleer.request_begin(p_session uuid, p_account uuid, p_tenant uuid, p_slug text) TO cameleer_billing;
GRANT ALL ON FUNCTION cameleer.request_begin(p_session uuid, p_account uuid, p_tenant uuid, p_slug text) TO cameleer_license;
GRANT ALL ON FUNCTION cameleer.request_begin(p_session uuid, p_account uuid, p_tenant uuid, p_slug text) TO cameleer_sso;
REVOKE ALL ON FUNCTION cameleer.request_begin_token(p_digest text) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.request_begin_token(p_digest text) TO cameleer_auth;
GRANT ALL ON FUNCTION cameleer.request_begin_token(p_digest text) TO cameleer_tenants;
GRANT ALL ON FUNCTION cameleer.request_begin_token(p_digest text) TO cameleer_apps;
GRANT ALL ON FUNCTION cameleer.request_begin_token(p_digest text) TO cameleer_billing;
GRANT ALL ON FUNCTION cameleer.request_begin_token(p_digest text) TO cameleer_license;
GRANT ALL ON FUNCTION cameleer.request_begin_token(p_digest text) TO cameleer_sso;
REVOKE ALL ON FUNCTION cameleer.rfc3339_us(p_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.rfc3339_us(p_at timestamp with time zone) TO cameleer_auth;
GRANT ALL ON FUNCTION cameleer.rfc3339_us(p_at timestamp with time zone) TO cameleer_tenants;
GRANT ALL ON FUNCTION cameleer.rfc3339_us(p_at timestamp with time zone) TO cameleer_apps;
GRANT ALL ON FUNCTION cameleer.rfc3339_us(p_at timestamp with time zone) TO cameleer_billing;
GRANT ALL ON FUNCTION cameleer.rfc3339_us(p_at timestamp with time zone) TO cameleer_license;
GRANT ALL ON FUNCTION cameleer.rfc3339_us(p_at timestamp with time zone) TO cameleer_sso;
GRANT ALL ON FUNCTION cameleer.rfc3339_us(p_at timestamp with time zone) TO cameleer_worker;
GRANT ALL ON FUNCTION cameleer.rfc3339_us(p_at timestamp with time zone) TO cameleer_gate;
GRANT SELECT ON TABLE cameleer.role_preset TO cameleer_auth;
GRANT SELECT ON TABLE cameleer.role_preset TO cameleer_tenants;
GRANT SELECT ON TABLE cameleer.role_preset TO cameleer_apps;
GRANT SELECT ON TABLE cameleer.role_preset TO cameleer_billing;
GRANT SELECT ON TABLE cameleer.role_preset TO cameleer_license;
GRANT SELECT ON TABLE cameleer.role_preset TO cameleer_sso;
GRANT SELECT ON TABLE cameleer.role_preset TO cameleer_worker;
GRANT SELECT ON TABLE cameleer.role_preset TO cameleer_gate;
REVOKE ALL ON FUNCTION cameleer.role_words(p_role text) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.role_words(p_role text) TO cameleer_auth;
REVOKE ALL ON FUNCTION cameleer.second_factor_asked() FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.second_factor_asked() TO cameleer_auth;
REVOKE ALL ON FUNCTION cameleer.service_account_join(p_account uuid, p_role text) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.service_account_join(p_account uuid, p_role text) TO cameleer_auth;
REVOKE ALL ON FUNCTION cameleer.service_account_leave(p_account uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.service_account_leave(p_account uuid) TO cameleer_auth;
REVOKE ALL ON FUNCTION cameleer.slug_unused() FROM PUBLIC;
GRANT SELECT,INSERT,DELETE ON TABLE cameleer.sso_ticket TO cameleer_sso;
GRANT SELECT,DELETE ON TABLE cameleer.sso_ticket TO cameleer_gate;
GRANT UPDATE(used_at) ON TABLE cameleer.sso_ticket TO cameleer_gate;
REVOKE ALL ON FUNCTION cameleer.sso_admit(k cameleer.sso_ticket, p_account uuid, p_default text, OUT refused text, OUT was text, OUT becomes text, OUT withdrawn bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION cameleer.sso_adopt(k cameleer.sso_ticket, p_account uuid, OUT refused text, OUT account uuid, OUT how text, OUT disarmed boolean) FROM PUBLIC;
GRANT SELECT,INSERT ON TABLE cameleer.sso_session TO cameleer_gate;
REVOKE ALL ON FUNCTION cameleer.sso_bind(p_digest text, p_session uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.sso_bind(p_digest text, p_session uuid) TO cameleer_auth;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE cameleer.sso_domain TO cameleer_sso;
GRANT SELECT ON TABLE cameleer.sso_domain TO cameleer_gate;
REVOKE ALL ON FUNCTION cameleer.sso_discover(p_domain text) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.sso_discover(p_domain text) TO cameleer_sso;
REVOKE ALL ON FUNCTION cameleer.sso_finish(p_digest text, p_account uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.sso_finish(p_digest text, p_account uuid) TO cameleer_auth;
GRANT SELECT,INSERT,UPDATE ON TABLE cameleer.session TO cameleer_auth;
GRANT SELECT ON TABLE cameleer.session TO cameleer_gate;
GRANT UPDATE(revoked_at) ON TABLE cameleer.session TO cameleer_gate;
REVOKE ALL ON FUNCTION cameleer.sso_logout(p_issuer text, p_subject text, p_sid text, p_said_at bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.sso_logout(p_issuer text, p_subject text, p_sid text, p_said_at bigint) TO cameleer_sso;
REVOKE ALL ON FUNCTION cameleer.sso_may_break_glass(p_account uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.sso_may_break_glass(p_account uuid) TO cameleer_sso;
REVOKE ALL ON FUNCTION cameleer.sso_tenant(p_slug text) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.sso_tenant(p_slug text) TO cameleer_sso;
REVOKE ALL ON FUNCTION cameleer.step_usual(p_operation uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.step_usual(p_operation uuid) TO cameleer_tenants;
REVOKE ALL ON FUNCTION cameleer.tenant_data() FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.tenant_data() TO cameleer_tenants;
REVOKE ALL ON FUNCTION cameleer.tenant_drift() FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.tenant_drift() TO cameleer_tenants;
REVOKE ALL ON FUNCTION cameleer.tenant_drift_restore(p_object text, p_operation uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.tenant_drift_restore(p_object text, p_operation uuid) TO cameleer_tenants;
REVOKE ALL ON FUNCTION cameleer.tenant_erase(p_operation uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.tenant_erase(p_operation uuid) TO cameleer_worker;
REVOKE ALL ON FUNCTION cameleer.tenant_id_of(p_slug text) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.tenant_id_of(p_slug text) TO cameleer_license;
REVOKE ALL ON FUNCTION cameleer.tenant_leave(p_link text) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.tenant_leave(p_link text) TO cameleer_tenants;
REVOKE ALL ON FUNCTION cameleer.tenant_members(p_only uuid, p_after uuid, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.tenant_members(p_only uuid, p_after uuid, p_limit integer) TO cameleer_tenants;
REVOKE ALL ON FUNCTION cameleer.tenant_place() FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.tenant_place() TO cameleer_owner;
REVOKE ALL ON FUNCTION cameleer.tenant_suspension() FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.tenant_suspension() TO cameleer_auth;
REVOKE ALL ON FUNCTION cameleer.tenant_upstream(p_feature text) FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.tenant_upstream(p_feature text) TO cameleer_auth;
GRANT SELECT ON TABLE cameleer.app_log TO cameleer_apps;
GRANT SELECT,INSERT,DELETE ON TABLE cameleer.app_log TO cameleer_worker;
GRANT SELECT ON TABLE cameleer.audit_checkpoint TO cameleer_tenants;
GRANT SELECT ON TABLE cameleer.audit_checkpoint TO cameleer_gate;
GRANT SELECT,INSERT ON TABLE cameleer.audit_checkpoint TO cameleer_worker;
GRANT SELECT,DELETE ON TABLE cameleer.audit_flood TO cameleer_worker;
GRANT SELECT,INSERT ON TABLE cameleer.audit_flood TO cameleer_auth;
GRANT SELECT,INSERT ON TABLE cameleer.audit_flood TO cameleer_tenants;
GRANT SELECT,INSERT ON TABLE cameleer.audit_flood TO cameleer_apps;
GRANT SELECT,INSERT ON TABLE cameleer.audit_flood TO cameleer_billing;
GRANT SELECT,INSERT ON TABLE cameleer.audit_flood TO cameleer_license;
GRANT SELECT,INSERT ON TABLE cameleer.audit_flood TO cameleer_sso;
GRANT UPDATE(n) ON TABLE cameleer.audit_flood TO cameleer_auth;
GRANT UPDATE(n) ON TABLE cameleer.audit_flood TO cameleer_tenants;
GRANT UPDATE(n) ON TABLE cameleer.audit_flood TO cameleer_apps;
GRANT UPDATE(n) ON TABLE cameleer.audit_flood TO cameleer_billing;
GRANT UPDATE(n) ON TABLE cameleer.audit_flood TO cameleer_license;
GRANT UPDATE(n) ON TABLE cameleer.audit_flood TO cameleer_sso;
GRANT SELECT ON TABLE cameleer.audit_head TO cameleer_tenants;
GRANT SELECT ON TABLE cameleer.audit_head TO cameleer_gate;
GRANT SELECT,INSERT,UPDATE ON TABLE cameleer.audit_head TO cameleer_worker;
GRANT SELECT ON TABLE cameleer.audit_link TO cameleer_tenants;
GRANT SELECT ON TABLE cameleer.audit_link TO cameleer_gate;
GRANT SELECT,INSERT ON TABLE cameleer.audit_link TO cameleer_worker;
GRANT SELECT,DELETE ON TABLE cameleer.audit_unsealed TO cameleer_worker;
GRANT INSERT ON TABLE cameleer.audit_unsealed TO cameleer_gate;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE cameleer.device_login TO cameleer_auth;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE cameleer.drift_look TO cameleer_worker;
GRANT SELECT ON TABLE cameleer.drift_look TO cameleer_gate;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE cameleer.email_change TO cameleer_auth;
GRANT SELECT ON TABLE cameleer.erasure TO cameleer_gate;
GRANT SELECT,INSERT,DELETE ON TABLE cameleer.finding_acknowledgement TO cameleer_apps;
GRANT SELECT,INSERT,UPDATE ON TABLE cameleer.idempotency TO cameleer_auth;
GRANT SELECT,INSERT,UPDATE ON TABLE cameleer.idempotency TO cameleer_tenants;
GRANT SELECT,INSERT,UPDATE ON TABLE cameleer.idempotency TO cameleer_apps;
GRANT SELECT,INSERT,UPDATE ON TABLE cameleer.idempotency TO cameleer_billing;
GRANT SELECT,INSERT,UPDATE ON TABLE cameleer.idempotency TO cameleer_license;
GRANT SELECT,INSERT,UPDATE ON TABLE cameleer.idempotency TO cameleer_sso;
GRANT SELECT,DELETE ON TABLE cameleer.idempotency TO cameleer_worker;
GRANT SELECT,DELETE ON TABLE cameleer.idempotency TO cameleer_gate;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE cameleer.known_device TO cameleer_auth;
GRANT SELECT,DELETE ON TABLE cameleer.known_device TO cameleer_worker;
GRANT SELECT ON TABLE cameleer.license_revocations TO cameleer_license;
GRANT SELECT,INSERT ON TABLE cameleer.license_revocations TO cameleer_worker;
GRANT SELECT ON TABLE cameleer.lifecycle TO cameleer_gate;
GRANT SELECT ON TABLE cameleer.lifecycle TO cameleer_auth;
GRANT SELECT ON TABLE cameleer.lifecycle TO cameleer_tenants;
GRANT SELECT ON TABLE cameleer.lifecycle TO cameleer_apps;
GRANT SELECT ON TABLE cameleer.lifecycle TO cameleer_sso;
GRANT SELECT ON TABLE cameleer.lifecycle TO cameleer_worker;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE cameleer.mail_limit TO cameleer_gate;
GRANT SELECT,DELETE ON TABLE cameleer.mail_limit TO cameleer_worker;
GRANT SELECT ON TABLE cameleer.mail_rule TO cameleer_gate;
GRANT SELECT ON TABLE cameleer.migration TO cameleer_auth;
GRANT SELECT ON TABLE cameleer.migration TO cameleer_tenants;
GRANT SELECT ON TABLE cameleer.migration TO cameleer_apps;
GRANT SELECT ON TABLE cameleer.migration TO cameleer_billing;
GRANT SELECT ON TABLE cameleer.migration TO cameleer_license;
GRANT SELECT ON TABLE cameleer.migration TO cameleer_sso;
GRANT SELECT ON TABLE cameleer.migration TO cameleer_worker;
GRANT SELECT,UPDATE ON TABLE cameleer.one_time_token TO cameleer_auth;
GRANT SELECT,INSERT,UPDATE ON TABLE cameleer.one_time_token TO cameleer_gate;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE cameleer.passkey TO cameleer_auth;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE cameleer.passkey_challenge TO cameleer_auth;
GRANT SELECT,INSERT,UPDATE ON TABLE cameleer.place_seal TO cameleer_worker;
GRANT SELECT ON TABLE cameleer.place_seal TO cameleer_auth;
GRANT SELECT ON TABLE cameleer.place_seal TO cameleer_gate;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE cameleer.recovery_code TO cameleer_auth;
GRANT SELECT,INSERT,UPDATE ON TABLE cameleer.refresh_token TO cameleer_auth;
GRANT SELECT ON TABLE cameleer.reserved_name TO cameleer_tenants;
GRANT SELECT ON TABLE cameleer.reserved_name TO cameleer_apps;
GRANT SELECT,UPDATE ON TABLE cameleer.schedule TO cameleer_worker;
GRANT SELECT,INSERT,UPDATE ON TABLE cameleer.server_rotation TO cameleer_tenants;
GRANT SELECT ON TABLE cameleer.server_rotation TO cameleer_worker;
GRANT UPDATE(rotated_at) ON TABLE cameleer.server_rotation TO cameleer_worker;
GRANT UPDATE(ends_at) ON TABLE cameleer.server_rotation TO cameleer_worker;
GRANT UPDATE(ended_at) ON TABLE cameleer.server_rotation TO cameleer_worker;
GRANT SELECT ON TABLE cameleer.server_told TO cameleer_tenants;
GRANT SELECT,INSERT,UPDATE ON TABLE cameleer.server_told TO cameleer_worker;
GRANT SELECT,INSERT,UPDATE ON TABLE cameleer.sign_in_challenge TO cameleer_auth;
GRANT DELETE ON TABLE cameleer.sign_in_challenge TO cameleer_worker;
GRANT SELECT(expires_at) ON TABLE cameleer.sign_in_challenge TO cameleer_worker;
GRANT SELECT ON TABLE cameleer.signing_key TO cameleer_auth;
GRANT SELECT ON TABLE cameleer.signing_key TO cameleer_tenants;
GRANT SELECT ON TABLE cameleer.signing_key TO cameleer_apps;
GRANT SELECT ON TABLE cameleer.signing_key TO cameleer_billing;
GRANT SELECT ON TABLE cameleer.signing_key TO cameleer_license;
GRANT SELECT ON TABLE cameleer.signing_key TO cameleer_sso;
GRANT SELECT ON TABLE cameleer.signing_key TO cameleer_worker;
GRANT SELECT,INSERT,DELETE ON TABLE cameleer.sso_identity TO cameleer_gate;
GRANT UPDATE(seen_at) ON TABLE cameleer.sso_identity TO cameleer_gate;
GRANT SELECT,INSERT,DELETE ON TABLE cameleer.sso_login TO cameleer_sso;
GRANT SELECT,INSERT,UPDATE ON TABLE cameleer.store_login TO cameleer_worker;
GRANT SELECT ON TABLE cameleer.store_login TO cameleer_tenants;
GRANT SELECT,DELETE ON TABLE cameleer.store_login TO cameleer_gate;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE cameleer.team TO cameleer_tenants;
GRANT SELECT ON TABLE cameleer.team TO cameleer_gate;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE cameleer.team_application TO cameleer_tenants;
GRANT SELECT ON TABLE cameleer.team_application TO cameleer_gate;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE cameleer.team_member TO cameleer_tenants;
GRANT SELECT,INSERT ON TABLE cameleer.team_member TO cameleer_gate;
GRANT SELECT ON TABLE cameleer.tenant_export TO cameleer_worker;
GRANT SELECT,INSERT,DELETE ON TABLE cameleer.tenant_export_file TO cameleer_worker;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE cameleer.tenant_secret TO cameleer_worker;
GRANT SELECT(tenant_id) ON TABLE cameleer.tenant_secret TO cameleer_license;
GRANT SELECT(name) ON TABLE cameleer.tenant_secret TO cameleer_license;
GRANT SELECT(digest) ON TABLE cameleer.tenant_secret TO cameleer_license;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE cameleer.totp TO cameleer_auth;
REVOKE ALL ON FUNCTION cameleer.service_accounts() FROM PUBLIC;
GRANT ALL ON FUNCTION cameleer.service_accounts() TO cameleer_auth;
