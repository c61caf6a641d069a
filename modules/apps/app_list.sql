-- SPDX-License-Identifier: Apache-2.0
-- The list of applications, with their deployments.

-- app_list :many
-- $1 and $2: id and name of the row before, $3 how many, $4 words that name or
-- display name has, $5 the newest first, $6 which names (NULL: all).  Ids are
-- in the order of creation (UUIDv7).
SELECT a.id::text, a.name, a.display_name, a.state, a.version,
    a.last_release, a.health_check, a.health_port, a.health_path,
    rfc3339(a.created_at) AS created_at,
    coalesce((SELECT json_agg(json_build_object('id', d.id,
	'environment', e.name, 'release', r.number, 'wanted', d.wanted,
	'state', d.state, 'detail', d.detail, 'serving_release',
	d.serving_release, 'last_lines', d.last_lines, 'container', d.container,
	'version', d.version, 'changed_at', rfc3339(d.changed_at))
	ORDER BY e.position)
	FROM deployment d
	JOIN environment e ON e.tenant_id = d.tenant_id
	    AND e.id = d.environment_id
	JOIN release r ON r.tenant_id = d.tenant_id AND r.id = d.release_id
	WHERE d.tenant_id = a.tenant_id AND d.application_id = a.id),
	'[]')::text AS deployments
FROM application a WHERE a.tenant_id = app_tenant()
AND ($1::uuid IS NULL OR CASE WHEN $5::boolean THEN a.id < $1::uuid
    ELSE (a.name, a.id) > ($2::text, $1::uuid) END)
AND ($6::text[] IS NULL OR a.name = ANY ($6::text[]))
AND ($4::text IS NULL OR position(lower($4::text) IN
    lower(a.name || ' ' || a.display_name)) > 0)
ORDER BY CASE WHEN NOT $5::boolean THEN a.name END,
    CASE WHEN $5::boolean THEN a.id END DESC LIMIT $3::bigint;

-- app_total :one
-- $1 words, $2 which names (NULL: all).
SELECT count(*) AS n FROM application a WHERE a.tenant_id = app_tenant()
AND ($2::text[] IS NULL OR a.name = ANY ($2::text[]))
AND ($1::text IS NULL OR position(lower($1::text) IN
    lower(a.name || ' ' || a.display_name)) > 0);
