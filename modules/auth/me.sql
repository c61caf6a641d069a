-- SPDX-License-Identifier: Apache-2.0

-- me_rename :exec
UPDATE account SET name = $2::text WHERE id = $1::uuid;

-- me_links_void :exec
-- A link that sets another password does not outlive this one.
UPDATE one_time_token SET used_at = now()
WHERE account_id = $1::uuid AND purpose = 'reset' AND used_at IS NULL;

-- session_revoke_others :exec
UPDATE session SET revoked_at = now()
WHERE account_id = $1::uuid AND id <> $2::uuid AND revoked_at IS NULL;

-- email_change_set :exec
INSERT INTO email_change AS c (account_id, email, old_digest, new_digest,
    expires_at)
VALUES ($1::uuid, lower($2::text), $3::text, $4::text,
    now() + make_interval(secs => $5::integer))
ON CONFLICT (account_id) DO UPDATE SET email = excluded.email,
    old_digest = excluded.old_digest, new_digest = excluded.new_digest,
    old_at = NULL, new_at = NULL, expires_at = excluded.expires_at;

-- email_change_follow :opt
-- Each link is good once.
UPDATE email_change SET
    old_at = CASE WHEN old_digest = $1::text THEN now() ELSE old_at END,
    new_at = CASE WHEN new_digest = $1::text THEN now() ELSE new_at END
WHERE expires_at > now() AND ((old_digest = $1::text AND old_at IS NULL)
    OR (new_digest = $1::text AND new_at IS NULL))
RETURNING account_id::text AS id, email,
    old_at IS NOT NULL AND new_at IS NOT NULL AS both_said_yes;

-- email_change_done :exec
DELETE FROM email_change WHERE account_id = $1::uuid;

-- account_set_email :exec
UPDATE account SET email = $2::text, verified_at = now()
WHERE id = $1::uuid AND kind <> 'service';
