-- SPDX-License-Identifier: Apache-2.0

-- signing_keys :many
-- Retired keys are not told to anybody; the bound is that of the key ring.
SELECT kid, purpose, state, jwk::text AS jwk FROM signing_key
WHERE state <> 'retired' ORDER BY created_at LIMIT 32;
