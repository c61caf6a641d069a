-- SPDX-License-Identifier: Apache-2.0
-- Accounts, and who they belong to.

-- account_insert :exec
-- An address that is there already changes nothing: the answer is the same.
INSERT INTO account (id, email, name, password_hash)
VALUES ($1::uuid, lower($2::text), $3::text, $4::text)
ON CONFLICT (email) DO NOTHING;

-- account_by_email :opt
SELECT id::text, email, name, verified_at IS NOT NULL AS verified
FROM account WHERE email = lower($1::text) AND state = 'active';

-- account_verify :exec
UPDATE account SET verified_at = coalesce(verified_at, now())
WHERE id = $1::uuid;

-- account_set_password :exec
UPDATE account SET password_hash = $2::text,
    verified_at = coalesce(verified_at, now())
WHERE id = $1::uuid;

-- account_erase :one
SELECT account_erase(app_actor()) AS outcome;
