-- SPDX-License-Identifier: Apache-2.0
-- Migrations. Run as cameleer_owner.

-- migration_lock :exec
-- One migration at a time; lock_timeout limits the wait.
SELECT pg_advisory_lock(4202);

-- migration_session :one
-- Is this still the session that we prepared, and does the schema exist yet?
SELECT current_user = 'cameleer_owner' AS is_owner,
    EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory'
	AND pid = pg_backend_pid() AND classid = 0 AND objid = 4202
	AND granted) AS is_locked,
    to_regclass('cameleer.migration') IS NOT NULL AS has_table;

-- migration_list :many
SELECT version, name, sha256,
    rfc3339(applied_at) AS applied_at
FROM migration ORDER BY version LIMIT 1000;

-- migration_insert :exec
INSERT INTO migration (version, name, sha256)
VALUES ($1::integer, $2::text, $3::text);
