-- SPDX-License-Identifier: Apache-2.0
-- Runs of the isolation probe, as the tenant sees them.

-- isolation_list :many
SELECT id::text, outcome, rfc3339(started_at) AS started_at,
    rfc3339(finished_at) AS finished_at, checks::text AS checks
FROM isolation_run WHERE tenant_id = app_tenant() AND outcome IS NOT NULL
AND ($1::uuid IS NULL OR id < $1::uuid)
ORDER BY id DESC LIMIT $2::bigint;
