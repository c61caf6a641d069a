-- SPDX-License-Identifier: Apache-2.0
-- Service accounts of the pinned tenant.

-- role_words :one
SELECT role_words($1::text) AS words;

-- service_account_lock :exec
-- One new service account of a tenant at a time, so that their number is
-- limited.
SELECT pg_advisory_xact_lock(4206, hashtext(app_tenant()::text));

-- service_account_count :one
SELECT count(*) AS n FROM service_accounts();

-- service_account_list :many
SELECT id::text, name, role, permissions, tokens,
    rfc3339(created_at) AS created_at,
    rfc3339(used_at) AS used_at
FROM service_accounts() ORDER BY id LIMIT 1000;

-- service_account_get :opt
SELECT id::text, name, role, permissions, tokens,
    rfc3339(created_at) AS created_at,
    rfc3339(used_at) AS used_at
FROM service_accounts() WHERE id = $1::uuid;

-- service_account_insert :exec
INSERT INTO account (id, name, kind, home_tenant)
VALUES ($1::uuid, $2::text, 'service', app_tenant());

-- service_account_join :one
SELECT coalesce(service_account_join($1::uuid, $2::text), false) AS done;

-- service_account_leave :one
SELECT coalesce(service_account_leave($1::uuid), false) AS done;

-- service_account_disable :exec
UPDATE account SET state = 'disabled'
WHERE id = $1::uuid AND kind = 'service' AND home_tenant = app_tenant();
