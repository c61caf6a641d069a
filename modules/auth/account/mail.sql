-- SPDX-License-Identifier: Apache-2.0
-- Mails, and the links in them that are valid once.

-- mail_insert :exec
INSERT INTO mail (id, address, template, data)
VALUES ($1::uuid, $2::text, $3::text, $4::jsonb);

-- mail_room :one
-- 0: the mail may go, and is counted; else the seconds until one may.
SELECT mail_room($1::text, $2::text, '') AS n;

-- one_time_alive :one
-- Asked before a password is hashed; one_time_use decides.
SELECT count(*) AS n FROM one_time_token
WHERE digest = $1::text AND purpose = $2::text AND used_at IS NULL
AND expires_at > now();

-- one_time_use :opt
-- Valid once: the second of two concurrent requests finds no row.
UPDATE one_time_token SET used_at = now()
WHERE digest = $1::text AND purpose = $2::text AND used_at IS NULL
AND expires_at > now()
RETURNING account_id::text AS account, email;
