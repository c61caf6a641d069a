-- SPDX-License-Identifier: Apache-2.0
-- Tenants: the pinned one, and those of the caller.

-- slug_reserved :one
SELECT count(*) AS n FROM reserved_name
WHERE noun = 'tenant' AND name = $1::text;

-- tenant_insert :one
-- A second tenant with the same slug is a conflict, not an internal error.
-- The plan decides whether an operator must agree first.
INSERT INTO tenant (id, slug, name, tier, state, created_by)
SELECT $1::uuid, $2::text, $3::text, p.tier, CASE WHEN p.approval
    THEN 'requested' ELSE 'provisioning' END, app_actor()
FROM plan p WHERE p.tier = $4::text
RETURNING id::text, slug, name, tier, state, version,
    rfc3339(created_at) AS created_at;

-- tenant_add_owner :exec
INSERT INTO membership (tenant_id, account_id, role)
VALUES (app_tenant(), app_actor(), 'owner');

-- tenant_add_environments :exec
-- The environments of the tier, in the order in which releases are promoted.
INSERT INTO environment (tenant_id, id, name, position)
SELECT app_tenant(), gen_random_uuid(), e.name, e.position
FROM plan p, unnest(p.environments) WITH ORDINALITY AS e (name, position)
WHERE p.tier = $1::text;

-- tenant_get :one
SELECT id::text, slug, name, tier, state, version,
    rfc3339(created_at) AS created_at
FROM tenant WHERE id = app_tenant();

-- tenant_rename :opt
UPDATE tenant SET name = $1::text, version = version + 1
WHERE id = app_tenant() AND version = $2::bigint
RETURNING id::text, slug, name, tier, state, version,
    rfc3339(created_at) AS created_at;

-- tenants_mine :many
-- $1 and $2: id and name of the row before, $3 how many, $4 words that slug or
-- name has, $5 the newest first.
SELECT id::text, slug, name, tier, state, role FROM my_tenants() t
WHERE ($4::text IS NULL OR position(lower($4::text) IN
    lower(slug || ' ' || name)) > 0)
AND ($1::uuid IS NULL OR CASE WHEN $5::boolean THEN t.id < $1::uuid
    ELSE (lower(name), t.id) > (lower($2::text), $1::uuid) END)
ORDER BY CASE WHEN NOT $5::boolean THEN lower(name) END,
    CASE WHEN $5::boolean THEN t.id END DESC, t.id LIMIT $3::bigint;

-- tenants_mine_total :one
SELECT count(*) AS n FROM my_tenants()
WHERE ($1::text IS NULL OR position(lower($1::text) IN
    lower(slug || ' ' || name)) > 0);

-- tenants_lock :exec
-- Makes tenants of one owner one after another, so that a race cannot pass the
-- limit.
SELECT pg_advisory_xact_lock(hashtextextended(app_actor()::text, 1));

-- tenants_owned :one
SELECT count(*) AS n FROM my_tenants() WHERE role = 'owner';

-- tenants_waiting :one
-- Those that wait for an operator, when one of this tier would wait too.
SELECT count(*) AS n FROM my_tenants() t
WHERE t.role = 'owner' AND t.state = 'requested'
AND EXISTS (SELECT FROM plan WHERE tier = $1::text AND approval);
