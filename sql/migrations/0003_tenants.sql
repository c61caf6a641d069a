-- SPDX-License-Identifier: Apache-2.0
-- Tiers, tenants, their servers and their licences, and the keys that sign
-- licences and tokens.  Locks nothing.

-- The tier matrix as data, with rows that are made from the list of tiers.
-- NULL means unlimited.
CREATE TABLE cameleer.plan (
	tier		text PRIMARY KEY,
	position	integer NOT NULL UNIQUE,
	infrastructure	text NOT NULL CHECK (infrastructure IN
			    ('shared', 'dedicated')),
	pricing		text NOT NULL CHECK (pricing IN ('usage', 'committed')),
	environments	text[] NOT NULL,
	custom_environments boolean NOT NULL,
	max_agents	integer,
	retention_days	integer,
	max_apps	integer NOT NULL,
	-- That run at the same time, in all environments.
	max_deployments	integer NOT NULL,
	max_releases_day integer NOT NULL,
	jar_bytes	bigint NOT NULL,
	lineage_captures_minute integer,
	max_debug_sessions integer,
	max_vaults	integer,
	support		text NOT NULL,
	-- Availability in thousandths of a percent; NULL is best effort.
	sla_milli	integer,
	vpn		boolean NOT NULL,
	-- An operator says yes before anything is made.
	approval	boolean NOT NULL,
	-- Feature name -> true, false or the kind of limit.
	features	jsonb NOT NULL
);
INSERT INTO cameleer.plan (tier, position, infrastructure, pricing,
	environments, custom_environments, max_agents, retention_days,
	max_apps, max_deployments, max_releases_day, jar_bytes,
	lineage_captures_minute, max_debug_sessions, max_vaults, support,
	sla_milli, vpn, approval, features) VALUES
    ('low', 1, 'shared', 'usage', '{prod}', false, 10, 7, 20, 10, 100,
	134217728, 10, 0, 0, 'docs', NULL, false, false, '{"topology": true,
	"lineage": "limited", "correlation": false, "debugger": false,
	"replay": false, "sso": false, "custom_roles": false,
	"teams": "basic"}'),
    ('mid', 2, 'shared', 'usage', '{dev,prod}', false, 50, 30, 100, 50,
	300, 201326592, NULL, 0, 1, 'email', 99500, false, false,
	'{"topology": true, "lineage": "full", "correlation": true,
	"debugger": false, "replay": false, "sso": false,
	"custom_roles": false, "teams": "basic"}'),
    ('high', 3, 'dedicated', 'committed', '{dev,staging,prod}', true,
	NULL, 90, 500, 500, 1000, 268435456, NULL, NULL, NULL, 'priority',
	99900, true, true, '{"topology": true, "lineage": "full",
	"correlation": true, "debugger": true, "replay": true, "sso": true,
	"custom_roles": true, "teams": "full"}'),
    ('business', 4, 'dedicated', 'committed', '{dev,staging,prod}',
	true, NULL, NULL, 2000, 2000, 3000, 268435456, NULL, NULL, NULL, 'csm',
	99950, true, true, '{"topology": true, "lineage": "full",
	"correlation": true, "debugger": true, "replay": true, "sso": true,
	"custom_roles": true, "teams": "full"}');

CREATE TABLE cameleer.tenant (
	id		uuid PRIMARY KEY,
	-- Legal as DNS label, PostgreSQL name, index prefix and image path;
	-- never given out again, since tokens and images carry it.
	slug		text NOT NULL UNIQUE
			    CHECK (slug ~ '^[a-z][a-z0-9]{2,30}$'),
	name		text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
	tier		text NOT NULL REFERENCES cameleer.plan,
	state		text NOT NULL DEFAULT 'provisioning' CHECK (state IN
			    ('requested', 'provisioning', 'active', 'suspended',
			    'failed', 'leaving', 'deleting', 'deleted')),
	-- Counts changes: the ETag.
	version		bigint NOT NULL DEFAULT 1,
	created_by	uuid NOT NULL,
	created_at	timestamptz NOT NULL DEFAULT now()
);

