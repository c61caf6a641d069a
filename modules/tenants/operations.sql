-- SPDX-License-Identifier: Apache-2.0
-- Jobs of the pinned tenant, for clients to follow.

-- operation_get :one
-- Any, or only what the account began.
SELECT o.id::text, o.kind, o.state, o.error_code, o.error,
    rfc3339_ms(o.created_at) AS created_at,
    rfc3339_ms(o.finished_at) AS finished_at,
    coalesce((SELECT json_agg(json_build_object('name', s.name,
	'state', s.state, 'detail', s.detail,
	'started_at', rfc3339_ms(s.started_at),
	'finished_at', rfc3339_ms(s.finished_at))
	ORDER BY s.position)
	FROM operation_step s WHERE s.operation_id = o.id
	AND s.tenant_id = o.tenant_id), '[]')::text AS steps
FROM operation o WHERE o.tenant_id = app_tenant() AND o.id = $1::uuid
AND ($2::boolean OR o.created_by = app_actor());

-- operation_list :many
SELECT id::text, kind, state, error_code, error,
    rfc3339_ms(created_at) AS created_at,
    rfc3339_ms(finished_at) AS finished_at
FROM operation WHERE tenant_id = app_tenant()
AND ($1::uuid IS NULL OR id < $1::uuid)
ORDER BY id DESC LIMIT $2::bigint;
