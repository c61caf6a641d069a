-- SPDX-License-Identifier: Apache-2.0
-- What is told of drift, and how it is restored.  Locks nothing.

CREATE TYPE cameleer.drift_row AS (
	tenant uuid, slug text, object text, field text, wanted text, live text,
	since timestamptz, restoring boolean, changed_at timestamptz,
	changed_by text
);

GRANT CREATE ON SCHEMA cameleer TO cameleer_gate;
SET LOCAL ROLE cameleer_gate;

-- Each difference, with who changed the wish last, and when; of all tenants
-- when p_tenant is NULL.
CREATE FUNCTION cameleer.drift_told(p_tenant uuid)
    RETURNS SETOF cameleer.drift_row
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT t.id, t.slug, d.object, d.field, d.wanted, d.live, d.since,
	    EXISTS (SELECT FROM cameleer.operation r
		WHERE r.tenant_id = t.id AND r.id = d.restore_id
		AND r.state IN ('queued', 'running')),
	    o.created_at, a.name
	FROM cameleer.drift d JOIN cameleer.tenant t ON t.id = d.tenant_id
	LEFT JOIN LATERAL (SELECT x.created_at, x.created_by
	    FROM cameleer.operation x WHERE x.tenant_id = t.id
	    AND x.kind IN ('deployment.apply', 'release.assemble',
		'tenant.provision')
	    AND x.subject_id IN (d.subject_id, (SELECT y.release_id
		FROM cameleer.deployment y WHERE y.tenant_id = t.id
		AND y.id = d.subject_id))
	    AND x.created_by IS NOT NULL ORDER BY x.id DESC LIMIT 1) o ON true
	LEFT JOIN cameleer.account a ON a.id = o.created_by
	WHERE t.state = 'active' AND (p_tenant IS NULL OR t.id = p_tenant);
    END;

CREATE FUNCTION cameleer.platform_drift() RETURNS SETOF cameleer.drift_row
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT * FROM cameleer.drift_told(NULL)
	WHERE cameleer.is_operator('platform.tenant.read')
	OR cameleer.is_operator('platform.tenant.manage');
    END;

CREATE FUNCTION cameleer.tenant_drift() RETURNS SETOF cameleer.drift_row
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT * FROM cameleer.drift_told(cameleer.app_tenant())
	WHERE cameleer.app_tenant() IS NOT NULL;
    END;

-- Queues the job that restores an object, or adds the object to one that still
-- waits, and returns it; NULL: nothing differs there, or it is being restored.
CREATE FUNCTION cameleer.drift_restore(p_tenant uuid, p_object text,
    p_operation uuid) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = cameleer, pg_temp
AS $$
DECLARE
	v_waiting uuid := (SELECT o.id FROM operation o
	    WHERE o.tenant_id = p_tenant AND o.kind = 'drift.restore'
	    AND o.state = 'queued');
BEGIN
	UPDATE drift d SET restore_id = coalesce(v_waiting, p_operation)
	WHERE d.tenant_id = p_tenant AND d.object = p_object
	AND NOT EXISTS (SELECT FROM operation o WHERE o.tenant_id = p_tenant
	    AND o.id = d.restore_id AND o.state IN ('queued', 'running'));
	IF NOT FOUND THEN
		RETURN NULL;
	END IF;
	IF v_waiting IS NOT NULL THEN
		RETURN v_waiting;
	END IF;
	INSERT INTO operation (tenant_id, id, kind, subject_id, created_by)
	VALUES (p_tenant, p_operation, 'drift.restore', p_tenant, app_actor());
	PERFORM pg_notify('cameleer_jobs', 'drift.restore');
	RETURN p_operation;
END
$$;

CREATE FUNCTION cameleer.tenant_drift_restore(p_object text,
    p_operation uuid) RETURNS uuid
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT cameleer.drift_restore(cameleer.app_tenant(), p_object,
	    p_operation);
    END;

CREATE FUNCTION cameleer.platform_drift_restore(p_tenant uuid,
    p_object text, p_operation uuid) RETURNS uuid
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT CASE WHEN cameleer.is_operator('platform.tenant.manage')
	    THEN cameleer.drift_restore(p_tenant, p_object, p_operation)
	    END;
    END;

REVOKE EXECUTE ON FUNCTION cameleer.drift_told(uuid),
    cameleer.platform_drift(), cameleer.tenant_drift(),
    cameleer.drift_restore(uuid, text, uuid),
    cameleer.tenant_drift_restore(text, uuid),
    cameleer.platform_drift_restore(uuid, text, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cameleer.platform_drift(),
    cameleer.platform_drift_restore(uuid, text, uuid) TO cameleer_auth;
GRANT EXECUTE ON FUNCTION cameleer.tenant_drift(),
    cameleer.tenant_drift_restore(text, uuid) TO cameleer_tenants;

SET LOCAL ROLE cameleer_owner;
REVOKE CREATE ON SCHEMA cameleer FROM cameleer_gate;
