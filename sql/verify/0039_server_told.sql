-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_tenant_table('server_told', 'tenants=r worker=arw',
	'tenant_only:*:all worker_watches:r:worker'),
    pg_temp.must_policy('server_told', 'tenant_only',
	'(tenant_id = app_tenant())', '-');
ROLLBACK;
