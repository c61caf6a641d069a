-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_tenant_table('agent_door', 'gate=r worker=arw',
	'tenant_only:*:all worker_watches:r:worker'),
    pg_temp.must_policy('agent_door', 'tenant_only',
	'(tenant_id = app_tenant())', '-'),
    pg_temp.must_table('agent_seal', 'gate=arw worker=r'),
    pg_temp.must_function('agent_entry(text,text)', 'gate', true, 'auth=X'),
    pg_temp.must_function('bootstrap_token_used(uuid,uuid,inet)', 'gate',
	true, 'auth=X'),
    pg_temp.must_function('agent_seal_set(text)', 'gate', true, 'auth=X');
ROLLBACK;
