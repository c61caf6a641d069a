-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_table('device_login', 'auth=arwd');
SELECT pg_temp.must_function('api_token_used(uuid,uuid)', 'gate', true,
	'apps=X auth=X billing=X license=X sso=X tenants=X'),
    pg_temp.must_function('role_words(text)', 'gate', true, 'auth=X'),
    pg_temp.must_function('service_account_join(uuid,text)', 'gate', true,
	'auth=X'),
    pg_temp.must_function('service_account_leave(uuid)', 'gate', true,
	'auth=X'),
    pg_temp.must_function('service_accounts()', 'gate', true, 'auth=X'),
    pg_temp.must_function('member_locked_until(uuid)', 'gate', true,
	'tenants=X'),
    pg_temp.must_function('member_unlock(uuid)', 'gate', true, 'tenants=X'),
    pg_temp.must_function('is_operator(text)', 'gate', true, ''),
    pg_temp.must_function('platform_tenants(uuid,integer)', 'gate', true,
	'auth=X'),
    pg_temp.must_function('platform_audit(uuid,integer)', 'gate', true,
	'auth=X');

SELECT pg_temp.must((SELECT indisunique FROM pg_index
    WHERE indexrelid = 'cameleer.api_token_digest'::regclass),
    'one API token for each secret');
-- Nobody but an operator sees across tenants, whatever his process is.
SELECT pg_temp.must(NOT EXISTS (SELECT FROM cameleer.membership m
    JOIN cameleer.operator o ON o.account_id = m.account_id),
    'an operator is in no tenant');
ROLLBACK;
