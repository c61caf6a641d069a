-- SPDX-License-Identifier: Apache-2.0
-- A place, for the runtime that works there.

-- place_get :one
SELECT name, kind, endpoint, registry, ca, certificate, key_box FROM place
WHERE id = $1::uuid;
