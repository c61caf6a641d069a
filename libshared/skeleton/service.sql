-- SPDX-License-Identifier: Apache-2.0

-- idempotency_claim :exec
-- Waits for an earlier request with the same key that is not finished.
INSERT INTO idempotency (account_id, tenant_id, route, key, fingerprint)
VALUES ($1::uuid, coalesce($2::uuid, '00000000-0000-0000-0000-000000000000'),
    $3::text, $4::text, $5::text)
ON CONFLICT DO NOTHING;

-- idempotency_get :one
SELECT fingerprint, status, body FROM idempotency
WHERE account_id = $1::uuid
AND tenant_id = coalesce($2::uuid, '00000000-0000-0000-0000-000000000000')
AND route = $3::text AND key = $4::text;

-- idempotency_store :exec
UPDATE idempotency SET status = $5::integer, body = $6::text
WHERE account_id = $1::uuid
AND tenant_id = coalesce($2::uuid, '00000000-0000-0000-0000-000000000000')
AND route = $3::text AND key = $4::text;

-- schema_version :one
-- Readiness: the database answers and its migrations are applied.
SELECT count(*) AS version FROM migration;
