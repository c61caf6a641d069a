-- SPDX-License-Identifier: Apache-2.0
-- How somebody proved who he is, what he may do, and where: accounts that are
-- no persons, sessions that remember how they were opened, custom roles, teams
-- and the rules that a tenant sets for sign-in. Locks account, session and
-- membership for a moment.

-- A service account belongs to one tenant and has no address; an operator
-- runs the platform and is in no tenant. Without a password one signs in by
-- another way.
ALTER TABLE cameleer.account
    ALTER COLUMN email DROP NOT NULL,
    ALTER COLUMN password_hash DROP NOT NULL,
    ADD COLUMN kind text NOT NULL DEFAULT 'person'
	CHECK (kind IN ('person', 'service', 'operator')),
    ADD COLUMN home_tenant uuid REFERENCES cameleer.tenant,
    ADD CHECK ((kind = 'service') = (home_tenant IS NOT NULL)),
    ADD CHECK ((kind = 'service') = (email IS NULL));
CREATE INDEX account_home ON cameleer.account (home_tenant)
    WHERE home_tenant IS NOT NULL;

-- authenticated_at: when a person last proved himself; "fresh" is ten minutes.
-- methods as RFC 8176 names them where it has a name: pwd, otp, hwk (a
-- passkey); besides sso and recovery (a recovery code).
ALTER TABLE cameleer.session
    ADD COLUMN authenticated_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN methods text[] NOT NULL DEFAULT '{pwd}'
	CHECK (methods <@ '{pwd,otp,hwk,sso,recovery}'
	AND cardinality(methods) > 0),
    -- Whose provider proved it, when one did.
    ADD COLUMN sso_tenant uuid REFERENCES cameleer.tenant,
    ADD CHECK ((sso_tenant IS NOT NULL) = ('sso' = ANY (methods)));

-- What operators may do; permissions named platform.… in libshared/authz.c.
CREATE TABLE cameleer.operator (
	account_id	uuid PRIMARY KEY REFERENCES cameleer.account,
	permissions	text[] NOT NULL,
	created_at	timestamptz NOT NULL DEFAULT now()
);

-- Roles that a tenant made. A grant is a permission, "app.deploy", or one in
-- an environment only, "app.deploy@dev".
CREATE TABLE cameleer.role (
	tenant_id	uuid NOT NULL REFERENCES cameleer.tenant,
	id		uuid NOT NULL,
	name		text NOT NULL
			    CHECK (name ~ '^[a-z][a-z0-9-]{1,38}$' AND name
			    NOT IN ('owner', 'admin', 'developer', 'viewer')),
	about		text NOT NULL DEFAULT '' CHECK (length(about) <= 500),
	grants		text[] NOT NULL CHECK (cardinality(grants) <= 200
			    AND NOT '' = ANY (grants)
			    AND array_to_string(grants, '|', '?') ~
			    '^([a-z]+\.[a-z]+(@[a-z][a-z0-9-]*)?(\||$))*$'),
	version		bigint NOT NULL DEFAULT 1,
	created_at	timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (tenant_id, id),
	UNIQUE (tenant_id, name)
);

-- A member has a preset or a custom role, never both, never none.
ALTER TABLE cameleer.membership
    ALTER COLUMN role DROP NOT NULL,
    ADD COLUMN custom_role uuid,
    ADD FOREIGN KEY (tenant_id, custom_role) REFERENCES cameleer.role,
    ADD CHECK ((role IS NULL) <> (custom_role IS NULL));
CREATE INDEX membership_custom_role ON cameleer.membership
    (tenant_id, custom_role) WHERE custom_role IS NOT NULL;

-- A team gives its members a role for its applications only.
CREATE TABLE cameleer.team (
	tenant_id	uuid NOT NULL REFERENCES cameleer.tenant,
	id		uuid NOT NULL,
	name		text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
	role		text REFERENCES cameleer.role_preset,
	custom_role	uuid,
	version		bigint NOT NULL DEFAULT 1,
	created_at	timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (tenant_id, id),
	UNIQUE (tenant_id, name),
	FOREIGN KEY (tenant_id, custom_role) REFERENCES cameleer.role,
	CHECK ((role IS NULL) <> (custom_role IS NULL))
);
CREATE INDEX team_custom_role ON cameleer.team (tenant_id, custom_role)
    WHERE custom_role IS NOT NULL;
