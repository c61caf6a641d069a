-- SPDX-License-Identifier: Apache-2.0
-- Licences of tenants.  Run as cameleer_gate, which sees all of them.

-- license_seen :opt
SELECT t.id::text, t.slug, l.version, l.tier, l.state,
    rfc3339(l.valid_until) AS valid_until,
    rfc3339(l.grace_until) AS grace_until,
    extract(epoch FROM l.valid_until)::bigint AS valid_s,
    extract(epoch FROM l.grace_until)::bigint AS grace_s,
    coalesce(s.state, 'active') AS standing, s.reason,
    rfc3339(s.changed_at) AS changed_at
FROM tenant t JOIN license l ON l.tenant_id = t.id
LEFT JOIN license_standing s ON s.tenant_id = t.id
WHERE t.slug = $1::text ORDER BY l.version DESC LIMIT 1;

-- license_decision :one
SELECT license_decision($1::uuid, $2::uuid, $3::text, $4::text, $5::text)
    AS done;
