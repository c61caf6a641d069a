-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_table('account', 'auth=arw gate=a(id,email,name) '
	'gate=aw(verified_at) gate=r gate=w(password_hash)'),
    pg_temp.must_table('operator', 'auth=r gate=r'),
    pg_temp.must_table('login_guess', 'auth=arwd gate=rd worker=rd'),
    pg_temp.must_table('one_time_token', 'auth=rw gate=arw'),
    pg_temp.must_table('email_change', 'auth=arwd');

-- One account for an address, whatever its case.
SELECT pg_temp.must(EXISTS (SELECT FROM pg_constraint
    WHERE conrelid = 'cameleer.account'::regclass AND contype = 'u'
    AND pg_get_constraintdef(oid) = 'UNIQUE (email)'),
    'one account for each address');
SELECT pg_temp.must(EXISTS (SELECT FROM pg_constraint
    WHERE conrelid = 'cameleer.account'::regclass AND contype = 'c'
    AND pg_get_constraintdef(oid) LIKE '%email = lower(email)%'),
    'addresses in lower case');
SELECT pg_temp.must(NOT EXISTS (SELECT FROM pg_attribute
    WHERE attrelid = 'cameleer.account'::regclass
    AND attname IN ('failures', 'locked_until') AND NOT attisdropped),
    'no lock that only accounts have');
ROLLBACK;
