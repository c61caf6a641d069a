-- SPDX-License-Identifier: Apache-2.0
-- Suspended tenants: what stops, and what runs again afterwards.

-- standing_get :one
SELECT coalesce((SELECT state FROM license_standing
    WHERE tenant_id = app_tenant()), 'active') AS standing;

-- apps_busy :one
-- Other jobs that may start a container of the tenant.
SELECT count(*) AS n FROM operation WHERE tenant_id = app_tenant()
AND kind = 'deployment.apply' AND state = 'running';

-- deployments_hold :exec
-- What failed, or was stopped, stays what it is.
UPDATE deployment SET state = 'stopped', detail = $1::text, changed_at = now()
WHERE tenant_id = app_tenant() AND wanted = 'running'
AND state IN ('pending', 'starting', 'running', 'unhealthy');

-- deployments_resume :many
UPDATE deployment SET state = 'pending', detail = NULL, changed_at = now()
WHERE tenant_id = app_tenant() AND wanted = 'running' AND state = 'stopped'
RETURNING id::text;
