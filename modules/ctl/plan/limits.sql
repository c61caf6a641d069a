-- SPDX-License-Identifier: Apache-2.0
-- What tenants have by plan and contract.  Run as cameleer_gate.

-- limit_tenant :opt
SELECT id::text, slug, tier FROM tenant
WHERE slug = $1::text AND state <> 'deleted';

-- plan_change :one
SELECT outcome, old, excess FROM plan_change($1::uuid, $2::text, $3::uuid,
    $4::text, $5::text);

-- limit_list :many
SELECT key, plan_value, value, reason, rfc3339(since) AS since,
    rfc3339(ends_at) AS ends_at
FROM plan_told($1::uuid) LIMIT 100;

-- limit_set :opt
-- It holds until the end of day $5.
SELECT old FROM plan_override_set($1::uuid, $2::text, $3::jsonb, $4::text,
    ($5::date + 1)::timestamp AT TIME ZONE 'UTC');

-- limit_end :opt
SELECT old FROM plan_override_end($1::uuid, $2::text);
