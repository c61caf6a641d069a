-- SPDX-License-Identifier: Apache-2.0

-- claim_lock :exec
-- Claims are taken one after another, so that no two are for one subject.
SELECT pg_advisory_xact_lock(4201);

-- claim :opt
-- The oldest job that is due, or whose worker is stuck or gone; never two at
-- once for one subject. A worker that is gone has left no mark. That is no sign
-- right after a start of PostgreSQL: marks end with it, and a worker that lives
-- sets its own again at its next effect.
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
    o.subject_id::text AS subject, o.kind, o.attempt, o.failures;

-- claim_mark :exec
-- Ends with the session, whatever ends that.
SELECT pg_try_advisory_lock(4204,
    ('x' || right($1::uuid::text, 8))::bit(32)::integer);

-- claim_unmark :exec
-- A session has the mark of one job at most, however often it was renewed.
SELECT pg_advisory_unlock_all();

-- step_add :exec
INSERT INTO operation_step (tenant_id, operation_id, position, name)
VALUES (app_tenant(), $1::uuid, $2::integer, $3::text)
ON CONFLICT DO NOTHING;

-- lease :exec
-- Renews, and proves that no later attempt has taken over. A session that is
-- not the one of the claim gets the mark, too.
UPDATE operation SET lease_until = now() + make_interval(secs => $3::integer)
WHERE tenant_id = app_tenant() AND id = $1::uuid AND attempt = $2::bigint
AND state = 'running'
RETURNING pg_try_advisory_lock(4204,
    ('x' || right($1::uuid::text, 8))::bit(32)::integer);

-- step_state :one
SELECT state, coalesce(extract(epoch FROM now() - started_at)::bigint, 0)
    AS age_s
FROM operation_step
WHERE tenant_id = app_tenant() AND operation_id = $1::uuid AND name = $2::text;

-- step_start :exec
UPDATE operation_step SET state = 'running',
    started_at = coalesce(started_at, clock_timestamp())
WHERE tenant_id = app_tenant() AND operation_id = $1::uuid AND name = $2::text;

-- step_end :exec
UPDATE operation_step SET state = $3::text, detail = $4::text,
    finished_at = CASE WHEN $3::text IN ('done', 'failed')
	THEN clock_timestamp() END
WHERE tenant_id = app_tenant() AND operation_id = $1::uuid AND name = $2::text;

-- operation_done :exec
UPDATE operation SET state = 'done', finished_at = clock_timestamp(),
    lease_until = NULL, error_code = NULL, error = NULL
WHERE tenant_id = app_tenant() AND id = $1::uuid AND attempt = $2::bigint
AND state = 'running';

-- operation_later :exec
-- Not yet, or failed and to be tried again.
UPDATE operation SET lease_until = NULL,
    run_at = now() + make_interval(secs => $3::integer),
    failures = $4::bigint, error_code = $5::text, error = $6::text
WHERE tenant_id = app_tenant() AND id = $1::uuid AND attempt = $2::bigint
AND state = 'running';

-- operation_failed :exec
UPDATE operation SET state = 'failed', finished_at = clock_timestamp(),
    lease_until = NULL, error_code = $3::text, error = $4::text
WHERE tenant_id = app_tenant() AND id = $1::uuid AND attempt = $2::bigint
AND state = 'running';

-- steps_failed :exec
UPDATE operation_step SET state = 'failed', finished_at = clock_timestamp()
WHERE tenant_id = app_tenant() AND operation_id = $1::uuid
AND state = 'running';

-- schedule_claim :opt
UPDATE schedule s SET next_at = now() + make_interval(secs => s.every_s)
FROM (SELECT kind FROM schedule WHERE next_at <= now()
    ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED) due
WHERE s.kind = due.kind
RETURNING s.kind;

-- schedule_ran :exec
UPDATE schedule SET ran_at = now(), error = $2::text WHERE kind = $1::text;

-- tenant_get :one
SELECT t.id::text, t.slug, t.name, t.tier, t.state,
    to_json(p.environments)::text AS environments, p.max_agents::text,
    p.retention_days::text, p.max_vaults::text, p.features::text AS features
FROM tenant t JOIN plan p ON p.tier = t.tier WHERE t.id = app_tenant();

