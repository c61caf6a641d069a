-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_table('reserved_name', 'apps=r tenants=r'),
    pg_temp.must((SELECT count(*) = 2 FROM reserved_name
	WHERE name = 'admin'), 'nobody is called admin'),
    -- The words of our own paths, without which a name would hide a route.
    pg_temp.must((SELECT count(*) = 11 FROM reserved_name
	WHERE (noun, name) IN (('tenant', 'download'), ('tenant', 'health'),
	('tenant', 'platform'), ('tenant', 'ready'), ('tenant', 'versions'),
	('tenant', 'keys'), ('tenant', 'revocations'),
	('app', 'environments'), ('app', 'health'), ('app', 'limits'),
	('app', 'ready'))), 'no name hides a route');
ROLLBACK;
