-- SPDX-License-Identifier: Apache-2.0
-- Sign-in of a device without a keyboard.

-- device_lock :exec
-- One new device at a time, so that the number of waiting ones is limited.
SELECT pg_advisory_xact_lock(4207);

-- device_forget :exec
DELETE FROM device_login WHERE device_digest IN (
    SELECT device_digest FROM device_login
    WHERE expires_at < now() - interval '10 minutes' LIMIT 100);

-- device_count :one
-- Counts the codes of one network (an IPv4 address, a /64 of IPv6) and all.
SELECT count(*) FILTER (WHERE own) AS mine, count(*) AS n,
    coalesce(ceil(extract(epoch FROM min(expires_at) FILTER (WHERE own)
	- now())), 0)::bigint AS mine_s,
    coalesce(ceil(extract(epoch FROM min(expires_at) - now())), 0)::bigint
	AS n_s
FROM (SELECT expires_at, client_ip <<= network(set_masklen($1::inet,
	CASE family($1::inet) WHEN 6 THEN 64 ELSE 32 END)) AS own
    FROM device_login WHERE expires_at > now()) d;

-- device_insert :exec
INSERT INTO device_login (device_digest, user_digest, client_name, client_ip,
    interval_s, expires_at)
VALUES ($1::text, $2::text, $3::text, $4::inet, $5::integer,
    now() + make_interval(secs => $6::integer));

-- device_poll :opt
-- Allows one second less; a device that polls too early must wait longer
-- afterwards.
UPDATE device_login d SET polled_at = now(),
    interval_s = CASE WHEN old.early AND d.state = 'pending'
	THEN least(d.interval_s + 5, 600) ELSE d.interval_s END
FROM (SELECT device_digest, coalesce(polled_at > now()
	- make_interval(secs => interval_s - 1), false) AS early
    FROM device_login WHERE device_digest = $1::text FOR UPDATE) old
WHERE d.device_digest = old.device_digest
RETURNING d.state, d.expires_at <= now() AS expired, old.early,
    d.interval_s;

-- device_claim :opt
-- Valid once, and only as long as the session that approved it.
UPDATE device_login d SET state = 'used'
FROM session s JOIN account a ON a.id = s.account_id
WHERE d.device_digest = $1::text AND d.state = 'approved'
AND d.expires_at > now() AND s.id = d.session_id AND s.revoked_at IS NULL
AND s.expires_at > now() AND a.state = 'active'
RETURNING s.account_id::text AS account, s.sso_tenant::text AS sso_tenant,
    s.methods::text AS methods;

-- device_locked :one
SELECT coalesce((SELECT ceil(extract(epoch FROM locked_until - now()))::bigint
    FROM login_guess WHERE digest =
	encode(sha256(convert_to(lower($1::text), 'UTF8')), 'hex')
    AND locked_until > now()), 0) AS wait_s;

-- device_get :opt
SELECT client_name, host(client_ip) AS client_ip, state,
    rfc3339(created_at) AS created_at,
    rfc3339(expires_at) AS expires_at
FROM device_login WHERE user_digest = $1::text AND state = 'pending'
AND expires_at > now();

-- device_decide :opt
UPDATE device_login
SET state = CASE WHEN $3::boolean THEN 'approved' ELSE 'denied' END,
    session_id = CASE WHEN $3::boolean THEN $2::uuid END
WHERE user_digest = $1::text AND state = 'pending' AND expires_at > now()
RETURNING client_name;
