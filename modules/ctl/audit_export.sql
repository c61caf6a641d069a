-- SPDX-License-Identifier: Apache-2.0
-- What an export of the audit trail begins with. Run as cameleer_owner,
-- unless a comment says cameleer_gate.

-- tenant_find :one
-- As cameleer_gate; the trail outlives its tenant.
SELECT id::text FROM tenant WHERE slug = $1::text;

-- point_keys :many
-- Also those that sign no more: their checkpoints stay good.
SELECT jwk::text AS jwk FROM signing_key WHERE purpose = 'audit'
ORDER BY created_at LIMIT 100;
