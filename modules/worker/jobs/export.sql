-- SPDX-License-Identifier: Apache-2.0
-- A tenant as manifests.

-- export_get :opt
SELECT place, certificate FROM tenant_export WHERE tenant_id = app_tenant();

-- export_sealed :many
-- Secrets that were sealed before: kept while nothing of them changes.
SELECT path, content FROM tenant_export_file
WHERE tenant_id = app_tenant() AND path LIKE '%/workload/secret-%'
ORDER BY path LIMIT 5000;

-- export_apps :many
-- Each application that runs, or ran, in an environment.
SELECT d.id::text, d.wanted, d.version, r.number AS release, a.name AS app,
    e.name AS environment, a.health_check, a.health_port, a.health_path,
    t.slug || '/' || a.name || '@' || r.image_digest AS image,
    l.cpu_millis, l.memory_mb
FROM deployment d
JOIN release r ON r.tenant_id = d.tenant_id AND r.id = d.release_id
JOIN application a ON a.tenant_id = d.tenant_id AND a.id = d.application_id
JOIN environment e ON e.tenant_id = d.tenant_id AND e.id = d.environment_id
JOIN tenant t ON t.id = d.tenant_id
JOIN container_limit l ON l.kind = 'application'
WHERE d.tenant_id = app_tenant() AND a.state = 'active'
AND r.image_digest IS NOT NULL
ORDER BY e.name, a.name LIMIT 5000;

-- export_clear :exec
DELETE FROM tenant_export_file WHERE tenant_id = app_tenant();

-- export_add :exec
INSERT INTO tenant_export_file (tenant_id, path, content)
VALUES (app_tenant(), $1::text, $2::text);
