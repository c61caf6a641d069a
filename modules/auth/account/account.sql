-- SPDX-License-Identifier: Apache-2.0
-- Accounts and their owners.

-- account_request :exec
-- The worker settles it.
INSERT INTO account_request (id, purpose, email, link, digest, expires_at)
VALUES ($1::uuid, $2::text, lower($3::text), $4::text, $5::text,
    now() + make_interval(secs => $6::integer));

-- account_by_email :opt
SELECT id::text, email, name, verified_at IS NOT NULL AS verified
FROM account WHERE email = lower($1::text) AND state = 'active';

-- account_prove :opt
-- The mailbox was proven just now. What was set for an address that nobody had
-- proven goes.
INSERT INTO account (id, email, name, password_hash, verified_at)
VALUES ($1::uuid, lower($2::text), $3::text, $4::text, now())
ON CONFLICT (email) DO UPDATE SET name = excluded.name,
    password_hash = excluded.password_hash, verified_at = now()
WHERE account.verified_at IS NULL AND account.state = 'active'
AND account.kind = 'person'
RETURNING id::text;

-- account_links_void :exec
-- Links of the account, and those of its address from before.
UPDATE one_time_token SET used_at = now()
WHERE (account_id = $1::uuid OR email = lower($2::text)) AND used_at IS NULL;

-- account_set_password :exec
UPDATE account SET password_hash = $2::text,
    verified_at = coalesce(verified_at, now())
WHERE id = $1::uuid;

-- account_erase :one
SELECT account_erase(app_actor()) AS outcome;
