-- SPDX-License-Identifier: Apache-2.0
-- Places of those who wait for hosts that tenants named: the database session
-- holds them, so that they end with the process.

-- place_take :one
-- The first free place of $1::text that has $2::integer; 0: none is free.
SELECT coalesce((SELECT n FROM generate_series(1, $2::integer) AS n
    WHERE pg_try_advisory_lock(hashtextextended($1::text || '|' || n, 3))
    LIMIT 1), 0) AS n;

-- place_give :one
SELECT pg_advisory_unlock(hashtextextended($1::text || '|' || $2::text, 3))
    AS given;
