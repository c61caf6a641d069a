-- SPDX-License-Identifier: Apache-2.0
-- Drift of tenants. Run as cameleer_gate, which sees all of them.

-- drift_list :many
-- $1: of one tenant, by its slug; or of all.
SELECT tenant::text, slug, object, field, wanted, live,
    rfc3339(since) AS since, restoring, rfc3339(changed_at) AS changed_at,
    changed_by
FROM drift_told(NULL) WHERE $1::text IS NULL OR slug = $1::text
ORDER BY slug, object, field LIMIT 1000;

-- drift_unseen :many
-- Tenants that were not compared within $1 seconds, or could not be.
SELECT t.slug, coalesce(l.error, 'it was not compared') AS why
FROM tenant t LEFT JOIN drift_look l ON l.tenant_id = t.id
WHERE t.state = 'active' AND ($2::text IS NULL OR t.slug = $2::text)
AND (l.error IS NOT NULL OR coalesce(l.looked_at, t.created_at)
    < now() - make_interval(secs => $1::bigint))
ORDER BY t.slug LIMIT 1000;

-- drift_tenant :opt
SELECT id::text FROM tenant WHERE slug = $1::text AND state = 'active';

-- drift_restore :one
SELECT drift_restore($1::uuid, $2::text, $3::uuid)::text AS operation;
