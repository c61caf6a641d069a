-- SPDX-License-Identifier: Apache-2.0
-- Teams of the pinned tenant, their members and applications.

-- my_teams :many
-- Teams that grant the caller this permission, for this application or any.
SELECT t.name FROM team t
JOIN team_member m ON m.tenant_id = t.tenant_id AND m.team_id = t.id
    AND m.account_id = app_actor()
WHERE t.tenant_id = app_tenant() AND EXISTS (SELECT FROM team_application ta
    JOIN application a ON a.tenant_id = ta.tenant_id
	AND a.id = ta.application_id
    WHERE ta.tenant_id = t.tenant_id AND ta.team_id = t.id
    AND ($1::text IS NULL OR a.name = $1::text))
ORDER BY t.name LIMIT 100;

-- team_list :many
-- $1 and $2: id and name of the row before, $3 how many, $4 words of the name,
-- $5 the newest first.
SELECT t.id::text, t.name, coalesce(t.role, c.name) AS role,
    t.custom_role::text, t.version,
    rfc3339(t.created_at) AS created_at
FROM team t
LEFT JOIN role c ON c.tenant_id = t.tenant_id AND c.id = t.custom_role
WHERE t.tenant_id = app_tenant()
AND ($4::text IS NULL OR position(lower($4::text) IN lower(t.name)) > 0)
AND ($1::uuid IS NULL OR CASE WHEN $5::boolean THEN t.id < $1::uuid
    ELSE (lower(t.name), t.id) > (lower($2::text), $1::uuid) END)
ORDER BY CASE WHEN NOT $5::boolean THEN lower(t.name) END,
    CASE WHEN $5::boolean THEN t.id END DESC, t.id LIMIT $3::bigint;

-- team_total :one
SELECT count(*) AS n FROM team t WHERE t.tenant_id = app_tenant()
AND ($1::text IS NULL OR position(lower($1::text) IN lower(t.name)) > 0);

-- team_get :opt
SELECT t.id::text, t.name, coalesce(t.role, c.name) AS role,
    t.custom_role::text, t.version,
    rfc3339(t.created_at) AS created_at,
    coalesce((SELECT json_agg(json_build_object('id', m.id, 'name', m.name,
	'email', m.email) ORDER BY m.name, m.id)
	FROM team_member tm
	JOIN LATERAL tenant_members(tm.account_id, NULL, 1) m ON true
	WHERE tm.tenant_id = t.tenant_id AND tm.team_id = t.id), '[]')::text
	AS members,
    coalesce((SELECT json_agg(json_build_object('name', a.name)
	ORDER BY a.name)
	FROM team_application ta JOIN application a
	    ON a.tenant_id = ta.tenant_id AND a.id = ta.application_id
	WHERE ta.tenant_id = t.tenant_id AND ta.team_id = t.id), '[]')::text
	AS applications
FROM team t
LEFT JOIN role c ON c.tenant_id = t.tenant_id AND c.id = t.custom_role
WHERE t.tenant_id = app_tenant() AND t.id = $1::uuid;

-- teams_count :one
SELECT count(*) AS n FROM team WHERE tenant_id = app_tenant();

-- team_insert :exec
INSERT INTO team (tenant_id, id, name, role, custom_role)
VALUES (app_tenant(), $1::uuid, $2::text, $3::text, $4::uuid);

-- team_edit :exec
UPDATE team SET version = version + 1, name = coalesce($3::text, name),
    role = CASE WHEN $4::text IS NULL AND $5::uuid IS NULL THEN role
	ELSE $4::text END,
    custom_role = CASE WHEN $4::text IS NULL AND $5::uuid IS NULL
	THEN custom_role ELSE $5::uuid END
WHERE tenant_id = app_tenant() AND id = $1::uuid AND version = $2::bigint;

-- team_delete :exec
DELETE FROM team WHERE tenant_id = app_tenant() AND id = $1::uuid;

-- team_member_add :exec
INSERT INTO team_member (tenant_id, team_id, account_id)
VALUES (app_tenant(), $1::uuid, $2::uuid) ON CONFLICT DO NOTHING;

-- team_member_remove :exec
DELETE FROM team_member WHERE tenant_id = app_tenant()
AND team_id = $1::uuid AND account_id = $2::uuid;

-- team_app :opt
SELECT id::text FROM application
WHERE tenant_id = app_tenant() AND name = $1::text;

-- team_app_add :exec
INSERT INTO team_application (tenant_id, team_id, application_id)
VALUES (app_tenant(), $1::uuid, $2::uuid) ON CONFLICT DO NOTHING;

-- team_app_remove :exec
DELETE FROM team_application WHERE tenant_id = app_tenant()
AND team_id = $1::uuid AND application_id = $2::uuid;
