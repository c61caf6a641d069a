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
