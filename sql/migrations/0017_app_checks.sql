-- SPDX-License-Identifier: Apache-2.0
-- What an owner accepts in a JAR, and how the platform finds out whether an
-- application is well. Locks application, deployment and role_preset for a
-- moment.

-- A credential in a JAR that an owner knows and keeps, by its fingerprint.
CREATE TABLE cameleer.finding_acknowledgement (
	tenant_id	uuid NOT NULL,
	application_id	uuid NOT NULL,
	fingerprint	text NOT NULL CHECK (fingerprint ~ '^[0-9a-f]{32}$'),
	reason		text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
	created_by	uuid NOT NULL,
	created_at	timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (tenant_id, application_id, fingerprint),
	FOREIGN KEY (tenant_id, application_id)
	    REFERENCES cameleer.application ON DELETE CASCADE
);
ALTER TABLE cameleer.finding_acknowledgement
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON cameleer.finding_acknowledgement
    USING (tenant_id = cameleer.app_tenant());
GRANT SELECT, INSERT, DELETE ON cameleer.finding_acknowledgement
    TO cameleer_apps;
UPDATE cameleer.role_preset SET permissions = permissions ||
    '{finding.acknowledge}' WHERE name = 'owner';

ALTER TABLE cameleer.application
	ADD health_check text NOT NULL DEFAULT 'http'
	    CHECK (health_check IN ('http', 'tcp', 'agent', 'none')),
	ADD health_port integer NOT NULL DEFAULT 9876
	    CHECK (health_port BETWEEN 1 AND 65535),
	ADD health_path text NOT NULL DEFAULT '/observe/health'
	    CHECK (health_path ~ '^/[A-Za-z0-9._~/-]{0,199}$');

ALTER TABLE cameleer.deployment
	-- Number of the release that runs on since this one failed, or 0.
	ADD serving_release bigint NOT NULL DEFAULT 0,
	-- The end of the log of the one that failed.
	ADD last_lines text;
