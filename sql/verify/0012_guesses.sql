-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_table('login_guess', 'auth=arwd gate=rd worker=rd');
SELECT pg_temp.must(NOT EXISTS (SELECT FROM pg_attribute
    WHERE attrelid = 'cameleer.account'::regclass
    AND attname IN ('failures', 'locked_until') AND NOT attisdropped),
    'no lock that only accounts have');
ROLLBACK;