CREATE TABLE cameleer.team_member (
	tenant_id	uuid NOT NULL,
	team_id		uuid NOT NULL,
	account_id	uuid NOT NULL,
	PRIMARY KEY (tenant_id, team_id, account_id),
	FOREIGN KEY (tenant_id, team_id) REFERENCES cameleer.team
	    ON DELETE CASCADE,
	-- Who leaves the tenant leaves its teams.
	FOREIGN KEY (tenant_id, account_id) REFERENCES cameleer.membership
	    ON DELETE CASCADE
);
CREATE INDEX team_member_account ON cameleer.team_member
    (tenant_id, account_id);
CREATE TABLE cameleer.team_application (
	tenant_id	uuid NOT NULL,
	team_id		uuid NOT NULL,
	application_id	uuid NOT NULL,
	PRIMARY KEY (tenant_id, team_id, application_id),
	FOREIGN KEY (tenant_id, team_id) REFERENCES cameleer.team
	    ON DELETE CASCADE,
	FOREIGN KEY (tenant_id, application_id)
	    REFERENCES cameleer.application ON DELETE CASCADE
);
CREATE INDEX team_application_application ON cameleer.team_application
    (tenant_id, application_id);

-- What a tenant asks of those who sign in; no row asks for nothing.
CREATE TABLE cameleer.sign_in_policy (
	tenant_id	uuid PRIMARY KEY REFERENCES cameleer.tenant,
	-- Roles that must show a second factor, by name; * is everybody.
	second_factor	text[] NOT NULL DEFAULT '{}'
			    CHECK (cardinality(second_factor) <= 100),
	-- Members come by the tenant's own provider only.
	sso_enforced	boolean NOT NULL DEFAULT false,
	-- The owner who may come without, when the provider is down.
	break_glass	uuid REFERENCES cameleer.account,
	version		bigint NOT NULL DEFAULT 1,
	CHECK (NOT sso_enforced OR break_glass IS NOT NULL)
);

-- For programs: a secret, stored as its digest, that acts for an account in
-- one tenant within its scopes (permission names).
CREATE TABLE cameleer.api_token (
	tenant_id	uuid NOT NULL REFERENCES cameleer.tenant,
	id		uuid NOT NULL,
	account_id	uuid NOT NULL REFERENCES cameleer.account,
	name		text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
	digest		text NOT NULL,
	-- The first characters, by which a person knows it again.
	hint		text NOT NULL,
	scopes		text[] NOT NULL CHECK (cardinality(scopes)
			    BETWEEN 1 AND 50),
	-- The token that took its place; both hold until expires_at.
	replaced_by	uuid,
	created_by	uuid NOT NULL REFERENCES cameleer.account,
	created_at	timestamptz NOT NULL DEFAULT now(),
	expires_at	timestamptz NOT NULL
			    CHECK (expires_at <= created_at
			    + interval '366 days'),
	used_at		timestamptz,
	revoked_at	timestamptz,
	PRIMARY KEY (tenant_id, id)
);
CREATE INDEX api_token_digest ON cameleer.api_token (digest);
CREATE INDEX api_token_account ON cameleer.api_token (account_id);

ALTER TABLE cameleer.role ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE cameleer.team ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE cameleer.team_member
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE cameleer.team_application
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE cameleer.sign_in_policy
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE cameleer.api_token
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON cameleer.role
    USING (tenant_id = cameleer.app_tenant());
CREATE POLICY tenant_only ON cameleer.team
    USING (tenant_id = cameleer.app_tenant());
CREATE POLICY tenant_only ON cameleer.team_member
    USING (tenant_id = cameleer.app_tenant());
CREATE POLICY tenant_only ON cameleer.team_application
    USING (tenant_id = cameleer.app_tenant());
CREATE POLICY tenant_only ON cameleer.sign_in_policy
    USING (tenant_id = cameleer.app_tenant());
CREATE POLICY tenant_only ON cameleer.api_token
    USING (tenant_id = cameleer.app_tenant());

GRANT SELECT, INSERT, UPDATE, DELETE ON cameleer.role, cameleer.team,
    cameleer.team_member, cameleer.team_application TO cameleer_tenants;
GRANT SELECT, INSERT, UPDATE ON cameleer.sign_in_policy TO cameleer_tenants;
GRANT UPDATE (role, custom_role), DELETE ON cameleer.membership
    TO cameleer_tenants;
