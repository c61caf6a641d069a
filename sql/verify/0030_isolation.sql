-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_tenant_table('isolation_run', 'gate=r gate=w(next_at) '
	'tenants=r(tenant_id,id,started_at,finished_at,outcome,checks) '
	'worker=ard worker=w(next_at,'
	'orders,finished_at,outcome,error,checks,paths)',
	'tenant_only:*:all worker_sees:r:worker '
	'worker_sweeps:d:worker'),
    pg_temp.must_policy('isolation_run', 'tenant_only',
	'(tenant_id = app_tenant())', '-'),
    pg_temp.must_function('isolation_states()', 'gate', true, ''),
    pg_temp.must_function('platform_isolation()', 'gate', true, 'auth=X'),
    pg_temp.must_function('isolation_ask(uuid)', 'gate', true, ''),
    pg_temp.must_function('platform_isolation_ask(uuid)', 'gate', true,
	'auth=X'),
    pg_temp.must_function('isolation_tell(uuid,text,text)', 'gate', true,
	'worker=X');
SELECT pg_temp.must_be((SELECT pg_get_indexdef(
	to_regclass('cameleer.isolation_run_one'))),
	'CREATE UNIQUE INDEX isolation_run_one ON cameleer.isolation_run '
	'USING btree (tenant_id) WHERE (outcome IS NULL)',
	'one run of a tenant at a time');
ROLLBACK;
