-- SPDX-License-Identifier: Apache-2.0

-- environment_list :many
SELECT id::text, name, position FROM environment
WHERE tenant_id = app_tenant() ORDER BY position LIMIT 100;

-- app_name_reserved :one
SELECT count(*) AS n FROM reserved_name
WHERE noun = 'app' AND name = $1::text;

-- app_insert :one
INSERT INTO application (tenant_id, id, name, display_name, created_by)
VALUES (app_tenant(), $1::uuid, $2::text, $3::text, app_actor())
RETURNING id::text, name, display_name, state, version, last_release,
    health_check, health_port, health_path,
    rfc3339(created_at) AS created_at;

-- app_get :opt
SELECT id::text, name, display_name, state, version, last_release,
    health_check, health_port, health_path,
    rfc3339(created_at) AS created_at
FROM application WHERE tenant_id = app_tenant() AND name = $1::text;

-- app_edit :opt
-- What is NULL stays.
UPDATE application SET display_name = coalesce($2::text, display_name),
    health_check = coalesce($4::text, health_check),
    health_port = coalesce($5::integer, health_port),
    health_path = coalesce($6::text, health_path), version = version + 1
WHERE tenant_id = app_tenant() AND name = $1::text AND version = $3::bigint
RETURNING id::text, name, display_name, state, version, last_release,
    health_check, health_port, health_path,
    rfc3339(created_at) AS created_at;

-- app_delete :opt
UPDATE application SET state = 'deleting', version = version + 1
WHERE tenant_id = app_tenant() AND name = $1::text
RETURNING id::text, name, display_name, state, version, last_release,
    health_check, health_port, health_path,
    rfc3339(created_at) AS created_at;

-- release_room :one
-- The largest JAR that this tenant may send, how much of it waits for the
-- worker, and the first environment.
SELECT p.jar_bytes, coalesce((SELECT sum(jar_size) FROM release
    WHERE tenant_id = t.id AND state IN ('uploaded', 'assembling')),
    0)::bigint AS waiting, e.id::text AS environment,
    e.name AS environment_name
FROM tenant t CROSS JOIN LATERAL plan_of(t.id) p
LEFT JOIN LATERAL (SELECT id, name FROM environment
    WHERE tenant_id = t.id ORDER BY position LIMIT 1) e ON true
WHERE t.id = app_tenant();

-- release_number :opt
-- Locks the application until COMMIT: numbers have no gaps and no duplicates.
UPDATE application SET last_release = last_release + 1
WHERE tenant_id = app_tenant() AND id = $1::uuid AND state = 'active'
RETURNING last_release AS number;

-- release_insert :one
INSERT INTO release (tenant_id, id, application_id, number, jar_sha256,
    jar_size, jar_facts, deploy_to, created_by)
VALUES (app_tenant(), $1::uuid, $2::uuid, $3::bigint, $4::text, $5::bigint,
    $6::jsonb, $7::uuid, app_actor())
RETURNING id::text, number, state, jar_sha256, jar_size,
    jar_facts::text AS jar_facts, image, image_digest, error_code, error,
    rfc3339(created_at) AS created_at;

-- release_list :many
SELECT r.id::text, r.number, r.state, r.jar_sha256, r.jar_size,
    r.jar_facts::text AS jar_facts, r.image, r.image_digest, r.error_code,
    r.error, rfc3339(r.created_at) AS created_at
FROM release r JOIN application a ON a.tenant_id = r.tenant_id
    AND a.id = r.application_id
WHERE r.tenant_id = app_tenant() AND a.name = $1::text
AND ($2::bigint IS NULL OR r.number < $2::bigint)
ORDER BY r.number DESC LIMIT $3::bigint;

-- release_get :opt
SELECT r.id::text, r.number, r.state, r.jar_sha256, r.jar_size,
    r.jar_facts::text AS jar_facts, r.image, r.image_digest, r.error_code,
    r.error, rfc3339(r.created_at) AS created_at
FROM release r JOIN application a ON a.tenant_id = r.tenant_id
    AND a.id = r.application_id
WHERE r.tenant_id = app_tenant() AND a.name = $1::text
AND r.number = $2::bigint;

-- deployment_target :opt
-- What is to be deployed where; a part that does not exist is NULL.
SELECT a.id::text AS application, e.id::text AS environment,
    r.id::text AS release, r.state AS release_state
FROM application a
LEFT JOIN environment e ON e.tenant_id = a.tenant_id AND e.name = $2::text
LEFT JOIN release r ON r.tenant_id = a.tenant_id
    AND r.application_id = a.id AND r.number = $3::bigint
WHERE a.tenant_id = app_tenant() AND a.name = $1::text
AND a.state = 'active';

-- deployment_want :one
INSERT INTO deployment AS d (tenant_id, id, application_id, environment_id,
    release_id, wanted)
VALUES (app_tenant(), $1::uuid, $2::uuid, $3::uuid, $4::uuid, 'running')
ON CONFLICT (tenant_id, application_id, environment_id) DO UPDATE
SET release_id = excluded.release_id, wanted = 'running', state = 'pending',
    detail = NULL, serving_release = 0, last_lines = NULL,
    version = d.version + 1, changed_at = now()
RETURNING id::text;

-- deployment_set :opt
UPDATE deployment d SET wanted = $3::text, state = 'pending', detail = NULL,
    serving_release = 0, last_lines = NULL, version = d.version + 1,
    changed_at = now()
FROM application a, environment e
WHERE d.tenant_id = app_tenant() AND a.tenant_id = d.tenant_id
AND a.id = d.application_id AND a.name = $1::text
AND e.tenant_id = d.tenant_id AND e.id = d.environment_id
AND e.name = $2::text AND a.state = 'active'
RETURNING d.id::text;

-- deployment_list :many
SELECT d.id::text, e.name AS environment, r.number AS release, d.wanted,
    d.state, d.detail, d.serving_release, d.last_lines, d.container,
    d.version,
    rfc3339(d.changed_at) AS changed_at
FROM deployment d
JOIN application a ON a.tenant_id = d.tenant_id AND a.id = d.application_id
JOIN environment e ON e.tenant_id = d.tenant_id AND e.id = d.environment_id
JOIN release r ON r.tenant_id = d.tenant_id AND r.id = d.release_id
WHERE d.tenant_id = app_tenant() AND a.name = $1::text
ORDER BY e.position LIMIT 100;
