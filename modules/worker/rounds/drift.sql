-- SPDX-License-Identifier: Apache-2.0
-- Comparing what tenants have with what they should have.

-- drift_due :many
-- Whose last look is $1 seconds old, the oldest first.  What a job is changing
-- is not compared, nor a place that does not answer.
SELECT t.id::text AS tenant, t.slug, t.place_id::text AS place
FROM tenant t JOIN place p ON p.id = t.place_id
LEFT JOIN drift_look l ON l.tenant_id = t.id
WHERE t.state = 'active' AND p.error IS NULL AND p.checked_at IS NOT NULL
AND coalesce(l.looked_at < now() - make_interval(secs => $1::bigint), true)
AND NOT EXISTS (SELECT FROM operation o WHERE o.tenant_id = t.id
    AND o.state IN ('queued', 'running'))
ORDER BY l.looked_at NULLS FIRST, t.id LIMIT 10;

-- drift_apps :many
-- What is to run; settled: its job has ended well.
SELECT d.id::text, a.name AS app, e.name AS environment,
    r.number AS release,
    t.slug || '/' || a.name || '@' || r.image_digest AS image,
    left(encode(sha256(convert_to(d.id::text || ':' || d.version, 'UTF8')),
	'hex'), 8) AS generation,
    d.state IN ('running', 'unhealthy') AS settled, a.health_check,
    a.health_port, a.health_path, l.cpu_millis, l.memory_mb
FROM deployment d
JOIN release r ON r.tenant_id = d.tenant_id AND r.id = d.release_id
JOIN application a ON a.tenant_id = d.tenant_id AND a.id = d.application_id
JOIN environment e ON e.tenant_id = d.tenant_id AND e.id = d.environment_id
JOIN tenant t ON t.id = d.tenant_id
JOIN container_limit l ON l.kind = 'application'
WHERE d.tenant_id = app_tenant() AND d.wanted = 'running'
ORDER BY d.id LIMIT 500;

-- drift_put :one
INSERT INTO drift AS d (tenant_id, object, field, wanted, live, subject_id)
VALUES (app_tenant(), $1::text, $2::text, $3::text, $4::text, $5::uuid)
ON CONFLICT (tenant_id, object, field) DO UPDATE SET wanted = excluded.wanted,
    live = excluded.live, subject_id = excluded.subject_id, seen_at = now()
RETURNING (d.since = now())::int AS n;

-- drift_gone :exec
-- Removes what this look has not found any more.
DELETE FROM drift WHERE tenant_id = app_tenant() AND seen_at < now();

-- drift_looked :exec
INSERT INTO drift_look AS l (tenant_id, error) VALUES (app_tenant(), $1::text)
ON CONFLICT (tenant_id) DO UPDATE SET looked_at = now(),
    error = excluded.error;

-- drift_sweep :exec
-- Removes what is left of deleted tenants.
WITH looks AS (DELETE FROM drift_look l USING tenant t
    WHERE t.id = l.tenant_id AND t.state = 'deleted')
DELETE FROM drift d USING tenant t
WHERE t.id = d.tenant_id AND t.state = 'deleted';

-- drift_database :one
-- In the tenants' database: role and schema of this name.
SELECT EXISTS (SELECT FROM pg_catalog.pg_roles
	WHERE rolname = $1::text) AS role,
    EXISTS (SELECT FROM pg_catalog.pg_namespace
	WHERE nspname = $1::text) AS schema;