GRANT SELECT, INSERT, UPDATE ON cameleer.api_token TO cameleer_auth;
GRANT SELECT ON cameleer.operator TO cameleer_auth;
GRANT SELECT ON cameleer.operator, cameleer.role, cameleer.team,
    cameleer.team_member, cameleer.team_application, cameleer.application,
    cameleer.sign_in_policy, cameleer.api_token TO cameleer_gate;

UPDATE cameleer.role_preset SET permissions = '{tenant.read,tenant.manage,
    tenant.delete,member.read,member.manage,team.manage,role.manage,sso.manage,
    token.manage,audit.read,audit.export,app.read,app.manage,app.deploy,
    log.read,billing.read,license.read,server.use}' WHERE name = 'owner';
UPDATE cameleer.role_preset SET permissions = '{tenant.read,tenant.manage,
    member.read,member.manage,team.manage,role.manage,token.manage,audit.read,
    audit.export,app.read,app.manage,app.deploy,log.read,license.read,
    server.use}' WHERE name = 'admin';
UPDATE cameleer.role_preset SET permissions = '{tenant.read,app.read,
    app.manage,app.deploy,log.read,server.use}' WHERE name = 'developer';
UPDATE cameleer.role_preset SET permissions = '{tenant.read,app.read,log.read,
    server.use}' WHERE name = 'viewer';

DROP FUNCTION cameleer.request_begin(uuid, uuid, uuid);
DROP FUNCTION cameleer.my_tenants();
DROP FUNCTION cameleer.tenant_members(uuid, integer);
GRANT CREATE ON SCHEMA cameleer TO cameleer_gate;
SET LOCAL ROLE cameleer_gate;

-- What a member may do, as words: "app.read", in an environment only
-- "app.deploy@dev", for an application only "app.deploy:orders", or both,
-- "app.deploy@dev:orders". Blanks around each, so that words can be found.
-- Asked by every request: in plpgsql, which keeps its plan.
CREATE FUNCTION cameleer.member_permissions(p_tenant uuid, p_account uuid)
    RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = cameleer, pg_temp
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

