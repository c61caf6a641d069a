-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_tenant_table('operation', 'apps=ar apps=w(run_at) '
	'gate=ar gate=w(state,attempt,failures,run_at,lease_until,error_code,'
	'error,finished_at,ending_code,ending) tenants=ar '
	'tenants=w(run_at) worker=ar '
	'worker=w(state,attempt,failures,run_at,lease_until,error_code,'
	'error,finished_at,ending_code,ending)',
	'tenant_only:*:all worker_claims:w:worker worker_sees:r:worker'),
    pg_temp.must_tenant_table('operation_step',
	'gate=r gate=w(state,detail,started_at,finished_at) tenants=r '
	'worker=arw',
	'tenant_only:*:all'),
    pg_temp.must_table('schedule', 'worker=rw'),
    pg_temp.must_table('mail', 'auth=a gate=a tenants=a worker=rw'),
    pg_temp.must_tenant_table('idempotency', 'apps=arw auth=arw billing=arw '
	'gate=rd license=arw sso=arw tenants=arw worker=rd',
	'own_answers:*:all worker_sweeps:*:worker');
SELECT pg_temp.must_policy(name, 'tenant_only',
    '(tenant_id = app_tenant())', '-')
FROM unnest(ARRAY['operation', 'operation_step']) name;

SELECT pg_temp.must_policy('operation', 'worker_sees', 'true', '-'),
    pg_temp.must_policy('operation', 'worker_claims', 'true', '-'),
    pg_temp.must_policy('idempotency', 'worker_sweeps', 'true', '-'),
    pg_temp.must_policy('idempotency', 'own_answers',
	'((account_id = app_actor()) AND (tenant_id = COALESCE(app_tenant(), '
	'''00000000-0000-0000-0000-000000000000''::uuid)))', '-');

SELECT pg_temp.must_be((SELECT pg_get_indexdef(
	to_regclass('cameleer.operation_waiting'))),
	'CREATE UNIQUE INDEX operation_waiting ON cameleer.operation USING '
	'btree (tenant_id, kind, subject_id) WHERE (state = ''queued''::text)',
	'one job that waits for each subject and kind');
SELECT pg_temp.must_be((SELECT string_agg(kind, ' ' ORDER BY kind)
    FROM cameleer.schedule), 'deletions doors drift gitops isolation licenses '
    'log_age logs operations places '
    'seal sessions sweep tells watch', 'kinds of periodic work');

-- An operator sees failed jobs of all tenants, and removes none.
SELECT pg_temp.must(has_table_privilege('cameleer_gate',
	'cameleer.operation', 'SELECT'), 'an operator sees failed work'),
    pg_temp.must(NOT has_table_privilege('cameleer_gate',
	'cameleer.operation', 'DELETE'), 'and removes none');
SELECT pg_temp.must(NOT has_column_privilege('cameleer_worker',
	'cameleer.operation', name, 'UPDATE'), 'the worker leaves ' || name)
FROM unnest(ARRAY['tenant_id', 'id', 'kind', 'subject_id', 'created_by',
    'created_at']) name;
SELECT pg_temp.must(has_column_privilege('cameleer_worker',
	'cameleer.operation', name, 'UPDATE'), 'the worker sets ' || name)
FROM unnest(ARRAY['state', 'attempt', 'failures', 'run_at', 'lease_until',
    'error_code', 'error', 'finished_at']) name;
ROLLBACK;
