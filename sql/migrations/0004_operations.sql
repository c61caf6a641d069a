-- SPDX-License-Identifier: Apache-2.0
-- Work for the worker: jobs, which clients follow; mails; periodic work.  And
-- the answers to requests with an Idempotency-Key.  Locks nothing.

CREATE TABLE cameleer.operation (
	tenant_id	uuid NOT NULL REFERENCES cameleer.tenant,
	id		uuid NOT NULL,
	kind		text NOT NULL,
	-- The row that the job is about; its kind says in which table.
	subject_id	uuid NOT NULL,
	state		text NOT NULL DEFAULT 'queued' CHECK (state IN
			    ('queued', 'running', 'done', 'failed')),
	-- Fencing token: a write of an older attempt finds no row.
	attempt		bigint NOT NULL DEFAULT 0,
	-- Failed attempts in a row; the backoff grows with their number.
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
-- A job waits once for each subject and kind: a second request joins the first.
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

-- Periodic work: one row for each kind; the first worker claims it.
CREATE TABLE cameleer.schedule (
	kind		text PRIMARY KEY,
	every_s		integer NOT NULL CHECK (every_s > 0),
	next_at		timestamptz NOT NULL DEFAULT now(),
	-- Result of the last run, for cameleerctl doctor.
	ran_at		timestamptz,
	error		text
);
INSERT INTO cameleer.schedule (kind, every_s) VALUES
    ('watch', 2),
    ('logs', 1),
    ('sessions', 15),
    ('sweep', 600),
    ('licenses', 60),
    ('gitops', 60),
    ('log_age', 600),
    ('seal', 1);

-- The worker sends mails.  data contains a link that is valid once, so it is
-- emptied as soon as the mail is sent.
CREATE TABLE cameleer.mail (
	id		uuid PRIMARY KEY,
	address		text NOT NULL,
	template	text NOT NULL,
	data		jsonb NOT NULL,
	state		text NOT NULL DEFAULT 'queued'
			    CHECK (state IN ('queued', 'sent', 'failed')),
	attempts	integer NOT NULL DEFAULT 0,
	next_at		timestamptz NOT NULL DEFAULT now(),
	error		text,
	created_at	timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX mail_queued ON cameleer.mail (next_at) WHERE state = 'queued';

-- Answers to requests with an Idempotency-Key, by account, kept for a day.
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

ALTER TABLE cameleer.operation
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE cameleer.operation_step
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE cameleer.idempotency
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON cameleer.operation
    USING (tenant_id = cameleer.app_tenant());
-- The worker looks for due work in all tenants and claims it, then pins one
-- tenant; it adds work to the pinned tenant only.
CREATE POLICY worker_sees ON cameleer.operation FOR SELECT
    TO cameleer_worker USING (true);
CREATE POLICY worker_claims ON cameleer.operation FOR UPDATE
    TO cameleer_worker USING (true);
CREATE POLICY tenant_only ON cameleer.operation_step
    USING (tenant_id = cameleer.app_tenant());
CREATE POLICY own_answers ON cameleer.idempotency
    USING (account_id = cameleer.app_actor()
	AND tenant_id = coalesce(cameleer.app_tenant(),
	    '00000000-0000-0000-0000-000000000000'));
CREATE POLICY worker_sweeps ON cameleer.idempotency TO cameleer_worker
    USING (true);

GRANT SELECT, INSERT, UPDATE (run_at) ON cameleer.operation
    TO cameleer_tenants, cameleer_apps;
GRANT SELECT, INSERT, UPDATE (state, attempt, failures, run_at, lease_until,
    error_code, error, finished_at) ON cameleer.operation TO cameleer_worker;
GRANT SELECT ON cameleer.operation TO cameleer_gate;
GRANT SELECT ON cameleer.operation_step TO cameleer_tenants;
GRANT SELECT, INSERT, UPDATE ON cameleer.operation_step TO cameleer_worker;
GRANT SELECT, UPDATE ON cameleer.schedule, cameleer.mail TO cameleer_worker;
GRANT INSERT ON cameleer.mail TO cameleer_auth, cameleer_tenants;
GRANT SELECT, INSERT, UPDATE ON cameleer.idempotency TO cameleer_auth,
    cameleer_tenants, cameleer_apps, cameleer_billing, cameleer_license,
    cameleer_sso;
GRANT SELECT, DELETE ON cameleer.idempotency TO cameleer_worker, cameleer_gate;
