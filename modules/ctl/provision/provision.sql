-- SPDX-License-Identifier: Apache-2.0
-- Operations. Run as cameleer_gate, which sees all tenants.

-- provision_list :many
SELECT id::text, tenant::text, slug, kind, state, step, skippable, ending,
    attempt, failures, error_code, error, rfc3339(created_at) AS created_at,
    rfc3339(finished_at) AS finished_at
FROM operations_seen(NULL, NULL, 1000) ORDER BY id DESC LIMIT 1000;

-- provision_get :opt
SELECT o.id::text, o.tenant::text, o.slug, o.kind, o.state, o.step, o.skippable,
    o.ending, o.attempt, o.failures, o.error_code, o.error,
    rfc3339(o.created_at) AS created_at,
    rfc3339(o.finished_at) AS finished_at, s.steps::text AS steps,
    s.events::text AS events
FROM operations_seen($1::uuid, NULL, 1) o
CROSS JOIN operation_story($1::uuid) s;

-- provision_decide :one
SELECT operation_decide($1::uuid, $2::text, $3::text, $4::text) AS answer;
