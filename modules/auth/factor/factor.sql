-- SPDX-License-Identifier: Apache-2.0

-- factors_read :one
SELECT EXISTS (SELECT FROM totp WHERE account_id = $1::uuid
	AND state = 'active') AS totp,
    (SELECT count(*) FROM recovery_code WHERE account_id = $1::uuid
	AND used_at IS NULL) AS recovery_left,
    (SELECT count(*) FROM passkey WHERE account_id = $1::uuid) AS passkeys;

-- factors_lock :exec
SELECT FROM account WHERE id = $1::uuid FOR UPDATE;

-- factor_asked :opt
SELECT tenant FROM second_factor_asked() AS tenant WHERE tenant IS NOT NULL;

-- totp_pending :exec
-- A second start replaces the first.
INSERT INTO totp AS t (account_id, state, box)
VALUES ($1::uuid, 'pending', $2::text)
ON CONFLICT (account_id, state) DO UPDATE SET box = excluded.box,
    created_at = now();

-- totp_get :opt
-- A pending secret is valid as long as the sign-in that began it was fresh.
SELECT box, last_step FROM totp WHERE account_id = $1::uuid
AND state = $2::text AND (state = 'active'
    OR created_at > now() - interval '10 minutes');

-- totp_step :exec
-- Each step is valid once, for whichever request comes first.
UPDATE totp SET last_step = $3::bigint
WHERE account_id = $1::uuid AND state = $2::text AND last_step < $3::bigint;

-- totp_drop :exec
DELETE FROM totp WHERE account_id = $1::uuid AND state = $2::text;

-- totp_activate :exec
UPDATE totp SET state = 'active', created_at = now()
WHERE account_id = $1::uuid AND state = 'pending';

-- recovery_insert :exec
INSERT INTO recovery_code (account_id, digest) VALUES ($1::uuid, $2::text);

-- recovery_use :exec
UPDATE recovery_code SET used_at = now()
WHERE account_id = $1::uuid AND digest = $2::text AND used_at IS NULL;

-- recovery_drop :exec
DELETE FROM recovery_code WHERE account_id = $1::uuid;
