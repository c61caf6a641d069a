-- SPDX-License-Identifier: Apache-2.0
-- Bootstrap tokens of the pinned tenant.

-- agent_token_lock :exec
-- One change at a time, so that their number is limited.
SELECT pg_advisory_xact_lock(4232, hashtext(app_tenant()::text));

-- agent_token_forget :exec
-- Not before the longest life of what agents got with it has passed.
DELETE FROM bootstrap_token WHERE tenant_id = app_tenant()
AND least(revoked_at, expires_at) < now() - interval '30 days';

-- agent_token_count :one
SELECT count(*) AS n FROM bootstrap_token WHERE tenant_id = app_tenant()
AND revoked_at IS NULL AND coalesce(expires_at > now(), true);

-- agent_token_list :many
-- $1 and $2: id and name of the row before, $3 how many, $4 words that name or
-- hint has, $5 the newest first.
SELECT id::text, name, hint, replaced_by::text AS replaced_by,
    rfc3339(created_at) AS created_at, rfc3339(expires_at) AS expires_at,
    rfc3339(used_at) AS used_at, host(used_from) AS used_from
FROM bootstrap_token k WHERE tenant_id = app_tenant()
AND revoked_at IS NULL AND coalesce(expires_at > now(), true)
AND ($4::text IS NULL OR position(lower($4::text) IN
    lower(name || ' ' || hint)) > 0)
AND ($1::uuid IS NULL OR CASE WHEN $5::boolean THEN k.id < $1::uuid
    ELSE (lower(name), k.id) > (lower($2::text), $1::uuid) END)
ORDER BY CASE WHEN NOT $5::boolean THEN lower(name) END,
    CASE WHEN $5::boolean THEN k.id END DESC, k.id LIMIT $3::bigint;

-- agent_token_total :one
SELECT count(*) AS n FROM bootstrap_token WHERE tenant_id = app_tenant()
AND revoked_at IS NULL AND coalesce(expires_at > now(), true)
AND ($1::text IS NULL OR position(lower($1::text) IN
    lower(name || ' ' || hint)) > 0);

-- agent_token_find :opt
SELECT id::text, name, hint, replaced_by::text AS replaced_by,
    rfc3339(created_at) AS created_at, rfc3339(expires_at) AS expires_at,
    rfc3339(used_at) AS used_at, host(used_from) AS used_from
FROM bootstrap_token WHERE tenant_id = app_tenant() AND id = $1::uuid
AND revoked_at IS NULL AND coalesce(expires_at > now(), true);

-- agent_token_insert :exec
-- $5: days, or 0 for no end.
INSERT INTO bootstrap_token (tenant_id, id, name, digest, hint, created_by,
    expires_at)
VALUES (app_tenant(), $1::uuid, $2::text, $3::text, $4::text, app_actor(),
    now() + make_interval(days => nullif($5::integer, 0)));

-- agent_token_succeed :exec
-- Its lifetime is that of the token that it replaces.
INSERT INTO bootstrap_token (tenant_id, id, name, digest, hint, created_by,
    expires_at)
SELECT tenant_id, $1::uuid, name, $3::text, $4::text, app_actor(),
    now() + (expires_at - created_at)
FROM bootstrap_token WHERE tenant_id = app_tenant() AND id = $2::uuid;

-- agent_token_replace :exec
UPDATE bootstrap_token SET replaced_by = $2::uuid,
    expires_at = least(expires_at, now() + make_interval(hours =>
	$3::integer))
WHERE tenant_id = app_tenant() AND id = $1::uuid;

-- agent_token_revoke :exec
UPDATE bootstrap_token SET revoked_at = now()
WHERE tenant_id = app_tenant() AND id = $1::uuid;

-- agent_token_told :one
-- Mails the owners.
SELECT bootstrap_told(app_tenant(), $1::text, $2::text,
    (SELECT m.name FROM tenant_members(app_actor(), NULL, 1) m), $3::text)
    AS n;

-- rotation_get :opt
SELECT overlap_hours, rfc3339(asked_at) AS asked_at,
    rfc3339(rotated_at) AS rotated_at, rfc3339(ends_at) AS ends_at,
    rfc3339(ended_at) AS ended_at
FROM server_rotation WHERE tenant_id = app_tenant();

-- rotation_ask :exec
-- Not before the overlap of the last one has ended.
INSERT INTO server_rotation AS r (tenant_id, overlap_hours)
VALUES (app_tenant(), $1::integer)
ON CONFLICT (tenant_id) DO UPDATE SET overlap_hours = excluded.overlap_hours,
    asked_at = now(), rotated_at = NULL, ends_at = NULL, ended_at = NULL
WHERE r.ended_at IS NOT NULL OR r.rotated_at IS NULL;

-- told_list :many
SELECT s.item, s.way, rfc3339(s.told_at) AS told_at, s.pending,
    rfc3339(s.tried_at) AS tried_at, s.error
FROM server_told s WHERE s.tenant_id = app_tenant()
ORDER BY s.way DESC, s.item LIMIT 20;
