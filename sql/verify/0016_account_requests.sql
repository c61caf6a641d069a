-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

-- Whoever answers a stranger adds to it and cannot read it.
SELECT pg_temp.must_table('account_request', 'auth=a gate=rd'),
    pg_temp.must_function('account_request_settle()', 'gate', true,
	'worker=X');
ROLLBACK;
