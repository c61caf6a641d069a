-- SPDX-License-Identifier: Apache-2.0
-- Drift of all tenants, for operators of the platform.

-- platform_drift_list :many
SELECT tenant::text, slug, object, field, wanted, live,
    rfc3339(since) AS since, restoring, rfc3339(changed_at) AS changed_at,
    changed_by
FROM platform_drift() ORDER BY since, slug, object, field LIMIT 1000;

-- platform_drift_restore :one
SELECT platform_drift_restore($1::uuid, $2::text, $3::uuid)::text AS operation;
