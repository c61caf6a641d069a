-- SPDX-License-Identifier: Apache-2.0
-- The provider of the pinned tenant, and what it published.

-- provider_get :opt
SELECT v.issuer, v.metadata_url, v.client_id, v.default_role, v.group_claim,
    v.group_roles::text AS group_roles,
    rfc3339(v.proven_at) AS proven_at,
    coalesce(p.sso_enforced, false) AS enforced,
    p.break_glass::text AS break_glass, v.version
FROM sso_provider v LEFT JOIN sign_in_policy p ON p.tenant_id = v.tenant_id
WHERE v.tenant_id = app_tenant();

-- provider_lock :opt
-- One change of a tenant's settings at a time.
SELECT issuer, metadata_url, client_id, secret_box,
    proven_at IS NOT NULL AS proven
FROM sso_provider WHERE tenant_id = app_tenant() FOR UPDATE;

-- provider_put :exec
-- Another issuer, client or place of the metadata is another provider: all that
-- belongs to the old one is reset.
INSERT INTO sso_provider AS v (tenant_id, issuer, client_id, secret_box,
    default_role, group_claim, group_roles, metadata_url)
VALUES (app_tenant(), $1::text, $2::text, $3::text, $4::text, $5::text,
    $6::jsonb, $7::text)
ON CONFLICT (tenant_id) DO UPDATE SET issuer = excluded.issuer,
    metadata_url = excluded.metadata_url,
    client_id = excluded.client_id, secret_box = excluded.secret_box,
    default_role = excluded.default_role,
    group_claim = excluded.group_claim, group_roles = excluded.group_roles,
    metadata = NULL, metadata_at = NULL, keys = NULL, keys_at = NULL,
    keys_tried_at = NULL, rests_until = NULL, answered_at = NULL,
    proven_at = CASE WHEN v.issuer = excluded.issuer
	AND v.client_id = excluded.client_id
	AND v.metadata_url IS NOT DISTINCT FROM excluded.metadata_url
	THEN v.proven_at END,
    version = v.version + 1;

-- provider_delete :exec
DELETE FROM sso_provider WHERE tenant_id = app_tenant();

-- provider_work :opt
-- What a sign-in needs; ages are in seconds.
SELECT issuer, metadata_url, client_id, secret_box, default_role, group_claim,
    group_roles::text AS group_roles, metadata::text AS metadata, keys,
    coalesce(extract(epoch FROM now() - metadata_at)::bigint, 0)
	AS metadata_age_s,
    coalesce(extract(epoch FROM now() - keys_at)::bigint, 0) AS keys_age_s,
    keys_tried_at > now() - interval '1 minute' IS TRUE AS keys_tried,
    greatest(coalesce(ceil(extract(epoch FROM rests_until - now())), 0),
	0)::bigint AS rests_s,
    answered_at IS NOT NULL AND silences = 0 AS answers
FROM sso_provider WHERE tenant_id = app_tenant();

-- metadata_put :exec
UPDATE sso_provider SET metadata = $2::jsonb, metadata_at = now()
WHERE tenant_id = app_tenant() AND issuer = $1::text;

-- keys_try :exec
UPDATE sso_provider SET keys_tried_at = now() WHERE tenant_id = app_tenant();

-- keys_put :exec
UPDATE sso_provider SET keys = $2::text, keys_at = now()
WHERE tenant_id = app_tenant() AND issuer = $1::text;

-- provider_rest :exec
-- Each time that it stays silent the rest is twice as long.
UPDATE sso_provider SET silences = least(silences + 1, 6),
    rests_until = now() + least(interval '15 seconds' * power(2, silences),
	interval '5 minutes')
WHERE tenant_id = app_tenant();

-- provider_answers :exec
UPDATE sso_provider SET answered_at = now(), silences = 0
WHERE tenant_id = app_tenant();

-- roles_unknown :one
-- The number of mapped roles that a provider cannot give.
SELECT count(*) AS n FROM (
    SELECT value AS name FROM jsonb_each_text($1::jsonb)
    UNION ALL SELECT $2::text) wanted
WHERE wanted.name = 'owner' OR NOT EXISTS (SELECT FROM role_preset p
    WHERE p.name = wanted.name) AND NOT EXISTS (SELECT FROM role r
    WHERE r.tenant_id = app_tenant() AND r.name = wanted.name);

-- policy_get :opt
SELECT sso_enforced AS enforced, break_glass::text AS break_glass
FROM sign_in_policy WHERE tenant_id = app_tenant();

-- policy_put :exec
INSERT INTO sign_in_policy AS p (tenant_id, sso_enforced, break_glass)
VALUES (app_tenant(), $1::boolean, $2::uuid)
ON CONFLICT (tenant_id) DO UPDATE SET sso_enforced = excluded.sso_enforced,
    break_glass = coalesce(excluded.break_glass, p.break_glass),
    version = p.version + 1;

-- may_break_glass :one
SELECT sso_may_break_glass($1::uuid) AS may;
