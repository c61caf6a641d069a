-- SPDX-License-Identifier: Apache-2.0
-- The logs of deployments that run.

-- log_places :many
SELECT d.id::text, d.tenant_id::text AS tenant FROM deployment d
JOIN tenant t ON t.id = d.tenant_id JOIN place p ON p.id = t.place_id
WHERE d.wanted = 'running' AND d.state <> 'pending'
AND (p.error IS NULL OR p.endpoint IS NULL) ORDER BY d.id LIMIT 500;

-- log_place :opt
SELECT d.log_cursor, a.name AS app, e.name AS environment, t.slug,
    t.place_id::text AS place
FROM deployment d
JOIN application a ON a.tenant_id = d.tenant_id AND a.id = d.application_id
JOIN environment e ON e.tenant_id = d.tenant_id AND e.id = d.environment_id
JOIN tenant t ON t.id = d.tenant_id
WHERE d.tenant_id = app_tenant() AND d.id = $1::uuid
AND a.state = 'active' AND t.state = 'active';

-- log_aged :many
-- Deployments, also those that print no more, whose oldest line is too old.
SELECT id::text, tenant_id::text AS tenant FROM deployment
WHERE log_oldest < now() - make_interval(days => $1::integer)
ORDER BY id LIMIT 500;

-- log_add :exec
WITH added AS (
    INSERT INTO app_log (tenant_id, deployment_id, at, stream, level, line)
    SELECT app_tenant(), $1::uuid, l.at, l.stream, l.level, l.line
    FROM json_to_recordset($2::json)
	AS l (at timestamptz, stream text, level text, line text)
    RETURNING at, octet_length(line) AS bytes)
UPDATE deployment d SET log_bytes = d.log_bytes + a.bytes,
    log_oldest = coalesce(d.log_oldest, a.oldest)
FROM (SELECT sum(bytes) AS bytes, min(at) AS oldest FROM added) a
WHERE d.tenant_id = app_tenant() AND d.id = $1::uuid;

-- log_cursor :exec
-- A slower second reader finds that the cursor has moved, and adds nothing.
UPDATE deployment SET log_cursor = $2::text
WHERE tenant_id = app_tenant() AND id = $1::uuid
AND log_cursor IS NOT DISTINCT FROM $3::text;

-- log_prune :exec
-- Removes what is older than the last $2 lines, than the last $3 bytes and than
-- $4 days, and notes which was the last line removed and the bounds, $5.
WITH d AS (SELECT id, log_bytes - $3::bigint AS excess,
	log_oldest < now() - make_interval(days => $4::integer) AS aged
	FROM deployment WHERE tenant_id = app_tenant() AND id = $1::uuid),
    bound AS (SELECT greatest(
	(SELECT l.seq FROM app_log l WHERE l.tenant_id = app_tenant()
	    AND l.deployment_id = $1::uuid
	    ORDER BY l.seq DESC OFFSET $2::bigint LIMIT 1),
	(SELECT min(x.seq) FROM (SELECT l.seq, sum(octet_length(l.line))
	    OVER (ORDER BY l.seq) AS upto FROM app_log l
	    WHERE d.excess > 0 AND l.tenant_id = app_tenant()
	    AND l.deployment_id = $1::uuid) x WHERE x.upto >= d.excess),
	CASE WHEN d.aged THEN coalesce(
	    (SELECT l.seq - 1 FROM app_log l WHERE l.tenant_id = app_tenant()
	    AND l.deployment_id = $1::uuid
	    AND l.at >= now() - make_interval(days => $4::integer)
	    ORDER BY l.seq LIMIT 1),
	    (SELECT max(l.seq) FROM app_log l WHERE l.tenant_id = app_tenant()
	    AND l.deployment_id = $1::uuid)) END) AS seq FROM d),
    removed AS (DELETE FROM app_log l USING bound b
	WHERE l.tenant_id = app_tenant() AND l.deployment_id = $1::uuid
	AND l.seq <= b.seq RETURNING octet_length(l.line) AS bytes)
UPDATE deployment d SET log_pruned = b.seq, log_bound = $5::text,
    log_bytes = d.log_bytes - (SELECT coalesce(sum(bytes), 0) FROM removed),
    log_oldest = (SELECT l.at FROM app_log l WHERE l.tenant_id = app_tenant()
	AND l.deployment_id = $1::uuid AND l.seq > b.seq
	ORDER BY l.seq LIMIT 1)
FROM bound b
WHERE b.seq IS NOT NULL AND d.tenant_id = app_tenant() AND d.id = $1::uuid;
