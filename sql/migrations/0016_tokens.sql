-- SPDX-License-Identifier: Apache-2.0
-- Programs, and those who run the platform: API tokens in use, service
-- accounts, sign-in of a device without a keyboard (RFC 8628), and what
-- operators see. What reaches beyond one account's own rows is a function of
-- cameleer_gate. Locks api_token and operator for a moment.

-- One secret, one token; the request knows no more of it than the digest.
DROP INDEX cameleer.api_token_digest;
CREATE UNIQUE INDEX api_token_digest ON cameleer.api_token (digest);
-- What ended a month ago is forgotten when the account makes another.
GRANT DELETE ON cameleer.api_token TO cameleer_auth;

ALTER TABLE cameleer.operator ADD CHECK (permissions <@
    '{platform.account.read,platform.account.manage,platform.tenant.read,
    platform.audit.read}');

-- A device waits for somebody who is signed in elsewhere. Both codes are kept
-- as digests; interval_s is how long the device is to wait between two
-- questions, and grows when it does not.
CREATE TABLE cameleer.device_login (
	device_digest	text PRIMARY KEY,
	user_digest	text NOT NULL UNIQUE,
	client_name	text NOT NULL
			    CHECK (length(client_name) BETWEEN 1 AND 60),
	client_ip	inet,
	created_at	timestamptz NOT NULL DEFAULT now(),
	expires_at	timestamptz NOT NULL,
	interval_s	integer NOT NULL DEFAULT 5
			    CHECK (interval_s BETWEEN 1 AND 600),
	polled_at	timestamptz,
	state		text NOT NULL DEFAULT 'pending' CHECK (state IN
			    ('pending', 'approved', 'denied', 'used')),
	-- Of whoever approved: account, tenant and proofs are those of it.
	session_id	uuid REFERENCES cameleer.session ON DELETE CASCADE,
	CHECK ((session_id IS NOT NULL) = (state IN ('approved', 'used')))
);
CREATE INDEX device_login_client ON cameleer.device_login (client_ip);
CREATE INDEX device_login_expires ON cameleer.device_login (expires_at);
CREATE INDEX device_login_session ON cameleer.device_login (session_id)
    WHERE session_id IS NOT NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON cameleer.device_login
    TO cameleer_auth;

GRANT UPDATE (used_at) ON cameleer.api_token TO cameleer_gate;
GRANT INSERT, DELETE ON cameleer.membership TO cameleer_gate;
GRANT SELECT, DELETE ON cameleer.login_guess TO cameleer_gate;
GRANT SELECT ON cameleer.audit_event TO cameleer_gate;
GRANT CREATE ON SCHEMA cameleer TO cameleer_gate;
SET LOCAL ROLE cameleer_gate;

-- A token was used; written once a minute at most.
CREATE FUNCTION cameleer.api_token_used(p_tenant uuid, p_token uuid)
    RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	UPDATE cameleer.api_token k SET used_at = now()
	WHERE k.tenant_id = p_tenant AND k.id = p_token
	AND (k.used_at IS NULL OR k.used_at <= now() - interval '1 minute');
    END;

-- What a role of the pinned tenant gives, in the form of member_permissions();
-- NULL when there is none of this name.
CREATE FUNCTION cameleer.role_words(p_role text) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT ' ' || array_to_string(r.words, ' ') || ' '
	FROM (SELECT p.name, p.permissions AS words
		FROM cameleer.role_preset p
	    UNION ALL
	    SELECT c.name, c.grants FROM cameleer.role c
	    WHERE c.tenant_id = cameleer.app_tenant()) r
	WHERE r.name = p_role;
    END;

-- A service account becomes a member of its tenant, the pinned one; never as
-- its owner.
CREATE FUNCTION cameleer.service_account_join(p_account uuid, p_role text)
    RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	INSERT INTO cameleer.membership (tenant_id, account_id, role,
	    custom_role)
	SELECT a.home_tenant, a.id, p.name, c.id
	FROM cameleer.account a
	LEFT JOIN cameleer.role_preset p ON p.name = p_role
	    AND p.name <> 'owner'
	LEFT JOIN cameleer.role c ON c.tenant_id = a.home_tenant
	    AND c.name = p_role
	WHERE a.id = p_account AND a.kind = 'service'
	AND a.home_tenant = cameleer.app_tenant()
	AND (p.name IS NOT NULL OR c.id IS NOT NULL)
	RETURNING true;
    END;

CREATE FUNCTION cameleer.service_account_leave(p_account uuid)
    RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	DELETE FROM cameleer.membership m USING cameleer.account a
	WHERE a.id = p_account AND a.kind = 'service'
	AND a.home_tenant = cameleer.app_tenant()
	AND m.tenant_id = a.home_tenant AND m.account_id = a.id
	RETURNING true;
    END;

