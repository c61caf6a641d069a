-- SPDX-License-Identifier: Apache-2.0
-- Sign-in by the provider of a tenant.

-- sso_finish :one
SELECT refused, account::text AS account, tenant::text AS tenant, how,
    return_path, email_proof, was, becomes, tenant_name, tenant_slug, tier,
    coalesce(withdrawn, 0) AS withdrawn, disarmed IS TRUE AS disarmed
FROM sso_finish($1::text, $2::uuid);

-- sso_bind :exec
SELECT sso_bind($1::text, $2::uuid);
