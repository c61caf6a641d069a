-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_table('plan', 'apps=r auth=r billing=r gate=r license=r '
	'sso=r tenants=r worker=r'),
    pg_temp.must_table('role_preset', 'apps=r auth=r billing=r gate=r '
	'license=r sso=r tenants=r worker=r'),
    pg_temp.must_tenant_table('tenant', 'apps=r billing=r gate=r license=r '
	'tenants=arw worker=r worker=w(state,version)',
	'tenant_only:*:all worker_watches:r:worker'),
    pg_temp.must_tenant_table('membership', 'gate=ard '
	'gate=w(role,custom_role,version) tenants=ard '
	'tenants=w(role,custom_role,version)',
	'tenant_only:*:all'),
    pg_temp.must_tenant_table('tenant_endpoint', 'gate=r worker=arwd',
	'tenant_only:*:all'),
    pg_temp.must_tenant_table('tenant_secret',
	'license=r(tenant_id,name,digest) worker=arwd', 'tenant_only:*:all'),
    pg_temp.must_tenant_table('license', 'gate=r license=r worker=ar',
	'tenant_only:*:all');

SELECT pg_temp.must_policy('tenant', 'tenant_only', '(id = app_tenant())',
    '-');
SELECT pg_temp.must_policy(name, 'tenant_only',
    '(tenant_id = app_tenant())', '-')
FROM unnest(ARRAY['membership', 'tenant_endpoint', 'tenant_secret',
    'license']) name;

SELECT pg_temp.must((SELECT array_agg(tier ORDER BY position)
	FROM cameleer.plan) = '{low,mid,high,business}', 'the four tiers'),
    pg_temp.must((SELECT array_agg(name ORDER BY position)
	FROM cameleer.role_preset) = '{owner,admin,developer,viewer}',
	'the four roles');
-- Each role has what the one below has.
SELECT pg_temp.must(upper.permissions @> lower.permissions,
    format('%s may do what %s may', upper.name, lower.name))
FROM cameleer.role_preset upper JOIN cameleer.role_preset lower
    ON lower.position = upper.position + 1;
ROLLBACK;
