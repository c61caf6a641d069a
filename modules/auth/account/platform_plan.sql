-- SPDX-License-Identifier: Apache-2.0
-- What a tenant has by plan and contract, for operators of the platform.

-- platform_plan_told :many
SELECT key, plan_value, value, reason, rfc3339(since) AS since,
    rfc3339(ends_at) AS ends_at
FROM platform_plan_told($1::uuid) LIMIT 100;

-- platform_plan_set :opt
-- It holds until the end of day $5.
SELECT old FROM platform_plan_set($1::uuid, $2::text, $3::jsonb, $4::text,
    ($5::date + 1)::timestamp AT TIME ZONE 'UTC');

-- platform_plan_end :opt
SELECT old FROM platform_plan_end($1::uuid, $2::text);

-- platform_plan_change :one
SELECT outcome, old, excess FROM platform_plan_change($1::uuid, $2::text,
    $3::uuid, $4::text, $5::text);
