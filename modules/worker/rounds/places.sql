-- SPDX-License-Identifier: Apache-2.0
-- Checks of places.

-- place_due :opt
-- The place whose check is due the longest; $1 seconds until the next one.
UPDATE place p SET claimed_at = now(),
    next_check_at = now() + make_interval(secs => $1::integer)
FROM (SELECT id FROM place WHERE state <> 'removed' AND next_check_at <= now()
    ORDER BY next_check_at, id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED) due
WHERE p.id = due.id
RETURNING p.id::text, p.name, p.state, p.error;

-- place_checked :exec
-- What the place does not say stays as it was seen.
UPDATE place SET checked_at = now(), error = $2::text,
    seen_version = coalesce($3::text, seen_version),
    seen_cpu_millis = coalesce(nullif($4::bigint, 0), seen_cpu_millis),
    seen_memory_mb = coalesce(nullif($5::bigint, 0), seen_memory_mb),
    seen_free_mb = coalesce(nullif($6::bigint, 0), seen_free_mb),
    seen_disk_mb = coalesce(nullif($7::bigint, 0), seen_disk_mb),
    seen_disk_free_mb = CASE WHEN $7::bigint > 0 THEN $8::bigint
	ELSE seen_disk_free_mb END,
    seen_images = CASE WHEN $2::text IS NULL THEN $9::bigint
	ELSE seen_images END,
    warning = CASE WHEN $2::text IS NULL THEN $10::text
	ELSE warning END,
    state = CASE WHEN state = 'registered' AND $2::text IS NULL
	THEN 'ready' ELSE state END
WHERE id = $1::uuid;

-- place_own :exec
-- The settings rule the installation's own place.
UPDATE place SET cpu_overcommit = $1::integer,
    memory_overcommit = $2::integer,
    max_tenants = nullif($3::bigint, 0)
WHERE id = '00000000-0000-7000-8000-000000000001'
AND (cpu_overcommit, memory_overcommit, coalesce(max_tenants, 0))
    <> ($1::integer, $2::integer, $3::bigint);

-- place_gauges :many
SELECT p.name, p.error IS NULL AND p.checked_at IS NOT NULL AS up,
    r.tenants, r.cpu_used, coalesce(r.cpu_most, 0) AS cpu_most,
    r.memory_used, coalesce(r.memory_most, 0) AS memory_most,
    coalesce(i.paths_open, 0) AS paths_open,
    coalesce(i.probe_age_s, 0) AS probe_age_s,
    (SELECT count(*) FROM drift d JOIN tenant t ON t.id = d.tenant_id
	WHERE t.place_id = p.id AND t.state = 'active') AS drift
FROM place p JOIN place_rooms(NULL) r ON r.place = p.id
LEFT JOIN LATERAL (SELECT sum(cardinality(x.paths)) AS paths_open,
    max(extract(epoch FROM now()
	- coalesce(x.finished_at, t.created_at)))::bigint AS probe_age_s
    FROM tenant t LEFT JOIN LATERAL (SELECT y.paths, y.finished_at
	FROM isolation_run y WHERE y.tenant_id = t.id
	AND y.outcome IN ('isolated', 'open', 'broken')
	ORDER BY y.id DESC LIMIT 1) x ON true
    WHERE t.place_id = p.id AND t.state = 'active') i ON true
ORDER BY p.name LIMIT 100;

-- place_seal_set :exec
-- For which operators' keys are sealed.
INSERT INTO place_seal (public_key) VALUES ($1::text)
ON CONFLICT (one) DO UPDATE SET public_key = excluded.public_key
WHERE place_seal.public_key <> excluded.public_key;
