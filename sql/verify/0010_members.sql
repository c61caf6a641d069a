-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_tenant_table('invitation', 'gate=rd tenants=arwd',
	'tenant_only:*:all');
SELECT pg_temp.must_policy(name, 'tenant_only',
    '(tenant_id = app_tenant())', '-')
FROM unnest(ARRAY['invitation']) name;

SELECT pg_temp.must_function('owner_tie(uuid,uuid)', 'gate', true, ''),
    pg_temp.must_function('member_tie(uuid)', 'gate', true, 'tenants=X'),
    pg_temp.must_function('members_lock(uuid)', 'gate', true, 'tenants=X'),
    pg_temp.must_function('membership_guard()', 'gate', true, 'owner=X'),
    pg_temp.must_function('tenant_members(uuid,uuid,integer)', 'gate', true,
	'tenants=X'),
    pg_temp.must_function('member_search(uuid,text,integer,text,boolean)',
	'gate', true, 'tenants=X'),
    pg_temp.must_function('member_total(text)', 'gate', true, 'tenants=X'),
    pg_temp.must_function('member_locked_until(uuid)', 'gate', true,
	'tenants=X'),
    pg_temp.must_function('member_unlock(uuid)', 'gate', true, 'tenants=X'),
    pg_temp.must_function('invitation_show(text)', 'gate', true, 'auth=X'),
    pg_temp.must_function('invitation_accept(text)', 'gate', true, 'auth=X');

SELECT pg_temp.must(EXISTS (SELECT FROM pg_trigger
	WHERE tgrelid = 'cameleer.membership'::regclass
	AND tgname = 'an_owner_stays' AND tgenabled = 'O'
	AND tgfoid = 'cameleer.membership_guard()'::regprocedure),
	'the trigger that keeps an owner'),
    pg_temp.must(EXISTS (SELECT FROM pg_constraint
	WHERE conrelid = 'cameleer.invitation'::regclass AND contype = 'f'
	AND confrelid = 'cameleer.membership'::regclass
	AND confdeltype = 'c'), 'invitations go with who made them'),
    pg_temp.must(EXISTS (SELECT FROM pg_index
	WHERE indexrelid = 'cameleer.invitation_digest'::regclass
	AND indisunique), 'one invitation for a link');

-- A tenant with members has an owner, unless it is being deleted.
SELECT pg_temp.must(NOT EXISTS (SELECT FROM cameleer.tenant t
    WHERE t.state NOT IN ('deleting', 'deleted')
    AND EXISTS (SELECT FROM cameleer.membership m WHERE m.tenant_id = t.id)
    AND NOT EXISTS (SELECT FROM cameleer.membership m
	WHERE m.tenant_id = t.id AND m.role = 'owner')),
    'each tenant has an owner');
ROLLBACK;
