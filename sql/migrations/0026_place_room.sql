-- SPDX-License-Identifier: Apache-2.0
-- Which place a tenant gets, and whether a place has room.  Decided under a
-- lock of the place's row, so that of two at once one wins.  Locks tenant,
-- deployment and release for a moment.

GRANT CREATE ON SCHEMA cameleer TO cameleer_gate;
SET LOCAL ROLE cameleer_gate;

-- What is promised to the tenants of each place, and how much may be; a most
-- of NULL is not known yet.  What follows an upload counts already.
CREATE FUNCTION cameleer.place_rooms(p_place uuid)
    RETURNS TABLE (place uuid, tenants bigint, apps bigint,
	cpu_used bigint, cpu_most bigint, memory_used bigint,
	memory_most bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT p.id, t.n, d.n,
	    t.n * s.cpu_millis + d.n * a.cpu_millis,
	    coalesce(p.cpu_millis, p.seen_cpu_millis)
		* p.cpu_overcommit / 100,
	    t.n * s.memory_mb + d.n * a.memory_mb,
	    coalesce(p.memory_mb, p.seen_memory_mb)
		* p.memory_overcommit / 100
	FROM cameleer.place p
	JOIN cameleer.container_limit s ON s.kind = 'server'
	JOIN cameleer.container_limit a ON a.kind = 'application',
	LATERAL (SELECT count(*) AS n FROM cameleer.tenant x
	    WHERE x.place_id = p.id AND x.state <> 'deleted') t,
	LATERAL (SELECT count(*) AS n FROM (
	    SELECT y.application_id, y.environment_id
	    FROM cameleer.deployment y
	    JOIN cameleer.tenant x ON x.id = y.tenant_id
	    WHERE x.place_id = p.id AND y.wanted = 'running'
	    UNION
	    SELECT r.application_id, r.deploy_to FROM cameleer.release r
	    JOIN cameleer.tenant x ON x.id = r.tenant_id
	    WHERE x.place_id = p.id AND r.deploy_to IS NOT NULL
	    AND r.state IN ('uploaded', 'assembling')) z) d
	WHERE p.state <> 'removed' AND (p_place IS NULL OR p.id = p_place);
    END;

-- Locks the place; false: what is promised, and `more` tenants, do not fit.
CREATE FUNCTION cameleer.place_fits(p_place uuid, p_more bigint)
    RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = cameleer, pg_temp
AS $$
BEGIN
	PERFORM FROM place WHERE id = p_place FOR NO KEY UPDATE;
	RETURN (SELECT (r.cpu_most IS NULL OR r.cpu_used
		+ p_more * s.cpu_millis <= r.cpu_most)
	    AND (r.memory_most IS NULL OR r.memory_used
		+ p_more * s.memory_mb <= r.memory_most)
	    AND (p.max_tenants IS NULL OR r.tenants + p_more <= p.max_tenants)
	    FROM place_rooms(p_place) r JOIN place p ON p.id = r.place
	    JOIN container_limit s ON s.kind = 'server');
END
$$;

-- A tenant that is to be made gets the place that is dedicated to it, else the
-- shared one with the most room: one whose last check was good before others.
CREATE FUNCTION cameleer.tenant_place() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = cameleer, pg_temp
AS $$
DECLARE
	v_place	uuid;
BEGIN
	FOR v_place IN
	    SELECT p.id FROM place p JOIN place_rooms(NULL) r ON r.place = p.id
	    WHERE p.state = 'ready'
	    AND coalesce(p.dedicated_to, NEW.id) = NEW.id
	    ORDER BY p.dedicated_to IS NULL, p.error IS NOT NULL,
		coalesce(r.memory_most, 1 << 30) - r.memory_used DESC, p.id
	LOOP
		-- Asked again under the lock: it may be drained meanwhile.
		IF place_fits(v_place, 1) AND EXISTS (SELECT FROM place
		    WHERE id = v_place AND state = 'ready') THEN
			NEW.place_id := v_place;
			RETURN NEW;
		END IF;
	END LOOP;
	RAISE EXCEPTION 'no place has room for tenant %', NEW.slug
	    USING ERRCODE = 'restrict_violation';
END
$$;

-- What is to run, or will after an upload, must fit as well.
CREATE FUNCTION cameleer.place_admit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = cameleer, pg_temp
AS $$
BEGIN
	-- An upload that follows what runs already promises nothing more.
	IF TG_TABLE_NAME = 'release' THEN
		IF EXISTS (SELECT FROM deployment d
		    WHERE d.tenant_id = NEW.tenant_id
		    AND d.application_id = NEW.application_id
		    AND d.environment_id = NEW.deploy_to
		    AND d.wanted = 'running') THEN
			RETURN NULL;
		END IF;
	END IF;
	IF place_fits((SELECT t.place_id FROM tenant t
	    WHERE t.id = NEW.tenant_id), 0) IS FALSE THEN
		RAISE EXCEPTION 'the place of tenant % is full', NEW.tenant_id
		    USING ERRCODE = 'restrict_violation';
	END IF;
	RETURN NULL;
END
$$;

REVOKE EXECUTE ON FUNCTION cameleer.place_rooms(uuid),
    cameleer.place_fits(uuid, bigint), cameleer.tenant_place(),
    cameleer.place_admit() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cameleer.place_rooms(uuid) TO cameleer_worker;
GRANT EXECUTE ON FUNCTION cameleer.tenant_place(), cameleer.place_admit()
    TO cameleer_owner;

SET LOCAL ROLE cameleer_owner;
REVOKE CREATE ON SCHEMA cameleer FROM cameleer_gate;

CREATE TRIGGER placed_when_made BEFORE INSERT ON cameleer.tenant
    FOR EACH ROW WHEN (NEW.state NOT IN ('requested', 'deleting', 'deleted'))
    EXECUTE FUNCTION cameleer.tenant_place();
CREATE TRIGGER placed_when_approved BEFORE UPDATE OF state ON cameleer.tenant
    FOR EACH ROW WHEN (OLD.state = 'requested' AND NEW.state = 'provisioning')
    EXECUTE FUNCTION cameleer.tenant_place();
CREATE TRIGGER fits_when_made AFTER INSERT ON cameleer.deployment
    FOR EACH ROW WHEN (NEW.wanted = 'running')
    EXECUTE FUNCTION cameleer.place_admit();
CREATE TRIGGER fits_when_started AFTER UPDATE OF wanted ON cameleer.deployment
    FOR EACH ROW WHEN (OLD.wanted <> 'running' AND NEW.wanted = 'running')
    EXECUTE FUNCTION cameleer.place_admit();
CREATE TRIGGER fits_when_uploaded AFTER INSERT ON cameleer.release
    FOR EACH ROW WHEN (NEW.deploy_to IS NOT NULL)
    EXECUTE FUNCTION cameleer.place_admit();
