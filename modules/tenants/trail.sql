-- SPDX-License-Identifier: Apache-2.0
-- The audit trail of the pinned tenant, and what proves it.

-- audit_list :many
SELECT id::text, rfc3339_ms(at) AS at,
    actor_id::text AS actor, actor_kind, action, subject_type, subject_id,
    environment, opened.shown->>'client_ip' AS client_ip, result, code,
    facts::text AS facts, nullif(opened.shown - 'client_ip', '{}')::text
    AS person, request_id
FROM audit_event CROSS JOIN LATERAL (
    SELECT jsonb_object_agg(key, value->>'value') AS shown
    FROM jsonb_each(audit_open(person))) opened
WHERE tenant_id = app_tenant()
AND ($1::uuid IS NULL OR id < $1::uuid)
AND ($2::text IS NULL OR action = $2::text)
AND ($3::uuid IS NULL OR actor_id = $3::uuid)
AND ($4::text IS NULL OR subject_type = $4::text)
AND ($5::text IS NULL OR subject_id = $5::text)
AND ($6::text IS NULL OR result = $6::text)
AND ($7::text IS NULL OR environment = $7::text)
AND ($8::timestamptz IS NULL OR at >= $8::timestamptz)
AND ($9::timestamptz IS NULL OR at < $9::timestamptz)
AND ($10::text IS NULL OR request_id = $10::text)
ORDER BY id DESC LIMIT $11::bigint;

-- point_list :many
SELECT seq, hash, rfc3339(at) AS at, token
FROM audit_checkpoint WHERE tenant_id = app_tenant() AND seq < $1::bigint
ORDER BY seq DESC LIMIT $2::bigint;

-- point_keys :many
-- Retired keys as well: checkpoints that they signed stay valid.
SELECT jwk::text AS jwk FROM signing_key WHERE purpose = 'audit'
ORDER BY created_at LIMIT 100;
