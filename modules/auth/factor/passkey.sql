-- SPDX-License-Identifier: Apache-2.0

-- passkey_challenge_sweep :exec
DELETE FROM passkey_challenge WHERE digest IN (SELECT digest
    FROM passkey_challenge WHERE expires_at <= now()
    ORDER BY expires_at LIMIT 100 FOR UPDATE SKIP LOCKED);

-- passkey_challenge_bound :exec
-- Keeps the newest ones of an asker: a flood removes only its own.
DELETE FROM passkey_challenge WHERE digest IN (SELECT digest
    FROM passkey_challenge WHERE asker = coalesce($1::uuid::text,
	host(network(set_masklen($2::inet, CASE family($2::inet) WHEN 6
	    THEN 64 ELSE 32 END))), '')
    ORDER BY expires_at DESC OFFSET $3::integer FOR UPDATE SKIP LOCKED);

-- passkey_challenge_insert :exec
INSERT INTO passkey_challenge (digest, purpose, asker, account_id, session_id,
    expires_at)
VALUES ($1::text, $2::text, coalesce($3::uuid::text,
	host(network(set_masklen($5::inet, CASE family($5::inet) WHEN 6
	    THEN 64 ELSE 32 END))), ''),
    $3::uuid, $4::uuid, now() + make_interval(secs => $6::integer));

-- passkey_challenge_take :exec
-- Valid once: the second of two concurrent requests finds no row.
DELETE FROM passkey_challenge
WHERE digest = $1::text AND purpose = $2::text AND expires_at > now()
AND account_id IS NOT DISTINCT FROM $3::uuid
AND session_id IS NOT DISTINCT FROM $4::uuid;

-- passkey_lock :exec
-- One change of an account at a time, so that passkeys can be counted.
SELECT FROM account WHERE id = $1::uuid FOR UPDATE;

-- passkey_count :one
SELECT count(*) AS n FROM passkey WHERE account_id = $1::uuid;

-- passkey_insert :one
INSERT INTO passkey (id, account_id, name, credential, alg, public_key,
    aaguid, sign_count, backup_eligible, backed_up, transports)
VALUES ($1::uuid, $2::uuid, $3::text, $4::text, $5::integer, $6::text,
    $7::uuid, $8::bigint, $9::boolean, $10::boolean, $11::text[])
RETURNING id::text, name, backed_up,
    rfc3339(created_at) AS created_at,
    rfc3339(used_at) AS used_at, version;

-- passkey_list :many
SELECT id::text, name, backed_up,
    rfc3339(created_at) AS created_at,
    rfc3339(used_at) AS used_at, version
FROM passkey WHERE account_id = $1::uuid ORDER BY id LIMIT 100;

-- passkey_descriptors :many
SELECT credential, array_to_json(transports)::text AS transports
FROM passkey WHERE account_id = $1::uuid ORDER BY id LIMIT 100;

-- passkey_get :opt
SELECT id::text, name, backed_up,
    rfc3339(created_at) AS created_at,
    rfc3339(used_at) AS used_at, version
FROM passkey WHERE id = $1::uuid AND account_id = $2::uuid;

-- passkey_rename :opt
UPDATE passkey SET name = $4::text, version = version + 1
WHERE id = $1::uuid AND account_id = $2::uuid AND version = $3::bigint
RETURNING id::text, name, backed_up,
    rfc3339(created_at) AS created_at,
    rfc3339(used_at) AS used_at, version;

-- passkey_delete :exec
DELETE FROM passkey WHERE id = $1::uuid AND account_id = $2::uuid;
