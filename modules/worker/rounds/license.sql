-- SPDX-License-Identifier: Apache-2.0
-- Licences that end soon, and tenants that wait for an operator.

-- licenses_ending :many
-- The newest licences that are active, of active tenants, when they end within
-- $1 days, or have ended, or grant something else than plan and contract do
-- now: what a contract says may begin and end at any time.
SELECT t.id::text AS tenant, l.version + 1 AS version
FROM tenant t CROSS JOIN LATERAL (SELECT version, state, valid_until,
    grants FROM license WHERE tenant_id = t.id ORDER BY version DESC LIMIT 1) l
WHERE t.state = 'active' AND l.state = 'active'
AND (l.valid_until < now() + make_interval(days => $1::integer)
    OR l.grants <> (SELECT plan_grants(p) FROM plan_of(t.id) p))
ORDER BY l.valid_until LIMIT 500;

-- tenants_requested :one
SELECT count(*) AS n FROM tenant WHERE state = 'requested';
