-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_tenant_table('audit_event', 'apps=a auth=a billing=a '
	'gate=r license=a sso=a tenants=ar worker=ar',
	'audit_append:a:all audit_read:r:all worker_seals:r:worker'),
    pg_temp.must_function('audit_is_append_only()', 'owner', false, '');
SELECT pg_temp.must_policy('audit_event', 'audit_read',
	'(tenant_id = app_tenant())', '-'),
    pg_temp.must_policy('audit_event', 'audit_append', '-',
	'(tenant_id = COALESCE(app_tenant(), '
	'''00000000-0000-0000-0000-000000000000''::uuid))');

SELECT pg_temp.must_be((SELECT pg_get_triggerdef(oid) FROM pg_trigger
	WHERE tgrelid = 'cameleer.audit_event'::regclass
	AND tgname = 'append_only' AND tgenabled = 'O'),
	'CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON '
	'cameleer.audit_event FOR EACH STATEMENT EXECUTE FUNCTION '
	'audit_is_append_only()', 'the trigger that keeps rows');
SELECT pg_temp.must(NOT EXISTS (SELECT FROM pg_roles
    WHERE rolname LIKE 'cameleer\_%' AND rolname <> 'cameleer_owner'
    AND has_table_privilege(oid, 'cameleer.audit_event',
	'UPDATE, DELETE, TRUNCATE')), 'nobody may change what was recorded');
ROLLBACK;
