-- SPDX-License-Identifier: Apache-2.0
-- Running containers, and their logs.

-- tenants_watched :many
SELECT id::text, slug, runtime FROM tenant WHERE state = 'active'
ORDER BY id LIMIT 500;

-- deployments_watched :many
SELECT id::text, tenant_id::text AS tenant FROM deployment
WHERE wanted = 'running' AND state <> 'pending' ORDER BY id LIMIT 500;

-- deployment_watch :opt
SELECT d.version, d.state, d.log_cursor, a.name AS app,
    e.name AS environment, t.slug, t.runtime
FROM deployment d
JOIN application a ON a.tenant_id = d.tenant_id AND a.id = d.application_id
JOIN environment e ON e.tenant_id = d.tenant_id AND e.id = d.environment_id
JOIN tenant t ON t.id = d.tenant_id
WHERE d.tenant_id = app_tenant() AND d.id = $1::uuid
AND a.state = 'active' AND t.state = 'active';

-- repair_pending :one
-- Is the last job of that kind and subject unfinished, or did it fail within
-- the last minute?  So a repair that fails is tried once a minute.  Nothing is
-- repaired while the tenant is being removed.
SELECT (SELECT count(*) FROM (SELECT state, finished_at FROM operation
    WHERE tenant_id = app_tenant() AND kind = $1::text
    AND subject_id = $2::uuid ORDER BY id DESC LIMIT 1) last
    WHERE state IN ('queued', 'running') OR (state = 'failed'
	AND finished_at > now() - interval '1 minute'))
    + (SELECT count(*) FROM tenant WHERE id = app_tenant()
    AND state <> 'active') AS n;

-- log_add :exec
INSERT INTO app_log (tenant_id, deployment_id, at, stream, line)
SELECT app_tenant(), $1::uuid, l.at, l.stream, l.line
FROM json_to_recordset($2::json) AS l (at timestamptz, stream text, line text);

-- log_cursor :exec
-- A slower second reader finds that the cursor has moved, and adds nothing.
UPDATE deployment SET log_cursor = $2::text
WHERE tenant_id = app_tenant() AND id = $1::uuid
AND log_cursor IS NOT DISTINCT FROM $3::text;

-- log_prune :exec
DELETE FROM app_log l WHERE l.tenant_id = app_tenant()
AND l.deployment_id = $1::uuid AND l.seq < (SELECT min(seq) FROM (
    SELECT seq FROM app_log WHERE tenant_id = app_tenant()
    AND deployment_id = $1::uuid ORDER BY seq DESC LIMIT $2::bigint) kept);
