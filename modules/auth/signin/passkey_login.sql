-- SPDX-License-Identifier: Apache-2.0
-- Sign-in by passkey.

-- passkey_find :opt
SELECT p.id::text, p.account_id::text AS account, p.credential, p.alg,
    p.public_key, p.sign_count, p.backup_eligible
FROM passkey p JOIN account a ON a.id = p.account_id
WHERE p.credential = $1::text AND a.state = 'active'
AND a.verified_at IS NOT NULL;

-- passkey_used :exec
-- The second of two proofs with the same count changes no row.
UPDATE passkey SET sign_count = $2::bigint, backed_up = $3::boolean,
    used_at = now()
WHERE id = $1::uuid AND (sign_count < $2::bigint
    OR (sign_count = 0 AND $2::bigint = 0));
