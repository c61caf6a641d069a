-- SPDX-License-Identifier: Apache-2.0
-- Operations of all tenants, for operators of the platform.

-- platform_operation_list :many
SELECT id::text, tenant::text, slug, kind, state, step, skippable, ending,
    attempt, failures, error_code, error, rfc3339(created_at) AS created_at,
    rfc3339(finished_at) AS finished_at
FROM platform_operations(NULL, $1::uuid, $2::integer)
ORDER BY id DESC LIMIT 1000;

-- platform_operation_get :opt
SELECT o.id::text, o.tenant::text, o.slug, o.kind, o.state, o.step, o.skippable,
    o.ending, o.attempt, o.failures, o.error_code, o.error,
    rfc3339(o.created_at) AS created_at,
    rfc3339(o.finished_at) AS finished_at, s.steps::text AS steps,
    s.events::text AS events
FROM platform_operations($1::uuid, NULL, 1) o
CROSS JOIN platform_operation_story($1::uuid) s;

-- platform_operation_decide :one
SELECT platform_operation_decide($1::uuid, $2::text, $3::text, $4::text)
    AS answer;
