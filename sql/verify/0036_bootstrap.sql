-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_tenant_table('bootstrap_token', 'gate=r '
	'gate=w(used_at,used_from,revoked_at) tenants=ard '
	'tenants=w(replaced_by,expires_at,revoked_at)',
	'tenant_only:*:all'),
    pg_temp.must_policy('bootstrap_token', 'tenant_only',
	'(tenant_id = app_tenant())', '-'),
    pg_temp.must_function('bootstrap_told(uuid,text,text,text,text)', 'gate',
	true, 'tenants=X'),
    pg_temp.must((SELECT indisunique FROM pg_index
	WHERE indexrelid = 'cameleer.bootstrap_token_digest'::regclass),
	'one bootstrap token for each secret');
ROLLBACK;
