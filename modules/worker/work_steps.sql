-- SPDX-License-Identifier: Apache-2.0
-- Steps of a job: what each is at, and what happened to it.

-- step_state :one
SELECT state, coalesce(extract(epoch FROM now() - started_at)::bigint, 0)
    AS age_s
FROM operation_step
WHERE tenant_id = app_tenant() AND operation_id = $1::uuid AND name = $2::text;

-- step_start :exec
-- $3: it did not run already.
UPDATE operation_step SET state = 'running',
    started_at = coalesce(started_at, clock_timestamp())
WHERE tenant_id = app_tenant() AND operation_id = $1::uuid AND name = $2::text
RETURNING CASE WHEN $3::boolean
    THEN operation_note($1::uuid, $2::text, 'started', NULL) END;

-- step_end :exec
-- $3: done, waiting or failed; after the last two it is tried again.
UPDATE operation_step SET detail = $4::text,
    state = CASE $3::text WHEN 'done' THEN 'done' ELSE 'running' END,
    finished_at = CASE $3::text WHEN 'done' THEN clock_timestamp() END
WHERE tenant_id = app_tenant() AND operation_id = $1::uuid AND name = $2::text
RETURNING operation_note($1::uuid, $2::text, $3::text, $4::text);

-- step_undone :exec
-- One that failed stays what it is.  $3: something was removed.
UPDATE operation_step SET state = CASE state WHEN 'done' THEN 'undone'
    ELSE state END
WHERE tenant_id = app_tenant() AND operation_id = $1::uuid AND name = $2::text
RETURNING CASE WHEN $3::boolean
    THEN operation_note($1::uuid, $2::text, 'undone', NULL) END;
