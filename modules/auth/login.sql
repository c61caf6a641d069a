-- SPDX-License-Identifier: Apache-2.0
-- Ways to sign in: a password, and the provider of a tenant.

-- login_attempt :one
-- Counts before the password is hashed, so that parallel guesses count too;
-- when a lock has run out, the count begins anew.
INSERT INTO login_guess AS g (digest)
VALUES (encode(sha256(convert_to(lower($1::text), 'UTF8')), 'hex'))
ON CONFLICT (digest) DO UPDATE SET tried_at = now(),
    failures = CASE WHEN g.locked_until <= now() THEN 1
	ELSE g.failures + 1 END,
    locked_until = CASE WHEN g.locked_until > now() THEN g.locked_until
	WHEN g.locked_until IS NULL AND g.failures + 1 >= $2::integer THEN
	    now() + make_interval(secs => $3::integer) END
RETURNING failures > $2::integer AS locked, failures = $2::integer AS last;

-- login_candidate :opt
SELECT id::text, email, name, verified_at IS NOT NULL AS verified,
    password_hash
FROM account WHERE email = lower($1::text) AND state = 'active';

-- login_good :exec
DELETE FROM login_guess g USING account a WHERE a.id = $1::uuid
AND g.digest = encode(sha256(convert_to(a.email, 'UTF8')), 'hex');

-- guess_forget :exec
DELETE FROM login_guess
WHERE digest = encode(sha256(convert_to(lower($1::text), 'UTF8')), 'hex');

-- sso_finish :one
SELECT refused, account::text AS account, tenant::text AS tenant, how,
    return_path FROM sso_finish($1::text, $2::uuid);

-- sso_bind :exec
SELECT sso_bind($1::text, $2::uuid);
