-- SPDX-License-Identifier: Apache-2.0
-- Counted attempts.

-- login_attempt :one
-- Counts before the password is hashed, so that parallel guesses count as well;
-- after a lock has ended, the count begins again.
INSERT INTO login_guess AS g (digest)
VALUES (encode(sha256(convert_to(lower($1::text), 'UTF8')), 'hex'))
ON CONFLICT (digest) DO UPDATE SET tried_at = now(),
    failures = CASE WHEN g.locked_until <= now() THEN 1
	ELSE g.failures + 1 END,
    locked_until = CASE WHEN g.locked_until > now() THEN g.locked_until
	WHEN g.locked_until IS NULL AND g.failures + 1 >= $2::integer THEN
	    now() + make_interval(secs => $3::integer) END
RETURNING failures > $2::integer AS locked, failures = $2::integer AS last,
    coalesce(ceil(extract(epoch FROM locked_until - now()))::bigint, 0)
	AS wait_s;

-- guess_forget :exec
DELETE FROM login_guess
WHERE digest = encode(sha256(convert_to(lower($1::text), 'UTF8')), 'hex');

-- login_good :exec
DELETE FROM login_guess g USING account a WHERE a.id = $1::uuid
AND g.digest = encode(sha256(convert_to(a.email, 'UTF8')), 'hex');
