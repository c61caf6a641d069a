-- SPDX-License-Identifier: Apache-2.0
-- API tokens of an account.

-- api_token_lock :exec
-- One change of an account's API tokens at a time, so that their number is
-- limited.
SELECT FROM account WHERE id = $1::uuid FOR NO KEY UPDATE;

-- api_token_forget :exec
DELETE FROM api_token WHERE tenant_id = app_tenant()
AND account_id = $1::uuid
AND least(revoked_at, expires_at) < now() - interval '30 days';

-- api_token_count :one
SELECT count(*) AS n FROM api_token WHERE tenant_id = app_tenant()
AND account_id = $1::uuid AND revoked_at IS NULL AND expires_at > now();

-- api_token_list :many
-- $1 and $2: id and name of the row before, $3 how many, $4 words that name or
-- hint has, $5 the newest first, $6 whose,
-- $7 the one that is shown.
SELECT id::text, name, hint, scopes::text AS scopes,
    replaced_by::text AS replaced_by,
    rfc3339(created_at) AS created_at,
    rfc3339(expires_at) AS expires_at,
    rfc3339(used_at) AS used_at
FROM api_token k WHERE tenant_id = app_tenant() AND account_id = $6::uuid
AND revoked_at IS NULL AND expires_at > now()
AND ($7::uuid IS NULL OR k.id = $7::uuid)
AND ($4::text IS NULL OR position(lower($4::text) IN
    lower(name || ' ' || hint)) > 0)
AND ($1::uuid IS NULL OR CASE WHEN $5::boolean THEN k.id < $1::uuid
    ELSE (lower(name), k.id) > (lower($2::text), $1::uuid) END)
ORDER BY CASE WHEN NOT $5::boolean THEN lower(name) END,
    CASE WHEN $5::boolean THEN k.id END DESC, k.id LIMIT $3::bigint;

-- api_token_total :one
SELECT count(*) AS n FROM api_token WHERE tenant_id = app_tenant()
AND account_id = $2::uuid AND revoked_at IS NULL AND expires_at > now()
AND ($3::uuid IS NULL OR id = $3::uuid)
AND ($1::text IS NULL OR position(lower($1::text) IN
    lower(name || ' ' || hint)) > 0);

-- api_token_find :opt
SELECT id::text, name, hint, scopes::text AS scopes,
    replaced_by::text AS replaced_by,
    rfc3339(created_at) AS created_at,
    rfc3339(expires_at) AS expires_at,
    rfc3339(used_at) AS used_at
FROM api_token WHERE tenant_id = app_tenant() AND id = $1::uuid
AND account_id = $2::uuid AND revoked_at IS NULL AND expires_at > now();

-- api_token_insert :exec
INSERT INTO api_token (tenant_id, id, account_id, name, digest, hint, scopes,
    created_by, expires_at)
VALUES (app_tenant(), $1::uuid, $2::uuid, $3::text, $4::text, $5::text,
    $6::text[], app_actor(), now() + make_interval(days => $7::integer));

-- api_token_succeed :exec
-- Lifetime and scopes are those of the token that it replaces.
INSERT INTO api_token (tenant_id, id, account_id, name, digest, hint, scopes,
    created_by, expires_at)
SELECT tenant_id, $1::uuid, account_id, name, $4::text, $5::text, scopes,
    app_actor(), now() + (expires_at - created_at)
FROM api_token WHERE tenant_id = app_tenant() AND id = $2::uuid
AND account_id = $3::uuid;

-- api_token_replace :exec
UPDATE api_token SET replaced_by = $2::uuid,
    expires_at = least(expires_at, now() + make_interval(hours =>
	$3::integer))
WHERE tenant_id = app_tenant() AND id = $1::uuid;

-- api_token_revoke :exec
UPDATE api_token SET revoked_at = now()
WHERE tenant_id = app_tenant() AND id = $1::uuid AND account_id = $2::uuid
AND revoked_at IS NULL AND expires_at > now();

-- api_token_revoke_all :exec
UPDATE api_token SET revoked_at = now()
WHERE tenant_id = app_tenant() AND account_id = $1::uuid
AND revoked_at IS NULL;
