-- SPDX-License-Identifier: Apache-2.0
-- The sign-in policy of the pinned tenant.

-- policy_get :one
-- Without a row the policy requires nothing and has the first version.
SELECT coalesce(p.second_factor, '{}')::text AS second_factor,
    coalesce(p.sso_enforced, false) AS sso_enforced,
    p.break_glass::text AS break_glass, coalesce(p.version, 1) AS version
FROM (SELECT 1) one
LEFT JOIN sign_in_policy p ON p.tenant_id = app_tenant();

-- policy_begin :exec
INSERT INTO sign_in_policy (tenant_id) VALUES (app_tenant())
ON CONFLICT DO NOTHING;

-- policy_edit :opt
UPDATE sign_in_policy SET version = version + 1, second_factor =
    ARRAY(SELECT DISTINCT w FROM unnest($1::text[]) w ORDER BY w)
WHERE tenant_id = app_tenant() AND version = $2::bigint
RETURNING second_factor::text, sso_enforced, break_glass::text, version;

-- policy_unknown :opt
SELECT w AS name FROM unnest($1::text[]) w WHERE w <> '*'
AND NOT EXISTS (SELECT FROM role_preset p WHERE p.name = w)
AND NOT EXISTS (SELECT FROM role r WHERE r.tenant_id = app_tenant()
    AND r.name = w)
ORDER BY w LIMIT 1;

-- policy_rule :one
-- The rule of the new policy that this session does not satisfy.
SELECT coalesce(rule, '') AS name
FROM request_begin($1::uuid, $2::uuid, $3::uuid, NULL);
