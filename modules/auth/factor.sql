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
-- A second start forgets the first.
INSERT INTO totp AS t (account_id, state, box)
VALUES ($1::uuid, 'pending', $2::text)
ON CONFLICT (account_id, state) DO UPDATE SET box = excluded.box,
    created_at = now();

-- totp_get :opt
-- A pending one is good for as long as the sign-in that began it was fresh.
SELECT box, last_step FROM totp WHERE account_id = $1::uuid
AND state = $2::text AND (state = 'active'
    OR created_at > now() - interval '10 minutes');

-- totp_step :exec
-- Each step is good once, whoever is first.
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

-- challenge_insert :exec
-- Bound to the password that was proved, not to one that came since.
INSERT INTO sign_in_challenge (digest, account_id, kind, methods, proof,
    expires_at)
VALUES ($1::text, $2::uuid, $3::text, $4::text[],
    encode(sha256(convert_to($5::text, 'UTF8')), 'hex'),
    now() + make_interval(secs => $6::integer));

-- challenge_try :opt
UPDATE sign_in_challenge c SET tries = c.tries + 1
FROM account a
WHERE c.digest = $1::text AND a.id = c.account_id AND a.state = 'active'
AND c.used_at IS NULL AND c.expires_at > now() AND c.tries < $2::integer
AND (c.proof IS NULL OR c.proof =
    encode(sha256(convert_to(a.password_hash, 'UTF8')), 'hex'))
RETURNING c.account_id::text AS account, c.kind, c.methods::text AS methods;

-- challenge_spend :exec
-- Good for one session: the second of two finds nothing.
UPDATE sign_in_challenge SET used_at = now()
WHERE digest = $1::text AND used_at IS NULL AND expires_at > now();

-- step_up_account :one
SELECT email, password_hash FROM account WHERE id = $1::uuid;

-- notice_insert :exec
INSERT INTO mail (id, address, template, data)
SELECT $1::uuid, email, 'notice', jsonb_build_object('name', name,
    'what', $3::text, 'from', coalesce($4::text, 'an unknown address'),
    'at', to_char(now(), 'YYYY-MM-DD HH24:MI "UTC"'), 'link', $5::text)
FROM account WHERE id = $2::uuid AND email IS NOT NULL;
