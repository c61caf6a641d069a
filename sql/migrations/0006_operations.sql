-- SPDX-License-Identifier: Apache-2.0
-- Work for the worker, which clients follow; and answers that were given to
-- an Idempotency-Key. Locks nothing.

CREATE TABLE cameleer.operation (
	tenant_id	uuid NOT NULL REFERENCES cameleer.tenant,
	id		uuid NOT NULL,
	kind		text NOT NULL,
	-- The row it is about; which table, the kind says.
	subject_id	uuid NOT NULL,
	state		text NOT NULL DEFAULT 'queued' CHECK (state IN
			    ('queued', 'running', 'done', 'failed')),
	-- The fencing token: a write of an older attempt finds no row.
	attempt		bigint NOT NULL DEFAULT 0,
	-- Attempts that failed in a row; the backoff grows with it.
	failures	bigint NOT NULL DEFAULT 0,
	run_at		timestamptz NOT NULL DEFAULT now(),
	lease_until	timestamptz,
	error_code	text,
	error		text,
	created_by	uuid,
	created_at	timestamptz NOT NULL DEFAULT now(),
	finished_at	timestamptz,
	PRIMARY KEY (tenant_id, id)
);
-- One at a time for each subject and kind: a second request joins the first.
CREATE UNIQUE INDEX operation_waiting ON cameleer.operation
    (tenant_id, kind, subject_id) WHERE state = 'queued';
CREATE INDEX operation_due ON cameleer.operation (run_at)
    WHERE state IN ('queued', 'running');

CREATE TABLE cameleer.operation_step (
	tenant_id	uuid NOT NULL,
	operation_id	uuid NOT NULL,
	position	integer NOT NULL,
	name		text NOT NULL,
	state		text NOT NULL DEFAULT 'pending' CHECK (state IN
			    ('pending', 'running', 'done', 'failed')),
	detail		text,
	started_at	timestamptz,
	finished_at	timestamptz,
	PRIMARY KEY (tenant_id, operation_id, name),
	FOREIGN KEY (tenant_id, operation_id) REFERENCES cameleer.operation
);

CREATE TABLE cameleer.idempotency (
	account_id	uuid NOT NULL,
	-- The nil UUID when no tenant was chosen.
	tenant_id	uuid NOT NULL,
	route		text NOT NULL,
	key		text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
	fingerprint	text NOT NULL,
	status		integer,
	body		text,
	created_at	timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (account_id, tenant_id, route, key)
);
CREATE INDEX idempotency_age ON cameleer.idempotency (created_at);

ALTER TABLE cameleer.operation ENABLE ROW LEVEL SECURITY,
    FORCE ROW LEVEL SECURITY;
ALTER TABLE cameleer.operation_step ENABLE ROW LEVEL SECURITY,
    FORCE ROW LEVEL SECURITY;
ALTER TABLE cameleer.idempotency ENABLE ROW LEVEL SECURITY,
    FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON cameleer.operation
    USING (tenant_id = cameleer.app_tenant());
CREATE POLICY tenant_only ON cameleer.operation_step
    USING (tenant_id = cameleer.app_tenant());
-- The worker looks for due work in all tenants, and then pins one.
CREATE POLICY worker_claims ON cameleer.operation TO cameleer_worker
    USING (true);
CREATE POLICY own_answers ON cameleer.idempotency
    USING (account_id = cameleer.app_actor()
	AND tenant_id = coalesce(cameleer.app_tenant(),
	    '00000000-0000-0000-0000-000000000000'));
CREATE POLICY worker_sweeps ON cameleer.idempotency TO cameleer_worker
    USING (true);

GRANT SELECT, INSERT, UPDATE ON cameleer.operation, cameleer.operation_step
    TO cameleer_worker;
GRANT SELECT, INSERT, UPDATE (run_at) ON cameleer.operation
    TO cameleer_tenants, cameleer_apps, cameleer_worker;
GRANT SELECT ON cameleer.operation_step TO cameleer_tenants;
GRANT SELECT, INSERT, UPDATE ON cameleer.idempotency TO cameleer_auth,
    cameleer_tenants, cameleer_apps, cameleer_billing, cameleer_license;
GRANT SELECT, DELETE ON cameleer.idempotency TO cameleer_worker;
