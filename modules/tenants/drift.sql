-- SPDX-License-Identifier: Apache-2.0
-- Drift of the pinned tenant.

-- drift_list :many
SELECT tenant::text, slug, object, field, wanted, live,
    rfc3339(since) AS since, restoring, rfc3339(changed_at) AS changed_at,
    changed_by
FROM tenant_drift() ORDER BY since, object, field LIMIT 1000;

-- drift_restore :one
SELECT tenant_drift_restore($1::text, $2::uuid)::text AS operation;
