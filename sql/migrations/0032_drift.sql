-- SPDX-License-Identifier: Apache-2.0
-- What a tenant has at its place and should not, or the other way round: field
-- by field, as the worker saw it last.  Locks nothing.

CREATE TABLE cameleer.drift (
	tenant_id	uuid NOT NULL REFERENCES cameleer.tenant,
	-- "container cameleer-server-acme", "network cml-acme", "database"
	object		text NOT NULL,
	field		text NOT NULL,
	-- Never a secret: values of variables are compared and not kept.
	wanted		text NOT NULL,
	live		text NOT NULL,
	-- Whose wish it is: the tenant or a deployment; NULL: it is unwanted.
	subject_id	uuid,
	since		timestamptz NOT NULL DEFAULT now(),
	seen_at		timestamptz NOT NULL DEFAULT now(),
	-- The operation that restores it.
	restore_id	uuid,
	PRIMARY KEY (tenant_id, object, field)
);

-- When a tenant was last compared; error NULL: it went well.
CREATE TABLE cameleer.drift_look (
	tenant_id	uuid PRIMARY KEY REFERENCES cameleer.tenant,
	looked_at	timestamptz NOT NULL DEFAULT now(),
	error		text
);

ALTER TABLE cameleer.drift
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE cameleer.drift_look
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON cameleer.drift
    USING (tenant_id = cameleer.app_tenant());
CREATE POLICY tenant_only ON cameleer.drift_look
    USING (tenant_id = cameleer.app_tenant());
CREATE POLICY worker_sees ON cameleer.drift FOR SELECT
    TO cameleer_worker USING (true);
CREATE POLICY worker_sees ON cameleer.drift_look FOR SELECT
    TO cameleer_worker USING (true);
CREATE POLICY worker_sweeps ON cameleer.drift FOR DELETE
    TO cameleer_worker USING (EXISTS (SELECT FROM cameleer.tenant t
	WHERE t.id = tenant_id AND t.state = 'deleted'));
CREATE POLICY worker_sweeps ON cameleer.drift_look FOR DELETE
    TO cameleer_worker USING (EXISTS (SELECT FROM cameleer.tenant t
	WHERE t.id = tenant_id AND t.state = 'deleted'));
GRANT SELECT, INSERT, UPDATE, DELETE ON cameleer.drift, cameleer.drift_look
    TO cameleer_worker;
GRANT SELECT, UPDATE (restore_id) ON cameleer.drift TO cameleer_gate;
GRANT SELECT ON cameleer.drift_look TO cameleer_gate;

INSERT INTO cameleer.schedule (kind, every_s) VALUES ('drift', 5);
