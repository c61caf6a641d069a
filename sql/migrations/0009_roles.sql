-- SPDX-License-Identifier: Apache-2.0
-- Members of a tenant and their permissions: roles, memberships, teams, and the
-- tenant's rules for sign-in.  Locks nothing.

-- The four roles of every tenant, and the permissions that they grant.
CREATE TABLE cameleer.role_preset (
	name		text PRIMARY KEY,
	position	integer NOT NULL UNIQUE,
	permissions	text[] NOT NULL
);
INSERT INTO cameleer.role_preset VALUES
    ('owner', 1, '{tenant.read,tenant.manage,tenant.delete,member.read,
	member.manage,team.manage,role.manage,sso.manage,token.manage,
	audit.read,audit.export,app.read,app.manage,app.deploy,log.read,
	billing.read,license.read,server.use}'),
    ('admin', 2, '{tenant.read,tenant.manage,member.read,member.manage,
	team.manage,role.manage,token.manage,audit.read,audit.export,app.read,
	app.manage,app.deploy,log.read,license.read,server.use}'),
    ('developer', 3, '{tenant.read,app.read,app.manage,app.deploy,log.read,
	server.use}'),
    ('viewer', 4, '{tenant.read,app.read,log.read,server.use}');

-- Custom roles of a tenant.  A grant is a permission, "app.deploy", or one for
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

-- A member has either a preset or a custom role.
CREATE TABLE cameleer.membership (
	tenant_id	uuid NOT NULL REFERENCES cameleer.tenant,
	account_id	uuid NOT NULL REFERENCES cameleer.account,
	role		text REFERENCES cameleer.role_preset,
	created_at	timestamptz NOT NULL DEFAULT now(),
	custom_role	uuid,
	-- Counts changes: the ETag.
	version		bigint NOT NULL DEFAULT 1,
	PRIMARY KEY (tenant_id, account_id),
	FOREIGN KEY (tenant_id, custom_role) REFERENCES cameleer.role,
	CHECK ((role IS NULL) <> (custom_role IS NULL))
);
CREATE INDEX membership_account ON cameleer.membership (account_id);
CREATE INDEX membership_custom_role ON cameleer.membership
    (tenant_id, custom_role) WHERE custom_role IS NOT NULL;

-- A team grants its members a role for its applications only.
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
	-- A member who leaves the tenant leaves its teams.
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

-- What a tenant requires of those who sign in; without a row it requires
-- nothing.
CREATE TABLE cameleer.sign_in_policy (
	tenant_id	uuid PRIMARY KEY REFERENCES cameleer.tenant,
	-- Roles that need a second factor, by name; * means every role.
	second_factor	text[] NOT NULL DEFAULT '{}'
			    CHECK (cardinality(second_factor) <= 100),
	-- Members must sign in by the tenant's own provider.
	sso_enforced	boolean NOT NULL DEFAULT false,
	-- The owner who may sign in without the provider, in case it fails.
	break_glass	uuid REFERENCES cameleer.account,
	version		bigint NOT NULL DEFAULT 1,
	CHECK (NOT sso_enforced OR break_glass IS NOT NULL)
);

ALTER TABLE cameleer.role
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE cameleer.membership
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE cameleer.team
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE cameleer.team_member
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE cameleer.team_application
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE cameleer.sign_in_policy
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON cameleer.role
    USING (tenant_id = cameleer.app_tenant());
CREATE POLICY tenant_only ON cameleer.membership
    USING (tenant_id = cameleer.app_tenant());
CREATE POLICY tenant_only ON cameleer.team
    USING (tenant_id = cameleer.app_tenant());
CREATE POLICY tenant_only ON cameleer.team_member
    USING (tenant_id = cameleer.app_tenant());
CREATE POLICY tenant_only ON cameleer.team_application
    USING (tenant_id = cameleer.app_tenant());
CREATE POLICY tenant_only ON cameleer.sign_in_policy
    USING (tenant_id = cameleer.app_tenant());

GRANT SELECT ON cameleer.role_preset TO cameleer_auth, cameleer_tenants,
    cameleer_apps, cameleer_billing, cameleer_license, cameleer_sso,
    cameleer_worker, cameleer_gate;
GRANT SELECT, INSERT, UPDATE, DELETE ON cameleer.role, cameleer.team,
    cameleer.team_member, cameleer.team_application TO cameleer_tenants;
GRANT SELECT ON cameleer.role TO cameleer_sso, cameleer_gate;
GRANT SELECT, INSERT, UPDATE (role, custom_role, version), DELETE
    ON cameleer.membership TO cameleer_tenants, cameleer_gate;
GRANT SELECT ON cameleer.team, cameleer.team_application,
    cameleer.sign_in_policy TO cameleer_gate;
GRANT SELECT, INSERT ON cameleer.team_member TO cameleer_gate;
GRANT SELECT, INSERT, UPDATE ON cameleer.sign_in_policy TO cameleer_tenants,
    cameleer_sso;

GRANT CREATE ON SCHEMA cameleer TO cameleer_gate;
SET LOCAL ROLE cameleer_gate;

-- The permissions of a member, as words: "app.read", for an environment only
-- "app.deploy@dev", for an application only "app.deploy:orders", or for both
-- "app.deploy@dev:orders".  Each has blanks around it, so that words can be
-- found. Each request calls it, so it is in plpgsql, which keeps its plan.
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

-- Role and permissions of the pinned account in the pinned tenant now; no row
-- when it is not a member any more.
CREATE FUNCTION cameleer.my_standing()
    RETURNS TABLE (role text, permissions text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT coalesce(m.role, c.name),
	    cameleer.member_permissions(m.tenant_id, m.account_id)
	FROM cameleer.membership m
	LEFT JOIN cameleer.role c ON c.tenant_id = m.tenant_id
	    AND c.id = m.custom_role
	WHERE m.tenant_id = cameleer.app_tenant()
	AND m.account_id = cameleer.app_actor();
    END;

-- The tenants of the pinned account, for sign-in and the choice of a tenant.
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

-- What a role of the pinned tenant grants, in the form of member_permissions();
-- NULL when no role has this name.
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

-- The first tenant of the pinned account whose policy requires a second factor
-- for the account's role; NULL when there is none.
CREATE FUNCTION cameleer.second_factor_asked() RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT t.slug FROM cameleer.membership m
	JOIN cameleer.tenant t ON t.id = m.tenant_id AND t.state <> 'deleted'
	JOIN cameleer.sign_in_policy p ON p.tenant_id = m.tenant_id
	LEFT JOIN cameleer.role c ON c.tenant_id = m.tenant_id
	    AND c.id = m.custom_role
	WHERE m.account_id = cameleer.app_actor()
	AND p.second_factor && ARRAY['*', coalesce(m.role, c.name)]
	ORDER BY t.slug LIMIT 1;
    END;

REVOKE EXECUTE ON FUNCTION cameleer.member_permissions(uuid, uuid),
    cameleer.my_standing(), cameleer.my_tenants(), cameleer.role_words(text),
    cameleer.second_factor_asked() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cameleer.my_standing() TO cameleer_tenants;
GRANT EXECUTE ON FUNCTION cameleer.my_tenants() TO cameleer_auth,
    cameleer_tenants;
GRANT EXECUTE ON FUNCTION cameleer.role_words(text),
    cameleer.second_factor_asked() TO cameleer_auth;

SET LOCAL ROLE cameleer_owner;
REVOKE CREATE ON SCHEMA cameleer FROM cameleer_gate;
