-- SPDX-License-Identifier: Apache-2.0
-- A tenant, its secrets and its licences.

-- tenant_get :one
SELECT t.id::text, t.slug, t.name, t.tier, t.state,
    to_json(p.environments)::text AS environments, p.max_agents::text,
    p.retention_days::text, p.max_vaults::text, p.features::text AS features,
    t.runtime
FROM tenant t JOIN plan p ON p.tier = t.tier WHERE t.id = app_tenant();

-- secret_get :opt
SELECT box FROM tenant_secret
WHERE tenant_id = app_tenant() AND name = $1::text;

-- secret_add :exec
-- The first secret stays: a repeated step must not replace it.
INSERT INTO tenant_secret (tenant_id, name, box, digest)
VALUES (app_tenant(), $1::text, $2::text, $3::text) ON CONFLICT DO NOTHING;

-- license_current :opt
SELECT version, tier, file FROM license WHERE tenant_id = app_tenant()
ORDER BY version DESC LIMIT 1;

-- license_add :exec
INSERT INTO license (tenant_id, version, tier, state, valid_until,
    grace_until, token, file)
VALUES (app_tenant(), $1::bigint, $2::text, 'active',
    to_timestamp($3::bigint), to_timestamp($4::bigint), $5::text, $6::text)
ON CONFLICT DO NOTHING;