-- tenant_state :exec
UPDATE tenant SET state = $1::text, version = version + 1
WHERE id = app_tenant() AND state = ANY (string_to_array($2::text, ','))
AND state <> $1::text;

-- tenants_watched :many
SELECT id::text, slug FROM tenant WHERE state = 'active'
ORDER BY id LIMIT 500;

-- endpoint_set :exec
INSERT INTO tenant_endpoint AS e (tenant_id, upstream)
VALUES (app_tenant(), $1::text)
ON CONFLICT (tenant_id) DO UPDATE SET upstream = excluded.upstream,
    changed_at = now() WHERE e.upstream <> excluded.upstream;

-- endpoint_delete :exec
DELETE FROM tenant_endpoint WHERE tenant_id = app_tenant();

-- secret_get :opt
SELECT box FROM tenant_secret
WHERE tenant_id = app_tenant() AND name = $1::text;

-- secret_add :exec
-- The first one stays: a repeated step must not make another.
INSERT INTO tenant_secret (tenant_id, name, box, digest)
VALUES (app_tenant(), $1::text, $2::text, $3::text) ON CONFLICT DO NOTHING;

-- secrets_delete :exec
DELETE FROM tenant_secret WHERE tenant_id = app_tenant();

-- license_current :opt
SELECT version, tier, file FROM license WHERE tenant_id = app_tenant()
ORDER BY version DESC LIMIT 1;

-- license_add :exec
INSERT INTO license (tenant_id, version, tier, state, valid_until,
    grace_until, token, file)
VALUES (app_tenant(), $1::bigint, $2::text, 'active',
    to_timestamp($3::bigint), to_timestamp($4::bigint), $5::text, $6::text)
ON CONFLICT DO NOTHING;

-- release_work :opt
SELECT r.id::text, r.number, r.state, r.jar_sha256, r.jar_size,
    r.deploy_to::text AS deploy_to, a.id::text AS application,
    a.name AS app, t.slug
FROM release r JOIN application a ON a.tenant_id = r.tenant_id
    AND a.id = r.application_id
JOIN tenant t ON t.id = r.tenant_id
WHERE r.tenant_id = app_tenant() AND r.id = $1::uuid;

-- release_state :exec
UPDATE release SET state = $2::text, error_code = $3::text, error = $4::text
WHERE tenant_id = app_tenant() AND id = $1::uuid AND state <> 'ready';

-- release_ready :exec
UPDATE release SET state = 'ready', image = $2::text, image_digest = $3::text,
    error_code = NULL, error = NULL
WHERE tenant_id = app_tenant() AND id = $1::uuid;

-- deployment_want :one
INSERT INTO deployment AS d (tenant_id, id, application_id, environment_id,
    release_id, wanted)
VALUES (app_tenant(), $1::uuid, $2::uuid, $3::uuid, $4::uuid, 'running')
ON CONFLICT (tenant_id, application_id, environment_id) DO UPDATE
SET release_id = excluded.release_id, wanted = 'running', state = 'pending',
    detail = NULL, version = d.version + CASE
	WHEN d.release_id = excluded.release_id AND d.wanted = 'running'
	THEN 0 ELSE 1 END, changed_at = now()
RETURNING id::text;

-- deployment_work :opt
SELECT d.id::text, d.wanted, d.state, d.version, d.container,
    r.number AS release,
    t.slug || '/' || a.name || '@' || r.image_digest AS image, a.name AS app,
    e.name AS environment, t.id::text AS tenant, t.slug,
    t.state AS tenant_state, a.state AS app_state
FROM deployment d
JOIN release r ON r.tenant_id = d.tenant_id AND r.id = d.release_id
JOIN application a ON a.tenant_id = d.tenant_id AND a.id = d.application_id
JOIN environment e ON e.tenant_id = d.tenant_id AND e.id = d.environment_id
JOIN tenant t ON t.id = d.tenant_id
WHERE d.tenant_id = app_tenant() AND d.id = $1::uuid;

-- deployment_state :exec
-- Only for the version that was worked on: a newer wish has its own job.
UPDATE deployment SET state = $3::text, detail = $4::text,
    container = coalesce($5::text, container), changed_at = now()
WHERE tenant_id = app_tenant() AND id = $1::uuid AND version = $2::bigint
AND (state <> $3::text OR detail IS DISTINCT FROM $4::text
    OR container IS DISTINCT FROM coalesce($5::text, container));

