-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_tenant_table('environment',
	'apps=r gate=ard gate=w(position) tenants=ar worker=r',
	'tenant_only:*:all'),
    pg_temp.must_tenant_table('application',
	'apps=arw gate=r tenants=r(tenant_id,id,name) worker=rwd',
	'tenant_only:*:all'),
    pg_temp.must_tenant_table('release', 'apps=arw gate=r worker=rwd',
	'tenant_only:*:all'),
    pg_temp.must_tenant_table('deployment', 'apps=arw gate=r worker=arwd',
	'tenant_only:*:all worker_watches:r:worker'),
    pg_temp.must_tenant_table('app_log', 'apps=r worker=ard',
	'tenant_only:*:all');
SELECT pg_temp.must_policy(name, 'tenant_only',
    '(tenant_id = app_tenant())', '-')
FROM unnest(ARRAY['environment', 'application', 'release', 'deployment',
    'app_log']) name;

SELECT pg_temp.must_policy('deployment', 'worker_watches', 'true', '-');

-- Keys are composite, so that no row can point into another tenant.
SELECT pg_temp.must(NOT EXISTS (SELECT FROM pg_constraint c
    WHERE c.contype = 'f' AND c.connamespace = 'cameleer'::regnamespace
    AND c.conrelid IN ('cameleer.release'::regclass,
	'cameleer.deployment'::regclass, 'cameleer.app_log'::regclass)
    AND pg_get_constraintdef(c.oid) NOT LIKE 'FOREIGN KEY (tenant_id, %'),
    'foreign keys with the tenant in them');
ROLLBACK;
