-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_table('plan',
	'apps=r auth=r billing=r gate=r license=r sso=r tenants=r worker=r'),
    pg_temp.must_tenant_table('tenant', 'apps=r billing=r gate=r '
	'gate=w(tier,state,version) license=r tenants=ar '
	'tenants=w(name,state,version) worker=r '
	'worker=w(state,version,git_commit)',
	'tenant_only:*:all worker_watches:r:worker'),
    pg_temp.must_tenant_table('plan_override', 'apps=r billing=r gate=ar '
	'gate=w(ended_at) tenants=r worker=r',
	'tenant_only:*:all worker_watches:r:worker'),
    pg_temp.must_tenant_table('tenant_endpoint', 'gate=r worker=arwd',
	'tenant_only:*:all'),
    pg_temp.must_tenant_table('tenant_secret',
	'license=r(tenant_id,name,digest) worker=arwd',
	'tenant_only:*:all worker_watches:r:worker'),
    pg_temp.must_tenant_table('license',
	'gate=r gate=w(state) license=r worker=ar',
	'tenant_only:*:all worker_renews:r:worker'),
    pg_temp.must_table('signing_key',
	'apps=r auth=r billing=r license=r sso=r tenants=r worker=r');
SELECT pg_temp.must_policy(name, 'tenant_only',
    '(tenant_id = app_tenant())', '-')
FROM unnest(ARRAY['plan_override', 'tenant_endpoint', 'tenant_secret',
    'license']) name;
SELECT pg_temp.must_policy('tenant_secret', 'worker_watches',
    '(name = ''bootstrap-token''::text)', '-');

SELECT pg_temp.must_function('tenant_upstream(text)', 'gate', true, 'auth=X'),
    pg_temp.must_function('tenant_id_of(text)', 'gate', true, 'license=X'),
    pg_temp.must_function('plan_of(uuid)', 'owner', false,
	'apps=X billing=X gate=X tenants=X worker=X'),
    pg_temp.must_function('plan_grants(plan)', 'owner', false, 'worker=X');

SELECT pg_temp.must_policy('tenant', 'tenant_only', '(id = app_tenant())',
	'-'),
    pg_temp.must_policy('tenant', 'worker_watches', 'true', '-'),
    pg_temp.must_policy('license', 'worker_renews', 'true', '-'),
    pg_temp.must_policy('plan_override', 'worker_watches', 'true', '-'),
    pg_temp.must(EXISTS (SELECT FROM pg_indexes WHERE indexname =
	'plan_override_one' AND indexdef LIKE 'CREATE UNIQUE%'
	AND indexdef LIKE '%(tenant_id, key)%ended_at IS NULL%'),
	'a contract says one thing about a key');
SELECT pg_temp.must((SELECT array_agg(tier ORDER BY position)
    FROM cameleer.plan) = '{low,mid,high,business}', 'the four tiers');
SELECT pg_temp.must(EXISTS (SELECT FROM pg_constraint
	WHERE conname = 'signing_key_purpose_check'
	AND pg_get_constraintdef(oid) LIKE '%audit%'),
	'a key may be for checkpoints');
ROLLBACK;