-- The service accounts of the pinned tenant, and when one was last used.
CREATE FUNCTION cameleer.service_accounts()
    RETURNS TABLE (id uuid, name text, role text, permissions text,
	created_at timestamptz, tokens bigint, used_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT a.id, a.name, coalesce(m.role, c.name),
	    cameleer.member_permissions(m.tenant_id, a.id), a.created_at,
	    count(k.id) FILTER (WHERE k.revoked_at IS NULL
		AND k.expires_at > now()), max(k.used_at)
	FROM cameleer.account a
	JOIN cameleer.membership m ON m.tenant_id = a.home_tenant
	    AND m.account_id = a.id
	LEFT JOIN cameleer.role c ON c.tenant_id = m.tenant_id
	    AND c.id = m.custom_role
	LEFT JOIN cameleer.api_token k ON k.account_id = a.id
	WHERE a.kind = 'service' AND a.state = 'active'
	AND a.home_tenant = cameleer.app_tenant()
	GROUP BY a.id, m.tenant_id, m.role, c.name
	ORDER BY a.id LIMIT 1000;
    END;

-- Too many wrong passwords: until when a member of the pinned tenant cannot
-- sign in, and the end of it. False: no member.
CREATE FUNCTION cameleer.member_locked_until(p_account uuid)
    RETURNS timestamptz
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT g.locked_until
	FROM cameleer.membership m
	JOIN cameleer.account a ON a.id = m.account_id
	JOIN cameleer.login_guess g ON g.digest =
	    encode(sha256(convert_to(a.email, 'UTF8')), 'hex')
	WHERE m.tenant_id = cameleer.app_tenant()
	AND m.account_id = p_account AND g.locked_until > now();
    END;
CREATE FUNCTION cameleer.member_unlock(p_account uuid) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	DELETE FROM cameleer.login_guess g
	USING cameleer.membership m, cameleer.account a
	WHERE m.tenant_id = cameleer.app_tenant()
	AND m.account_id = p_account AND a.id = m.account_id
	AND g.digest = encode(sha256(convert_to(a.email, 'UTF8')), 'hex');
	SELECT EXISTS (SELECT FROM cameleer.membership m
	    WHERE m.tenant_id = cameleer.app_tenant()
	    AND m.account_id = p_account);
    END;

-- Has the pinned account this permission of the platform?
CREATE FUNCTION cameleer.is_operator(p_permission text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT EXISTS (SELECT FROM cameleer.operator o
	    JOIN cameleer.account a ON a.id = o.account_id
	    WHERE a.id = cameleer.app_actor() AND a.kind = 'operator'
	    AND a.state = 'active' AND p_permission = ANY (o.permissions));
    END;

-- For operators: every tenant, and the platform's own part of the trail.
CREATE FUNCTION cameleer.platform_tenants(p_after uuid, p_limit integer)
    RETURNS TABLE (id uuid, slug text, name text, tier text, state text,
	members bigint, created_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT t.id, t.slug, t.name, t.tier, t.state,
	    (SELECT count(*) FROM cameleer.membership m
		WHERE m.tenant_id = t.id), t.created_at
	FROM cameleer.tenant t
	WHERE cameleer.is_operator('platform.tenant.read')
	AND (p_after IS NULL OR t.id > p_after)
	ORDER BY t.id LIMIT least(p_limit, 1000);
    END;
CREATE FUNCTION cameleer.platform_audit(p_before uuid, p_limit integer)
    RETURNS TABLE (id uuid, at timestamptz, actor_id uuid, actor_kind text,
	action text, subject_type text, subject_id text, client_ip inet,
	result text, code text, facts jsonb, request_id text, service text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT e.id, e.at, e.actor_id, e.actor_kind, e.action,
	    e.subject_type, e.subject_id, e.client_ip, e.result, e.code,
	    e.facts, e.request_id, e.service
	FROM cameleer.audit_event e
	WHERE cameleer.is_operator('platform.audit.read')
	AND e.tenant_id = '00000000-0000-0000-0000-000000000000'
	AND (p_before IS NULL OR e.id < p_before)
	ORDER BY e.id DESC LIMIT least(p_limit, 1000);
    END;

REVOKE EXECUTE ON FUNCTION cameleer.api_token_used(uuid, uuid),
    cameleer.role_words(text), cameleer.service_account_join(uuid, text),
    cameleer.service_account_leave(uuid), cameleer.service_accounts(),
    cameleer.member_locked_until(uuid), cameleer.member_unlock(uuid),
    cameleer.is_operator(text), cameleer.platform_tenants(uuid, integer),
    cameleer.platform_audit(uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cameleer.api_token_used(uuid, uuid)
    TO cameleer_auth, cameleer_tenants, cameleer_apps, cameleer_billing,
    cameleer_license;
GRANT EXECUTE ON FUNCTION cameleer.role_words(text),
    cameleer.service_account_join(uuid, text),
    cameleer.service_account_leave(uuid), cameleer.service_accounts(),
    cameleer.platform_tenants(uuid, integer),
    cameleer.platform_audit(uuid, integer) TO cameleer_auth;
GRANT EXECUTE ON FUNCTION cameleer.member_locked_until(uuid),
    cameleer.member_unlock(uuid) TO cameleer_tenants;

SET LOCAL ROLE cameleer_owner;
REVOKE CREATE ON SCHEMA cameleer FROM cameleer_gate;
