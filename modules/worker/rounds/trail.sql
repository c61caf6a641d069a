-- SPDX-License-Identifier: Apache-2.0
-- The chain of the audit trail, and refusals that were only counted.

-- seal_unsealed :many
SELECT DISTINCT tenant_id::text AS tenant FROM audit_unsealed LIMIT 200;

-- seal_due :many
-- Chains that have grown, each at most once a minute.
SELECT tenant_id::text AS tenant FROM audit_head
WHERE seq > signed_seq
AND (signed_at IS NULL OR signed_at < now() - interval '1 minute')
ORDER BY signed_at NULLS FIRST LIMIT 200;

-- seal_head_add :exec
INSERT INTO audit_head (tenant_id) VALUES ($1::uuid) ON CONFLICT DO NOTHING;

-- seal_head :one
SELECT seq, signed_seq, hash FROM audit_head WHERE tenant_id = $1::uuid
FOR UPDATE;

-- seal_events :many
-- An event that was deleted becomes a link of a special kind.
SELECT 0::bigint AS seq, NULL::text AS hash, u.tenant_id::text,
    u.event_id::text AS id, rfc3339_us(e.at)
    AS at, e.actor_id::text, e.actor_kind, e.action, e.subject_type,
    e.subject_id, e.environment, e.result, e.code, e.facts::text,
    e.request_id, e.service, e.person::text, NULL::text AS opened
FROM audit_unsealed u LEFT JOIN audit_event e ON e.tenant_id = u.tenant_id
    AND e.id = u.event_id
WHERE u.tenant_id = $1::uuid ORDER BY u.event_id LIMIT $2::bigint;

-- seal_links :exec
INSERT INTO audit_link (tenant_id, seq, event_id, hash)
SELECT $1::uuid, l.seq, l.event_id, l.hash
FROM json_to_recordset($2::json) AS l (seq bigint, event_id uuid, hash text);

-- seal_done :exec
DELETE FROM audit_unsealed u
USING json_to_recordset($2::json) AS l (event_id uuid)
WHERE u.tenant_id = $1::uuid AND u.event_id = l.event_id;

-- seal_head_set :exec
UPDATE audit_head SET seq = $2::bigint, hash = $3::text
WHERE tenant_id = $1::uuid;

-- seal_point :exec
INSERT INTO audit_checkpoint (tenant_id, seq, hash, token)
VALUES ($1::uuid, $2::bigint, $3::text, $4::text);

-- seal_signed :exec
UPDATE audit_head SET signed_seq = $2::bigint, signed_at = now()
WHERE tenant_id = $1::uuid;

-- flood_take :many
-- Waits one minute longer, so that requests under way are counted as well.
DELETE FROM audit_flood WHERE (minute, network, action, code) IN (
    SELECT minute, network, action, code FROM audit_flood
    WHERE minute < now() - interval '2 minutes'
    ORDER BY minute LIMIT 200)
RETURNING host(network) AS network, action, code,
    rfc3339(minute) AS minute, n;
