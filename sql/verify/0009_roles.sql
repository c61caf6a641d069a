-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_table('role_preset',
	'apps=r auth=r billing=r gate=r license=r sso=r tenants=r worker=r'),
    pg_temp.must_tenant_table('role', 'gate=r sso=r tenants=arwd',
	'tenant_only:*:all'),
    pg_temp.must_tenant_table('membership', 'gate=ard '
	'gate=w(role,custom_role,version) tenants=ard '
	'tenants=w(role,custom_role,version)', 'tenant_only:*:all'),
    pg_temp.must_tenant_table('team', 'gate=r tenants=arwd',
	'tenant_only:*:all'),
    pg_temp.must_tenant_table('team_member', 'gate=ar tenants=arwd',
	'tenant_only:*:all'),
    pg_temp.must_tenant_table('team_application', 'gate=r tenants=arwd',
	'tenant_only:*:all'),
    pg_temp.must_tenant_table('sign_in_policy', 'gate=r sso=arw tenants=arw',
	'tenant_only:*:all');
SELECT pg_temp.must_policy(name, 'tenant_only',
    '(tenant_id = app_tenant())', '-')
FROM unnest(ARRAY['role', 'membership', 'team', 'team_member',
    'team_application', 'sign_in_policy']) name;

SELECT pg_temp.must_function('member_permissions(uuid,uuid)', 'gate', true,
	''),
    pg_temp.must_function('my_standing()', 'gate', true, 'tenants=X'),
    pg_temp.must_function('my_tenants()', 'gate', true, 'auth=X tenants=X'),
    pg_temp.must_function('role_words(text)', 'gate', true, 'auth=X'),
    pg_temp.must_function('second_factor_asked()', 'gate', true, 'auth=X');

SELECT pg_temp.must((SELECT array_agg(name ORDER BY position)
    FROM cameleer.role_preset) = '{owner,admin,developer,viewer}',
    'the four roles');
-- Each preset contains the permissions of the one below.
SELECT pg_temp.must(upper.permissions @> lower.permissions,
    format('%s may do what %s may', upper.name, lower.name))
FROM cameleer.role_preset upper JOIN cameleer.role_preset lower
    ON lower.position = upper.position + 1;
-- Operators are not members; a service account is in its own tenant only.
SELECT pg_temp.must(NOT EXISTS (SELECT FROM cameleer.membership m
    JOIN cameleer.account a ON a.id = m.account_id
    WHERE a.kind = 'operator' OR a.home_tenant <> m.tenant_id),
    'members are persons, or service accounts of the tenant');
ROLLBACK;
