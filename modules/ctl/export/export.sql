-- SPDX-License-Identifier: Apache-2.0
-- A tenant as manifests. Run as cameleer_owner, pinned to the tenant, unless a
-- comment says cameleer_gate.

-- export_tenant :opt
-- As cameleer_gate.
SELECT t.id::text, t.state FROM tenant t WHERE t.slug = $1::text;

-- export_ask :exec
-- The files of the last time stay until there are new ones.
INSERT INTO tenant_export (tenant_id, place, certificate)
VALUES (app_tenant(), $1::text, $2::text)
ON CONFLICT (tenant_id) DO UPDATE SET place = excluded.place,
    certificate = excluded.certificate, asked_at = now();

-- export_state :one
SELECT state, error_code, error FROM operation
WHERE tenant_id = app_tenant() AND id = $1::uuid;

-- export_ours :one
-- Is $1 for $2 still what was asked for last?
SELECT count(*) AS n FROM tenant_export WHERE tenant_id = app_tenant()
AND place = $1::text AND certificate = $2::text;

-- export_files :many
SELECT path, content FROM tenant_export_file
WHERE tenant_id = app_tenant() ORDER BY path COLLATE "C" LIMIT 20000;
