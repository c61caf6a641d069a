-- SPDX-License-Identifier: Apache-2.0
-- What every folder here reads of an account.

-- account_by_id :one
SELECT id::text, email, name, verified_at IS NOT NULL AS verified
FROM account WHERE id = $1::uuid;

-- person_get :one
SELECT email, password_hash FROM account WHERE id = $1::uuid;

-- account_rehash :exec
UPDATE account SET password_hash = $3::text
WHERE id = $1::uuid AND password_hash = $2::text;
