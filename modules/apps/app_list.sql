-- SPDX-License-Identifier: Apache-2.0
-- The list of applications, with their deployments.

-- app_list_by_name :many
-- $1 after which name, $2 how many, $3 which names (NULL: all), $4 words that
-- the name or the display name contains.
SELECT a.id::text, a.name, a.display_name, a.state, a.version,
    a.last_release, rfc3339(a.created_at) AS created_at,
    coalesce((SELECT json_agg(json_build_object('id', d.id,
	'environment', e.name, 'release', r.number, 'wanted', d.wanted,
	'state', d.state, 'detail', d.detail, 'container', d.container,
	'version', d.version, 'changed_at', rfc3339(d.changed_at))
	ORDER BY e.position)
	FROM deployment d
	JOIN environment e ON e.tenant_id = d.tenant_id
	    AND e.id = d.environment_id
	JOIN release r ON r.tenant_id = d.tenant_id AND r.id = d.release_id
	WHERE d.tenant_id = a.tenant_id AND d.application_id = a.id),
	'[]')::text AS deployments
FROM application a WHERE a.tenant_id = app_tenant()
AND ($1::text IS NULL OR a.name > $1::text)
AND ($3::text[] IS NULL OR a.name = ANY ($3::text[]))
AND ($4::text IS NULL OR position(lower($4::text) IN
    lower(a.name || ' ' || a.display_name)) > 0)
ORDER BY a.name LIMIT $2::bigint;

-- app_list_by_age :many
-- Newest first: ids sort by creation (UUIDv7).  $1 is an id.
SELECT a.id::text, a.name, a.display_name, a.state, a.version,
    a.last_release, rfc3339(a.created_at) AS created_at,
    coalesce((SELECT json_agg(json_build_object('id', d.id,
	'environment', e.name, 'release', r.number, 'wanted', d.wanted,
	'state', d.state, 'detail', d.detail, 'container', d.container,
	'version', d.version, 'changed_at', rfc3339(d.changed_at))
	ORDER BY e.position)
	FROM deployment d
	JOIN environment e ON e.tenant_id = d.tenant_id
	    AND e.id = d.environment_id
	JOIN release r ON r.tenant_id = d.tenant_id AND r.id = d.release_id
	WHERE d.tenant_id = a.tenant_id AND d.application_id = a.id),
	'[]')::text AS deployments
FROM application a WHERE a.tenant_id = app_tenant()
AND ($1::uuid IS NULL OR a.id < $1::uuid)
AND ($3::text[] IS NULL OR a.name = ANY ($3::text[]))
AND ($4::text IS NULL OR position(lower($4::text) IN
    lower(a.name || ' ' || a.display_name)) > 0)
ORDER BY a.id DESC LIMIT $2::bigint;

-- app_total :one
-- $1 which names (NULL: all), $2 words.
SELECT count(*) AS n FROM application a WHERE a.tenant_id = app_tenant()
AND ($1::text[] IS NULL OR a.name = ANY ($1::text[]))
AND ($2::text IS NULL OR position(lower($2::text) IN
    lower(a.name || ' ' || a.display_name)) > 0);
