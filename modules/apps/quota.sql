-- SPDX-License-Identifier: Apache-2.0

-- quota_lock :exec
-- Makes what a plan limits one after another, so that a race cannot pass the
-- limit.
SELECT pg_advisory_xact_lock(hashtextextended(app_tenant()::text, 5));

-- quota_apps :one
SELECT p.tier, p.max_apps::bigint AS most, (SELECT count(*) FROM application
    WHERE tenant_id = app_tenant()) AS used
FROM plan_of(app_tenant()) p;

-- quota_deployments :one
-- Deployments that run or have to, and those that follow an upload.
SELECT p.tier, p.max_deployments::bigint AS most, (SELECT count(*) FROM (
    SELECT application_id, environment_id FROM deployment
    WHERE tenant_id = app_tenant() AND wanted = 'running'
    UNION
    SELECT application_id, deploy_to FROM release
    WHERE tenant_id = app_tenant() AND deploy_to IS NOT NULL
    AND state IN ('uploaded', 'assembling')) x) AS used
FROM plan_of(app_tenant()) p;

-- quota_releases :one
SELECT p.tier, p.max_releases_day::bigint AS most, (SELECT count(*)
    FROM release WHERE tenant_id = app_tenant()
    AND created_at > now() - interval '1 day') AS used
FROM plan_of(app_tenant()) p;
