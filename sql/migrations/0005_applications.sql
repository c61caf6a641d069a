-- SPDX-License-Identifier: Apache-2.0
-- Environments, applications, releases and deployments.  Locks nothing.

CREATE TABLE cameleer.environment (
	tenant_id	uuid NOT NULL REFERENCES cameleer.tenant,
	id		uuid NOT NULL,
	name		text NOT NULL CHECK (name ~ '^[a-z][a-z0-9]{1,15}$'),
	-- A release is promoted from lower to higher positions.
	position	integer NOT NULL,
	PRIMARY KEY (tenant_id, id),
	UNIQUE (tenant_id, name)
);

CREATE TABLE cameleer.application (
	tenant_id	uuid NOT NULL REFERENCES cameleer.tenant,
	id		uuid NOT NULL,
	name		text NOT NULL
			    CHECK (name ~ '^[a-z][a-z0-9-]{1,38}$'),
	display_name	text NOT NULL
			    CHECK (length(display_name) BETWEEN 1 AND 120),
	state		text NOT NULL DEFAULT 'active'
			    CHECK (state IN ('active', 'deleting')),
	version		bigint NOT NULL DEFAULT 1,
	last_release	bigint NOT NULL DEFAULT 0,
	created_by	uuid NOT NULL,
	created_at	timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (tenant_id, id),
	UNIQUE (tenant_id, name)
);

-- A release is one JAR as one image; it never changes.
CREATE TABLE cameleer.release (
	tenant_id	uuid NOT NULL,
	id		uuid NOT NULL,
	application_id	uuid NOT NULL,
	number		bigint NOT NULL CHECK (number > 0),
	state		text NOT NULL DEFAULT 'uploaded' CHECK (state IN
			    ('uploaded', 'assembling', 'ready', 'failed')),
	jar_sha256	text NOT NULL CHECK (jar_sha256 ~ '^[0-9a-f]{64}$'),
	jar_size	bigint NOT NULL,
	-- What the inspector found: kind, Camel version, components.
	jar_facts	jsonb NOT NULL,
	-- registry/tenant/app:vN-sha256short, and the digest that is deployed.
	image		text,
	image_digest	text,
	error_code	text,
	error		text,
	-- The environment to deploy to when it is ready; NULL: none.
	deploy_to	uuid,
	created_by	uuid NOT NULL,
	created_at	timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (tenant_id, id),
	UNIQUE (tenant_id, application_id, number),
	FOREIGN KEY (tenant_id, application_id) REFERENCES cameleer.application
);

CREATE TABLE cameleer.deployment (
	tenant_id	uuid NOT NULL,
	id		uuid NOT NULL,
	application_id	uuid NOT NULL,
	environment_id	uuid NOT NULL,
	release_id	uuid NOT NULL,
	wanted		text NOT NULL CHECK (wanted IN ('running', 'stopped')),
	state		text NOT NULL DEFAULT 'pending' CHECK (state IN
			    ('pending', 'starting', 'running', 'unhealthy',
			    'stopped', 'failed')),
	detail		text,
	-- The container that serves now, and how far its log was read.
	container	text,
	log_cursor	text,
	-- The last line of its log that was removed to bound it; 0: none.
	log_pruned	bigint NOT NULL DEFAULT 0,
	-- What the bounds of the log say, for whoever misses those lines.
	log_bound	text,
	-- Bytes that are kept, and time of the oldest line.
	log_bytes	bigint NOT NULL DEFAULT 0,
	log_oldest	timestamptz,
	version		bigint NOT NULL DEFAULT 1,
	changed_at	timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (tenant_id, id),
	UNIQUE (tenant_id, application_id, environment_id),
	FOREIGN KEY (tenant_id, application_id)
	    REFERENCES cameleer.application ON DELETE CASCADE,
	FOREIGN KEY (tenant_id, environment_id) REFERENCES cameleer.environment,
	FOREIGN KEY (tenant_id, release_id) REFERENCES cameleer.release
);

-- The last lines of each deployment; the worker adds and deletes lines.
CREATE TABLE cameleer.app_log (
	tenant_id	uuid NOT NULL,
	deployment_id	uuid NOT NULL,
	seq		bigint GENERATED ALWAYS AS IDENTITY,
	at		timestamptz NOT NULL,
	-- platform: not the application's, but a remark of ours.
	stream		text NOT NULL CHECK (stream IN ('stdout', 'stderr',
			    'platform')),
	-- As the line names it, if it does.
	level		text CHECK (level IN ('trace', 'debug', 'info', 'warn',
			    'error', 'fatal')),
	line		text NOT NULL,
	PRIMARY KEY (tenant_id, deployment_id, seq),
	FOREIGN KEY (tenant_id, deployment_id)
	    REFERENCES cameleer.deployment ON DELETE CASCADE
);

ALTER TABLE cameleer.environment
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE cameleer.application
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE cameleer.release
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE cameleer.deployment
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE cameleer.app_log
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON cameleer.environment
    USING (tenant_id = cameleer.app_tenant());
CREATE POLICY tenant_only ON cameleer.application
    USING (tenant_id = cameleer.app_tenant());
CREATE POLICY tenant_only ON cameleer.release
    USING (tenant_id = cameleer.app_tenant());
CREATE POLICY tenant_only ON cameleer.deployment
    USING (tenant_id = cameleer.app_tenant());
-- The worker looks at what runs in all tenants, then pins one tenant.
CREATE POLICY worker_watches ON cameleer.deployment FOR SELECT
    TO cameleer_worker USING (true);
CREATE POLICY tenant_only ON cameleer.app_log
    USING (tenant_id = cameleer.app_tenant());

GRANT SELECT, INSERT ON cameleer.environment TO cameleer_tenants;
GRANT SELECT ON cameleer.environment, cameleer.app_log TO cameleer_apps;
GRANT SELECT ON cameleer.environment TO cameleer_worker;
GRANT SELECT (tenant_id, id, name) ON cameleer.application TO cameleer_tenants;
GRANT SELECT, INSERT, UPDATE ON cameleer.application, cameleer.release,
    cameleer.deployment TO cameleer_apps;
GRANT SELECT, UPDATE, DELETE ON cameleer.application, cameleer.release
    TO cameleer_worker;
GRANT SELECT ON cameleer.application TO cameleer_gate;
GRANT SELECT, INSERT, UPDATE, DELETE ON cameleer.deployment TO cameleer_worker;
GRANT SELECT, INSERT, DELETE ON cameleer.app_log TO cameleer_worker;
