-- SPDX-License-Identifier: Apache-2.0

-- license_current :opt
SELECT version, id::text, tier, state,
    CASE WHEN state <> 'revoked' THEN token END AS token,
    CASE WHEN state <> 'revoked' THEN file END AS file,
    rfc3339(valid_until) AS valid_until,
    rfc3339(grace_until) AS grace_until,
    extract(epoch FROM valid_until)::bigint AS valid_s,
    extract(epoch FROM grace_until)::bigint AS grace_s
FROM license WHERE tenant_id = app_tenant()
ORDER BY version DESC LIMIT 1;

-- license_tenant_id :one
SELECT tenant_id_of($1::text)::text AS id;

-- license_list :many
SELECT version, id::text, tier, state,
    rfc3339(valid_until) AS valid_until,
    rfc3339(grace_until) AS grace_until,
    rfc3339(created_at) AS created_at
FROM license WHERE tenant_id = app_tenant()
ORDER BY version DESC LIMIT 100;

-- license_proof :one
-- Is this the digest of the pinned tenant's bootstrap token, or of the one
-- before it while that is taken?
SELECT EXISTS (SELECT FROM tenant_secret WHERE tenant_id = app_tenant()
    AND name IN ('bootstrap-token', 'bootstrap-token-previous')
    AND digest = $1::text) AS good;

-- license_keys :many
-- Those that verify what is still valid.
SELECT jwk::text AS jwk FROM signing_key
WHERE purpose = 'license' AND state <> 'retired'
ORDER BY created_at, kid LIMIT 32;

-- revocations_newest :opt
SELECT serial, token, cardinality(ids) AS revoked,
    rfc3339(created_at) AS created_at
FROM license_revocations ORDER BY serial DESC LIMIT 1;