-- deployments_watched :many
SELECT id::text, tenant_id::text AS tenant FROM deployment
WHERE wanted = 'running' AND state <> 'pending' ORDER BY id LIMIT 500;

-- deployment_watch :opt
SELECT d.version, d.state, d.log_cursor, a.name AS app,
    e.name AS environment, t.slug
FROM deployment d
JOIN application a ON a.tenant_id = d.tenant_id AND a.id = d.application_id
JOIN environment e ON e.tenant_id = d.tenant_id AND e.id = d.environment_id
JOIN tenant t ON t.id = d.tenant_id
WHERE d.tenant_id = app_tenant() AND d.id = $1::uuid
AND a.state = 'active' AND t.state = 'active';

-- mending :one
-- Is the last job of that kind and subject still to end, or has it just
-- failed? What cannot be mended is tried once a minute. And nothing is that is
-- missing because its tenant is being removed.
SELECT (SELECT count(*) FROM (SELECT state, finished_at FROM operation
    WHERE tenant_id = app_tenant() AND kind = $1::text
    AND subject_id = $2::uuid ORDER BY id DESC LIMIT 1) last
    WHERE state IN ('queued', 'running') OR (state = 'failed'
	AND finished_at > now() - interval '1 minute'))
    + (SELECT count(*) FROM tenant WHERE id = app_tenant()
    AND state <> 'active') AS n;

-- log_add :exec
INSERT INTO app_log (tenant_id, deployment_id, at, stream, line)
SELECT app_tenant(), $1::uuid, l.at, l.stream, l.line
FROM json_to_recordset($2::json) AS l (at timestamptz, stream text, line text);

-- log_cursor :exec
-- A second reader that was slower finds the cursor moved, and adds nothing.
UPDATE deployment SET log_cursor = $2::text
WHERE tenant_id = app_tenant() AND id = $1::uuid
AND log_cursor IS NOT DISTINCT FROM $3::text;

-- log_prune :exec
DELETE FROM app_log l WHERE l.tenant_id = app_tenant()
AND l.deployment_id = $1::uuid AND l.seq < (SELECT min(seq) FROM (
    SELECT seq FROM app_log WHERE tenant_id = app_tenant()
    AND deployment_id = $1::uuid ORDER BY seq DESC LIMIT $2::bigint) kept);

-- app_get :opt
SELECT a.name AS app, t.slug FROM application a
JOIN tenant t ON t.id = a.tenant_id
WHERE a.tenant_id = app_tenant() AND a.id = $1::uuid;

-- app_busy :one
-- Jobs that are at work on a deployment of the application.
SELECT count(*) AS n FROM operation o
JOIN deployment d ON d.tenant_id = o.tenant_id AND d.id = o.subject_id
WHERE o.tenant_id = app_tenant() AND o.kind = 'deployment.apply'
AND o.state = 'running' AND d.application_id = $1::uuid;

-- tenant_busy :one
-- Jobs that are at work on anything of the tenant, but for this one.
SELECT count(*) AS n FROM operation
WHERE tenant_id = app_tenant() AND state = 'running' AND id <> $1::uuid;

-- app_environments :many
SELECT e.name FROM deployment d JOIN environment e
    ON e.tenant_id = d.tenant_id AND e.id = d.environment_id
WHERE d.tenant_id = app_tenant() AND d.application_id = $1::uuid
ORDER BY e.position LIMIT 100;

-- app_delete_deployments :exec
DELETE FROM deployment WHERE tenant_id = app_tenant()
AND ($1::uuid IS NULL OR application_id = $1::uuid);

-- app_delete_releases :exec
DELETE FROM release WHERE tenant_id = app_tenant()
AND ($1::uuid IS NULL OR application_id = $1::uuid);

-- app_delete :exec
DELETE FROM application WHERE tenant_id = app_tenant()
AND ($1::uuid IS NULL OR id = $1::uuid);

-- environments_delete :exec
DELETE FROM environment WHERE tenant_id = app_tenant();

-- mail_claim :opt
UPDATE mail m SET attempts = m.attempts + 1,
    next_at = now() + make_interval(secs => $1::integer)
FROM (SELECT id FROM mail WHERE state = 'queued' AND next_at <= now()
    ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED) due
