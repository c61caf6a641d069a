-- SPDX-License-Identifier: Apache-2.0

-- license_current :opt
SELECT version, tier, state, token, file,
    to_char(valid_until, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS valid_until,
    to_char(grace_until, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS grace_until
FROM license WHERE tenant_id = app_tenant()
ORDER BY version DESC LIMIT 1;

-- license_tenant_id :one
SELECT tenant_id_of($1::text)::text AS id;

-- license_list :many
SELECT version, tier, state,
    to_char(valid_until, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS valid_until,
    to_char(grace_until, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS grace_until,
    to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at
FROM license WHERE tenant_id = app_tenant()
ORDER BY version DESC LIMIT 100;

-- license_proof :one
-- Whether this is the digest of the pinned tenant's bootstrap token.
SELECT EXISTS (SELECT FROM tenant_secret WHERE tenant_id = app_tenant()
    AND name = 'bootstrap-token' AND digest = $1::text) AS good;
