-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_table('totp', 'auth=arwd'),
    pg_temp.must_table('recovery_code', 'auth=arwd'),
    pg_temp.must_table('sign_in_challenge',
	'auth=arw worker=d worker=r(expires_at)'),
    pg_temp.must_table('passkey', 'auth=arwd'),
    pg_temp.must_table('passkey_challenge', 'auth=arwd');

SELECT pg_temp.must(NOT EXISTS (SELECT FROM cameleer.passkey p
    JOIN cameleer.account a ON a.id = p.account_id WHERE a.kind = 'service'),
    'service accounts have no passkeys');
ROLLBACK;
