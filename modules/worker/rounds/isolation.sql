-- SPDX-License-Identifier: Apache-2.0
-- Runs of the isolation probe.

-- isolation_running :many
SELECT r.id::text, r.tenant_id::text AS tenant, t.slug,
    r.place_id::text AS place, t.state = 'active' AS active,
    r.orders::text AS orders,
    extract(epoch FROM now() - r.started_at)::bigint AS age_s
FROM isolation_run r JOIN tenant t ON t.id = r.tenant_id
WHERE r.outcome IS NULL ORDER BY r.id LIMIT 100;

-- isolation_due :many
-- Whose run is due, the longest first; $1 run at a time.  A place that does not
-- answer runs none.
SELECT t.id::text AS tenant, t.slug, t.place_id::text AS place
FROM tenant t JOIN place p ON p.id = t.place_id
LEFT JOIN LATERAL (SELECT r.outcome, r.next_at FROM isolation_run r
    WHERE r.tenant_id = t.id ORDER BY r.id DESC LIMIT 1) last ON true
WHERE t.state = 'active' AND p.error IS NULL AND p.checked_at IS NOT NULL
AND (last.next_at IS NULL
    OR (last.outcome IS NOT NULL AND last.next_at <= now()))
ORDER BY last.next_at NULLS FIRST, t.id
LIMIT greatest(0, $1::integer - (SELECT count(*) FROM isolation_run
    WHERE outcome IS NULL));

-- isolation_others :many
-- Some other tenants that run at the place, each with a deployment if it has
-- one.
SELECT t.id::text AS tenant, t.slug, (SELECT d.id::text FROM deployment d
	WHERE d.tenant_id = t.id AND d.wanted = 'running'
	AND d.state = 'running' LIMIT 1) AS deployment
FROM tenant t WHERE t.state = 'active' AND t.place_id = $1::uuid
AND t.id <> $2::uuid ORDER BY random() LIMIT 3;

-- isolation_begin :exec
-- The next run is due in $4 seconds, give or take a tenth.
INSERT INTO isolation_run (tenant_id, id, place_id, orders, next_at)
VALUES (app_tenant(), $1::uuid, $2::uuid, $3::jsonb,
    now() + make_interval(secs => $4::bigint * (0.9 + 0.2 * random())))
ON CONFLICT DO NOTHING;

-- isolation_before :opt
-- What was known before this run.
SELECT outcome FROM isolation_run WHERE tenant_id = app_tenant()
AND id < $1::uuid AND outcome IN ('isolated', 'open')
ORDER BY id DESC LIMIT 1;

-- isolation_end :exec
-- What is not well is tried again within a minute.
UPDATE isolation_run SET finished_at = clock_timestamp(), orders = NULL,
    next_at = CASE $2::text WHEN 'isolated' THEN next_at
	ELSE least(next_at, now() + interval '1 minute') END,
    outcome = $2::text, error = $3::text, checks = $4::jsonb,
    paths = ARRAY(SELECT jsonb_array_elements_text($5::jsonb))
WHERE tenant_id = app_tenant() AND id = $1::uuid AND outcome IS NULL;

-- isolation_tell :exec
SELECT isolation_tell(app_tenant(), $1::text, $2::text);

-- isolation_prune :exec
-- Keeps 30 days, and 1000 runs of a tenant.
DELETE FROM isolation_run r WHERE r.tenant_id = app_tenant()
AND (r.started_at < now() - interval '30 days'
    OR r.id <= (SELECT x.id FROM isolation_run x
	WHERE x.tenant_id = app_tenant() ORDER BY x.id DESC
	OFFSET 1000 LIMIT 1));

-- isolation_sweep :exec
-- Removes the runs of deleted tenants.
DELETE FROM isolation_run r USING tenant t
WHERE t.id = r.tenant_id AND t.state = 'deleted';
