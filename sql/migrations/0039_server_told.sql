-- SPDX-License-Identifier: Apache-2.0
-- What a tenant's server was told, and when.  Locks nothing.

CREATE TABLE cameleer.server_told (
	tenant_id	uuid NOT NULL REFERENCES cameleer.tenant,
	item		text NOT NULL CHECK (item IN ('issuer', 'keys',
			    'audience', 'license_key', 'database', 'license')),
	-- Read when the server starts, or told while it runs.
	way		text NOT NULL CHECK (way IN ('start', 'push')),
	digest		text NOT NULL,
	told_at		timestamptz NOT NULL DEFAULT now(),
	-- It is to know another value.
	pending		boolean NOT NULL DEFAULT false,
	-- The last attempt that failed, since told_at.
	tried_at	timestamptz,
	error		text,
	PRIMARY KEY (tenant_id, item)
);

ALTER TABLE cameleer.server_told
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON cameleer.server_told
    USING (tenant_id = cameleer.app_tenant());
-- The worker looks for what is outdated, then pins one tenant.
CREATE POLICY worker_watches ON cameleer.server_told FOR SELECT
    TO cameleer_worker USING (true);
INSERT INTO cameleer.schedule (kind, every_s) VALUES ('tells', 5);

GRANT SELECT ON cameleer.server_told TO cameleer_tenants;
GRANT SELECT, INSERT, UPDATE ON cameleer.server_told TO cameleer_worker;
