-- SPDX-License-Identifier: Apache-2.0
-- What nginx asks for, and the keys that others check tokens with.

-- tenant_upstream :opt
SELECT upstream FROM tenant_upstream();

-- keys_public :many
-- Passive keys stay until the last token signed with them has ended.
SELECT jwk::text AS jwk FROM signing_key
WHERE state IN ('pending', 'active', 'passive')
AND purpose NOT IN ('license', 'audit')
ORDER BY created_at LIMIT 32;
