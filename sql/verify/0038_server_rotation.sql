-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_tenant_table('server_rotation', 'tenants=arw worker=r '
	'worker=w(rotated_at,ends_at,ended_at)',
	'tenant_only:*:all worker_watches:r:worker'),
    pg_temp.must_policy('server_rotation', 'tenant_only',
	'(tenant_id = app_tenant())', '-');
ROLLBACK;
