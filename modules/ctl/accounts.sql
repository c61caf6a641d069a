-- SPDX-License-Identifier: Apache-2.0
-- Persons and operators. Run as cameleer_owner.

-- account_unlock :opt
-- Wrong passwords are counted by address, wrong codes by account.
WITH forgotten AS (DELETE FROM login_guess WHERE digest IN (
    encode(sha256(convert_to(lower($1::text), 'UTF8')), 'hex'),
    (SELECT encode(sha256(convert_to('code|' || id, 'UTF8')), 'hex')
	FROM account WHERE email = lower($1::text))))
SELECT id::text FROM account WHERE email = lower($1::text);

-- account_bare :opt
-- For a person who lost app, codes and passkeys: the password alone is enough
-- to sign in and set up new ones.  All sessions end, in case somebody else has
-- them.
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

-- address_find :opt
SELECT id::text, kind FROM account WHERE email = lower($1::text);

-- operator_account :exec
-- A removed operator becomes active again, with a password that nobody knows.
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
    rfc3339(o.created_at) AS created_at
FROM operator o JOIN account a ON a.id = o.account_id
ORDER BY a.email LIMIT 1000;

-- person_find :opt
-- Finds a person by id or by address.
SELECT id::text FROM account WHERE kind = 'person'
AND (id::text = $1::text OR email = lower($1::text));

-- person_erase :one
SELECT account_erase($1::uuid) AS outcome;

-- erased_list :many
SELECT account_id::text AS id,
    rfc3339(at) AS at
FROM erasure WHERE account_id > coalesce($1::uuid,
    '00000000-0000-0000-0000-000000000000')
ORDER BY account_id LIMIT 500;
