-- SPDX-License-Identifier: Apache-2.0
-- The address that nginx asks for, and the keys by which others verify tokens.

-- tenant_upstream :one
SELECT upstream, tier, value FROM tenant_upstream($1::text);

-- tenant_suspension :opt
SELECT reason, rfc3339(until) AS until FROM tenant_suspension();

-- keys_public :many
-- Passive keys stay until the last token signed with them has expired.
SELECT jwk::text AS jwk FROM signing_key
WHERE state IN ('pending', 'active', 'passive')
AND purpose NOT IN ('license', 'audit')
ORDER BY created_at LIMIT 32;
