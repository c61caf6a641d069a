-- SPDX-License-Identifier: Apache-2.0
-- What the isolation probe found in each tenant's network.  A tenant sees which
-- checks there were and what came of them; addresses are for operators only.
-- Locks nothing.

CREATE TABLE cameleer.isolation_run (
	tenant_id	uuid NOT NULL REFERENCES cameleer.tenant,
	id		uuid NOT NULL,
	place_id	uuid NOT NULL REFERENCES cameleer.place,
	started_at	timestamptz NOT NULL DEFAULT now(),
	-- When the next run is due, unless an operator asks for one.
	next_at		timestamptz NOT NULL,
	-- While it runs: [{"check", "order"}], as the probe was told.
	orders		jsonb,
	finished_at	timestamptz,
	-- isolation_outcomes[]; NULL: it runs.
	outcome		text CHECK (outcome IN
			    ('isolated', 'open', 'broken', 'failed')),
	-- Why it failed, or what does not work.
	error		text,
	-- [{"check", "about", "expected", "seen", "good", "tries", "ms"}]
	checks		jsonb NOT NULL DEFAULT '[]',
	-- "machine: tcp 10.231.0.1 5432": what is open.
	paths		text[] NOT NULL DEFAULT '{}',
	PRIMARY KEY (tenant_id, id),
	CHECK ((outcome IS NULL) = (finished_at IS NULL)),
	CHECK (outcome = 'open' OR cardinality(paths) = 0)
);
-- A tenant has one probe at a time.
CREATE UNIQUE INDEX isolation_run_one ON cameleer.isolation_run (tenant_id)
    WHERE outcome IS NULL;

ALTER TABLE cameleer.isolation_run
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON cameleer.isolation_run
    USING (tenant_id = cameleer.app_tenant());
CREATE POLICY worker_sees ON cameleer.isolation_run FOR SELECT
    TO cameleer_worker USING (true);
CREATE POLICY worker_sweeps ON cameleer.isolation_run FOR DELETE
    TO cameleer_worker USING (EXISTS (SELECT FROM cameleer.tenant t
	WHERE t.id = tenant_id AND t.state = 'deleted'));
GRANT SELECT (tenant_id, id, started_at, finished_at, outcome, checks)
    ON cameleer.isolation_run TO cameleer_tenants;
GRANT SELECT, INSERT, UPDATE (next_at, orders, finished_at, outcome, error,
    checks, paths), DELETE ON cameleer.isolation_run TO cameleer_worker;
GRANT SELECT, UPDATE (next_at) ON cameleer.isolation_run TO cameleer_gate;

INSERT INTO cameleer.schedule (kind, every_s) VALUES ('isolation', 2);

GRANT CREATE ON SCHEMA cameleer TO cameleer_gate;
SET LOCAL ROLE cameleer_gate;

-- The last finished run of each tenant that is active, or none yet; age_s is
-- that of the last one that proves something.
CREATE FUNCTION cameleer.isolation_states()
    RETURNS TABLE (tenant uuid, slug text, place text, outcome text,
	error text, checks jsonb, paths text[], started_at timestamptz,
	finished_at timestamptz, running boolean, age_s bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT t.id, t.slug, p.name, r.outcome, r.error,
	    coalesce(r.checks, '[]'), coalesce(r.paths, '{}'), r.started_at,
	    r.finished_at, EXISTS (SELECT FROM cameleer.isolation_run o
		WHERE o.tenant_id = t.id AND o.outcome IS NULL),
	    extract(epoch FROM now() - coalesce((SELECT max(y.finished_at)
		FROM cameleer.isolation_run y WHERE y.tenant_id = t.id
		AND y.outcome <> 'failed'), t.created_at))::bigint
	FROM cameleer.tenant t JOIN cameleer.place p ON p.id = t.place_id
	LEFT JOIN LATERAL (SELECT * FROM cameleer.isolation_run x
	    WHERE x.tenant_id = t.id AND x.outcome IS NOT NULL
	    ORDER BY x.id DESC LIMIT 1) r ON true
	WHERE t.state = 'active';
    END;

CREATE FUNCTION cameleer.platform_isolation()
    RETURNS TABLE (tenant uuid, slug text, place text, outcome text,
	error text, checks jsonb, paths text[], started_at timestamptz,
	finished_at timestamptz, running boolean, age_s bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT * FROM cameleer.isolation_states()
	WHERE cameleer.is_operator('platform.tenant.read')
	OR cameleer.is_operator('platform.tenant.manage');
    END;

-- Has the tenant's next run begin at once.
CREATE FUNCTION cameleer.isolation_ask(p_tenant uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = cameleer, pg_temp
AS $$
BEGIN
	UPDATE isolation_run SET next_at = '-infinity'
	WHERE tenant_id = p_tenant AND id = (SELECT x.id FROM isolation_run x
	    WHERE x.tenant_id = p_tenant ORDER BY x.id DESC LIMIT 1);
	PERFORM pg_notify('cameleer_jobs', 'isolation');
END
$$;

-- False: the operator may not.
CREATE FUNCTION cameleer.platform_isolation_ask(p_tenant uuid)
    RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = cameleer, pg_temp
AS $$
BEGIN
	IF NOT is_operator('platform.tenant.manage') THEN
		RETURN false;
	END IF;
	PERFORM isolation_ask(p_tenant);
	RETURN true;
END
$$;

-- Mails the operators who look after tenants that something is open.
CREATE FUNCTION cameleer.isolation_tell(p_tenant uuid, p_paths text,
    p_link text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = cameleer, pg_temp
AS $$
BEGIN
	INSERT INTO mail (id, address, template, data)
	SELECT gen_random_uuid(), a.email, 'isolation_open',
	    jsonb_build_object('name', a.name, 'tenant', t.slug,
		'paths', p_paths, 'link', p_link || '/platform/isolation')
	FROM operator o JOIN account a ON a.id = o.account_id, tenant t
	WHERE t.id = p_tenant AND a.state = 'active'
	AND 'platform.tenant.manage' = ANY (o.permissions);
	PERFORM pg_notify('cameleer_jobs', 'mail');
END
$$;

REVOKE EXECUTE ON FUNCTION cameleer.isolation_states(),
    cameleer.platform_isolation(), cameleer.isolation_ask(uuid),
    cameleer.platform_isolation_ask(uuid),
    cameleer.isolation_tell(uuid, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cameleer.platform_isolation(),
    cameleer.platform_isolation_ask(uuid) TO cameleer_auth;
GRANT EXECUTE ON FUNCTION cameleer.isolation_tell(uuid, text, text)
    TO cameleer_worker;

SET LOCAL ROLE cameleer_owner;
REVOKE CREATE ON SCHEMA cameleer FROM cameleer_gate;
