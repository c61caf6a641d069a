-- SPDX-License-Identifier: Apache-2.0

-- tenant_insert :one
-- A second tenant with the same slug is a conflict, not an error of ours.
INSERT INTO tenant (id, slug, name, tier, created_by)
VALUES ($1::uuid, $2::text, $3::text, $4::text, app_actor())
RETURNING id::text, slug, name, tier, state, version,
    to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at;

-- tenant_add_owner :exec
INSERT INTO membership (tenant_id, account_id, role)
VALUES (app_tenant(), app_actor(), 'owner');

-- tenant_add_environments :exec
-- Those of the tier, in the order in which releases are promoted.
INSERT INTO environment (tenant_id, id, name, position)
SELECT app_tenant(), gen_random_uuid(), e.name, e.position
FROM plan p, unnest(p.environments) WITH ORDINALITY AS e (name, position)
WHERE p.tier = $1::text;

-- tenant_get :one
SELECT id::text, slug, name, tier, state, version,
    to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at
FROM tenant WHERE id = app_tenant();

-- tenant_rename :opt
UPDATE tenant SET name = $1::text, version = version + 1
WHERE id = app_tenant() AND version = $2::bigint
RETURNING id::text, slug, name, tier, state, version,
    to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at;

-- tenant_delete :one
UPDATE tenant SET state = 'deleting', version = version + 1
WHERE id = app_tenant()
RETURNING id::text, slug, name, tier, state, version,
    to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at;

-- tenants_mine :many
SELECT id::text, slug, name, tier, state, role FROM my_tenants()
ORDER BY slug LIMIT 1000;

-- tenants_lock :exec
-- Tenants of one owner are made one after another: no race past the limit.
SELECT pg_advisory_xact_lock(hashtextextended(app_actor()::text, 1));

-- tenants_owned :one
SELECT count(*) AS n FROM my_tenants() WHERE role = 'owner';

-- operation_get :one
SELECT o.id::text, o.kind, o.state, o.error_code, o.error,
    to_char(o.created_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS created_at,
    to_char(o.finished_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS finished_at,
    coalesce((SELECT json_agg(json_build_object('name', s.name,
	'state', s.state, 'detail', s.detail,
	'started_at', to_char(s.started_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
	'finished_at',
	    to_char(s.finished_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
	ORDER BY s.position)
	FROM operation_step s WHERE s.operation_id = o.id
	AND s.tenant_id = o.tenant_id), '[]')::text AS steps
FROM operation o WHERE o.tenant_id = app_tenant() AND o.id = $1::uuid;

-- operation_list :many
SELECT id::text, kind, state, error_code, error,
    to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS created_at,
    to_char(finished_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS finished_at
FROM operation WHERE tenant_id = app_tenant()
AND ($1::uuid IS NULL OR id < $1::uuid)
ORDER BY id DESC LIMIT $2::bigint;

-- member_list :many
SELECT id::text, kind, email, name, role, state,
    to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at
FROM tenant_members($1::uuid, $2::integer) ORDER BY id LIMIT 1000;

-- role_list :many
-- The same in every tenant, from the most to the least.
SELECT name, to_json(permissions)::text AS permissions FROM role_preset
ORDER BY position LIMIT 100;

-- audit_list :many
SELECT id::text, to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at,
    actor_id::text AS actor, actor_kind, action, subject_type, subject_id,
    environment, host(client_ip) AS client_ip, result, code,
    facts::text AS facts, request_id
FROM audit_event WHERE tenant_id = app_tenant()
AND ($1::uuid IS NULL OR id < $1::uuid)
AND ($2::text IS NULL OR action = $2::text)
ORDER BY id DESC LIMIT $3::bigint;
