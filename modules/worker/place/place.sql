-- SPDX-License-Identifier: Apache-2.0
-- A place, for the runtime that works there.

-- place_get :one
SELECT name, kind, endpoint, registry, ca, certificate, key_box,
    cluster::text, seal_certificate FROM place WHERE id = $1::uuid;

-- commit_get :opt
-- The last commit for the tenant in the GitOps repository.
SELECT git_commit FROM tenant WHERE id = app_tenant();

-- commit_set :exec
UPDATE tenant SET git_commit = $1::text WHERE id = app_tenant();
