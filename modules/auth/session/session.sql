-- SPDX-License-Identifier: Apache-2.0
-- Sessions, the tokens that refresh them, and the tenants to choose from.

-- session_insert :exec
INSERT INTO session (id, account_id, kind, client_ip, user_agent, expires_at,
    methods, sso_tenant)
VALUES ($1::uuid, $2::uuid, $3::text, $4::inet, left($5::text, 200),
    now() + make_interval(secs => $6::integer), $7::text[], $8::uuid);

-- session_trim :exec
-- Those that were not used for the longest time make room; never the newest.
UPDATE session SET revoked_at = now() WHERE id IN (
    SELECT id FROM session WHERE account_id = $1::uuid
    AND revoked_at IS NULL AND expires_at > now()
    ORDER BY seen_at DESC, id DESC OFFSET $2::bigint);

-- session_get :one
SELECT kind, sso_tenant::text AS sso_tenant FROM session
WHERE id = $1::uuid;

-- session_list :many
SELECT id::text, kind, host(client_ip) AS client_ip, user_agent,
    rfc3339(created_at) AS created_at,
    rfc3339(seen_at) AS seen_at,
    rfc3339(expires_at) AS expires_at,
    id = $2::uuid AS current
FROM session WHERE account_id = $1::uuid AND revoked_at IS NULL
AND expires_at > now()
ORDER BY id DESC LIMIT 100;

-- session_revoke :exec
UPDATE session SET revoked_at = now()
WHERE id = $1::uuid AND account_id = $2::uuid AND revoked_at IS NULL;

-- session_revoke_all :exec
-- A change of address ends, too: one of these sessions asked for it.
WITH asked AS (DELETE FROM email_change WHERE account_id = $1::uuid)
UPDATE session SET revoked_at = now()
WHERE account_id = $1::uuid AND revoked_at IS NULL;

-- session_revoke_others :exec
WITH asked AS (DELETE FROM email_change WHERE account_id = $1::uuid)
UPDATE session SET revoked_at = now()
WHERE account_id = $1::uuid AND id <> $2::uuid AND revoked_at IS NULL;

-- refresh_insert :exec
INSERT INTO refresh_token (digest, session_id) VALUES ($1::text, $2::uuid);

-- refresh_get :opt
SELECT s.id::text AS session, s.account_id::text AS account,
    s.kind, r.used_at IS NOT NULL AS used,
    s.revoked_at IS NULL AND s.expires_at > now() AND a.state = 'active'
	AS good,
    greatest(0, extract(epoch FROM s.expires_at - now())::bigint) AS left_s
FROM refresh_token r JOIN session s ON s.id = r.session_id
JOIN account a ON a.id = s.account_id
WHERE r.digest = $1::text
FOR UPDATE OF r;

-- refresh_use :exec
WITH used AS (UPDATE refresh_token SET used_at = now()
    WHERE digest = $1::text RETURNING session_id)
UPDATE session s SET seen_at = now() FROM used WHERE s.id = used.session_id;

-- tenants_mine :many
SELECT t.id::text, t.slug, t.name, t.tier, t.state, t.role,
    f.features::text AS features
FROM my_tenants() t JOIN my_features() f ON f.tenant_id = t.id
ORDER BY t.slug LIMIT 1000;

-- session_prove :exec
UPDATE session SET authenticated_at = now(), methods = CASE
    WHEN $3::text = ANY (methods) THEN methods ELSE methods || $3::text END
WHERE id = $1::uuid AND account_id = $2::uuid AND revoked_at IS NULL;
