-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_tenant_table('audit_event',
	'apps=a auth=a billing=a gate=ar license=a sso=a tenants=ar worker=ar',
	'audit_append:a:all audit_read:r:all worker_seals:r:worker'),
    pg_temp.must_table('subject_key', 'gate=ar'),
    pg_temp.must_table('erasure', 'gate=r'),
    pg_temp.must_table('audit_flood', 'apps=ar apps=w(n) auth=ar auth=w(n) '
	'billing=ar billing=w(n) license=ar license=w(n) sso=ar sso=w(n) '
	'tenants=ar tenants=w(n) worker=rd'),
    pg_temp.must_tenant_table('audit_unsealed', 'gate=a worker=rd',
	'tenant_only:*:all worker_seals:*:worker'),
    pg_temp.must_tenant_table('audit_link', 'gate=r tenants=r worker=ar',
	'tenant_only:*:all worker_seals:*:worker'),
    pg_temp.must_tenant_table('audit_head', 'gate=r tenants=r worker=arw',
	'tenant_only:*:all worker_seals:*:worker'),
    pg_temp.must_tenant_table('audit_checkpoint',
	'gate=r tenants=r worker=ar',
	'tenant_only:*:all worker_seals:*:worker');
SELECT pg_temp.must_policy(name, 'tenant_only',
    '(tenant_id = app_tenant())', '-')
FROM unnest(ARRAY['audit_unsealed', 'audit_link', 'audit_head',
    'audit_checkpoint']) name;

SELECT pg_temp.must_function('audit_is_append_only()', 'owner', false, ''),
    pg_temp.must_function('audit_key(uuid, text)', 'gate', true, ''),
    pg_temp.must_function('audit_hide()', 'gate', true, 'owner=X'),
    pg_temp.must_function('audit_open(jsonb)', 'gate', true,
	'auth=X tenants=X');

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
SELECT pg_temp.must_be((SELECT pg_get_triggerdef(oid) FROM pg_trigger
	WHERE tgrelid = 'cameleer.audit_event'::regclass
	AND tgname = 'hide' AND tgenabled = 'O'),
	'CREATE TRIGGER hide BEFORE INSERT ON cameleer.audit_event FOR EACH '
	'ROW EXECUTE FUNCTION audit_hide()', 'the trigger that hides');
SELECT pg_temp.must((SELECT count(*) = 2 FROM pg_trigger
	WHERE tgrelid IN ('cameleer.audit_link'::regclass,
	    'cameleer.audit_checkpoint'::regclass)
	AND tgname = 'append_only' AND tgenabled = 'O'),
	'the triggers that keep links and checkpoints');
SELECT pg_temp.must(NOT EXISTS (SELECT FROM pg_attribute
	WHERE attrelid = 'cameleer.audit_event'::regclass
	AND attname = 'client_ip' AND NOT attisdropped),
	'no address stands in the open');
ROLLBACK;
