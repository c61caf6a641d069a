-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_tenant_table('store_login',
	'gate=rd tenants=r worker=arw', 'tenant_only:*:all'),
    pg_temp.must_policy('store_login', 'tenant_only',
	'(tenant_id = app_tenant())', '-');
ROLLBACK;
