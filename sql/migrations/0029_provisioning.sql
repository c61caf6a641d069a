-- SPDX-License-Identifier: Apache-2.0
-- What happened to operations, step by step; what operators decide about them;
-- and how long each step usually takes.  Locks operation and operation_step
-- for a moment.

ALTER TABLE cameleer.operation
    -- How it is to end once its steps are undone; NULL: it is to be done.
    ADD ending_code text,
    ADD ending text,
    ADD CHECK ((ending_code IS NULL) = (ending IS NULL));
ALTER TABLE cameleer.operation_step
    DROP CONSTRAINT operation_step_state_check,
    ADD CONSTRAINT operation_step_state_check CHECK (state IN
	('pending', 'running', 'done', 'failed', 'skipped', 'undone')),
    -- May an operator have the operation go on without it?
    ADD skippable boolean NOT NULL DEFAULT false;

-- Append only: a row goes when it is old, and never changes.
CREATE TABLE cameleer.provisioning_event (
	tenant_id	uuid NOT NULL,
	-- In the order in which they happened.
	seq		bigint GENERATED ALWAYS AS IDENTITY,
	operation_id	uuid NOT NULL,
	kind		text NOT NULL,
	-- NULL: the operation as a whole.
	step		text,
	attempt		bigint NOT NULL,
	what		text NOT NULL CHECK (what IN ('started', 'waiting',
			    'failed', 'done', 'undone', 'retried', 'skipped',
			    'aborted')),
	detail		text CHECK (length(detail) <= 1000),
	-- How long a step took that is done, and where.
	took_ms		bigint CHECK (took_ms >= 0),
	place_id	uuid REFERENCES cameleer.place,
	-- Who decided, and why; an actor of NULL is the command.
	actor_id	uuid REFERENCES cameleer.account,
	reason		text CHECK (length(reason) BETWEEN 3 AND 500),
	at		timestamptz NOT NULL DEFAULT clock_timestamp(),
	PRIMARY KEY (tenant_id, seq),
	FOREIGN KEY (tenant_id, operation_id) REFERENCES cameleer.operation,
	CHECK ((reason IS NULL) = (what NOT IN ('retried', 'skipped',
	    'aborted')))
);
CREATE INDEX provisioning_event_of ON cameleer.provisioning_event
    (tenant_id, operation_id, seq);
CREATE INDEX provisioning_event_usual ON cameleer.provisioning_event
    (kind, step, place_id, seq) WHERE what = 'done';
CREATE INDEX provisioning_event_age ON cameleer.provisioning_event (at);

ALTER TABLE cameleer.provisioning_event
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON cameleer.provisioning_event FOR SELECT
    USING (tenant_id = cameleer.app_tenant());
CREATE POLICY tenant_adds ON cameleer.provisioning_event FOR INSERT
    WITH CHECK (tenant_id = cameleer.app_tenant());
CREATE POLICY worker_sees ON cameleer.provisioning_event FOR SELECT
    TO cameleer_worker USING (true);
CREATE POLICY worker_sweeps ON cameleer.provisioning_event FOR DELETE
    TO cameleer_worker USING (at < now() - interval '90 days');

GRANT SELECT ON cameleer.provisioning_event TO cameleer_tenants;
GRANT SELECT, INSERT, DELETE ON cameleer.provisioning_event
    TO cameleer_worker;
GRANT SELECT, INSERT ON cameleer.provisioning_event TO cameleer_gate;
GRANT UPDATE (ending_code, ending) ON cameleer.operation TO cameleer_worker;
GRANT UPDATE (state, attempt, failures, run_at, lease_until, error_code, error,
    finished_at, ending_code, ending) ON cameleer.operation TO cameleer_gate;
GRANT SELECT, UPDATE (state, detail, started_at, finished_at)
    ON cameleer.operation_step TO cameleer_gate;

INSERT INTO cameleer.lifecycle VALUES
    ('step', 'done', 'undone', '{worker}'),
    ('step', 'undone', 'pending', '{auth,ctl}'),
    ('step', 'pending', 'skipped', '{auth,ctl}'),
    ('step', 'running', 'skipped', '{auth,ctl}'),
    ('step', 'failed', 'skipped', '{auth,ctl}');
INSERT INTO cameleer.schedule (kind, every_s) VALUES ('operations', 15);

-- Records what happened to a step of the pinned tenant's operation.  What was
-- said last is not said again, and of one operation so much is kept that the
-- end of a long wait always has its row.
CREATE FUNCTION cameleer.operation_note(p_operation uuid, p_step text,
    p_what text, p_detail text) RETURNS void
    LANGUAGE plpgsql SET search_path = cameleer, pg_temp AS $$
DECLARE
	v_tenant uuid := app_tenant();
	v_last	provisioning_event;
