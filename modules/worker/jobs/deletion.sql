-- SPDX-License-Identifier: Apache-2.0
-- A tenant that leaves, or returns.

-- deployments_rest :exec
-- They wait for the tenant to return; one that failed stays failed.
UPDATE deployment SET state = 'pending', changed_at = now(),
    detail = 'stopped, because the tenant is leaving'
WHERE tenant_id = app_tenant() AND wanted = 'running'
AND state IN ('starting', 'running', 'unhealthy', 'stopped');

-- deployments_resting :many
SELECT id::text FROM deployment
WHERE tenant_id = app_tenant() AND state = 'pending'
ORDER BY id LIMIT 5000;

-- removed_mail :exec
-- Before the memberships go.
SELECT removed_mail($1::text);

-- answers_forget :exec
DELETE FROM idempotency WHERE tenant_id = app_tenant();

-- tenant_erase :one
SELECT tenant_erase($1::uuid)::text AS rows;