WHERE m.id = due.id
RETURNING m.id::text, m.address, m.template, m.data::text AS data, m.attempts;

-- mail_sent :exec
-- The link is good once: it is not kept.
UPDATE mail SET state = 'sent', data = '{}', error = NULL
WHERE id = $1::uuid;

-- mail_failed :exec
UPDATE mail SET error = $2::text,
    state = CASE WHEN $3::boolean THEN 'failed' ELSE 'queued' END,
    data = CASE WHEN $3::boolean THEN '{}' ELSE data END,
    next_at = now() + make_interval(secs => $4::integer)
WHERE id = $1::uuid;

-- upload_waiting :one
-- Jobs that still need the file of a release.
SELECT count(*) AS n FROM operation WHERE subject_id = $1::uuid
AND kind = 'release.assemble' AND state IN ('queued', 'running');

-- idempotency_sweep :exec
DELETE FROM idempotency WHERE created_at < now() - interval '24 hours';

-- guess_sweep :exec
DELETE FROM login_guess WHERE tried_at < now() - interval '24 hours';

-- challenge_sweep :exec
DELETE FROM sign_in_challenge WHERE expires_at < now() - interval '1 hour';

-- deployment_give_up :exec
UPDATE deployment SET state = 'failed', detail = $2::text, changed_at = now()
WHERE tenant_id = app_tenant() AND id = $1::uuid;

-- steps_done :exec
UPDATE operation_step SET state = 'done', finished_at = clock_timestamp()
WHERE tenant_id = app_tenant() AND operation_id = $1::uuid
AND state = 'running';

-- seal_unsealed :many
SELECT DISTINCT tenant_id::text AS tenant FROM audit_unsealed LIMIT 200;

-- seal_due :many
-- Chains that have grown, each at most once a minute.
SELECT tenant_id::text AS tenant FROM audit_head
WHERE seq > signed_seq
AND (signed_at IS NULL OR signed_at < now() - interval '1 minute')
ORDER BY signed_at NULLS FIRST LIMIT 200;

-- seal_head_add :exec
INSERT INTO audit_head (tenant_id) VALUES ($1::uuid) ON CONFLICT DO NOTHING;

-- seal_head :one
SELECT seq, signed_seq, hash FROM audit_head WHERE tenant_id = $1::uuid
FOR UPDATE;

-- seal_events :many
-- An event that is not there any more is a link of its own kind.
SELECT 0::bigint AS seq, NULL::text AS hash, u.tenant_id::text,
    u.event_id::text AS id, to_char(e.at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    AS at, e.actor_id::text, e.actor_kind, e.action, e.subject_type,
    e.subject_id, e.environment, e.result, e.code, e.facts::text,
    e.request_id, e.service, e.person::text, NULL::text AS opened
FROM audit_unsealed u LEFT JOIN audit_event e ON e.tenant_id = u.tenant_id
    AND e.id = u.event_id
WHERE u.tenant_id = $1::uuid ORDER BY u.event_id LIMIT $2::bigint;

-- seal_links :exec
INSERT INTO audit_link (tenant_id, seq, event_id, hash)
SELECT $1::uuid, l.seq, l.event_id, l.hash
FROM json_to_recordset($2::json) AS l (seq bigint, event_id uuid, hash text);

-- seal_done :exec
DELETE FROM audit_unsealed u
USING json_to_recordset($2::json) AS l (event_id uuid)
WHERE u.tenant_id = $1::uuid AND u.event_id = l.event_id;

-- seal_head_set :exec
UPDATE audit_head SET seq = $2::bigint, hash = $3::text
WHERE tenant_id = $1::uuid;

-- seal_point :exec
INSERT INTO audit_checkpoint (tenant_id, seq, hash, token)
VALUES ($1::uuid, $2::bigint, $3::text, $4::text);

-- seal_signed :exec
UPDATE audit_head SET signed_seq = $2::bigint, signed_at = now()
WHERE tenant_id = $1::uuid;

-- flood_take :many
-- One minute more than the minute: what was under way then is counted.
DELETE FROM audit_flood WHERE (minute, network, action, code) IN (
    SELECT minute, network, action, code FROM audit_flood
    WHERE minute < now() - interval '2 minutes'
    ORDER BY minute LIMIT 200)
RETURNING host(network) AS network, action, code,
    to_char(minute, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS minute, n;
