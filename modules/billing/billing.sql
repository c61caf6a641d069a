-- SPDX-License-Identifier: Apache-2.0

-- plan_list :many
SELECT tier, infrastructure, pricing,
    to_json(environments)::text AS environments,
    custom_environments, max_agents, retention_days, max_vaults, jar_bytes,
    max_apps, max_deployments, max_releases_day,
    features::text AS features, support, sla_milli
FROM plan ORDER BY position LIMIT 100;

-- plan_of_tenant :one
SELECT p.tier, p.infrastructure, p.pricing,
    to_json(p.environments)::text AS environments, p.custom_environments,
    p.max_agents, p.retention_days, p.max_vaults, p.jar_bytes,
    p.max_apps, p.max_deployments, p.max_releases_day,
    p.features::text AS features, p.support, p.sla_milli
FROM tenant t JOIN plan p ON p.tier = t.tier WHERE t.id = app_tenant();
