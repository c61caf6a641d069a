-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_function('request_begin(uuid,uuid,uuid,text)', 'gate', true,
	'apps=X auth=X billing=X license=X sso=X tenants=X'),
    pg_temp.must_function('request_begin_token(text)', 'gate', true,
	'apps=X auth=X billing=X license=X sso=X tenants=X'),
    pg_temp.must_function('is_operator(text)', 'gate', true, ''),
    pg_temp.must_function('platform_tenants(uuid,text,integer,text,boolean,
	text)', 'gate', true, 'auth=X'),
    pg_temp.must_function('platform_tenants_total(text,text)', 'gate', true,
	'auth=X'),
    pg_temp.must_function('platform_audit(uuid,integer)', 'gate', true,
	'auth=X');

-- Only these functions may bypass row security, and no role may add others.
SELECT pg_temp.must_be((SELECT string_agg(proname, ' ' ORDER BY proname)
	FROM pg_proc WHERE pronamespace = 'cameleer'::regnamespace
	AND proowner = 'cameleer_gate'::regrole),
	array_to_string(ARRAY[
	'account_leave',
	'account_request_mail',
	'account_request_settle',
	'api_token_used',
	'audit_hide',
	'audit_key',
	'audit_open',
	'invitation_accept',
	'invitation_show',
	'is_operator',
	'license_decision',
	'mail_room',
	'member_locked_until',
	'member_permissions',
	'member_search',
	'member_tie',
	'member_total',
	'member_unlock',
	'members_lock',
	'membership_guard',
	'my_features',
	'my_standing',
	'my_tenants',
	'operation_alert',
	'operation_decide',
	'operation_story',
	'operations_seen',
	'owner_tie',
	'place_add',
	'place_admit',
	'place_fits',
	'place_move',
	'place_rooms',
	'place_states',
	'plan_override_end',
	'plan_override_set',
	'platform_audit',
	'platform_license',
	'platform_license_decision',
	'platform_operation_decide',
	'platform_operation_story',
	'platform_operations',
	'platform_place_add',
	'platform_place_move',
	'platform_places',
	'platform_plan_end',
	'platform_plan_set',
	'platform_plan_told',
	'platform_tenant',
	'platform_tenant_answer',
	'platform_tenants',
	'platform_tenants_total',
	'request_begin',
	'request_begin_token',
	'role_words',
	'second_factor_asked',
	'service_account_join',
	'service_account_leave',
	'service_accounts',
	'sso_admit',
	'sso_adopt',
	'sso_bind',
	'sso_discover',
	'sso_finish',
	'sso_logout',
	'sso_may_break_glass',
	'sso_tenant',
	'step_usual',
	'tenant_answer',
	'tenant_id_of',
	'tenant_members',
	'tenant_place',
	'tenant_suspension',
	'tenant_upstream'
	], ' '), 'functions of cameleer_gate'),
    pg_temp.must(NOT has_schema_privilege('cameleer_gate', 'cameleer',
	'CREATE'), 'cameleer_gate makes nothing'),
    pg_temp.must((SELECT rolbypassrls AND NOT rolcanlogin AND NOT rolsuper
	AND NOT rolinherit FROM pg_roles WHERE rolname = 'cameleer_gate'),
	'cameleer_gate looks past row security and cannot log in'),
    pg_temp.must(NOT EXISTS (SELECT FROM pg_class
	WHERE relowner = 'cameleer_gate'::regrole),
	'cameleer_gate owns no table');
SELECT pg_temp.must(NOT EXISTS (SELECT FROM pg_proc p
    WHERE p.pronamespace = 'cameleer'::regnamespace
    AND (p.proacl IS NULL OR EXISTS (SELECT FROM aclexplode(p.proacl)
	WHERE grantee = 0))), 'no function for everybody');
-- Only an operator sees across tenants, whichever process asks.
SELECT pg_temp.must(NOT EXISTS (SELECT FROM cameleer.membership m
    JOIN cameleer.operator o ON o.account_id = m.account_id),
    'an operator is in no tenant');
ROLLBACK;
