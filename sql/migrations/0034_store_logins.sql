-- SPDX-License-Identifier: Apache-2.0
-- Logins of tenants' servers at their stores, and when they changed.  Locks
-- nothing.

-- Two logins of a tenant take turns.  Without a row it is turn 0: the login
-- that the tenant was made with.
CREATE TABLE cameleer.store_login (
	tenant_id	uuid PRIMARY KEY REFERENCES cameleer.tenant,
	turn		bigint NOT NULL CHECK (turn > 0),
	-- The server gets this turn's login; that of the turn before still
	-- works.
	turning		boolean NOT NULL DEFAULT true,
	begun_at	timestamptz NOT NULL DEFAULT now(),
	-- When a login last ended; NULL: none did.
	turned_at	timestamptz
);

ALTER TABLE cameleer.store_login
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON cameleer.store_login
    USING (tenant_id = cameleer.app_tenant());

GRANT SELECT, INSERT, UPDATE ON cameleer.store_login TO cameleer_worker;
GRANT SELECT ON cameleer.store_login TO cameleer_tenants;
-- It removes what is left of a tenant.
GRANT SELECT, DELETE ON cameleer.store_login TO cameleer_gate;
