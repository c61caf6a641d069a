-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_table('place_seal', 'auth=r gate=r worker=arw');
SELECT pg_temp.must_function('platform_places()', 'gate', true, 'auth=X'),
    pg_temp.must_function('place_add(uuid,jsonb)', 'gate', true, ''),
    pg_temp.must_function('place_move(uuid,text)', 'gate', true, ''),
    pg_temp.must_function('platform_place_add(uuid,jsonb)', 'gate', true,
	'auth=X'),
    pg_temp.must_function('platform_place_move(uuid,text)', 'gate', true,
	'auth=X'),
    pg_temp.must_function('place_states()', 'gate', true, '');
ROLLBACK;
