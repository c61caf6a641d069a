-- SPDX-License-Identifier: Apache-2.0
-- Jobs of the pinned tenant, for clients to follow.

-- operation_get :one
-- Any, or only what the account began.  A step that is not done yet takes what
-- it usually takes; nothing is known behind one that never ran at this place,
-- or that takes longer than usual.
WITH step AS (SELECT s.*, u.typical_ms, CASE s.state
	WHEN 'pending' THEN u.typical_ms
	WHEN 'running' THEN u.typical_ms - (extract(epoch FROM now()
	    - s.started_at) * 1000)::bigint ELSE 0 END AS rest_ms
    FROM operation_step s JOIN step_usual($1::uuid) u ON u.step = s.name
    WHERE s.tenant_id = app_tenant() AND s.operation_id = $1::uuid),
due AS (SELECT s.*, CASE WHEN NOT bool_or(s.rest_ms IS NULL OR s.rest_ms < 0)
	OVER before AND s.state IN ('pending', 'running') THEN now()
	+ (sum(s.rest_ms) OVER before)::float8 * interval '1 millisecond'
	END AS eta_at,
    CASE WHEN s.state = 'running' AND s.rest_ms < 0 THEN s.started_at
	+ s.typical_ms * interval '1 millisecond' END AS late_since
    FROM step s WINDOW before AS (ORDER BY s.position))
SELECT o.id::text, o.kind, o.state, o.error_code, o.error,
    rfc3339_ms(o.created_at) AS created_at,
    rfc3339_ms(o.finished_at) AS finished_at,
    CASE WHEN o.state IN ('queued', 'running') THEN rfc3339_ms((SELECT d.eta_at
	FROM due d ORDER BY d.position DESC LIMIT 1)) END AS eta_at,
    CASE WHEN o.state IN ('queued', 'running') THEN rfc3339_ms((SELECT
	min(d.late_since) FROM due d)) END AS late_since,
    coalesce((SELECT json_agg(json_build_object('name', s.name,
	'state', s.state, 'detail', s.detail,
	'started_at', rfc3339_ms(s.started_at),
	'finished_at', rfc3339_ms(s.finished_at),
	'typical_ms', s.typical_ms, 'eta_at', CASE WHEN o.state IN ('queued',
	    'running') THEN rfc3339_ms(s.eta_at) END,
	'late_since', CASE WHEN o.state IN ('queued',
	    'running') THEN rfc3339_ms(s.late_since) END)
	ORDER BY s.position) FROM due s), '[]')::text AS steps,
    coalesce((SELECT json_agg(json_build_object('at', rfc3339_ms(e.at),
	'step', e.step, 'what', e.what, 'attempt', e.attempt,
	'detail', e.detail, 'by', CASE WHEN e.reason IS NULL THEN 'platform'
	    ELSE 'operator' END, 'reason', e.reason) ORDER BY e.seq)
	FROM (SELECT e.seq, e.at, e.step, e.what, e.attempt, e.detail,
		e.reason FROM provisioning_event e
	    WHERE e.tenant_id = o.tenant_id AND e.operation_id = o.id
	    ORDER BY e.seq DESC LIMIT 500) e), '[]')::text AS events
FROM operation o WHERE o.tenant_id = app_tenant() AND o.id = $1::uuid
AND ($2::boolean OR o.created_by = app_actor());

-- operation_list :many
SELECT id::text, kind, state, error_code, error,
    rfc3339_ms(created_at) AS created_at,
    rfc3339_ms(finished_at) AS finished_at
FROM operation WHERE tenant_id = app_tenant()
AND ($1::uuid IS NULL OR id < $1::uuid)
ORDER BY id DESC LIMIT $2::bigint;