-- First statement of every request: pins the transaction to what the token
-- proved, and says what of it still holds. One row always; good is false when
-- the session or the account is gone. rule names what the tenant asks of a
-- member that this session has not shown. What a tenant's provider said proves
-- nobody for what the account is elsewhere: then it is not fresh.
CREATE FUNCTION cameleer.request_begin(p_session uuid, p_account uuid,
    p_tenant uuid)
    RETURNS TABLE (good boolean, kind text, fresh boolean, role text,
	permissions text, rule text, tenant_slug text, tenant_state text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = cameleer, pg_temp
AS $$
BEGIN
	PERFORM set_config('app.tenant', coalesce(p_tenant::text, ''), true),
	    set_config('app.actor', coalesce(p_account::text, ''), true);
	RETURN QUERY
	SELECT s.id IS NOT NULL, a.kind,
	    s.authenticated_at > now() - interval '10 minutes'
	    AND (s.sso_tenant IS NULL OR s.methods && '{pwd,otp,hwk}'
	    OR NOT EXISTS (SELECT FROM membership o
		WHERE o.account_id = s.account_id
		AND o.tenant_id <> s.sso_tenant)),
	    coalesce(m.role, c.name),
	    CASE WHEN m.account_id IS NOT NULL
		THEN member_permissions(m.tenant_id, m.account_id)
		WHEN a.kind = 'operator' THEN (SELECT ' '
		    || array_to_string(o.permissions, ' ') || ' '
		    FROM operator o WHERE o.account_id = a.id) END,
	    CASE WHEN a.kind = 'operator' AND NOT s.methods && '{otp,hwk}'
		THEN 'second_factor_required'
		WHEN p.sso_enforced AND p.break_glass <> a.id
		    AND s.sso_tenant IS DISTINCT FROM p_tenant
		THEN 'sso_required'
		WHEN p.second_factor && ARRAY['*', coalesce(m.role, c.name)]
		    AND NOT s.methods && '{otp,hwk}'
		    AND s.sso_tenant IS DISTINCT FROM p_tenant
		THEN 'second_factor_required' END,
	    t.slug, t.state
	FROM (SELECT 1) one
	LEFT JOIN (session s JOIN account a ON a.id = s.account_id
		AND a.state = 'active')
	    ON s.id = p_session AND s.account_id = p_account
	    AND s.revoked_at IS NULL AND s.expires_at > now()
	LEFT JOIN membership m ON m.tenant_id = p_tenant
	    AND m.account_id = s.account_id
	LEFT JOIN role c ON c.tenant_id = m.tenant_id AND c.id = m.custom_role
	LEFT JOIN tenant t ON t.id = m.tenant_id AND t.state <> 'deleted'
	LEFT JOIN sign_in_policy p ON p.tenant_id = m.tenant_id;
END
$$;

-- The same for an API token, which names account and tenant itself. scopes
-- are words as in permissions.
CREATE FUNCTION cameleer.request_begin_token(p_digest text)
    RETURNS TABLE (good boolean, token uuid, account uuid, tenant uuid,
	kind text, role text, permissions text, scopes text,
	tenant_slug text, tenant_state text, used_s bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = cameleer, pg_temp
AS $$
DECLARE
	k	api_token;
BEGIN
	SELECT * INTO k FROM api_token WHERE digest = p_digest
	    AND revoked_at IS NULL AND expires_at > now();
	PERFORM set_config('app.tenant', coalesce(k.tenant_id::text, ''),
		true),
	    set_config('app.actor', coalesce(k.account_id::text, ''), true);
	RETURN QUERY
	SELECT a.id IS NOT NULL, k.id, a.id, k.tenant_id, a.kind,
	    coalesce(m.role, (SELECT c.name FROM role c
		WHERE c.tenant_id = m.tenant_id AND c.id = m.custom_role)),
	    CASE WHEN m.account_id IS NOT NULL
		THEN member_permissions(m.tenant_id, m.account_id) END,
	    ' ' || array_to_string(k.scopes, ' ') || ' ',
	    t.slug, t.state,
	    extract(epoch FROM now() - k.used_at)::bigint
	FROM (SELECT 1) one
	LEFT JOIN account a ON a.id = k.account_id AND a.state = 'active'
	LEFT JOIN membership m ON m.tenant_id = k.tenant_id
	    AND m.account_id = a.id
	LEFT JOIN tenant t ON t.id = m.tenant_id AND t.state <> 'deleted';
END
$$;

-- The tenants of the pinned account, for sign-in and the switcher.
CREATE FUNCTION cameleer.my_tenants()
    RETURNS TABLE (id uuid, slug text, name text, tier text, state text,
	role text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT t.id, t.slug, t.name, t.tier, t.state,
	    coalesce(m.role, c.name)
	FROM cameleer.membership m
	JOIN cameleer.tenant t ON t.id = m.tenant_id
	LEFT JOIN cameleer.role c ON c.tenant_id = m.tenant_id
	    AND c.id = m.custom_role
	WHERE m.account_id = cameleer.app_actor() AND t.state <> 'deleted'
	ORDER BY t.slug LIMIT 1000;
    END;

-- The members of the pinned tenant with the name and address of the account;
-- a service account has no address.
CREATE FUNCTION cameleer.tenant_members(p_after uuid, p_limit integer)
    RETURNS TABLE (id uuid, kind text, email text, name text, role text,
	custom_role uuid, state text, created_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT a.id, a.kind, a.email, a.name, coalesce(m.role, c.name),
	    m.custom_role, a.state, m.created_at
	FROM cameleer.membership m
	JOIN cameleer.account a ON a.id = m.account_id
	LEFT JOIN cameleer.role c ON c.tenant_id = m.tenant_id
	    AND c.id = m.custom_role
	WHERE m.tenant_id = cameleer.app_tenant()
	AND (p_after IS NULL OR a.id > p_after)
	ORDER BY a.id LIMIT least(p_limit, 1000);
    END;

REVOKE EXECUTE ON FUNCTION cameleer.member_permissions(uuid, uuid),
    cameleer.request_begin(uuid, uuid, uuid),
    cameleer.request_begin_token(text), cameleer.my_tenants(),
    cameleer.tenant_members(uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cameleer.request_begin(uuid, uuid, uuid),
    cameleer.request_begin_token(text)
    TO cameleer_auth, cameleer_tenants, cameleer_apps, cameleer_billing,
    cameleer_license;
GRANT EXECUTE ON FUNCTION cameleer.my_tenants() TO cameleer_auth,
    cameleer_tenants;
GRANT EXECUTE ON FUNCTION cameleer.tenant_members(uuid, integer)
    TO cameleer_tenants;

SET LOCAL ROLE cameleer_owner;
REVOKE CREATE ON SCHEMA cameleer FROM cameleer_gate;
