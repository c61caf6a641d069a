-- SPDX-License-Identifier: Apache-2.0
-- A verify script fails when what its migration made is not in force.  It is
-- true of the newest schema: a migration that changes what an older one made
-- changes the older one's verify script with it.
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_table('migration',
	'apps=r auth=r billing=r license=r sso=r tenants=r worker=r');

SELECT pg_temp.must_function('app_tenant()', 'owner', false,
	'apps=X auth=X billing=X gate=X license=X sso=X tenants=X worker=X'),
    pg_temp.must_function('app_actor()', 'owner', false,
	'apps=X auth=X billing=X gate=X license=X sso=X tenants=X worker=X'),
    pg_temp.must_function('pin(uuid,uuid)', 'owner', false,
	'apps=X auth=X billing=X license=X sso=X tenants=X worker=X');

SELECT pg_temp.must_be(nspowner::regrole::text, 'cameleer_owner',
	'owner of the schema'),
    pg_temp.must_be((SELECT string_agg(item, ' ' ORDER BY item)
	FROM unnest(pg_temp.acl_text(nspacl, nspowner, NULL)) item),
	'apps=U auth=U billing=U gate=U license=U sso=U tenants=U '
	'worker=U',
	'grants of the schema')
FROM pg_namespace WHERE nspname = 'cameleer';
SELECT pg_temp.must(EXISTS (SELECT FROM pg_namespace
    WHERE nspname = 'cameleer'), 'schema cameleer');
SELECT pg_temp.must((SELECT NOT has_schema_privilege(oid,
	'cameleer_crypto', 'USAGE') FROM pg_roles WHERE rolname = p),
	p || ' has no use of the cipher')
    FROM unnest(ARRAY['cameleer_auth', 'cameleer_tenants', 'cameleer_worker',
	'cameleer_apps', 'cameleer_billing', 'cameleer_license',
	'cameleer_sso']) p;

SELECT pg_temp.must_function(name || '(timestamptz)', 'owner', false,
	'apps=X auth=X billing=X gate=X license=X sso=X tenants=X worker=X')
FROM unnest(ARRAY['rfc3339', 'rfc3339_ms', 'rfc3339_us']) name;
-- In UTC, whatever the session's time zone is.
SET LOCAL TimeZone = 'Asia/Kolkata';
SELECT pg_temp.must_be(concat_ws(' ', cameleer.rfc3339(at),
	cameleer.rfc3339_ms(at), cameleer.rfc3339_us(at)),
	'2026-02-28T23:59:59Z 2026-02-28T23:59:59.987Z '
	'2026-02-28T23:59:59.987654Z', 'times as the API says them')
FROM (SELECT timestamptz '2026-03-01 05:29:59.987654+05:30') one (at);
SELECT pg_temp.must(cameleer.rfc3339(NULL) IS NULL, 'a NULL time is NULL');

-- Nothing is pinned before somebody pins it, and then it is what they said.
SELECT pg_temp.must(cameleer.app_tenant() IS NULL, 'no tenant by itself'),
    pg_temp.must(cameleer.app_actor() IS NULL, 'no actor by itself');
SELECT cameleer.pin('00000000-0000-7000-8000-000000000001',
    '00000000-0000-7000-8000-000000000002');
SELECT pg_temp.must(cameleer.app_tenant() =
	'00000000-0000-7000-8000-000000000001', 'the pinned tenant'),
    pg_temp.must(cameleer.app_actor() =
	'00000000-0000-7000-8000-000000000002', 'the pinned actor');
SELECT cameleer.pin(NULL, NULL);
SELECT pg_temp.must(cameleer.app_tenant() IS NULL, 'a pin can be drawn');
ROLLBACK;
