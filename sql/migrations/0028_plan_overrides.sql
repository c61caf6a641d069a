-- SPDX-License-Identifier: Apache-2.0
-- What operators agree with one tenant: its plan, and what its contract says
-- beside it, seen by its owner.  Locks nothing.

-- Each value of a plan as a text; NULL means unlimited.
CREATE FUNCTION cameleer.plan_values(p cameleer.plan)
    RETURNS TABLE (key text, value text)
    LANGUAGE sql IMMUTABLE
    BEGIN ATOMIC
	SELECT e.key, CASE jsonb_typeof(e.value) WHEN 'array'
	    THEN (SELECT string_agg(i, ',') FROM
		jsonb_array_elements_text(e.value) i)
	    ELSE e.value #>> '{}' END
	FROM jsonb_each((to_jsonb(p) - 'features') || p.features) e;
    END;

-- What a tenant has, beside what its plan says; with a reason where its
-- contract says otherwise.
CREATE FUNCTION cameleer.plan_told(p_tenant uuid)
    RETURNS TABLE (tier text, key text, plan_value text, value text,
	reason text, since timestamptz, ends_at timestamptz)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
	SELECT t.tier, v.key, v.value, w.value, o.reason, o.created_at,
	    o.ends_at
	FROM cameleer.tenant t JOIN cameleer.plan p ON p.tier = t.tier
	CROSS JOIN LATERAL cameleer.plan_values(p) v
	CROSS JOIN LATERAL cameleer.plan_of(t.id) q
	JOIN LATERAL cameleer.plan_values(q) w ON w.key = v.key
	LEFT JOIN cameleer.plan_override o ON o.tenant_id = t.id
	    AND o.key = v.key AND o.ended_at IS NULL
	    AND coalesce(o.ends_at > now(), true)
	WHERE t.id = p_tenant;
    END;

GRANT INSERT, UPDATE (ended_at) ON cameleer.plan_override TO cameleer_gate;
GRANT UPDATE (tier) ON cameleer.tenant TO cameleer_gate;
GRANT SELECT, INSERT, DELETE, UPDATE (position) ON cameleer.environment
    TO cameleer_gate;
GRANT CREATE ON SCHEMA cameleer TO cameleer_gate;
SET LOCAL ROLE cameleer_gate;

-- Ends what a contract says about a key; the value it had, or no row.
CREATE FUNCTION cameleer.plan_override_end(p_tenant uuid, p_key text)
    RETURNS TABLE (old text)
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	UPDATE cameleer.plan_override o SET ended_at = now()
	WHERE o.tenant_id = p_tenant AND o.key = p_key AND o.ended_at IS NULL
	AND coalesce(o.ends_at > now(), true)
	RETURNING o.value #>> '{}';
    END;

