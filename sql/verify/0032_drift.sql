-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_tenant_table('drift', 'gate=r gate=w(restore_id) '
	'worker=arwd',
	'tenant_only:*:all worker_sees:r:worker worker_sweeps:d:worker'),
    pg_temp.must_tenant_table('drift_look', 'gate=r worker=arwd',
	'tenant_only:*:all worker_sees:r:worker worker_sweeps:d:worker');
SELECT pg_temp.must_policy(name, 'tenant_only',
    '(tenant_id = app_tenant())', '-')
FROM unnest(ARRAY['drift', 'drift_look']) name;
ROLLBACK;
