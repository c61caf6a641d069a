-- SPDX-License-Identifier: Apache-2.0
\ir lib.psql
BEGIN READ ONLY;

SELECT pg_temp.must_table('schedule', 'worker=rw');
SELECT pg_temp.must_be((SELECT string_agg(kind, ' ' ORDER BY kind)
    FROM cameleer.schedule), 'seal sweep watch', 'kinds of periodic work');
SELECT pg_temp.must_policy('tenant', 'worker_watches', 'true', '-');
ROLLBACK;
