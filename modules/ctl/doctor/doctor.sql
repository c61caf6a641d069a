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
WHERE ran_at IS NULL OR (error IS NOT NULL AND kind <> 'gitops')
OR ran_at < now() - make_interval(secs => 3 * every_s + 60)
ORDER BY every_s, kind LIMIT 1;

-- gitops_error :opt
-- What the worker found when it last looked at the GitOps repository.
SELECT coalesce(error, '') AS error, ran_at IS NULL AS never
FROM schedule WHERE kind = 'gitops';

-- mail_stuck :one
-- Mails that were tried and are still here, unless a newer one was taken since:
-- then the server works, and the address is at fault.
SELECT count(*) AS n, max(error) AS error FROM mail m
WHERE state = 'queued' AND (error IS NOT NULL OR
    (attempts > 0 AND created_at < now() - interval '2 min'))
AND NOT EXISTS (SELECT FROM mail s WHERE s.state = 'sent'
    AND s.created_at > m.created_at);

-- tenants_place :one
-- In the tenants' database: can the worker make a tenant's role and schema?
SELECT EXISTS (SELECT FROM pg_catalog.pg_roles
	WHERE rolname = 'cameleer_provisioner' AND rolcanlogin
	AND rolcreaterole) AS known,
    coalesce((SELECT pg_catalog.has_database_privilege(oid,
	pg_catalog.current_database(), 'CREATE') FROM pg_catalog.pg_roles
	WHERE rolname = 'cameleer_provisioner'), false) AS may_create;

-- place_ill :opt
-- A place that did not answer last, or was never looked at.
SELECT name, coalesce(error, 'it was never checked') AS why FROM place
WHERE state <> 'removed' AND (error IS NOT NULL OR (checked_at IS NULL
    AND created_at < now() - interval '1 minute'))
ORDER BY checked_at IS NULL, name LIMIT 1;

-- place_ready :one
SELECT count(*) AS n FROM place WHERE state = 'ready';

-- isolation_ill :opt
-- As cameleer_gate: a tenant where something is open, or where nothing was
-- proven for $1 seconds.
SELECT slug AS name, CASE outcome WHEN 'open'
    THEN 'the isolation probe reached ' || array_to_string(paths[1:3], ', ')
    ELSE 'nothing has proven its isolation for ' || age_s || ' s: '
	|| coalesce(error, 'no probe ran') END AS why
FROM isolation_states() WHERE outcome = 'open' OR age_s > $1::bigint
ORDER BY outcome IS DISTINCT FROM 'open', age_s DESC LIMIT 1;

-- store_stuck :opt
-- As cameleer_gate: a tenant whose two logins both work for too long.
SELECT t.slug, extract(epoch FROM now() - l.begun_at)::bigint / 60 AS minutes
FROM store_login l JOIN tenant t ON t.id = l.tenant_id
WHERE l.turning AND l.begun_at < now() - interval '15 minutes'
ORDER BY l.begun_at LIMIT 1;
