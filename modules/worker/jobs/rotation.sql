-- SPDX-License-Identifier: Apache-2.0
-- The rotation of a server's bootstrap token.

-- deployments_renew :many
-- What waits already reads the new token when it starts.
UPDATE deployment d SET state = 'pending', detail = NULL,
    version = d.version + 1, changed_at = now()
WHERE d.tenant_id = app_tenant() AND d.id IN (SELECT r.id FROM deployment r
    JOIN application a ON a.tenant_id = r.tenant_id
	AND a.id = r.application_id
    WHERE r.tenant_id = app_tenant() AND r.wanted = 'running'
    AND r.state IN ('starting', 'running', 'unhealthy')
    AND a.state = 'active' ORDER BY r.id LIMIT 1000)
RETURNING d.id::text;

-- previous_delete :exec
DELETE FROM tenant_secret WHERE tenant_id = app_tenant()
AND name = 'bootstrap-token-previous' AND EXISTS (SELECT FROM server_rotation
    WHERE tenant_id = app_tenant() AND ends_at <= now());

-- rotation_end :exec
UPDATE server_rotation SET ended_at = now()
WHERE tenant_id = app_tenant() AND ends_at <= now() AND ended_at IS NULL;
