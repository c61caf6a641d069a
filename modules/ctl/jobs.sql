-- SPDX-License-Identifier: Apache-2.0
-- Jobs. Run as cameleer_owner, unless a comment says cameleer_gate.

-- operation_list :many
-- As cameleer_gate: in all tenants.
SELECT o.id::text, o.tenant_id::text AS tenant, t.slug, o.kind, o.state,
    o.attempt, o.error_code, o.error,
    rfc3339(o.created_at) AS created_at
FROM operation o JOIN tenant t ON t.id = o.tenant_id
WHERE o.state <> 'done'
ORDER BY o.created_at DESC, o.id LIMIT 1000;

-- operation_find :opt
-- As cameleer_gate.
SELECT o.id::text, o.tenant_id::text AS tenant, t.slug, o.kind, o.state,
    o.attempt, o.error_code, o.error,
    rfc3339(o.created_at) AS created_at
FROM operation o JOIN tenant t ON t.id = o.tenant_id
WHERE o.id = $1::uuid;

-- operation_retry :exec
-- Earlier failures do not count any more.  The attempt number is not reset,
-- since it stops a worker that still runs an earlier attempt.
UPDATE operation SET state = 'queued', failures = 0, run_at = now(),
    lease_until = NULL, error_code = NULL, error = NULL, finished_at = NULL
WHERE tenant_id = app_tenant() AND id = $1::uuid AND state = 'failed';

-- operation_retry_steps :exec
UPDATE operation_step SET state = 'pending', detail = NULL,
    finished_at = NULL
WHERE tenant_id = app_tenant() AND operation_id = $1::uuid
AND state IN ('failed', 'running');

-- operation_notify :exec
SELECT pg_notify('cameleer_jobs', $1::text);
