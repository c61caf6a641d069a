-- SPDX-License-Identifier: Apache-2.0

-- license_current :opt
SELECT version, tier, state, token, file,
    rfc3339(valid_until) AS valid_until,
    rfc3339(grace_until) AS grace_until
FROM license WHERE tenant_id = app_tenant()
ORDER BY version DESC LIMIT 1;

-- license_tenant_id :one
SELECT tenant_id_of($1::text)::text AS id;

-- license_list :many
SELECT version, tier, state,
    rfc3339(valid_until) AS valid_until,
    rfc3339(grace_until) AS grace_until,
    rfc3339(created_at) AS created_at
FROM license WHERE tenant_id = app_tenant()
ORDER BY version DESC LIMIT 100;

-- license_proof :one
-- Is this the digest of the pinned tenant's bootstrap token?
SELECT EXISTS (SELECT FROM tenant_secret WHERE tenant_id = app_tenant()
    AND name = 'bootstrap-token' AND digest = $1::text) AS good;
