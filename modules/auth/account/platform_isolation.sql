-- SPDX-License-Identifier: Apache-2.0
-- The isolation of all tenants, for operators of the platform.

-- platform_isolation_list :many
-- What needs somebody first.
SELECT tenant::text, slug, place, outcome, error,
    to_json(paths)::text AS paths, running, rfc3339(started_at) AS started_at,
    rfc3339(finished_at) AS finished_at
FROM platform_isolation()
ORDER BY outcome IS DISTINCT FROM 'open', outcome IS NOT DISTINCT FROM
    'isolated', slug LIMIT 1000;

-- platform_isolation_ask :one
SELECT platform_isolation_ask($1::uuid) AS done;
