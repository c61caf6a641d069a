-- SPDX-License-Identifier: Apache-2.0
-- What servers of tenants are to be told.

-- licenses_untold :many
-- Servers that know another licence than the newest; one that did not take it
-- is asked again after half a minute.
SELECT t.id::text AS tenant, l.file
FROM tenant t
JOIN server_told s ON s.tenant_id = t.id AND s.item = 'license'
JOIN LATERAL (SELECT file, state FROM license WHERE tenant_id = t.id
    ORDER BY version DESC LIMIT 1) l ON l.state <> 'revoked'
WHERE t.state = 'active'
AND s.digest <> encode(sha256(convert_to(l.file, 'UTF8')), 'hex')
AND coalesce(s.tried_at < now() - interval '30 seconds', true)
ORDER BY s.tried_at NULLS FIRST, t.id LIMIT 5;

-- told_upstream :opt
SELECT upstream FROM tenant_endpoint WHERE tenant_id = app_tenant();

-- told_failed :exec
UPDATE server_told SET pending = true, tried_at = now(), error = $1::text
WHERE tenant_id = app_tenant() AND item = 'license';

-- starts_outdated :many
-- Servers that read something else when they started; $1: what all are to read.
-- A few at a time, and none for which a job works or failed just now.
SELECT DISTINCT t.id::text AS tenant
FROM json_to_recordset($1::json) AS i (item text, digest text)
JOIN server_told s ON s.item = i.item AND s.digest <> i.digest
JOIN tenant t ON t.id = s.tenant_id AND t.state = 'active'
WHERE NOT EXISTS (SELECT FROM operation o WHERE o.tenant_id = t.id
    AND o.kind = 'tenant.provision' AND (o.state IN ('queued', 'running')
	OR o.finished_at > now() - interval '1 minute'))
ORDER BY 1 LIMIT 2;

-- starts_pending :exec
UPDATE server_told s SET pending = true
FROM json_to_recordset($1::json) AS i (item text, digest text)
WHERE s.tenant_id = app_tenant() AND s.item = i.item
AND s.digest <> i.digest AND NOT s.pending;
