-- SPDX-License-Identifier: Apache-2.0
-- Sign-ins that have passed the first factor only.

-- challenge_insert :exec
-- Bound to the password that was proved, not to a later one.
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
-- Valid for one session: the second of two requests finds no row.
UPDATE sign_in_challenge SET used_at = now()
WHERE digest = $1::text AND used_at IS NULL AND expires_at > now();
