-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

-- The process that answers may add rows and cannot read them.
SELECT pg_temp.must_table('account_request',
    'auth=a gate=rd gate=w(attempts,next_at)');
ROLLBACK;
