-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_function(
	'tenant_answer(uuid,uuid,boolean,text,text)', 'gate', true, ''),
    pg_temp.must_function(
	'platform_tenant_answer(uuid,uuid,boolean,text,text)', 'gate', true,
	'auth=X'),
    pg_temp.must_function('platform_tenant(uuid)', 'gate', true, 'auth=X'),
    pg_temp.must((SELECT bool_and(approval = (tier IN ('high', 'business')))
	FROM cameleer.plan), 'an operator agrees to what is committed'),
    pg_temp.must(NOT has_column_privilege('cameleer_tenants',
	'cameleer.tenant', 'tier', 'UPDATE'), 'no tenant changes its plan');
ROLLBACK;
