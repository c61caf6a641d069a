-- SPDX-License-Identifier: Apache-2.0
-- A place, for the runtime that works there.

-- place_get :one
SELECT name, kind, endpoint, registry FROM place WHERE id = $1::uuid;
