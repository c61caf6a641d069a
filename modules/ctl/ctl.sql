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
