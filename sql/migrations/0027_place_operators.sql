-- SPDX-License-Identifier: Apache-2.0
-- What operators do with places.  The operators' tool works as the gate; what a
-- responder calls asks for the permission again.  Locks nothing.

-- The worker's public key: what is sealed with it only the worker opens.
CREATE TABLE cameleer.place_seal (
	one		boolean PRIMARY KEY DEFAULT true CHECK (one),
	public_key	text NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON cameleer.place_seal TO cameleer_worker;
GRANT SELECT ON cameleer.place_seal TO cameleer_auth, cameleer_gate;

-- A place as operators see it, without its key.
CREATE TYPE cameleer.place_state AS (
	id uuid, name text, kind text, state text, tenant text, endpoint text,
	registry text, tenants bigint, max_tenants bigint, applications bigint,
	cpu_used bigint, cpu_most bigint, cpu_overcommit bigint,
	memory_used bigint, memory_most bigint, memory_overcommit bigint,
	checking boolean, checked_at timestamptz, error text, warning text,
	version text,
	free_mb bigint, disk_mb bigint, disk_free_mb bigint, images bigint,
	created_at timestamptz
);

GRANT CREATE ON SCHEMA cameleer TO cameleer_gate;
SET LOCAL ROLE cameleer_gate;

-- Each place with its room.
CREATE FUNCTION cameleer.place_states() RETURNS SETOF cameleer.place_state
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT p.id, p.name, p.kind, p.state, t.slug, p.endpoint, p.registry,
	    r.tenants, p.max_tenants, r.apps, r.cpu_used, r.cpu_most,
	    p.cpu_overcommit::bigint, r.memory_used, r.memory_most,
	    p.memory_overcommit::bigint, p.next_check_at <= now()
	    OR coalesce(p.claimed_at > coalesce(p.checked_at, '-infinity'),
		false), p.checked_at, p.error, p.warning, p.seen_version,
	    p.seen_free_mb,
	    p.seen_disk_mb, p.seen_disk_free_mb, p.seen_images, p.created_at
	FROM cameleer.place p
	JOIN cameleer.place_rooms(NULL) r ON r.place = p.id
	LEFT JOIN cameleer.tenant t ON t.id = p.dedicated_to;
    END;

CREATE FUNCTION cameleer.platform_places() RETURNS SETOF cameleer.place_state
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT * FROM cameleer.place_states()
	WHERE cameleer.is_operator('platform.place.read')
	OR cameleer.is_operator('platform.place.manage');
    END;

-- Registers a place; false: no tenant has this slug.
CREATE FUNCTION cameleer.place_add(p_id uuid, p_place jsonb) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = cameleer, pg_temp
AS $$
DECLARE
	v_tenant uuid := tenant_id_of(p_place->>'tenant');
	p	place := jsonb_populate_record(NULL::place, p_place);
BEGIN
	IF p_place->>'tenant' IS NOT NULL AND v_tenant IS NULL THEN
		RETURN false;
	END IF;
	INSERT INTO place (id, name, kind, dedicated_to, endpoint, ca,
	    certificate, key_box, cluster, seal_certificate, registry,
	    cpu_millis, memory_mb,
	    max_tenants, cpu_overcommit, memory_overcommit, created_by)
	VALUES (p_id, p.name, p.kind, v_tenant, p.endpoint, p.ca,
	    p.certificate, p.key_box, p.cluster, p.seal_certificate,
	    p.registry, p.cpu_millis, p.memory_mb,
	    p.max_tenants, coalesce(p.cpu_overcommit, 1600),
	    coalesce(p.memory_overcommit, 150), app_actor());
	PERFORM pg_notify('cameleer_jobs', 'places');
	RETURN true;
END
$$;

-- Moves a place to another state, or has it checked when p_to is NULL.  Empty:
-- done; else up to ten tenants who are there, or `!`: not from this state.
CREATE FUNCTION cameleer.place_move(p_place uuid, p_to text) RETURNS text[]
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = cameleer, pg_temp
AS $$
DECLARE
	v_state	text;
	v_there	text[];
BEGIN
	SELECT state INTO v_state FROM place WHERE id = p_place FOR UPDATE;
	IF p_to IS NULL THEN
		UPDATE place SET next_check_at = '-infinity' WHERE id = p_place;
		PERFORM pg_notify('cameleer_jobs', 'places');
		RETURN '{}';
	END IF;
	IF NOT EXISTS (SELECT FROM lifecycle WHERE noun = 'place'
	    AND from_state = v_state AND to_state = p_to
	    AND 'auth' = ANY (who)) THEN
		RETURN '{!}';
	END IF;
	IF p_to = 'removed' THEN
		SELECT array_agg(slug) INTO v_there FROM (SELECT slug
		    FROM tenant WHERE place_id = p_place
		    AND state <> 'deleted' ORDER BY slug LIMIT 10) t;
		IF v_there IS NOT NULL THEN
			RETURN v_there;
		END IF;
	END IF;
	UPDATE place SET state = p_to WHERE id = p_place;
	RETURN '{}';
END
$$;

CREATE FUNCTION cameleer.platform_place_add(p_id uuid, p_place jsonb)
    RETURNS boolean
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT CASE WHEN cameleer.is_operator('platform.place.manage')
	    THEN cameleer.place_add(p_id, p_place) ELSE false END;
    END;

CREATE FUNCTION cameleer.platform_place_move(p_place uuid, p_to text)
    RETURNS text[]
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT CASE WHEN cameleer.is_operator('platform.place.manage')
	    THEN cameleer.place_move(p_place, p_to) ELSE '{!}'::text[] END;
    END;

REVOKE EXECUTE ON FUNCTION cameleer.place_states(),
    cameleer.platform_places(),
    cameleer.place_add(uuid, jsonb), cameleer.place_move(uuid, text),
    cameleer.platform_place_add(uuid, jsonb),
    cameleer.platform_place_move(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cameleer.platform_places(),
    cameleer.platform_place_add(uuid, jsonb),
    cameleer.platform_place_move(uuid, text) TO cameleer_auth;

SET LOCAL ROLE cameleer_owner;
REVOKE CREATE ON SCHEMA cameleer FROM cameleer_gate;
