-- SPDX-License-Identifier: Apache-2.0
-- Run as cameleer_owner, unless a comment says cameleer_gate.

-- migration_lock :exec
-- One migration at a time; lock_timeout bounds the wait.
SELECT pg_advisory_lock(4202);

-- migration_session :one
-- Is this still the session that we set up, and is there a schema yet?
SELECT current_user = 'cameleer_owner' AS is_owner,
    EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory'
	AND pid = pg_backend_pid() AND classid = 0 AND objid = 4202
	AND granted) AS is_locked,
    to_regclass('cameleer.migration') IS NOT NULL AS has_table;

-- migration_list :many
SELECT version, name, sha256,
    to_char(applied_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS applied_at
FROM migration ORDER BY version LIMIT 1000;

-- migration_insert :exec
INSERT INTO migration (version, name, sha256)
VALUES ($1::integer, $2::text, $3::text);

-- key_lock :exec
-- One change of keys at a time.
SELECT pg_advisory_xact_lock(4203);

-- key_insert :exec
-- A key that is known already keeps its state: what was retired stays so.
INSERT INTO signing_key (kid, purpose, state, jwk, holder)
VALUES ($1::text, $2::text, $3::text, $4::jsonb, $5::text)
ON CONFLICT (kid) DO NOTHING;

-- key_get :opt
SELECT kid, purpose, holder, state,
    extract(epoch FROM now() - created_at)::bigint AS age_s,
    extract(epoch FROM now() - changed_at)::bigint AS state_age_s,
    to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at,
    to_char(changed_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS changed_at
FROM signing_key WHERE kid = $1::text;

-- key_in_state :many
-- Newest first: of several pending ones the newest is meant.
SELECT kid FROM signing_key
WHERE purpose = $1::text AND holder = $2::text AND state = $3::text
ORDER BY created_at DESC, kid LIMIT 32;

-- key_count :one
SELECT count(*) AS n FROM signing_key WHERE state <> 'retired';

-- key_list :many
SELECT kid, purpose, holder, state,
    extract(epoch FROM now() - created_at)::bigint AS age_s,
    extract(epoch FROM now() - changed_at)::bigint AS state_age_s,
    to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at,
    to_char(changed_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS changed_at
FROM signing_key ORDER BY purpose, holder, created_at, kid LIMIT 1000;

-- key_move :exec
UPDATE signing_key SET state = $3::text, changed_at = now()
WHERE kid = $1::text AND state = $2::text;

-- account_unlock :opt
-- Passwords are counted for the address, codes for the account.
WITH forgotten AS (DELETE FROM login_guess WHERE digest IN (
    encode(sha256(convert_to(lower($1::text), 'UTF8')), 'hex'),
    (SELECT encode(sha256(convert_to('code|' || id, 'UTF8')), 'hex')
	FROM account WHERE email = lower($1::text))))
SELECT id::text FROM account WHERE email = lower($1::text);

-- account_bare :opt
-- Whoever lost app, codes and passkeys begins anew with the password; who has
-- them instead is out.
WITH person AS (SELECT id, email, name FROM account
	WHERE email = lower($1::text) FOR UPDATE),
    apps AS (DELETE FROM totp t USING person p WHERE t.account_id = p.id),
    codes AS (DELETE FROM recovery_code c USING person p
	WHERE c.account_id = p.id),
    passkeys AS (DELETE FROM passkey k USING person p
	WHERE k.account_id = p.id),
    ended AS (UPDATE session s SET revoked_at = now() FROM person p
	WHERE s.account_id = p.id AND s.revoked_at IS NULL),
    told AS (INSERT INTO mail (id, address, template, data)
	SELECT gen_random_uuid(), email, 'notice', jsonb_build_object(
	    'name', name, 'what', 'Authenticator app, recovery codes and '
	    'passkeys were removed, and all sessions were ended.',
	    'from', 'an operator of the platform', 'at',
	    to_char(now(), 'YYYY-MM-DD HH24:MI "UTC"'), 'link', $2::text)
	FROM person)
SELECT id::text FROM person;

-- account_bare_notify :exec
SELECT pg_notify('cameleer_jobs', 'mail');

-- operation_list :many
-- As cameleer_gate: in all tenants.
SELECT o.id::text, o.tenant_id::text AS tenant, t.slug, o.kind, o.state,
    o.attempt, o.error_code, o.error,
    to_char(o.created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at
FROM operation o JOIN tenant t ON t.id = o.tenant_id
WHERE o.state <> 'done'
ORDER BY o.created_at DESC, o.id LIMIT 1000;

-- operation_find :opt
-- As cameleer_gate.
SELECT o.id::text, o.tenant_id::text AS tenant, t.slug, o.kind, o.state,
    o.attempt, o.error_code, o.error,
    to_char(o.created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at
FROM operation o JOIN tenant t ON t.id = o.tenant_id
WHERE o.id = $1::uuid;

-- operation_retry :exec
-- What failed before does not count any more; the attempt goes on counting,
-- since it fences off a worker that is still at it.
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

-- trail_guard :one
-- Who may change what was recorded, and is the trigger on that stops even
-- the owner?
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
-- Periodic work that nobody does, or that fails.
SELECT kind, ran_at IS NULL AS never, coalesce(error, '') AS error,
    coalesce(extract(epoch FROM now() - ran_at)::bigint, 0) AS age_s
FROM schedule
WHERE ran_at IS NULL OR error IS NOT NULL
OR ran_at < now() - make_interval(secs => 3 * every_s + 60)
ORDER BY every_s, kind LIMIT 1;

-- address_find :opt
SELECT id::text, kind FROM account WHERE email = lower($1::text);

-- operator_account :exec
-- One who was removed comes back, with a password that nobody knows.
INSERT INTO account (id, email, name, kind)
VALUES ($1::uuid, lower($2::text), $3::text, 'operator')
ON CONFLICT (email) DO UPDATE SET state = 'active', name = excluded.name;

-- operator_grant :exec
INSERT INTO operator (account_id, permissions) VALUES ($1::uuid, $2::text[])
ON CONFLICT (account_id) DO UPDATE SET permissions = excluded.permissions;

-- operator_link :exec
INSERT INTO one_time_token (digest, account_id, purpose, expires_at)
VALUES ($1::text, $2::uuid, 'reset',
    now() + make_interval(secs => $3::integer));

-- operator_mail :exec
INSERT INTO mail (id, address, template, data)
VALUES ($1::uuid, lower($2::text), 'operator', $3::jsonb);

-- operator_remove :exec
WITH gone AS (DELETE FROM operator WHERE account_id = $1::uuid),
    ended AS (UPDATE session SET revoked_at = now()
	WHERE account_id = $1::uuid AND revoked_at IS NULL)
UPDATE account SET state = 'disabled', password_hash = NULL
WHERE id = $1::uuid;

-- operator_list :many
SELECT a.id::text, a.email, a.name, a.state,
    o.permissions::text AS permissions,
    to_char(o.created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at
FROM operator o JOIN account a ON a.id = o.account_id
ORDER BY a.email LIMIT 1000;

-- tenant_find :one
-- As cameleer_gate; the trail outlives its tenant.
SELECT id::text FROM tenant WHERE slug = $1::text;

-- point_keys :many
-- Also those that sign no more: their checkpoints stay good.
SELECT jwk::text AS jwk FROM signing_key WHERE purpose = 'audit'
ORDER BY created_at LIMIT 100;

-- person_find :opt
-- By id or by address.
SELECT id::text FROM account WHERE kind = 'person'
AND (id::text = $1::text OR email = lower($1::text));

-- person_erase :one
SELECT account_erase($1::uuid) AS outcome;

-- erased_list :many
SELECT account_id::text AS id,
    to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at
FROM erasure WHERE account_id > coalesce($1::uuid,
    '00000000-0000-0000-0000-000000000000')
ORDER BY account_id LIMIT 500;
