-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_function('drift_told(uuid)', 'gate', true, ''),
    pg_temp.must_function('platform_drift()', 'gate', true, 'auth=X'),
    pg_temp.must_function('tenant_drift()', 'gate', true, 'tenants=X'),
    pg_temp.must_function('drift_restore(uuid,text,uuid)', 'gate', true, ''),
    pg_temp.must_function('tenant_drift_restore(text,uuid)', 'gate', true,
	'tenants=X'),
    pg_temp.must_function('platform_drift_restore(uuid,text,uuid)', 'gate',
	true, 'auth=X');
ROLLBACK;
