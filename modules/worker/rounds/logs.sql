-- SPDX-License-Identifier: Apache-2.0
-- The logs of deployments that run.

-- log_places :many
SELECT id::text, tenant_id::text AS tenant FROM deployment
WHERE wanted = 'running' AND state <> 'pending' ORDER BY id LIMIT 500;

-- log_place :opt
SELECT d.log_cursor, a.name AS app, e.name AS environment, t.slug, t.runtime
FROM deployment d
JOIN application a ON a.tenant_id = d.tenant_id AND a.id = d.application_id
JOIN environment e ON e.tenant_id = d.tenant_id AND e.id = d.environment_id
JOIN tenant t ON t.id = d.tenant_id
WHERE d.tenant_id = app_tenant() AND d.id = $1::uuid
AND a.state = 'active' AND t.state = 'active';

-- log_add :exec
INSERT INTO app_log (tenant_id, deployment_id, at, stream, level, line)
SELECT app_tenant(), $1::uuid, l.at, l.stream, l.level, l.line
FROM json_to_recordset($2::json)
    AS l (at timestamptz, stream text, level text, line text);

-- log_cursor :exec
-- A slower second reader finds that the cursor has moved, and adds nothing.
UPDATE deployment SET log_cursor = $2::text
WHERE tenant_id = app_tenant() AND id = $1::uuid
AND log_cursor IS NOT DISTINCT FROM $3::text;

-- log_prune :exec
-- Removes all but the last lines, and notes which was the last one removed.
WITH bound AS (SELECT seq FROM app_log WHERE tenant_id = app_tenant()
	AND deployment_id = $1::uuid ORDER BY seq DESC OFFSET $2::bigint
	LIMIT 1),
    removed AS (DELETE FROM app_log l USING bound b
	WHERE l.tenant_id = app_tenant() AND l.deployment_id = $1::uuid
	AND l.seq <= b.seq)
UPDATE deployment d SET log_pruned = b.seq FROM bound b
WHERE d.tenant_id = app_tenant() AND d.id = $1::uuid;
