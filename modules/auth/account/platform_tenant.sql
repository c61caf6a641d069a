-- SPDX-License-Identifier: Apache-2.0
-- Tenants, for operators of the platform.

-- platform_tenant_list :many
-- $1 and $2: id and name of the row before, $3 how many, $4 words that slug or
-- name has, $5 the newest first, $6 the state.
SELECT id::text, slug, name, tier, state, members,
    rfc3339(created_at) AS created_at
FROM platform_tenants($1::uuid, $2::text, $3::integer, $4::text,
    $5::boolean, $6::text)
ORDER BY CASE WHEN NOT $5::boolean THEN lower(name) END,
    CASE WHEN $5::boolean THEN id END DESC, id LIMIT 1000;

-- platform_tenant_total :one
SELECT platform_tenants_total($1::text, $2::text) AS n;

-- platform_tenant_get :opt
SELECT id::text, slug, name, tier, state, members,
    rfc3339(created_at) AS created_at
FROM platform_tenant($1::uuid);

-- platform_tenant_answer :one
SELECT platform_tenant_answer($1::uuid, $2::uuid, $3::boolean, $4::text,
    $5::text) AS done;

-- platform_tenant_keep :one
SELECT platform_tenant_keep($1::uuid, $2::uuid, $3::text, $4::text) AS done;

-- platform_tenant_shorten :one
SELECT platform_tenant_shorten($1::uuid, $2::uuid, $3::text, $4::text) AS done;

-- platform_certificate_get :opt
SELECT tenant::text, serial, token AS certificate,
    rfc3339(created_at) AS created_at FROM platform_certificate($1::uuid);
