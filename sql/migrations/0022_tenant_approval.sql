-- SPDX-License-Identifier: Apache-2.0
-- An operator's answer to a requested tenant: it is provisioned, or removed
-- before anything of it was made.  Locks nothing.

GRANT UPDATE (state, version) ON cameleer.tenant TO cameleer_gate;
GRANT INSERT ON cameleer.operation TO cameleer_gate;

GRANT CREATE ON SCHEMA cameleer TO cameleer_gate;
SET LOCAL ROLE cameleer_gate;

-- Changes the state, queues the job, and mails the owners.  False: it does not
-- wait for an answer.  Only cameleerctl and the function below call it.
CREATE FUNCTION cameleer.tenant_answer(p_tenant uuid, p_operation uuid,
    p_yes boolean, p_reason text, p_link text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = cameleer, pg_temp
AS $$
DECLARE
	v_tenant	tenant;
	v_kind		text := CASE WHEN p_yes THEN 'tenant.provision'
			    ELSE 'tenant.remove' END;
BEGIN
	UPDATE tenant SET version = version + 1,
	    state = CASE WHEN p_yes THEN 'provisioning' ELSE 'deleting' END
	WHERE id = p_tenant AND state = 'requested'
	RETURNING * INTO v_tenant;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	-- Whoever asked for the tenant may follow its operation.
	INSERT INTO operation (tenant_id, id, kind, subject_id, created_by)
	VALUES (p_tenant, p_operation, v_kind, p_tenant, v_tenant.created_by);
	INSERT INTO mail (id, address, template, data)
	SELECT gen_random_uuid(), a.email,
	    CASE WHEN p_yes THEN 'tenant_approved' ELSE 'tenant_refused' END,
	    jsonb_build_object('name', a.name, 'tenant', v_tenant.name,
		'tier', v_tenant.tier, 'reason', coalesce(p_reason, ''),
		'link', p_link || '/tenants/' || v_tenant.slug)
	FROM membership m JOIN account a ON a.id = m.account_id
	WHERE m.tenant_id = p_tenant AND m.role = 'owner'
	AND a.state = 'active' AND a.email IS NOT NULL;
	PERFORM pg_notify('cameleer_jobs', v_kind),
	    pg_notify('cameleer_jobs', 'mail');
	RETURN true;
END
$$;

-- The same for the operator to whom the transaction is pinned.
CREATE FUNCTION cameleer.platform_tenant_answer(p_tenant uuid,
    p_operation uuid, p_yes boolean, p_reason text, p_link text)
    RETURNS boolean
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT CASE WHEN cameleer.is_operator('platform.tenant.manage')
	    THEN cameleer.tenant_answer(p_tenant, p_operation, p_yes,
		p_reason, p_link)
	    ELSE false END;
    END;

CREATE FUNCTION cameleer.platform_tenant(p_tenant uuid)
    RETURNS TABLE (id uuid, slug text, name text, tier text, state text,
	members bigint, created_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT t.id, t.slug, t.name, t.tier, t.state,
	    (SELECT count(*) FROM cameleer.membership m
		WHERE m.tenant_id = t.id), t.created_at
	FROM cameleer.tenant t
	WHERE t.id = p_tenant
	AND (cameleer.is_operator('platform.tenant.read')
	    OR cameleer.is_operator('platform.tenant.manage'));
    END;

REVOKE EXECUTE ON FUNCTION
    cameleer.tenant_answer(uuid, uuid, boolean, text, text),
    cameleer.platform_tenant_answer(uuid, uuid, boolean, text, text),
    cameleer.platform_tenant(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    cameleer.platform_tenant_answer(uuid, uuid, boolean, text, text),
    cameleer.platform_tenant(uuid) TO cameleer_auth;

SET LOCAL ROLE cameleer_owner;
REVOKE CREATE ON SCHEMA cameleer FROM cameleer_gate;
