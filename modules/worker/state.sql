-- SPDX-License-Identifier: Apache-2.0
-- State that both jobs and rounds write.

-- deployment_state :exec
-- Only for the version that the job worked on: a newer change has its own job.
UPDATE deployment SET state = $3::text, detail = $4::text,
    serving_release = 0, last_lines = NULL,
    container = coalesce($5::text, container), changed_at = now()
WHERE tenant_id = app_tenant() AND id = $1::uuid AND version = $2::bigint
AND (state <> $3::text OR detail IS DISTINCT FROM $4::text
    OR container IS DISTINCT FROM coalesce($5::text, container));

-- endpoint_set :exec
INSERT INTO tenant_endpoint AS e (tenant_id, upstream)
VALUES (app_tenant(), $1::text)
ON CONFLICT (tenant_id) DO UPDATE SET upstream = excluded.upstream,
    changed_at = now() WHERE e.upstream <> excluded.upstream;
