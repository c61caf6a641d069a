-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_table('operator', 'auth=r gate=r'),
    pg_temp.must_tenant_table('role', 'gate=r sso=r tenants=arwd',
	'tenant_only:*:all'),
    pg_temp.must_tenant_table('team', 'gate=r tenants=arwd',
	'tenant_only:*:all'),
    pg_temp.must_tenant_table('team_member', 'gate=ar tenants=arwd',
	'tenant_only:*:all'),
    pg_temp.must_tenant_table('team_application', 'gate=r tenants=arwd',
	'tenant_only:*:all'),
    pg_temp.must_tenant_table('sign_in_policy', 'gate=r sso=arw tenants=arw',
	'tenant_only:*:all'),
    pg_temp.must_tenant_table('api_token', 'auth=arwd gate=r '
	'gate=w(used_at)',
	'tenant_only:*:all');
SELECT pg_temp.must_policy(name, 'tenant_only',
    '(tenant_id = app_tenant())', '-')
FROM unnest(ARRAY['role', 'team', 'team_member', 'team_application',
    'sign_in_policy', 'api_token']) name;

SELECT pg_temp.must_function('member_permissions(uuid,uuid)', 'gate', true,
	''),
    pg_temp.must_function('request_begin(uuid,uuid,uuid)', 'gate', true,
	'apps=X auth=X billing=X license=X sso=X tenants=X'),
    pg_temp.must_function('request_begin_token(text)', 'gate', true,
	'apps=X auth=X billing=X license=X sso=X tenants=X');

-- No operator among the members, no service account outside its tenant.
SELECT pg_temp.must(NOT EXISTS (SELECT FROM cameleer.membership m
    JOIN cameleer.account a ON a.id = m.account_id
    WHERE a.kind = 'operator' OR a.home_tenant <> m.tenant_id),
    'members are persons, or service accounts of the tenant');
ROLLBACK;
