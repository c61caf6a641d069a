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
-- $1 and $2: id and name of the row before, $3 how many, $4 words of the name,
-- $5 the newest first.
SELECT id::text, name, role, rfc3339(created_at) AS created_at, tokens,
    rfc3339(used_at) AS used_at
FROM service_accounts() s
WHERE ($4::text IS NULL OR position(lower($4::text) IN lower(name)) > 0)
AND ($1::uuid IS NULL OR CASE WHEN $5::boolean THEN s.id < $1::uuid
    ELSE (lower(name), s.id) > (lower($2::text), $1::uuid) END)
ORDER BY CASE WHEN NOT $5::boolean THEN lower(name) END,
    CASE WHEN $5::boolean THEN s.id END DESC, s.id LIMIT $3::bigint;

-- service_account_total :one
SELECT count(*) AS n FROM service_accounts()
WHERE ($1::text IS NULL OR position(lower($1::text) IN lower(name)) > 0);

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
