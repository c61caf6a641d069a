-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_table('container_limit', 'gate=r worker=r'),
    pg_temp.must_table('place', 'gate=ar gate=w(state,next_check_at) '
	'worker=r '
	'worker=w(state,max_tenants,cpu_overcommit,memory_overcommit,'
	'next_check_at,claimed_at,checked_at,error,warning,seen_version,'
	'seen_cpu_millis,seen_memory_mb,seen_free_mb,seen_disk_mb,'
	'seen_disk_free_mb,'
	'seen_images)');
SELECT pg_temp.must((SELECT array_agg(kind ORDER BY kind)
	FROM cameleer.container_limit) = '{application,server}',
	'a limit for each kind of container'),
    pg_temp.must(EXISTS (SELECT FROM cameleer.place
	WHERE id = '00000000-0000-7000-8000-000000000001'
	AND endpoint IS NULL), 'the place of the installation'),
    pg_temp.must(EXISTS (SELECT FROM pg_constraint
	WHERE conrelid = 'cameleer.tenant'::regclass
	AND conname = 'tenant_placed' AND contype = 'c'),
	'a tenant that runs has a place'),
    pg_temp.must_be((SELECT pg_get_indexdef(
	to_regclass('cameleer.place_name'))),
	'CREATE UNIQUE INDEX place_name ON cameleer.place USING btree (name) '
	'WHERE (state <> ''removed''::text)', 'one place of a name');
ROLLBACK;
