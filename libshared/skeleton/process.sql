-- SPDX-License-Identifier: Apache-2.0

-- signing_keys :many
-- Retired keys are never published; the limit is the size of the key ring.
SELECT kid, purpose, state, jwk::text AS jwk FROM signing_key
WHERE state <> 'retired' ORDER BY created_at LIMIT 32;
