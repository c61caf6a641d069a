-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_table('session', 'auth=arw gate=r gate=w(revoked_at)'),
    pg_temp.must_table('refresh_token', 'auth=arw'),
    pg_temp.must_table('device_login', 'auth=arwd');
ROLLBACK;