-- What the contract of a tenant says otherwise than its plan.  Rows stay, so
-- that everybody sees what was true when.
CREATE TABLE cameleer.plan_override (
	tenant_id	uuid NOT NULL REFERENCES cameleer.tenant,
	id		uuid NOT NULL,
	-- A limit of table plan, or one of its features.
	key		text NOT NULL CHECK (key NOT IN ('tier', 'position',
			    'infrastructure', 'pricing', 'environments', 'vpn',
			    'approval', 'features')),
	value		jsonb NOT NULL,		-- JSON null: no limit
	reason		text NOT NULL CHECK (length(reason) BETWEEN 1 AND 300),
	ends_at		timestamptz,		-- by itself; NULL: never
	created_at	timestamptz NOT NULL DEFAULT now(),
	-- When an operator replaced it or took it back.
	ended_at	timestamptz,
	PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX plan_override_one ON cameleer.plan_override
    (tenant_id, key) WHERE ended_at IS NULL;

-- The address of the tenant's server, for nginx; the worker updates it.
CREATE TABLE cameleer.tenant_endpoint (
	tenant_id	uuid PRIMARY KEY REFERENCES cameleer.tenant,
	upstream	text NOT NULL,
	changed_at	timestamptz NOT NULL DEFAULT now()
);

-- Sealed with the worker's master key, bound to tenant and name.
CREATE TABLE cameleer.tenant_secret (
	tenant_id	uuid NOT NULL REFERENCES cameleer.tenant,
	name		text NOT NULL,
	box		text NOT NULL,
	-- For a secret that proves who sends it: the digest to compare with.
	digest		text,
	created_at	timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (tenant_id, name)
);

-- Licences, newest version last. token is the JWT; file is the form
-- payload.signature that servers read offline.
CREATE TABLE cameleer.license (
	tenant_id	uuid NOT NULL REFERENCES cameleer.tenant,
	version		bigint NOT NULL,
	-- Stands in both forms, and in the list of revoked ones.
	id		uuid NOT NULL DEFAULT gen_random_uuid(),
	tier		text NOT NULL REFERENCES cameleer.plan,
	state		text NOT NULL CHECK (state IN
			    ('active', 'suspended', 'revoked')),
	valid_until	timestamptz NOT NULL,
	grace_until	timestamptz NOT NULL,
	token		text NOT NULL,
	file		text NOT NULL,
	-- plan_grants() of what it grants: another licence is due when that
	-- changes.  NULL is not compared.
	grants		jsonb,
	created_at	timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (tenant_id, version),
	UNIQUE (tenant_id, id)
);

-- Public halves.  The private half is a credential of the process that signs.
CREATE TABLE cameleer.signing_key (
	kid		text PRIMARY KEY,
	purpose		text NOT NULL
			    CHECK (purpose IN ('access', 'server', 'license',
			    'audit')),
	state		text NOT NULL CHECK (state IN
			    ('pending', 'active', 'passive', 'retired')),
	jwk		jsonb NOT NULL,
	-- The process that holds the private half.
	holder		text NOT NULL,
	created_at	timestamptz NOT NULL DEFAULT now(),
	changed_at	timestamptz NOT NULL DEFAULT now()
);

ALTER TABLE cameleer.tenant
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE cameleer.plan_override
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE cameleer.tenant_endpoint
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE cameleer.tenant_secret
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE cameleer.license
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON cameleer.tenant
    USING (id = cameleer.app_tenant());
-- The worker looks at the servers of all tenants, then pins one tenant.
CREATE POLICY worker_watches ON cameleer.tenant FOR SELECT
    TO cameleer_worker USING (true);
CREATE POLICY tenant_only ON cameleer.plan_override
    USING (tenant_id = cameleer.app_tenant());
CREATE POLICY worker_watches ON cameleer.plan_override FOR SELECT
    TO cameleer_worker USING (true);
CREATE POLICY tenant_only ON cameleer.tenant_endpoint
    USING (tenant_id = cameleer.app_tenant());
CREATE POLICY tenant_only ON cameleer.tenant_secret
    USING (tenant_id = cameleer.app_tenant());
-- The worker looks for tokens of servers that it has not sealed for the gate,
-- then pins one tenant.
CREATE POLICY worker_watches ON cameleer.tenant_secret FOR SELECT
    TO cameleer_worker USING (name = 'bootstrap-token');
CREATE POLICY tenant_only ON cameleer.license
    USING (tenant_id = cameleer.app_tenant());
-- The worker looks for licences that end soon, then pins one tenant.
CREATE POLICY worker_renews ON cameleer.license FOR SELECT
    TO cameleer_worker USING (true);

GRANT SELECT ON cameleer.plan TO cameleer_auth, cameleer_tenants,
    cameleer_apps, cameleer_billing, cameleer_license, cameleer_sso,
    cameleer_worker, cameleer_gate;
GRANT SELECT ON cameleer.plan_override TO cameleer_tenants, cameleer_apps,
    cameleer_billing, cameleer_worker, cameleer_gate;
-- No tenant changes its tier: who must agree to a new one follows from it.
GRANT SELECT, INSERT, UPDATE (name, state, version) ON cameleer.tenant
    TO cameleer_tenants;
GRANT SELECT ON cameleer.tenant TO cameleer_apps, cameleer_billing,
    cameleer_license, cameleer_gate;
GRANT SELECT, UPDATE (state, version) ON cameleer.tenant TO cameleer_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON cameleer.tenant_endpoint,
    cameleer.tenant_secret TO cameleer_worker;
GRANT SELECT ON cameleer.tenant_endpoint TO cameleer_gate;
GRANT SELECT (tenant_id, name, digest) ON cameleer.tenant_secret
    TO cameleer_license;
GRANT SELECT ON cameleer.license TO cameleer_license, cameleer_gate;
GRANT SELECT, INSERT ON cameleer.license TO cameleer_worker;
GRANT SELECT ON cameleer.signing_key TO cameleer_auth, cameleer_tenants,
    cameleer_apps, cameleer_billing, cameleer_license, cameleer_sso,
    cameleer_worker;

-- What a tenant has: its plan, or what its contract says instead.  It has the
-- caller's rights.
CREATE FUNCTION cameleer.plan_of(p_tenant uuid) RETURNS SETOF cameleer.plan
    LANGUAGE sql STABLE
    BEGIN ATOMIC
	SELECT r.* FROM cameleer.tenant t
	JOIN cameleer.plan p ON p.tier = t.tier
	CROSS JOIN LATERAL (SELECT coalesce(jsonb_object_agg(o.key, o.value)
		FILTER (WHERE NOT p.features ? o.key), '{}') AS limits,
	    coalesce(jsonb_object_agg(o.key, o.value)
		FILTER (WHERE p.features ? o.key), '{}') AS features
	    FROM cameleer.plan_override o WHERE o.tenant_id = t.id
	    AND o.ended_at IS NULL AND coalesce(o.ends_at > now(), true)) o
	CROSS JOIN LATERAL jsonb_populate_record(p, o.limits ||
	    jsonb_build_object('features', p.features || o.features)) r
	WHERE t.id = p_tenant;
    END;

-- What of it a licence grants.
CREATE FUNCTION cameleer.plan_grants(p cameleer.plan) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    BEGIN ATOMIC
	SELECT to_jsonb(p) - '{position,infrastructure,pricing,support,
	    sla_milli,vpn,approval}'::text[];
    END;

