-- SPDX-License-Identifier: Apache-2.0
-- Tenant and keys for an export of the audit trail.  Run as cameleer_owner,
-- unless a comment says cameleer_gate.

-- tenant_find :one
-- As cameleer_gate; the audit trail exists longer than its tenant, whose slug
-- goes when it is removed.
SELECT id::text FROM tenant WHERE slug = $1::text OR id::text = $1::text;

-- point_keys :many
-- Retired keys as well: checkpoints that they signed stay valid.
SELECT jwk::text AS jwk FROM signing_key WHERE purpose = 'audit'
ORDER BY created_at LIMIT 100;
