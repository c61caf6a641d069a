-- SPDX-License-Identifier: Apache-2.0
-- Places, for operators of the platform.

-- platform_place_list :many
SELECT id::text, name, kind, state, tenant, endpoint, registry, tenants,
    max_tenants::text, applications, cpu_used, cpu_most::text,
    cpu_overcommit, memory_used, memory_most::text,
    memory_overcommit, checking, rfc3339(checked_at) AS checked_at,
    error, warning, version, free_mb::text, disk_mb::text,
    disk_free_mb::text, images::text, rfc3339(created_at) AS created_at
FROM platform_places() ORDER BY name LIMIT 1000;

-- platform_place_get :opt
SELECT id::text, name, kind, state, tenant, endpoint, registry, tenants,
    max_tenants::text, applications, cpu_used, cpu_most::text,
    cpu_overcommit, memory_used, memory_most::text,
    memory_overcommit, checking, rfc3339(checked_at) AS checked_at,
    error, warning, version, free_mb::text, disk_mb::text,
    disk_free_mb::text, images::text, rfc3339(created_at) AS created_at
FROM platform_places() WHERE id = $1::uuid;

-- platform_place_public :opt
SELECT public_key FROM place_seal;

-- platform_place_add :one
SELECT platform_place_add($1::uuid, $2::jsonb) AS done;

-- platform_place_move :one
-- $2 the new state; none: it is only checked.
SELECT array_to_string(platform_place_move($1::uuid, $2::text), ', ')
    AS answer;
