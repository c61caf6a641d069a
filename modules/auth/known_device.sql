-- SPDX-License-Identifier: Apache-2.0
-- Browsers in which somebody signed in before.

-- known_device_of :one
SELECT EXISTS (SELECT FROM known_device d JOIN account a ON a.id = d.account_id
    WHERE d.digest = $1::text AND d.expires_at > now()
    AND a.email = lower($2::text) AND a.state = 'active') AS known;

-- known_device_exists :one
-- Known for any account; a cookie that we did not make is replaced.
SELECT EXISTS (SELECT FROM known_device WHERE digest = $1::text
    AND expires_at > now()) AS known;

-- known_device_set :exec
INSERT INTO known_device (digest, account_id, expires_at)
VALUES ($1::text, $2::uuid, now() + make_interval(secs => $3::integer))
ON CONFLICT (digest, account_id) DO UPDATE SET used_at = now(),
    expires_at = excluded.expires_at;

-- known_device_trim :exec
-- Those that were not used for the longest time make room.
DELETE FROM known_device WHERE account_id = $1::uuid AND digest IN (
    SELECT digest FROM known_device WHERE account_id = $1::uuid
    ORDER BY used_at DESC, digest OFFSET $2::bigint);

-- known_devices_forget :exec
DELETE FROM known_device WHERE account_id = $1::uuid;
