-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

-- A registration keeps an address, and nothing that somebody chose.
SELECT pg_temp.must_be((SELECT string_agg(attname, ' ' ORDER BY attnum)
	FROM pg_attribute WHERE attrelid = 'account_request'::regclass
	AND attnum > 0 AND NOT attisdropped),
	'id purpose email link digest expires_at attempts next_at',
	'account_request'),
    pg_temp.must((SELECT count(*) = 2 FROM pg_constraint
	WHERE conrelid = 'one_time_token'::regclass AND contype = 'c'
	AND pg_get_constraintdef(oid) LIKE '%=%''verify''%=%NULL%'),
	'a link is of an address or of an account'),
    pg_temp.must_function('account_request_mail(account_request)', 'gate',
	true, ''),
    pg_temp.must_function('account_request_settle()', 'gate', true,
	'worker=X');
ROLLBACK;
