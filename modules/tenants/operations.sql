-- SPDX-License-Identifier: Apache-2.0
-- Jobs of the pinned tenant, to follow.

-- operation_get :one
SELECT o.id::text, o.kind, o.state, o.error_code, o.error,
    to_char(o.created_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS created_at,
    to_char(o.finished_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS finished_at,
    coalesce((SELECT json_agg(json_build_object('name', s.name,
	'state', s.state, 'detail', s.detail,
	'started_at', to_char(s.started_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
	'finished_at',
	    to_char(s.finished_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
	ORDER BY s.position)
	FROM operation_step s WHERE s.operation_id = o.id
	AND s.tenant_id = o.tenant_id), '[]')::text AS steps
FROM operation o WHERE o.tenant_id = app_tenant() AND o.id = $1::uuid;

-- operation_list :many
SELECT id::text, kind, state, error_code, error,
    to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS created_at,
    to_char(finished_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS finished_at
FROM operation WHERE tenant_id = app_tenant()
AND ($1::uuid IS NULL OR id < $1::uuid)
ORDER BY id DESC LIMIT $2::bigint;
