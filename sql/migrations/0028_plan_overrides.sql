-- SPDX-License-Identifier: Apache-2.0
-- What operators agree with one tenant beside its plan: seen by its owner, set
-- and taken back by operators.  Locks nothing.

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

-- The same for the operator to whom the transaction is pinned.
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
    cameleer.platform_plan_told(uuid),
    cameleer.platform_plan_set(uuid, text, jsonb, text, timestamptz),
    cameleer.platform_plan_end(uuid, text), cameleer.my_features() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cameleer.platform_plan_told(uuid),
    cameleer.platform_plan_set(uuid, text, jsonb, text, timestamptz),
    cameleer.platform_plan_end(uuid, text), cameleer.my_features()
    TO cameleer_auth;

SET LOCAL ROLE cameleer_owner;
REVOKE CREATE ON SCHEMA cameleer FROM cameleer_gate;
REVOKE EXECUTE ON FUNCTION cameleer.plan_values(cameleer.plan),
    cameleer.plan_told(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cameleer.plan_values(cameleer.plan),
    cameleer.plan_told(uuid) TO cameleer_billing, cameleer_gate;
