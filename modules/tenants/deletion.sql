-- SPDX-License-Identifier: Apache-2.0
-- Deleting the pinned tenant, and taking that back.

-- tenant_leave :one
SELECT tenant_leave($1::text) AS done;

-- tenant_delete :exec
-- One that never ran has nothing to wait for.
UPDATE tenant SET state = 'deleting', version = version + 1
WHERE id = app_tenant() AND state IN ('requested', 'provisioning');

-- deletion_get :opt
SELECT asked_by::text, rfc3339(asked_at) AS asked_at,
    rfc3339(ends_at) AS ends_at, before
FROM tenant_deletion WHERE tenant_id = app_tenant();

-- tenant_keep :one
SELECT my_tenant_keep($1::text) AS done;

-- certificate_get :opt
SELECT tenant::text, serial, token AS certificate,
    rfc3339(created_at) AS created_at FROM certificate_of_link($1::text);

-- tenant_data :one
SELECT tenant_data()::text AS data;
