-- SPDX-License-Identifier: Apache-2.0

-- plan_list :many
SELECT tier, infrastructure, pricing,
    to_json(environments)::text AS environments,
    custom_environments, max_agents, retention_days, max_vaults, jar_bytes,
    max_apps, max_deployments, max_releases_day, lineage_captures_minute,
    max_debug_sessions, features::text AS features, support, sla_milli, vpn,
    approval
FROM plan ORDER BY position LIMIT 100;

-- plan_of_tenant :one
SELECT tier, infrastructure, pricing,
    to_json(environments)::text AS environments,
    custom_environments, max_agents, retention_days, max_vaults, jar_bytes,
    max_apps, max_deployments, max_releases_day, lineage_captures_minute,
    max_debug_sessions, features::text AS features, support, sla_milli, vpn,
    approval
FROM plan_of(app_tenant());

-- plan_told :many
SELECT key, plan_value, value, reason, rfc3339(since) AS since,
    rfc3339(ends_at) AS ends_at
FROM plan_told(app_tenant()) LIMIT 100;
