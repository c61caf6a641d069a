-- SPDX-License-Identifier: Apache-2.0
-- A tenant, its secrets and its licences.

-- tenant_get :one
SELECT t.id::text, t.slug, t.name, t.tier, t.state,
    to_json(p.environments)::text AS environments, p.max_agents::text,
    p.retention_days::text, p.max_vaults::text, p.max_debug_sessions::text,
    p.lineage_captures_minute::text, p.custom_environments, p.max_apps::text,
    p.max_deployments::text, p.max_releases_day::text, p.jar_bytes::text,
    p.features::text AS features, plan_grants(p)::text AS grants,
    t.place_id::text AS place, l.cpu_millis, l.memory_mb,
    coalesce(s.turn, 0) AS turn, coalesce(s.turning, false) AS turning
FROM tenant t CROSS JOIN LATERAL plan_of(t.id) p
JOIN container_limit l ON l.kind = 'server'
LEFT JOIN store_login s ON s.tenant_id = t.id WHERE t.id = app_tenant();

-- secret_get :opt
SELECT box FROM tenant_secret
WHERE tenant_id = app_tenant() AND name = $1::text;

-- secret_add :exec
-- The first secret stays: a repeated step must not replace it.
INSERT INTO tenant_secret (tenant_id, name, box, digest)
VALUES (app_tenant(), $1::text, $2::text, $3::text) ON CONFLICT DO NOTHING;

-- secret_forget :exec
DELETE FROM tenant_secret WHERE tenant_id = app_tenant() AND name = $1::text;

-- secret_rotate :exec
-- Once for each time that it was asked for.
WITH due AS (UPDATE server_rotation SET rotated_at = now(),
	ends_at = now() + make_interval(hours => overlap_hours)
    WHERE tenant_id = app_tenant() AND rotated_at IS NULL
    RETURNING tenant_id),
old AS (INSERT INTO tenant_secret (tenant_id, name, box, digest)
    SELECT s.tenant_id, 'bootstrap-token-previous', s.box, s.digest
    FROM tenant_secret s JOIN due ON due.tenant_id = s.tenant_id
    WHERE s.name = 'bootstrap-token'
    ON CONFLICT (tenant_id, name) DO UPDATE SET box = excluded.box,
	digest = excluded.digest, created_at = now())
UPDATE tenant_secret s SET box = $1::text, digest = $2::text,
    created_at = now()
FROM due WHERE s.tenant_id = due.tenant_id AND s.name = 'bootstrap-token';

-- license_current :opt
-- $1: what it is to grant; NULL: whatever it grants. A revoked one has no file.
SELECT version, tier, CASE WHEN state <> 'revoked' THEN file END AS file,
    coalesce(grants <> $1::jsonb, false) AS outdated
FROM license WHERE tenant_id = app_tenant()
ORDER BY version DESC LIMIT 1;

-- license_lock :exec
-- Whoever decides about licences takes the same lock.
SELECT FROM tenant WHERE id = app_tenant() FOR UPDATE;

-- license_next :one
-- What the next licence has to be, once the lock is taken.
SELECT coalesce((SELECT max(version) FROM license
	WHERE tenant_id = app_tenant()), 0) + 1 AS version,
    coalesce((SELECT state FROM license_standing
	WHERE tenant_id = app_tenant()), 'active') AS standing;

-- license_add :exec
INSERT INTO license (tenant_id, version, id, tier, state, valid_until,
    grace_until, token, file, grants)
VALUES (app_tenant(), $1::bigint, $2::uuid, $3::text, $4::text,
    to_timestamp($5::bigint), to_timestamp($6::bigint), $7::text, $8::text,
    $9::jsonb);

-- revocations_lock :exec
SELECT pg_advisory_xact_lock(4208);

-- revocations_due :one
-- The newest list, and all licences that belong on the next one. One that has
-- ended long ago needs no entry: every clock has seen its end.
SELECT coalesce((SELECT max(serial) FROM license_revocations), 0) AS serial,
    to_json(w.ids)::text AS ids,
    w.ids IS NOT DISTINCT FROM (SELECT r.ids FROM license_revocations r
	ORDER BY r.serial DESC LIMIT 1) AS same
FROM (SELECT coalesce(array_agg(id ORDER BY id), '{}') AS ids
    FROM (SELECT id FROM license WHERE state = 'revoked'
	AND grace_until > now() - interval '400 days'
	ORDER BY grace_until DESC LIMIT $1::integer) newest) w;

-- revocations_add :exec
INSERT INTO license_revocations (serial, ids, token)
VALUES ($1::bigint, ARRAY(SELECT json_array_elements_text($2::json)::uuid),
    $3::text);

-- removal_done :many
SELECT name, detail, rfc3339(finished_at) AS at FROM operation_step
WHERE tenant_id = app_tenant() AND operation_id = $1::uuid AND state = 'done'
ORDER BY position;

-- certificate_begin :one
-- Its serial, and when its removal $2 was asked for.
INSERT INTO deletion_certificate (tenant_id, digest)
VALUES (app_tenant(), $1::text)
RETURNING serial, (SELECT extract(epoch FROM o.created_at)::bigint
    FROM operation o WHERE o.tenant_id = app_tenant()
    AND o.id = $2::uuid) AS asked;

-- certificate_end :exec
UPDATE deletion_certificate SET token = $1::text
WHERE tenant_id = app_tenant();

-- told_set :exec
-- $1: [{item, way, digest}].
INSERT INTO server_told AS s (tenant_id, item, way, digest)
SELECT app_tenant(), i.item, i.way, i.digest
FROM json_to_recordset($1::json) AS i (item text, way text, digest text)
ON CONFLICT (tenant_id, item) DO UPDATE SET way = excluded.way,
    told_at = CASE WHEN s.digest = excluded.digest THEN s.told_at
	ELSE now() END,
    digest = excluded.digest, pending = false, tried_at = NULL, error = NULL
WHERE s.digest <> excluded.digest OR s.pending;
