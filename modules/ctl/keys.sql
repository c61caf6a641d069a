-- SPDX-License-Identifier: Apache-2.0
-- Signing keys.  Run as cameleer_owner.

-- key_lock :exec
-- One change of keys at a time.
SELECT pg_advisory_xact_lock(4203);

-- key_insert :exec
-- A known key keeps its state: a retired one stays retired.
INSERT INTO signing_key (kid, purpose, state, jwk, holder)
VALUES ($1::text, $2::text, $3::text, $4::jsonb, $5::text)
ON CONFLICT (kid) DO NOTHING;

-- key_get :opt
SELECT kid, purpose, holder, state,
    extract(epoch FROM now() - created_at)::bigint AS age_s,
    extract(epoch FROM now() - changed_at)::bigint AS state_age_s,
    rfc3339(created_at) AS created_at,
    rfc3339(changed_at) AS changed_at
FROM signing_key WHERE kid = $1::text;

-- key_in_state :many
-- Newest first: the newest of several pending keys is the one to use.
SELECT kid FROM signing_key
WHERE purpose = $1::text AND holder = $2::text AND state = $3::text
ORDER BY created_at DESC, kid LIMIT 32;

-- key_count :one
SELECT count(*) AS n FROM signing_key WHERE state <> 'retired';

-- key_list :many
SELECT kid, purpose, holder, state,
    extract(epoch FROM now() - created_at)::bigint AS age_s,
    extract(epoch FROM now() - changed_at)::bigint AS state_age_s,
    rfc3339(created_at) AS created_at,
    rfc3339(changed_at) AS changed_at
FROM signing_key ORDER BY purpose, holder, created_at, kid LIMIT 1000;

-- key_move :exec
UPDATE signing_key SET state = $3::text, changed_at = now()
WHERE kid = $1::text AND state = $2::text;