BEGIN
	SELECT * INTO v_last FROM provisioning_event
	WHERE tenant_id = v_tenant AND operation_id = p_operation
	ORDER BY seq DESC LIMIT 1;
	IF v_last.what = p_what AND v_last.step IS NOT DISTINCT FROM p_step
	    AND v_last.detail IS NOT DISTINCT FROM left(p_detail, 1000)
	    OR p_what = 'waiting' AND (SELECT count(*) FROM provisioning_event
		WHERE tenant_id = v_tenant AND operation_id = p_operation)
		>= 200 THEN
		RETURN;
	END IF;
	INSERT INTO provisioning_event (tenant_id, operation_id, kind, step,
	    attempt, what, detail, took_ms, place_id)
	SELECT o.tenant_id, o.id, o.kind, p_step, o.attempt, p_what,
	    left(p_detail, 1000), CASE WHEN p_what = 'done' THEN
	    (SELECT greatest(0, extract(epoch FROM clock_timestamp()
		- s.started_at) * 1000)::bigint FROM operation_step s
	    WHERE s.tenant_id = o.tenant_id AND s.operation_id = o.id
	    AND s.name = p_step) END, t.place_id
	FROM operation o JOIN tenant t ON t.id = o.tenant_id
	WHERE o.tenant_id = v_tenant AND o.id = p_operation;
END
$$;
REVOKE EXECUTE ON FUNCTION cameleer.operation_note(uuid, text, text, text)
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cameleer.operation_note(uuid, text, text, text)
    TO cameleer_worker;

-- An operation as operators see it.
CREATE TYPE cameleer.operation_seen AS (
	id uuid, tenant uuid, slug text, kind text, state text,
	attempt bigint, failures bigint, error_code text, error text,
	ending boolean, step text, skippable boolean, created_at timestamptz,
	finished_at timestamptz
);

GRANT CREATE ON SCHEMA cameleer TO cameleer_gate;
SET LOCAL ROLE cameleer_gate;