REVOKE EXECUTE ON FUNCTION cameleer.plan_of(uuid),
    cameleer.plan_grants(cameleer.plan) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cameleer.plan_of(uuid) TO cameleer_tenants,
    cameleer_apps, cameleer_billing, cameleer_worker, cameleer_gate;
GRANT EXECUTE ON FUNCTION cameleer.plan_grants(cameleer.plan)
    TO cameleer_worker;

GRANT CREATE ON SCHEMA cameleer TO cameleer_gate;
SET LOCAL ROLE cameleer_gate;

-- What the tenant proxy asks about the pinned tenant: the address of its
-- server, if it runs, and the value of a feature.
CREATE FUNCTION cameleer.tenant_upstream(p_feature text)
    RETURNS TABLE (upstream text, tier text, value text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT e.upstream, t.tier, (SELECT p.features->>p_feature
	    FROM cameleer.plan_of(t.id) p WHERE p_feature IS NOT NULL)
	FROM cameleer.tenant t
	LEFT JOIN cameleer.tenant_endpoint e ON e.tenant_id = t.id
	WHERE t.id = cameleer.app_tenant();
    END;

-- Finds a tenant by its slug, for the tenant's server, which authenticates with
-- the bootstrap token or a server token.
CREATE FUNCTION cameleer.tenant_id_of(p_slug text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT t.id FROM cameleer.tenant t
	WHERE t.slug = p_slug AND t.state <> 'deleted';
    END;

REVOKE EXECUTE ON FUNCTION cameleer.tenant_upstream(text),
    cameleer.tenant_id_of(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cameleer.tenant_upstream(text) TO cameleer_auth;
GRANT EXECUTE ON FUNCTION cameleer.tenant_id_of(text) TO cameleer_license;

SET LOCAL ROLE cameleer_owner;
REVOKE CREATE ON SCHEMA cameleer FROM cameleer_gate;
