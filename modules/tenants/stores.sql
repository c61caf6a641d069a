-- SPDX-License-Identifier: Apache-2.0
-- Stores of the pinned tenant: the logins of its server, and their change.

-- store_list :many
-- A tenant whose server was never made has none.
SELECT 'postgres' AS kind, coalesce(l.turning, false) AS renewing,
    rfc3339(l.turned_at) AS renewed_at
FROM tenant t LEFT JOIN store_login l ON l.tenant_id = t.id
WHERE t.id = app_tenant() AND t.place_id IS NOT NULL
AND t.state <> 'deleted';

-- renewal_standing :one
-- Two requests at once get the same job: one waits for each tenant.
SELECT t.state, EXISTS (SELECT FROM operation o
	WHERE o.tenant_id = t.id AND o.kind = 'store.renew'
	AND o.state IN ('queued', 'running')) AS renewing
FROM tenant t WHERE t.id = app_tenant();
