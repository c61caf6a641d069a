-- SPDX-License-Identifier: Apache-2.0

-- request_begin :one
-- Pins the transaction, and says what of the token is still valid in the tenant
-- that the request names: by the token ($3) or by path or header ($4).
SELECT good, kind, coalesce(fresh, false) AS fresh, tenant::text, role,
    permissions, rule, tenant_slug, tenant_state, license_state,
    coalesce(license_valid_s, 0) AS license_valid_s,
    coalesce(license_grace_s, 0) AS license_grace_s
FROM request_begin($1::uuid, $2::uuid, $3::uuid, $4::text);

-- request_begin_token :one
-- The same for an API token, which itself names account and tenant.
SELECT good, token::text, account::text, tenant::text, kind, role,
    permissions, scopes, tenant_slug, tenant_state, license_state,
    coalesce(license_valid_s, 0) AS license_valid_s,
    coalesce(license_grace_s, 0) AS license_grace_s,
    coalesce(used_s >= 60, true) AS use_due
FROM request_begin_token($1::text);

-- api_token_used :exec
SELECT api_token_used($1::uuid, $2::uuid);

-- request_pin :exec
SELECT pin($1::uuid, $2::uuid);
