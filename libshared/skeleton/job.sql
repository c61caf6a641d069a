-- SPDX-License-Identifier: Apache-2.0

-- job_queue :one
-- Returns the job of this kind that still waits for the same subject, if any.
INSERT INTO operation (tenant_id, id, kind, subject_id, created_by)
VALUES (app_tenant(), $1::uuid, $2::text, $3::uuid, app_actor())
ON CONFLICT (tenant_id, kind, subject_id) WHERE state = 'queued'
DO UPDATE SET run_at = least(operation.run_at, now())
RETURNING id::text;

-- job_notify :exec
SELECT pg_notify('cameleer_jobs', $1::text);
