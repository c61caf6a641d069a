-- SPDX-License-Identifier: Apache-2.0
-- Running containers, and their logs.

-- tenants_watched :many
-- Not at another machine's place that did not answer last: each look there
-- would wait for its deadline.
SELECT t.id::text, t.slug, t.place_id::text AS place
FROM tenant t JOIN place p ON p.id = t.place_id
WHERE t.state = 'active' AND (p.error IS NULL OR p.endpoint IS NULL)
ORDER BY t.id LIMIT 500;

-- deployments_watched :many
SELECT d.id::text, d.tenant_id::text AS tenant FROM deployment d
JOIN tenant t ON t.id = d.tenant_id JOIN place p ON p.id = t.place_id
WHERE d.wanted = 'running' AND d.state <> 'pending'
AND (p.error IS NULL OR p.endpoint IS NULL) ORDER BY d.id LIMIT 500;

-- deployment_watch :opt
SELECT d.version, d.state, a.name AS app,
    e.name AS environment, t.slug, t.place_id::text AS place
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