-- Sets a value instead of the present one, which is returned.  A value of the
-- wrong kind, or no limit where each plan has one, is an error.
CREATE FUNCTION cameleer.plan_override_set(p_tenant uuid, p_key text,
    p_value jsonb, p_reason text, p_ends_at timestamptz)
    RETURNS TABLE (old text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = cameleer, pg_temp
AS $$
DECLARE
	v_plan	plan;
BEGIN
	SELECT p.* INTO v_plan FROM tenant t JOIN plan p ON p.tier = t.tier
	WHERE t.id = p_tenant AND t.state NOT IN ('deleting', 'deleted')
	FOR UPDATE OF t;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	SELECT v.value INTO old FROM plan_of(p_tenant) p
	CROSS JOIN plan_values(p) v WHERE v.key = p_key;
	UPDATE plan_override o SET ended_at = now()
	WHERE o.tenant_id = p_tenant AND o.key = p_key AND o.ended_at IS NULL;
	INSERT INTO plan_override (tenant_id, id, key, value, reason, ends_at)
	VALUES (p_tenant, gen_random_uuid(), p_key, p_value, p_reason,
	    p_ends_at);
	IF v_plan.features ? p_key THEN
		IF jsonb_typeof(p_value) <> jsonb_typeof(v_plan.features->p_key)
		THEN
			RAISE EXCEPTION 'a value of the wrong kind';
		END IF;
	ELSIF NOT EXISTS (SELECT FROM pg_attribute
	    WHERE attrelid = 'plan'::regclass AND attname = p_key
	    AND (p_value <> 'null' OR NOT attnotnull)) THEN
		RAISE EXCEPTION 'no such limit, or one that each plan has';
	END IF;
	PERFORM jsonb_populate_record(v_plan, jsonb_build_object(p_key,
	    p_value));
	RETURN NEXT;
END
$$;

-- What a tenant uses beyond its plan and contract, in words.  NULL: nothing.
CREATE FUNCTION cameleer.plan_excess(p_tenant uuid) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT string_agg(u.words, '; ')
	FROM cameleer.plan_of(p_tenant) p CROSS JOIN LATERAL (
	    SELECT format('%s applications of %s', count(*), p.max_apps)
		AS words
	    FROM cameleer.application a WHERE a.tenant_id = p_tenant
	    AND a.state = 'active' HAVING count(*) > p.max_apps
	    UNION ALL
	    SELECT format('%s deployments that run of %s', count(*),
		p.max_deployments)
	    FROM cameleer.deployment d WHERE d.tenant_id = p_tenant
	    AND d.wanted = 'running' HAVING count(*) > p.max_deployments
	    UNION ALL
	    SELECT format('deployments in environment %s', string_agg(e.name,
		', ' ORDER BY e.position))
	    FROM cameleer.environment e WHERE e.tenant_id = p_tenant
	    AND NOT p.custom_environments AND e.name <> ALL (p.environments)
	    AND EXISTS (SELECT FROM cameleer.deployment d
		WHERE d.tenant_id = e.tenant_id AND d.environment_id = e.id)
	    HAVING count(*) > 0
	    UNION ALL
	    SELECT 'single sign-on by ' || s.issuer
	    FROM cameleer.sso_provider s WHERE s.tenant_id = p_tenant
	    AND p.features->'sso' <> 'true'
	    UNION ALL
	    SELECT format('custom roles %s', string_agg(r.name, ', '
		ORDER BY r.name))
	    FROM cameleer.role r WHERE r.tenant_id = p_tenant
	    AND p.features->'custom_roles' <> 'true' HAVING count(*) > 0) u;
    END;

-- Gives a tenant another plan, and the environments of it; one that the plan
-- lacks goes if nothing was ever deployed there.  Queues what signs the licence
-- and looks after the server, and mails the owners.  outcome is 'done', 'same',
-- 'beyond' or the state in which it cannot be: then the caller takes back what
-- was done.  Only cameleerctl and the function below call it.
CREATE FUNCTION cameleer.plan_change(p_tenant uuid, p_tier text,
    p_operation uuid, p_reason text, p_link text)
    RETURNS TABLE (outcome text, old text, excess text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = cameleer, pg_temp
AS $$
DECLARE
	v_tenant	tenant;
	v_plan		plan;
BEGIN
	SELECT * INTO v_tenant FROM tenant WHERE id = p_tenant FOR UPDATE;
	old := v_tenant.tier;
	outcome := CASE WHEN v_tenant.id IS NULL THEN 'unknown'
	    WHEN v_tenant.state <> 'active' THEN v_tenant.state
	    WHEN old = p_tier THEN 'same' ELSE 'done' END;
	IF outcome <> 'done' THEN
		RETURN NEXT;
		RETURN;
	END IF;
	UPDATE tenant SET tier = p_tier, version = version + 1
	WHERE id = p_tenant;
	excess := plan_excess(p_tenant);
	IF excess IS NOT NULL THEN
		outcome := 'beyond';
		RETURN NEXT;
		RETURN;
	END IF;
	SELECT * INTO v_plan FROM plan_of(p_tenant);
	DELETE FROM environment e WHERE e.tenant_id = p_tenant
	AND NOT v_plan.custom_environments
	AND e.name <> ALL (v_plan.environments);
	-- Those of the plan come first, in its order.
	UPDATE environment e SET position = coalesce(array_position(
	    v_plan.environments, e.name), 100 + e.position)
	WHERE e.tenant_id = p_tenant;
	INSERT INTO environment (tenant_id, id, name, position)
	SELECT p_tenant, gen_random_uuid(), n.name, n.position
	FROM unnest(v_plan.environments) WITH ORDINALITY AS n (name, position)
	ON CONFLICT DO NOTHING;
	INSERT INTO operation (tenant_id, id, kind, subject_id, created_by)
	VALUES (p_tenant, p_operation, 'tenant.provision', p_tenant,
	    app_actor())
	ON CONFLICT (tenant_id, kind, subject_id) WHERE state = 'queued'
	DO NOTHING;
	PERFORM owners_mail(p_tenant, 'plan_changed', jsonb_build_object(
	    'old', old, 'new', p_tier, 'reason', p_reason), p_link),
	    pg_notify('cameleer_jobs', 'tenant.provision');
	RETURN NEXT;
END
$$;

-- The same for the operator to whom the transaction is pinned.
CREATE FUNCTION cameleer.platform_plan_change(p_tenant uuid, p_tier text,
    p_operation uuid, p_reason text, p_link text)
    RETURNS TABLE (outcome text, old text, excess text)
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT c.* FROM (SELECT
	    cameleer.is_operator('platform.tenant.manage') AS may) o
	CROSS JOIN LATERAL cameleer.plan_change(CASE WHEN o.may
	    THEN p_tenant END, p_tier, p_operation, p_reason, p_link) c;
    END;

CREATE FUNCTION cameleer.platform_plan_told(p_tenant uuid)
    RETURNS TABLE (tier text, key text, plan_value text, value text,
	reason text, since timestamptz, ends_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT p.* FROM cameleer.plan_told(p_tenant) p
	WHERE cameleer.is_operator('platform.tenant.read')
	OR cameleer.is_operator('platform.tenant.manage');
    END;

CREATE FUNCTION cameleer.platform_plan_set(p_tenant uuid, p_key text,
    p_value jsonb, p_reason text, p_ends_at timestamptz)
    RETURNS TABLE (old text)
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT s.old FROM (SELECT
	    cameleer.is_operator('platform.tenant.manage') AS may) o
	CROSS JOIN LATERAL cameleer.plan_override_set(CASE WHEN o.may
	    THEN p_tenant END, p_key, p_value, p_reason, p_ends_at) s;
    END;

CREATE FUNCTION cameleer.platform_plan_end(p_tenant uuid, p_key text)
    RETURNS TABLE (old text)
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT s.old FROM (SELECT
	    cameleer.is_operator('platform.tenant.manage') AS may) o
	CROSS JOIN LATERAL cameleer.plan_override_end(CASE WHEN o.may
	    THEN p_tenant END, p_key) s;
    END;

-- What the tenants of the pinned account include, whichever is chosen.
CREATE FUNCTION cameleer.my_features()
    RETURNS TABLE (tenant_id uuid, features jsonb)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT m.tenant_id, p.features FROM cameleer.membership m
	CROSS JOIN LATERAL cameleer.plan_of(m.tenant_id) p
	WHERE m.account_id = cameleer.app_actor();
    END;

REVOKE EXECUTE ON FUNCTION cameleer.plan_override_end(uuid, text),
    cameleer.plan_override_set(uuid, text, jsonb, text, timestamptz),
    cameleer.platform_plan_told(uuid), cameleer.plan_excess(uuid),
    cameleer.plan_change(uuid, text, uuid, text, text),
    cameleer.platform_plan_change(uuid, text, uuid, text, text),
    cameleer.platform_plan_set(uuid, text, jsonb, text, timestamptz),
    cameleer.platform_plan_end(uuid, text), cameleer.my_features() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cameleer.platform_plan_told(uuid),
    cameleer.platform_plan_change(uuid, text, uuid, text, text),
    cameleer.platform_plan_set(uuid, text, jsonb, text, timestamptz),
    cameleer.platform_plan_end(uuid, text), cameleer.my_features()
    TO cameleer_auth;

SET LOCAL ROLE cameleer_owner;
REVOKE CREATE ON SCHEMA cameleer FROM cameleer_gate;
REVOKE EXECUTE ON FUNCTION cameleer.plan_values(cameleer.plan),
    cameleer.plan_told(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cameleer.plan_values(cameleer.plan),
    cameleer.plan_told(uuid) TO cameleer_billing, cameleer_gate;
