-- SPDX-License-Identifier: Apache-2.0
-- What the caller may grant to others.

-- members_lock :exec
SELECT members_lock(app_tenant());

-- my_standing :opt
SELECT role, permissions FROM my_standing();

-- team_role :opt
SELECT role, custom_role::text FROM team
WHERE tenant_id = app_tenant() AND id = $1::uuid;

-- role_find :opt
SELECT NULL AS custom, name AS preset, name,
    array_to_string(permissions, ' ') AS words
FROM role_preset WHERE name = $1::text
UNION ALL
SELECT id::text, NULL, name, array_to_string(grants, ' ') FROM role
WHERE tenant_id = app_tenant() AND id = $2::uuid AND $1::text IS NULL;

-- entitled :one
SELECT p.tier, p.features->>'custom_roles' AS custom_roles,
    p.features->>'teams' AS teams
FROM plan_of(app_tenant()) p;
