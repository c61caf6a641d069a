-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_tenant_table('license_standing',
	'gate=arw license=r worker=r', 'tenant_only:*:all'),
    pg_temp.must_policy('license_standing', 'tenant_only',
	'(tenant_id = app_tenant())', '-'),
    pg_temp.must_table('license_revocations', 'license=r worker=ar'),
    pg_temp.must_function('license_decision(uuid,uuid,text,text,text)',
	'gate', true, ''),
    pg_temp.must_function(
	'platform_license_decision(uuid,uuid,text,text,text)', 'gate', true,
	'auth=X'),
    pg_temp.must_function('platform_license(uuid)', 'gate', true, 'auth=X');
SELECT pg_temp.must((SELECT count(*) = 2 FROM pg_trigger
    WHERE tgrelid = 'cameleer.license_standing'::regclass
    AND tgname IN ('lifecycle_made', 'lifecycle_moved')
    AND tgenabled = 'O'), 'the triggers of license_standing');
ROLLBACK;
