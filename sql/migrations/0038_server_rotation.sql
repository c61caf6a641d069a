-- SPDX-License-Identifier: Apache-2.0
-- The bootstrap token of a tenant's own server: when it was replaced, and until
-- when the one before it is taken as well.  Locks nothing.

CREATE TABLE cameleer.server_rotation (
	tenant_id	uuid PRIMARY KEY REFERENCES cameleer.tenant,
	overlap_hours	integer NOT NULL CHECK (overlap_hours BETWEEN 1
			    AND 168),
	asked_at	timestamptz NOT NULL DEFAULT now(),
	-- Since then there are two tokens,
	rotated_at	timestamptz,
	-- until then,
	ends_at		timestamptz,
	-- and since then one.
	ended_at	timestamptz,
	CHECK ((rotated_at IS NULL) = (ends_at IS NULL)),
	CHECK (ended_at IS NULL OR rotated_at IS NOT NULL)
);

ALTER TABLE cameleer.server_rotation
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON cameleer.server_rotation
    USING (tenant_id = cameleer.app_tenant());
-- The worker looks for overlaps that have ended, then pins one tenant.
CREATE POLICY worker_watches ON cameleer.server_rotation FOR SELECT
    TO cameleer_worker USING (true);

GRANT SELECT, INSERT, UPDATE ON cameleer.server_rotation TO cameleer_tenants;
GRANT SELECT, UPDATE (rotated_at, ends_at, ended_at)
    ON cameleer.server_rotation TO cameleer_worker;
