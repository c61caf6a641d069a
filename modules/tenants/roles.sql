-- SPDX-License-Identifier: Apache-2.0
-- Roles of the pinned tenant.

-- role_list :many
-- First the presets, from the most permissions to the fewest.
SELECT id, name, about, permissions, members, version FROM (
    SELECT p.position, NULL AS id, p.name, '' AS about,
	p.permissions::text AS permissions, (SELECT count(*) FROM membership m
	    WHERE m.tenant_id = app_tenant() AND m.role = p.name) AS members,
	0 AS version
    FROM role_preset p
    UNION ALL
    SELECT 100, r.id::text, r.name, r.about, r.grants::text,
	(SELECT count(*) FROM membership m WHERE m.tenant_id = r.tenant_id
	AND m.custom_role = r.id), r.version
    FROM role r WHERE r.tenant_id = app_tenant()) roles
ORDER BY position, name LIMIT 1000;

-- roles_count :one
SELECT count(*) AS n FROM role WHERE tenant_id = app_tenant();

-- role_insert :one
INSERT INTO role (tenant_id, id, name, about, grants)
VALUES (app_tenant(), $1::uuid, $2::text, $3::text,
    ARRAY(SELECT DISTINCT w FROM unnest('{tenant.read}' || $4::text[]) w
    ORDER BY w))
RETURNING id::text, name, about, grants::text AS permissions,
    (SELECT count(*) FROM membership m WHERE m.tenant_id = role.tenant_id
    AND m.custom_role = role.id) AS members, version;

-- role_edit :opt
UPDATE role SET version = version + 1, name = coalesce($3::text, name),
    about = coalesce($4::text, about),
    grants = CASE WHEN $5::text[] IS NULL THEN grants ELSE
	ARRAY(SELECT DISTINCT w FROM unnest('{tenant.read}' || $5::text[]) w
	ORDER BY w) END
WHERE tenant_id = app_tenant() AND id = $1::uuid AND version = $2::bigint
RETURNING id::text, name, about, grants::text AS permissions,
    (SELECT count(*) FROM membership m WHERE m.tenant_id = role.tenant_id
    AND m.custom_role = role.id) AS members, version;

-- role_delete :exec
DELETE FROM role WHERE tenant_id = app_tenant() AND id = $1::uuid;

-- grant_nowhere :opt
SELECT w AS name FROM unnest($1::text[]) w WHERE w LIKE '%@%'
AND NOT EXISTS (SELECT FROM environment e WHERE e.tenant_id = app_tenant()
    AND e.name = split_part(w, '@', 2))
ORDER BY w LIMIT 1;

-- policy_rename :exec
-- The sign-in policy holds roles by name; NULL means that the role was deleted.
UPDATE sign_in_policy SET version = version + 1, second_factor =
    CASE WHEN $2::text IS NULL THEN array_remove(second_factor, $1::text)
    ELSE array_replace(second_factor, $1::text, $2::text) END
WHERE tenant_id = app_tenant() AND $1::text = ANY (second_factor)
AND $1::text IS DISTINCT FROM $2::text;

-- invitations_of_role :exec
DELETE FROM invitation i USING membership m
WHERE i.tenant_id = app_tenant() AND m.tenant_id = i.tenant_id
AND m.account_id = i.invited_by AND m.custom_role = $1::uuid;
