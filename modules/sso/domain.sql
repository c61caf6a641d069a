-- SPDX-License-Identifier: Apache-2.0
-- Domains that the provider of the pinned tenant speaks for.

-- domain_count :one
SELECT count(*) AS n FROM sso_domain WHERE tenant_id = app_tenant();

-- domain_list :many
SELECT domain, '_cameleer-challenge.' || domain AS txt_name,
    'cameleer-verification=' || challenge AS txt_value,
    rfc3339(verified_at) AS verified_at,
    rfc3339(created_at) AS created_at
FROM sso_domain WHERE tenant_id = app_tenant() ORDER BY domain LIMIT 100;

-- domain_get :opt
SELECT domain, '_cameleer-challenge.' || domain AS txt_name,
    'cameleer-verification=' || challenge AS txt_value,
    rfc3339(verified_at) AS verified_at,
    rfc3339(created_at) AS created_at
FROM sso_domain WHERE tenant_id = app_tenant() AND domain = $1::text;

-- domain_add :exec
-- A domain that exists keeps its challenge.
INSERT INTO sso_domain (tenant_id, domain, challenge)
VALUES (app_tenant(), $1::text, $2::text)
ON CONFLICT (tenant_id, domain) DO NOTHING;

-- domain_verified :exec
UPDATE sso_domain SET verified_at = coalesce(verified_at, now())
WHERE tenant_id = app_tenant() AND domain = $1::text;

-- domain_delete :exec
DELETE FROM sso_domain WHERE tenant_id = app_tenant() AND domain = $1::text;
