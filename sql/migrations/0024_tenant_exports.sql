-- SPDX-License-Identifier: Apache-2.0
-- A tenant as manifests for a cluster that an operator describes: cameleerctl
-- asks for them, the worker makes them.  Those of the last time are kept, so
-- that what did not change is not sealed anew.  Locks nothing.

CREATE TABLE cameleer.tenant_export (
	tenant_id	uuid PRIMARY KEY REFERENCES cameleer.tenant,
	-- The description, checked by the worker.
	place		text NOT NULL,
	-- For whose holder secrets are sealed, in PEM.
	certificate	text NOT NULL,
	asked_at	timestamptz NOT NULL DEFAULT now()
);

-- Secrets in them are sealed: nobody here can open them.
CREATE TABLE cameleer.tenant_export_file (
	tenant_id	uuid NOT NULL REFERENCES cameleer.tenant,
	path		text NOT NULL,
	content		text NOT NULL,
	PRIMARY KEY (tenant_id, path)
);

ALTER TABLE cameleer.tenant_export
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE cameleer.tenant_export_file
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON cameleer.tenant_export
    USING (tenant_id = cameleer.app_tenant());
CREATE POLICY tenant_only ON cameleer.tenant_export_file
    USING (tenant_id = cameleer.app_tenant());
GRANT SELECT ON cameleer.tenant_export TO cameleer_worker;
GRANT SELECT, INSERT, DELETE ON cameleer.tenant_export_file
    TO cameleer_worker;
