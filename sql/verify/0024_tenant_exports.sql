-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_tenant_table('tenant_export', 'worker=r',
	'tenant_only:*:all'),
    pg_temp.must_tenant_table('tenant_export_file', 'worker=ard',
	'tenant_only:*:all');
SELECT pg_temp.must_policy(name, 'tenant_only',
    '(tenant_id = app_tenant())', '-')
FROM unnest(ARRAY['tenant_export', 'tenant_export_file']) name;
ROLLBACK;
