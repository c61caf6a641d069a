-- SPDX-License-Identifier: Apache-2.0
-- Stores of tenants.  Run as cameleer_gate, which sees all of them.

-- store_list :many
-- $1 a slug, or none; those whose passwords are oldest come first.
SELECT t.id::text, t.slug, t.state, 'postgres' AS kind,
    coalesce(l.turning, false) AS renewing,
    rfc3339(l.turned_at) AS renewed_at,
    EXISTS (SELECT FROM operation o WHERE o.tenant_id = t.id
	AND o.kind = 'store.renew' AND o.state IN ('queued', 'running'))
	AS under_way
FROM tenant t LEFT JOIN store_login l ON l.tenant_id = t.id
WHERE t.place_id IS NOT NULL AND t.state <> 'deleted'
AND ($1::text IS NULL OR t.slug = $1::text)
ORDER BY l.turned_at NULLS FIRST, t.slug LIMIT 10000;
