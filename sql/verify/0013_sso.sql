-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_tenant_table('sso_provider',
	'gate=r gate=w(proven_at) sso=arwd', 'tenant_only:*:all'),
    pg_temp.must_tenant_table('sso_domain', 'gate=r sso=arwd',
	'tenant_only:*:all'),
    pg_temp.must_tenant_table('sso_identity', 'gate=ard gate=w(seen_at)',
	'tenant_only:*:all'),
    pg_temp.must_tenant_table('sso_login', 'sso=ard', 'tenant_only:*:all'),
    pg_temp.must_tenant_table('sso_ticket', 'gate=rd gate=w(used_at) sso=ard',
	'tenant_only:*:all'),
    pg_temp.must_tenant_table('sso_session', 'gate=ar', 'tenant_only:*:all');
SELECT pg_temp.must_policy(name, 'tenant_only',
    '(tenant_id = app_tenant())', '-')
FROM unnest(ARRAY['sso_provider', 'sso_domain', 'sso_identity', 'sso_login',
    'sso_ticket', 'sso_session']) name;

SELECT pg_temp.must_function('sso_tenant(text)', 'gate', true, 'sso=X'),
    pg_temp.must_function('sso_discover(text)', 'gate', true, 'sso=X'),
    pg_temp.must_function('sso_may_break_glass(uuid)', 'gate', true, 'sso=X'),
    pg_temp.must_function('sso_adopt(cameleer.sso_ticket,uuid)', 'gate', true,
	''),
    pg_temp.must_function('sso_admit(cameleer.sso_ticket,uuid,text)', 'gate',
	true, ''),
    pg_temp.must_function('sso_finish(text,uuid)', 'gate', true, 'auth=X'),
    pg_temp.must_function('sso_bind(text,uuid)', 'gate', true, 'auth=X'),
    pg_temp.must_function('sso_logout(text,text,text,bigint)', 'gate', true,
	'sso=X');

SELECT pg_temp.must_be((SELECT pg_get_constraintdef(oid)
	FROM pg_constraint WHERE conrelid = to_regclass('cameleer.sso_ticket')
	AND conname = 'sso_ticket_check'),
	'CHECK (((email IS NOT NULL) = (email_proof = ANY (ARRAY['
	'''said''::text, ''domain''::text]))))',
	'an address counts by a proof');
SELECT pg_temp.must_be((SELECT pg_get_indexdef(
	to_regclass('cameleer.sso_domain_verified'))),
	'CREATE UNIQUE INDEX sso_domain_verified ON cameleer.sso_domain USING '
	'btree (domain) WHERE (verified_at IS NOT NULL)',
	'a domain has one tenant');
ROLLBACK;
