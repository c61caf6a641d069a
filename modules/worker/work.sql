-- SPDX-License-Identifier: Apache-2.0
-- Jobs: which worker has one, and its progress.

-- claim_lock :exec
-- Makes claims one after another, so that no two are for the same subject.
SELECT pg_advisory_xact_lock(4201);

-- claim :opt
-- The oldest job that is due, or whose worker is stuck or has ended; never two
-- jobs for one subject at once.  The advisory lock 4204 of a worker that has
-- ended is gone.  Right after a start of PostgreSQL this proves nothing: locks
-- do not survive it, and a live worker takes its lock again before its next
-- effect.
UPDATE operation o SET state = 'running', attempt = o.attempt + 1,
    lease_until = now() + make_interval(secs => $1::integer)
FROM (SELECT c.tenant_id, c.id FROM operation c
    WHERE c.state IN ('queued', 'running') AND c.run_at <= now()
    AND (c.lease_until IS NULL OR c.lease_until < now()
	OR (pg_postmaster_start_time() <
	    now() - make_interval(secs => $1::integer / 6)
	    AND NOT EXISTS (SELECT FROM pg_locks l
		JOIN pg_database d ON d.oid = l.database
		WHERE l.locktype = 'advisory' AND l.objsubid = 2
		AND d.datname = current_database() AND l.classid = 4204
		AND l.objid = ('x' || right(c.id::text, 8))::bit(32)
		    ::integer::oid)))
    AND NOT EXISTS (SELECT FROM operation other
	WHERE other.tenant_id = c.tenant_id
	AND other.subject_id = c.subject_id AND other.id <> c.id
	AND other.state = 'running'
	AND (other.lease_until >= now() OR other.id < c.id))
    ORDER BY c.run_at, c.id LIMIT 1 FOR UPDATE SKIP LOCKED) due
WHERE o.tenant_id = due.tenant_id AND o.id = due.id
RETURNING o.id::text, o.tenant_id::text AS tenant,
    o.subject_id::text AS subject, o.kind, o.attempt, o.failures,
    o.ending_code, o.ending;

-- claim_mark :exec
-- The advisory lock is released when the session ends, for whatever reason.
SELECT pg_try_advisory_lock(4204,
    ('x' || right($1::uuid::text, 8))::bit(32)::integer);

-- claim_unmark :exec
-- Releases the job locks of this session, and no other lock.
SELECT pg_advisory_unlock(4204, l.objid::bigint::bit(32)::integer)
FROM pg_locks l WHERE l.locktype = 'advisory' AND l.objsubid = 2
AND l.pid = pg_backend_pid() AND l.classid = 4204;

-- lease :exec
-- Renews the lease, and proves that no later attempt has taken over.  A session
-- without the job's advisory lock takes it; a session that has it does not take
-- it again, since each lock would have to be released.
UPDATE operation SET lease_until = now() + make_interval(secs => $3::integer)
WHERE tenant_id = app_tenant() AND id = $1::uuid AND attempt = $2::bigint
AND state = 'running'
RETURNING CASE WHEN NOT EXISTS (SELECT FROM pg_locks l
    WHERE l.locktype = 'advisory' AND l.objsubid = 2
    AND l.pid = pg_backend_pid() AND l.classid = 4204
    AND l.objid = ('x' || right($1::uuid::text, 8))::bit(32)::integer::oid)
    THEN pg_try_advisory_lock(4204,
	('x' || right($1::uuid::text, 8))::bit(32)::integer) END;

-- step_add :exec
INSERT INTO operation_step (tenant_id, operation_id, position, name, skippable)
VALUES (app_tenant(), $1::uuid, $2::integer, $3::text, $4::boolean)
ON CONFLICT DO NOTHING;

-- steps_done :exec
UPDATE operation_step SET state = 'done', finished_at = clock_timestamp()
WHERE tenant_id = app_tenant() AND operation_id = $1::uuid
AND state = 'running';

-- steps_failed :exec
UPDATE operation_step s SET state = 'failed', finished_at = clock_timestamp()
FROM operation o WHERE o.tenant_id = s.tenant_id AND o.id = s.operation_id
AND s.tenant_id = app_tenant() AND s.operation_id = $1::uuid
AND s.state = 'running'
RETURNING operation_note($1::uuid, s.name, 'failed',
    coalesce(o.error, o.ending));

-- operation_done :exec
UPDATE operation SET state = 'done', finished_at = clock_timestamp(),
    lease_until = NULL, error_code = NULL, error = NULL
WHERE tenant_id = app_tenant() AND id = $1::uuid AND attempt = $2::bigint
AND state = 'running';

-- operation_later :exec
-- Not finished yet, or failed and to be tried again.
UPDATE operation SET lease_until = NULL,
    run_at = now() + make_interval(secs => $3::integer),
    failures = $4::bigint, error_code = $5::text, error = $6::text
WHERE tenant_id = app_tenant() AND id = $1::uuid AND attempt = $2::bigint
AND state = 'running';

-- operation_ending :exec
-- It has failed for good, and what its steps made is removed first.
UPDATE operation SET lease_until = NULL, run_at = now(), failures = 0,
    error_code = $3::text, error = $4::text, ending_code = $3::text,
    ending = $4::text
WHERE tenant_id = app_tenant() AND id = $1::uuid AND attempt = $2::bigint
AND state = 'running';

-- operation_alert :exec
SELECT operation_alert($1::uuid, $2::text);

-- operation_failed :exec
UPDATE operation SET state = 'failed', finished_at = clock_timestamp(),
    lease_until = NULL, error_code = $3::text, error = $4::text,
    ending_code = NULL, ending = NULL
WHERE tenant_id = app_tenant() AND id = $1::uuid AND attempt = $2::bigint
AND state = 'running';
