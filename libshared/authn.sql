-- SPDX-License-Identifier: Apache-2.0

-- request_begin :one
-- Pins the transaction and says what of the token still holds.
SELECT good, kind, coalesce(fresh, false) AS fresh, role, permissions, rule,
    tenant_slug, tenant_state
FROM request_begin($1::uuid, $2::uuid, $3::uuid);

-- request_pin :exec
SELECT pin($1::uuid, $2::uuid);
