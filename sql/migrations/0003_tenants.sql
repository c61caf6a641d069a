-- SPDX-License-Identifier: Apache-2.0
-- Tiers, tenants, their servers and their licences, and the keys that sign
-- licences and tokens.  Locks nothing.

-- The tier matrix as data.  NULL means unlimited.
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
	max_vaults	integer,
	jar_bytes	bigint NOT NULL,
	max_apps	integer NOT NULL,
	-- That run at the same time, in all environments.
	max_deployments	integer NOT NULL,
	max_releases_day integer NOT NULL,
	-- Feature name -> true, false or the kind of limit.
	features	jsonb NOT NULL,
	support		text NOT NULL,
	-- An operator says yes before anything is made.
	approval	boolean NOT NULL,
	-- Availability in thousandths of a percent; NULL is best effort.
	sla_milli	integer
);
INSERT INTO cameleer.plan VALUES
    ('low', 1, 'shared', 'usage', '{prod}', false, 10, 7, 0, 134217728,
	20, 10, 100,
	'{"topology": true, "lineage": "limited", "correlation": false,
	  "debugger": false, "replay": false, "sso": false,
	  "custom_roles": false, "teams": "basic"}', 'docs', false, NULL),
    ('mid', 2, 'shared', 'usage', '{dev,prod}', false, 50, 30, 1, 201326592,
	100, 50, 300,
	'{"topology": true, "lineage": "full", "correlation": true,
	  "debugger": false, "replay": false, "sso": false,
	  "custom_roles": false, "teams": "basic"}', 'email', false, 99500),
    ('high', 3, 'dedicated', 'committed', '{dev,staging,prod}', true, NULL,
	90, NULL, 268435456, 500, 500, 1000,
	'{"topology": true, "lineage": "full", "correlation": true,
	  "debugger": true, "replay": true, "sso": true,
	  "custom_roles": true, "teams": "full"}', 'priority', true, 99900),
    ('business', 4, 'dedicated', 'committed', '{dev,staging,prod}', true,
	NULL, NULL, NULL, 268435456, 2000, 2000, 3000,
	'{"topology": true, "lineage": "full", "correlation": true,
	  "debugger": true, "replay": true, "sso": true,
	  "custom_roles": true, "teams": "full"}', 'csm', true, 99950);

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
			    'failed', 'deleting', 'deleted')),
	-- Counts changes: the ETag.
	version		bigint NOT NULL DEFAULT 1,
	created_by	uuid NOT NULL,
	created_at	timestamptz NOT NULL DEFAULT now()
);

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
CREATE POLICY tenant_only ON cameleer.tenant_endpoint
    USING (tenant_id = cameleer.app_tenant());
CREATE POLICY tenant_only ON cameleer.tenant_secret
    USING (tenant_id = cameleer.app_tenant());
CREATE POLICY tenant_only ON cameleer.license
    USING (tenant_id = cameleer.app_tenant());
-- The worker looks for licences that end soon, then pins one tenant.
CREATE POLICY worker_renews ON cameleer.license FOR SELECT
    TO cameleer_worker USING (true);

GRANT SELECT ON cameleer.plan TO cameleer_auth, cameleer_tenants,
    cameleer_apps, cameleer_billing, cameleer_license, cameleer_sso,
    cameleer_worker, cameleer_gate;
-- Nobody changes the tier: that of a new tenant decides who must agree to it.
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

GRANT CREATE ON SCHEMA cameleer TO cameleer_gate;
SET LOCAL ROLE cameleer_gate;

-- The address of the pinned tenant's server, for the tenant proxy.
CREATE FUNCTION cameleer.tenant_upstream()
    RETURNS TABLE (upstream text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT e.upstream FROM cameleer.tenant_endpoint e
	WHERE e.tenant_id = cameleer.app_tenant();
    END;

-- Finds a tenant by its slug, for the tenant's server, which authenticates with
-- the bootstrap token or a server token.
CREATE FUNCTION cameleer.tenant_id_of(p_slug text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT t.id FROM cameleer.tenant t
	WHERE t.slug = p_slug AND t.state <> 'deleted';
    END;

REVOKE EXECUTE ON FUNCTION cameleer.tenant_upstream(),
    cameleer.tenant_id_of(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cameleer.tenant_upstream() TO cameleer_auth;
GRANT EXECUTE ON FUNCTION cameleer.tenant_id_of(text) TO cameleer_license;

SET LOCAL ROLE cameleer_owner;
REVOKE CREATE ON SCHEMA cameleer FROM cameleer_gate;
