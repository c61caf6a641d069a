-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_tenant_table('provisioning_event',
	'gate=ar tenants=r worker=ard',
	'tenant_adds:a:all tenant_goes:d:all tenant_only:r:all '
	'worker_sees:r:worker worker_sweeps:d:worker'),
    pg_temp.must_policy('provisioning_event', 'tenant_adds', '-',
	'(tenant_id = app_tenant())'),
    pg_temp.must_policy('provisioning_event', 'tenant_only',
	'(tenant_id = app_tenant())', '-'),
    pg_temp.must_policy('provisioning_event', 'worker_sees', 'true', '-'),
    pg_temp.must_policy('provisioning_event', 'worker_sweeps',
	'(at < (now() - ''90 days''::interval))', '-'),
    pg_temp.must_function('operation_note(uuid,text,text,text)', 'owner',
	false, 'worker=X'),
    pg_temp.must_function('step_usual(uuid)', 'gate', true, 'tenants=X'),
    pg_temp.must_function('operations_seen(uuid,uuid,integer)', 'gate', true,
	''),
    pg_temp.must_function('platform_operations(uuid,uuid,integer)', 'gate',
	true, 'auth=X'),
    pg_temp.must_function('operation_story(uuid)', 'gate', true, ''),
    pg_temp.must_function('platform_operation_story(uuid)', 'gate', true,
	'auth=X'),
    pg_temp.must_function('operation_decide(uuid,text,text,text)', 'gate',
	true, ''),
    pg_temp.must_function('platform_operation_decide(uuid,text,text,text)',
	'gate', true, 'auth=X'),
    pg_temp.must_function('operation_alert(uuid,text)', 'gate', true,
	'worker=X'),
    pg_temp.must_function('tenant_suspension()', 'gate', true, 'auth=X');
SELECT pg_temp.must(NOT has_any_column_privilege(role,
	'cameleer.provisioning_event', 'UPDATE'), role || ' changes no event')
FROM unnest(ARRAY['cameleer_worker', 'cameleer_gate', 'cameleer_tenants',
    'cameleer_auth']) role;
ROLLBACK;
