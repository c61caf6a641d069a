-- SPDX-License-Identifier: Apache-2.0
-- What jobs read and change.

-- tenant_state :exec
UPDATE tenant SET state = $1::text, version = version + 1
WHERE id = app_tenant() AND state = ANY (string_to_array($2::text, ','))
AND state <> $1::text;

-- tenant_busy :one
-- Other running jobs of the tenant.
SELECT count(*) AS n FROM operation
WHERE tenant_id = app_tenant() AND state = 'running' AND id <> $1::uuid;

-- endpoint_delete :exec
DELETE FROM tenant_endpoint WHERE tenant_id = app_tenant();

-- release_work :opt
SELECT r.id::text, r.number, r.state, r.jar_sha256, r.jar_size,
    r.deploy_to::text AS deploy_to, a.id::text AS application,
    a.name AS app, t.slug,
    coalesce((r.jar_facts->>'java_level')::bigint, 0) AS java_level
FROM release r JOIN application a ON a.tenant_id = r.tenant_id
    AND a.id = r.application_id
JOIN tenant t ON t.id = r.tenant_id
WHERE r.tenant_id = app_tenant() AND r.id = $1::uuid;

-- release_state :exec
UPDATE release SET state = $2::text, error_code = $3::text, error = $4::text
WHERE tenant_id = app_tenant() AND id = $1::uuid AND state <> 'ready';

-- release_ready :exec
UPDATE release SET state = 'ready', image = $2::text, image_digest = $3::text,
    error_code = NULL, error = NULL
WHERE tenant_id = app_tenant() AND id = $1::uuid;

-- deployment_want :one
INSERT INTO deployment AS d (tenant_id, id, application_id, environment_id,
    release_id, wanted)
VALUES (app_tenant(), $1::uuid, $2::uuid, $3::uuid, $4::uuid, 'running')
ON CONFLICT (tenant_id, application_id, environment_id) DO UPDATE
SET release_id = excluded.release_id, wanted = 'running', state = 'pending',
    detail = NULL, version = d.version + CASE
	WHEN d.release_id = excluded.release_id AND d.wanted = 'running'
	THEN 0 ELSE 1 END, changed_at = now()
RETURNING id::text;

-- deployment_work :opt
SELECT d.id::text, d.wanted, d.state, d.version, d.container,
    r.number AS release,
    t.slug || '/' || a.name || '@' || r.image_digest AS image, a.name AS app,
    e.name AS environment, t.id::text AS tenant, t.slug,
    t.state AS tenant_state, a.state AS app_state,
    t.place_id::text AS place, d.detail, a.health_check, a.health_port,
    a.health_path, l.cpu_millis, l.memory_mb
FROM deployment d
JOIN release r ON r.tenant_id = d.tenant_id AND r.id = d.release_id
JOIN application a ON a.tenant_id = d.tenant_id AND a.id = d.application_id
JOIN environment e ON e.tenant_id = d.tenant_id AND e.id = d.environment_id
JOIN tenant t ON t.id = d.tenant_id
JOIN container_limit l ON l.kind = 'application'
WHERE d.tenant_id = app_tenant() AND d.id = $1::uuid;

-- operation_tell :exec
UPDATE operation SET error = $2::text
WHERE tenant_id = app_tenant() AND id = $1::uuid;

-- deployment_give_up :exec
UPDATE deployment SET state = 'failed', detail = $2::text,
    serving_release = $3::bigint, last_lines = $4::text, changed_at = now()
WHERE tenant_id = app_tenant() AND id = $1::uuid;

-- app_get :opt
SELECT a.name AS app, t.slug, t.place_id::text AS place FROM application a
JOIN tenant t ON t.id = a.tenant_id
WHERE a.tenant_id = app_tenant() AND a.id = $1::uuid;

-- app_busy :one
-- Running jobs for a deployment of the application.
SELECT count(*) AS n FROM operation o
JOIN deployment d ON d.tenant_id = o.tenant_id AND d.id = o.subject_id
WHERE o.tenant_id = app_tenant() AND o.kind = 'deployment.apply'
AND o.state = 'running' AND d.application_id = $1::uuid;

-- app_environments :many
SELECT e.name FROM deployment d JOIN environment e
    ON e.tenant_id = d.tenant_id AND e.id = d.environment_id
WHERE d.tenant_id = app_tenant() AND d.application_id = $1::uuid
ORDER BY e.position LIMIT 100;

-- app_delete_deployments :exec
DELETE FROM deployment WHERE tenant_id = app_tenant()
AND ($1::uuid IS NULL OR application_id = $1::uuid);

-- app_delete_releases :exec
DELETE FROM release WHERE tenant_id = app_tenant()
AND ($1::uuid IS NULL OR application_id = $1::uuid);

-- app_delete :exec
DELETE FROM application WHERE tenant_id = app_tenant()
AND ($1::uuid IS NULL OR id = $1::uuid);

-- drift_restoring :many
-- The objects that this operation restores; limits can be set on what runs.
SELECT object, subject_id::text AS subject,
    bool_and(field IN ('memory', 'processors')) AS limits
FROM drift WHERE tenant_id = app_tenant() AND restore_id = $1::uuid
GROUP BY object, subject_id ORDER BY object LIMIT 100;

-- drift_look_soon :exec
-- The next round sees what came of it.
UPDATE drift_look SET looked_at = '-infinity'
WHERE tenant_id = app_tenant();

-- drift_app :opt
SELECT a.name AS app, e.name AS environment, l.cpu_millis, l.memory_mb
FROM deployment d
JOIN application a ON a.tenant_id = d.tenant_id AND a.id = d.application_id
JOIN environment e ON e.tenant_id = d.tenant_id AND e.id = d.environment_id
JOIN container_limit l ON l.kind = 'application'
WHERE d.tenant_id = app_tenant() AND d.id = $1::uuid;
-- turn_begin :exec
-- The login of this turn is in use from now on; the one before still works.
INSERT INTO store_login AS l (tenant_id, turn)
VALUES (app_tenant(), $1::bigint)
ON CONFLICT (tenant_id) DO UPDATE SET turn = excluded.turn, turning = true,
    begun_at = now() WHERE l.turn = excluded.turn - 1;

-- turn_end :exec
UPDATE store_login SET turning = false, turned_at = now()
WHERE tenant_id = app_tenant();
