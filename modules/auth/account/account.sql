-- SPDX-License-Identifier: Apache-2.0
-- Accounts and their owners.

-- account_request :exec
-- The worker settles it; name and hash are NULL when no account is to be made.
INSERT INTO account_request (id, purpose, email, name, password_hash, link,
    digest, expires_at)
VALUES ($1::uuid, $2::text, lower($3::text), $4::text, $5::text, $6::text,
    $7::text, now() + make_interval(secs => $8::integer));

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
