-- SPDX-License-Identifier: Apache-2.0
-- The isolation of tenants. Run as cameleer_gate, which sees all of them.

-- isolation_list :many
-- $1: one of them, by its slug; or all.
SELECT tenant::text, slug, place, outcome, error,
    to_json(paths)::text AS paths, running,
    rfc3339(started_at) AS started_at, rfc3339(finished_at) AS finished_at,
    age_s
FROM isolation_states() WHERE $1::text IS NULL OR slug = $1::text
ORDER BY outcome IS DISTINCT FROM 'open', slug LIMIT 1000;

-- isolation_ask :exec
SELECT isolation_ask($1::uuid);

-- isolation_asked :one
-- When a run is asked for, and whether one has begun and ended since.
SELECT clock_timestamp()::text AS asked;

-- isolation_since :one
SELECT count(*) AS n FROM isolation_run WHERE tenant_id = $1::uuid
AND started_at > $2::timestamptz AND outcome IS NOT NULL;
