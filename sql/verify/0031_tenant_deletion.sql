-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_tenant_table('tenant_deletion',
	'gate=ard tenants=r worker=rd worker=w(warned_at)',
	'tenant_only:*:all worker_ends:r:worker');
SELECT pg_temp.must_tenant_table('deletion_certificate', 'gate=r worker=a '
	'worker=r(tenant_id,serial) worker=w(token)',
	'tenant_only:*:all'),
    pg_temp.must_policy('deletion_certificate', 'tenant_only',
	'(tenant_id = app_tenant())', '-');
SELECT pg_temp.must_policy('tenant_deletion', 'tenant_only',
	'(tenant_id = app_tenant())', '-'),
    pg_temp.must_policy('tenant_deletion', 'worker_ends', 'true', '-');

SELECT pg_temp.must_table('used_slug', ''),
    pg_temp.must_function('slug_unused()', 'owner', true, ''),
    pg_temp.must_function('tenant_erase(uuid)', 'owner', true, 'worker=X'),
    pg_temp.must_function('tenant_data()', 'owner', true, 'tenants=X'),
    pg_temp.must((SELECT tgenabled = 'O' FROM pg_trigger
	WHERE tgname = 'never_again'
	AND tgrelid = 'cameleer.tenant'::regclass), 'trigger never_again');

SELECT pg_temp.must_function('owners_mail(uuid,text,jsonb,text)', 'gate', true,
	''),
    pg_temp.must_function('leaving_mail(text,text)', 'gate', true,
	'worker=X'),
    pg_temp.must_function('removed_mail(text)', 'gate', true, 'worker=X'),
    pg_temp.must_function('certificate_of_link(text)', 'gate', true,
	'tenants=X'),
    pg_temp.must_function('platform_certificate(uuid)', 'gate', true,
	'auth=X'),
    pg_temp.must_function('tenant_leave(text)', 'gate', true, 'tenants=X'),
    pg_temp.must_function('tenant_keep(uuid,uuid,text,text)', 'gate', true,
	''),
    pg_temp.must_function('tenant_shorten(uuid,uuid,text,text)', 'gate', true,
	''),
    pg_temp.must_function('my_tenant_keep(text)', 'gate', true, 'tenants=X'),
    pg_temp.must_function('platform_tenant_keep(uuid,uuid,text,text)', 'gate',
	true, 'auth=X'),
    pg_temp.must_function('platform_tenant_shorten(uuid,uuid,text,text)',
	'gate', true, 'auth=X');
ROLLBACK;
