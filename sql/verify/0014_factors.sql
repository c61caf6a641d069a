-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_table('totp', 'auth=arwd'),
    pg_temp.must_table('recovery_code', 'auth=arwd'),
    pg_temp.must_table('sign_in_challenge',
	'auth=arw worker=d worker=r(expires_at)');
SELECT pg_temp.must_function('second_factor_asked()', 'gate', true,
    'auth=X');
ROLLBACK;
