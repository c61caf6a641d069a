-- SPDX-License-Identifier: Apache-2.0
-- Bootstrap tokens of tenants.  Run as cameleer_gate.

-- agents_tenant :opt
SELECT id::text, slug FROM tenant
WHERE slug = $1::text AND state <> 'deleted';

-- agents_tokens :many
SELECT id::text, name, hint, rfc3339(created_at) AS created_at,
    rfc3339(expires_at) AS expires_at, rfc3339(used_at) AS used_at,
    host(used_from) AS used_from
FROM bootstrap_token WHERE tenant_id = $1::uuid
AND revoked_at IS NULL AND coalesce(expires_at > now(), true)
ORDER BY id LIMIT 1000;

-- agents_revoke :opt
UPDATE bootstrap_token SET revoked_at = now()
WHERE tenant_id = $1::uuid AND id = $2::uuid
AND revoked_at IS NULL AND coalesce(expires_at > now(), true)
RETURNING name;

-- agents_told :one
SELECT bootstrap_told($1::uuid, 'revoked', $2::text,
    'An operator of the platform', $3::text) AS n;
