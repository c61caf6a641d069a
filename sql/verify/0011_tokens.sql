-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_tenant_table('api_token',
	'auth=arwd gate=r gate=w(used_at)', 'tenant_only:*:all');
SELECT pg_temp.must_policy(name, 'tenant_only',
    '(tenant_id = app_tenant())', '-')
FROM unnest(ARRAY['api_token']) name;

SELECT pg_temp.must_function('api_token_used(uuid,uuid)', 'gate', true,
	'apps=X auth=X billing=X license=X sso=X tenants=X'),
    pg_temp.must_function('service_account_join(uuid,text)', 'gate', true,
	'auth=X'),
    pg_temp.must_function('service_account_leave(uuid)', 'gate', true,
	'auth=X'),
    pg_temp.must_function('service_accounts()', 'gate', true, 'auth=X');

SELECT pg_temp.must((SELECT indisunique FROM pg_index
    WHERE indexrelid = 'cameleer.api_token_digest'::regclass),
    'one API token for each secret');
SELECT pg_temp.must(EXISTS (SELECT FROM pg_constraint
    WHERE conrelid = 'cameleer.api_token'::regclass AND contype = 'f'
    AND confrelid = 'cameleer.membership'::regclass
    AND confdeltype = 'c'), 'tokens go with the membership');
ROLLBACK;
