-- SPDX-License-Identifier: Apache-2.0
-- Places. Run as cameleer_gate, which sees all tenants.

-- place_list :many
-- $1: one of them, by its name; or all.
SELECT id::text, name, kind, state, tenant, endpoint, registry, tenants,
    max_tenants::text, applications, cpu_used, cpu_most::text,
    cpu_overcommit, memory_used, memory_most::text, memory_overcommit,
    checking, rfc3339(checked_at) AS checked_at, error, warning, version,
    free_mb::text, disk_mb::text, disk_free_mb::text, images::text,
    rfc3339(created_at) AS created_at
FROM place_states() WHERE $1::text IS NULL OR name = $1::text
ORDER BY name LIMIT 1000;

-- place_public :opt
SELECT public_key FROM place_seal;

-- place_add :one
SELECT place_add($1::uuid, $2::jsonb) AS done;

-- place_move :one
SELECT array_to_string(place_move($1::uuid, $2::text), ', ') AS answer;

-- place_asked :one
-- When a check is asked for, and whether one has come since.
SELECT clock_timestamp()::text AS asked;

-- place_since :one
SELECT count(*) AS n FROM place
WHERE id = $1::uuid AND checked_at > $2::timestamptz;
