-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_table('account',
	'auth=arw gate=a(id,email,name) gate=aw(verified_at) gate=r '
	'gate=w(password_hash)'),
    pg_temp.must_table('session', 'auth=arw gate=r gate=w(revoked_at)'),
    pg_temp.must_table('refresh_token', 'auth=arw'),
    pg_temp.must_table('one_time_token', 'auth=arw'),
    pg_temp.must_table('signing_key',
	'apps=r auth=r billing=r license=r sso=r tenants=r worker=r'),
    pg_temp.must_table('mail', 'auth=a tenants=a worker=rw');

-- One account for an address, however it is written.
SELECT pg_temp.must(EXISTS (SELECT FROM pg_constraint
    WHERE conrelid = 'cameleer.account'::regclass AND contype = 'u'
    AND pg_get_constraintdef(oid) = 'UNIQUE (email)'),
    'one account for each address');
SELECT pg_temp.must(EXISTS (SELECT FROM pg_constraint
    WHERE conrelid = 'cameleer.account'::regclass AND contype = 'c'
    AND pg_get_constraintdef(oid) LIKE '%email = lower(email)%'),
    'addresses in lower case');
ROLLBACK;
