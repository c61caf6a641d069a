-- SPDX-License-Identifier: Apache-2.0
-- Queries of the doctor.  Run as cameleer_owner.

-- trail_guard :one
-- Which roles may change the audit trail, and is the trigger enabled that stops
-- even the owner?
SELECT (SELECT string_agg(r.rolname, ', ' ORDER BY r.rolname)
	FROM pg_roles r WHERE r.rolname LIKE 'cameleer\_%'
	AND r.rolname <> 'cameleer_owner'
	AND has_table_privilege(r.oid, 'cameleer.audit_event',
	    'UPDATE, DELETE, TRUNCATE')) AS may_change,
    EXISTS (SELECT FROM pg_trigger t
	WHERE t.tgrelid = 'cameleer.audit_event'::regclass
	AND t.tgname = 'append_only' AND t.tgenabled IN ('O', 'A'))
	AS guarded;

-- clock :one
SELECT extract(epoch FROM clock_timestamp())::bigint AS now;

-- schedule_late :opt
-- Periodic work that is late or has failed.
SELECT kind, ran_at IS NULL AS never, coalesce(error, '') AS error,
    coalesce(extract(epoch FROM now() - ran_at)::bigint, 0) AS age_s
FROM schedule
WHERE ran_at IS NULL OR error IS NOT NULL
OR ran_at < now() - make_interval(secs => 3 * every_s + 60)
ORDER BY every_s, kind LIMIT 1;
