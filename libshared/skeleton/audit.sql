-- SPDX-License-Identifier: Apache-2.0

-- audit_insert :exec
-- The pinned tenant; rows of the platform itself have the nil UUID.
INSERT INTO audit_event (tenant_id, id, actor_id, actor_kind, action,
    subject_type, subject_id, environment, person, result, code, facts,
    request_id, service)
VALUES (coalesce(app_tenant(), '00000000-0000-0000-0000-000000000000'),
    $1::uuid, app_actor(), $2::text, $3::text, $4::text, $5::text, $6::text,
    $7::jsonb, $8::text, $9::text, $10::jsonb, $11::text, $12::text);

-- audit_page :many
-- Events of a chain in its order.  The columns of an event are NULL when
-- somebody deleted it; its hash still shows that it existed.
SELECT l.seq, l.hash, l.tenant_id::text, l.event_id::text AS id,
    rfc3339_us(e.at) AS at,
    e.actor_id::text, e.actor_kind, e.action, e.subject_type, e.subject_id,
    e.environment, e.result, e.code, e.facts::text, e.request_id, e.service,
    e.person::text, audit_open(e.person)::text AS opened
FROM audit_link l LEFT JOIN audit_event e ON e.tenant_id = l.tenant_id
    AND e.id = l.event_id
WHERE l.tenant_id = $1::uuid AND l.seq > $2::bigint
AND l.seq <= (SELECT signed_seq FROM audit_head h
    WHERE h.tenant_id = $1::uuid)
ORDER BY l.seq LIMIT $3::bigint;

-- audit_before :one
-- The hash of the event before the first one of a page.
SELECT coalesce((SELECT hash FROM audit_link
    WHERE tenant_id = $1::uuid AND seq = $2::bigint), repeat('0', 64)) AS hash;

-- audit_points :many
SELECT seq, token FROM audit_checkpoint
WHERE tenant_id = $1::uuid AND seq > $2::bigint AND seq <= $3::bigint
ORDER BY seq LIMIT 1000;

-- audit_flood :one
-- Counts within this minute; a /64 network of IPv6 counts as one host.  The
-- commit does not wait for the disk: a crash may lose the counts of the last
-- second.
INSERT INTO audit_flood AS f (minute, network, action, code, n)
VALUES (date_trunc('minute', now()), network(set_masklen($1::inet,
    CASE family($1::inet) WHEN 4 THEN 32 ELSE 64 END)), $2::text, $3::text, 1)
ON CONFLICT (minute, network, action, code) DO UPDATE SET n = f.n + 1
RETURNING n, CASE WHEN n > $4::bigint
    THEN set_config('synchronous_commit', 'off', true) END AS durability;