-- The median of the last 20 runs of each step of the pinned tenant's
-- operation, at the tenant's place; NULL: there was none yet.
CREATE FUNCTION cameleer.step_usual(p_operation uuid)
    RETURNS TABLE (step text, typical_ms bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT s.name, (SELECT percentile_disc(0.5) WITHIN GROUP
		(ORDER BY r.took_ms)
	    FROM (SELECT e.took_ms FROM cameleer.provisioning_event e
		WHERE e.kind = o.kind AND e.step = s.name
		AND e.place_id = t.place_id AND e.what = 'done'
		ORDER BY e.seq DESC LIMIT 20) r)
	FROM cameleer.operation o
	JOIN cameleer.tenant t ON t.id = o.tenant_id
	JOIN cameleer.operation_step s ON s.tenant_id = o.tenant_id
	    AND s.operation_id = o.id
	WHERE o.tenant_id = cameleer.app_tenant() AND o.id = p_operation;
    END;

-- One operation, or those that are not done after one, newest first; and the
-- step at which each is.
CREATE FUNCTION cameleer.operations_seen(p_operation uuid, p_after uuid,
    p_limit integer) RETURNS SETOF cameleer.operation_seen
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT o.id, o.tenant_id, t.slug, o.kind, o.state, o.attempt,
	    o.failures, o.error_code, o.error, o.ending_code IS NOT NULL,
	    at.name, coalesce(at.skippable, false), o.created_at, o.finished_at
	FROM cameleer.operation o
	JOIN cameleer.tenant t ON t.id = o.tenant_id
	LEFT JOIN LATERAL (SELECT s.name, s.skippable
	    FROM cameleer.operation_step s
	    WHERE s.tenant_id = o.tenant_id AND s.operation_id = o.id
	    AND s.state IN ('pending', 'running', 'failed')
	    ORDER BY s.position LIMIT 1) at ON true
	WHERE CASE WHEN p_operation IS NULL THEN o.state <> 'done'
	    AND (p_after IS NULL OR o.id < p_after) ELSE o.id = p_operation END
	ORDER BY o.id DESC LIMIT p_limit;
    END;

-- The same for the operator to whom the transaction is pinned.
CREATE FUNCTION cameleer.platform_operations(p_operation uuid, p_after uuid,
    p_limit integer) RETURNS SETOF cameleer.operation_seen
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT * FROM cameleer.operations_seen(p_operation, p_after, p_limit)
	WHERE cameleer.is_operator('platform.operation.read')
	OR cameleer.is_operator('platform.operation.manage');
    END;

-- Steps and events of one operation, as JSON, for operators.
CREATE FUNCTION cameleer.operation_story(p_operation uuid)
    RETURNS TABLE (steps json, events json)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT coalesce((SELECT json_agg(json_build_object('name', s.name,
		'state', s.state, 'skippable', s.skippable,
		'detail', s.detail,
		'started_at', cameleer.rfc3339_ms(s.started_at),
		'finished_at', cameleer.rfc3339_ms(s.finished_at))
		ORDER BY s.position) FROM cameleer.operation_step s
		WHERE s.operation_id = o.id AND s.tenant_id = o.tenant_id),
	    '[]'), coalesce((SELECT json_agg(json_build_object(
		'at', cameleer.rfc3339_ms(e.at), 'step', e.step,
		'what', e.what, 'attempt', e.attempt, 'detail', e.detail,
		'actor', e.actor_id, 'reason', e.reason) ORDER BY e.seq)
		FROM (SELECT * FROM cameleer.provisioning_event e
		    WHERE e.operation_id = o.id AND e.tenant_id = o.tenant_id
		    ORDER BY e.seq DESC LIMIT 500) e), '[]')
	FROM cameleer.operation o WHERE o.id = p_operation;
    END;

CREATE FUNCTION cameleer.platform_operation_story(p_operation uuid)
    RETURNS TABLE (steps json, events json)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT s.steps, s.events FROM cameleer.operation_story(p_operation) s
	WHERE cameleer.is_operator('platform.operation.read')
	OR cameleer.is_operator('platform.operation.manage');
    END;

-- An operator's decision: retry, skip (a step) or abort.  NULL: done; else why
-- it changes nothing: `none`, `state`, `waiting` (another one for the same),
-- `step` (not where it is), `required` or `kind`.  A higher attempt stops the
-- worker that is at it.  Only cameleerctl and the function below call it.
CREATE FUNCTION cameleer.operation_decide(p_operation uuid, p_decision text,
    p_step text, p_reason text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = cameleer, pg_temp
AS $$
DECLARE
	v_op	operation;
	v_step	operation_step;
	v_what	text := CASE p_decision WHEN 'retry' THEN 'retried'
		    WHEN 'skip' THEN 'skipped' ELSE 'aborted' END;
BEGIN
	SELECT * INTO v_op FROM operation WHERE id = p_operation FOR UPDATE;
	IF NOT FOUND THEN
		RETURN 'none';
	END IF;
	SELECT * INTO v_step FROM operation_step s
	WHERE s.tenant_id = v_op.tenant_id AND s.operation_id = v_op.id
	AND s.state IN ('pending', 'running', 'failed')
	ORDER BY s.position LIMIT 1 FOR UPDATE;
	IF v_op.state = 'done' OR v_op.state <> 'failed'
	    AND (v_op.ending_code IS NOT NULL OR p_decision = 'retry'
		AND v_op.run_at <= now() AND v_op.state = 'queued')
	    OR v_op.state = 'failed' AND p_decision = 'abort' THEN
		RETURN 'state';
	END IF;
	IF v_op.state = 'failed' AND EXISTS (SELECT FROM operation
	    WHERE tenant_id = v_op.tenant_id AND kind = v_op.kind
	    AND subject_id = v_op.subject_id AND state = 'queued') THEN
		RETURN 'waiting';
	END IF;
	-- What began to remove a tenant goes on to its end.
	IF p_decision = 'abort' AND v_op.kind NOT IN ('tenant.provision',
	    'tenant.suspend', 'tenant.reactivate') THEN
		RETURN 'kind';
	END IF;
	IF p_decision = 'skip' THEN
		IF v_step.name IS DISTINCT FROM p_step THEN
			RETURN 'step';
		END IF;
		IF NOT v_step.skippable THEN
			RETURN 'required';
		END IF;
		UPDATE operation_step SET state = 'skipped',
		    finished_at = clock_timestamp()
		WHERE tenant_id = v_op.tenant_id AND operation_id = v_op.id
		AND name = p_step;
	END IF;
	INSERT INTO provisioning_event (tenant_id, operation_id, kind, step,
	    attempt, what, detail, actor_id, reason)
	VALUES (v_op.tenant_id, v_op.id, v_op.kind, v_step.name, v_op.attempt,
	    v_what, left(v_op.error, 1000), app_actor(), p_reason);
	IF v_op.state = 'failed' THEN
		UPDATE operation_step SET state = 'pending', detail = NULL,
		    started_at = NULL, finished_at = NULL
		WHERE tenant_id = v_op.tenant_id AND operation_id = v_op.id
		AND state IN ('failed', 'running', 'undone');
	END IF;
	UPDATE operation SET state = CASE v_op.state WHEN 'failed'
		THEN 'queued' ELSE v_op.state END,
	    attempt = attempt + CASE p_decision WHEN 'retry' THEN 0 ELSE 1 END,
	    failures = 0, run_at = now(),
	    lease_until = CASE p_decision WHEN 'retry' THEN lease_until END,
	    error_code = NULL, error = NULL, finished_at = NULL,
	    ending_code = CASE p_decision WHEN 'abort'
		THEN 'operation_aborted' END,
	    ending = CASE p_decision WHEN 'abort'
		THEN 'an operator stopped it: ' || p_reason END
	WHERE tenant_id = v_op.tenant_id AND id = v_op.id;
	PERFORM pg_notify('cameleer_jobs', v_op.kind);
	RETURN NULL;
END
$$;

CREATE FUNCTION cameleer.platform_operation_decide(p_operation uuid,
    p_decision text, p_step text, p_reason text) RETURNS text
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT CASE WHEN cameleer.is_operator('platform.operation.manage')
	    THEN cameleer.operation_decide(p_operation, p_decision, p_step,
		p_reason) ELSE 'none' END;
    END;

-- Mails who must know that the pinned tenant's operation has failed for good:
-- its owners, and the operators who can do something, unless one of them had it
-- stopped.  The same trouble within six hours is mailed once.
CREATE FUNCTION cameleer.operation_alert(p_operation uuid, p_link text)
    RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = cameleer, pg_temp
AS $$
DECLARE
	v_op	operation;
	v_tenant tenant;
	v_data	jsonb;
BEGIN
	SELECT * INTO STRICT v_op FROM operation
	WHERE tenant_id = app_tenant() AND id = p_operation;
	SELECT * INTO STRICT v_tenant FROM tenant WHERE id = app_tenant();
	IF EXISTS (SELECT FROM operation o WHERE o.tenant_id = v_op.tenant_id
	    AND o.kind = v_op.kind AND o.id <> v_op.id AND o.state = 'failed'
	    AND o.finished_at > now() - interval '6 hours') THEN
		RETURN;
	END IF;
	v_data := jsonb_build_object('tenant', v_tenant.name,
	    'slug', v_tenant.slug, 'operation', v_op.id, 'kind', v_op.kind,
	    'what', CASE v_op.kind WHEN 'tenant.provision' THEN
		CASE v_tenant.state WHEN 'active' THEN 'restarting its server'
		ELSE 'setting it up' END
		WHEN 'tenant.suspend' THEN 'suspending it'
		ELSE 'starting it again' END,
	    'code', v_op.error_code,
	    'why', regexp_replace(coalesce(v_op.error, ''), '[\r\n]+', ' ',
		'g'),
	    'link', p_link || '/tenants/' || v_tenant.slug);
	INSERT INTO mail (id, address, template, data)
	SELECT gen_random_uuid(), a.email, 'tenant_trouble',
	    v_data || jsonb_build_object('name', a.name)
	FROM membership m JOIN account a ON a.id = m.account_id
	WHERE m.tenant_id = v_op.tenant_id AND m.role = 'owner'
	AND a.state = 'active' AND a.email IS NOT NULL;
	INSERT INTO mail (id, address, template, data)
	SELECT gen_random_uuid(), a.email, 'operation_failed',
	    v_data || jsonb_build_object('name', a.name)
	FROM operator p JOIN account a ON a.id = p.account_id
	WHERE 'platform.operation.manage' = ANY (p.permissions)
	AND a.state = 'active' AND a.email IS NOT NULL
	AND v_op.error_code <> 'operation_aborted';
	PERFORM pg_notify('cameleer_jobs', 'mail');
END
$$;

-- Why the pinned tenant is suspended, and until when it can be read.
CREATE FUNCTION cameleer.tenant_suspension()
    RETURNS TABLE (reason text, until timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT s.reason, (SELECT l.grace_until FROM cameleer.license l
	    WHERE l.tenant_id = s.tenant_id ORDER BY l.version DESC LIMIT 1)
	FROM cameleer.license_standing s
	WHERE s.tenant_id = cameleer.app_tenant();
    END;

REVOKE EXECUTE ON FUNCTION cameleer.step_usual(uuid),
    cameleer.operations_seen(uuid, uuid, integer),
    cameleer.platform_operations(uuid, uuid, integer),
    cameleer.operation_story(uuid), cameleer.platform_operation_story(uuid),
    cameleer.operation_decide(uuid, text, text, text),
    cameleer.platform_operation_decide(uuid, text, text, text),
    cameleer.operation_alert(uuid, text), cameleer.tenant_suspension()
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cameleer.step_usual(uuid) TO cameleer_tenants;
GRANT EXECUTE ON FUNCTION
    cameleer.platform_operations(uuid, uuid, integer),
    cameleer.platform_operation_story(uuid),
    cameleer.platform_operation_decide(uuid, text, text, text),
    cameleer.tenant_suspension() TO cameleer_auth;
GRANT EXECUTE ON FUNCTION cameleer.operation_alert(uuid, text)
    TO cameleer_worker;

SET LOCAL ROLE cameleer_owner;
REVOKE CREATE ON SCHEMA cameleer FROM cameleer_gate;
