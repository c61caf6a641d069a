-- SPDX-License-Identifier: Apache-2.0
-- Places: where tenants run, and how much room each has.  Each tenant names
-- one.  Locks tenant for a moment.

-- What one container may use: the worker sets it, and places are filled by it.
CREATE TABLE cameleer.container_limit (
	kind		text PRIMARY KEY
			    CHECK (kind IN ('server', 'application')),
	cpu_millis	bigint NOT NULL CHECK (cpu_millis > 0),
	memory_mb	bigint NOT NULL CHECK (memory_mb > 0)
);
INSERT INTO cameleer.container_limit VALUES
    ('server', 1000, 384),
    ('application', 1000, 512);

CREATE TABLE cameleer.place (
	id		uuid PRIMARY KEY,
	name		text NOT NULL CHECK (name ~
			    '^[a-z][a-z0-9-]{0,29}[a-z0-9]$'),
	-- A row of runtimes[] in the worker.
	kind		text NOT NULL CHECK (kind IN ('engine', 'kubernetes')),
	state		text NOT NULL DEFAULT 'registered' CHECK (state IN
			    ('registered', 'ready', 'draining', 'removed')),
	-- The only tenant that runs there; NULL: a shared place.
	dedicated_to	uuid REFERENCES cameleer.tenant,
	-- NULL: the engine that the worker's settings name.
	endpoint	text CHECK (endpoint ~ '^(unix:/|https://)[^[:space:]]+$'),
	-- PEM: who signed the endpoint's certificate, and what the worker
	-- shows; key_box is its key, sealed for the worker.  At a cluster it
	-- is a token.
	ca		text,
	certificate	text,
	key_box		text,
	-- A cluster has a description, and a certificate for which the secrets
	-- in its manifests are sealed.
	cluster		jsonb,
	seal_certificate text,
	-- The registry as the place names it; NULL: as the settings do.
	registry	text,
	-- What all tenants together may use; NULL: what the check found.
	cpu_millis	bigint CHECK (cpu_millis > 0),
	memory_mb	bigint CHECK (memory_mb > 0),
	max_tenants	bigint CHECK (max_tenants > 0),
	-- Percent of that which may be promised: limits are rarely all used.
	cpu_overcommit	integer NOT NULL DEFAULT 1600
			    CHECK (cpu_overcommit BETWEEN 10 AND 100000),
	memory_overcommit integer NOT NULL DEFAULT 150
			    CHECK (memory_overcommit BETWEEN 10 AND 100000),
	-- The last check: error NULL is good; what the place said of itself.
	next_check_at	timestamptz NOT NULL DEFAULT now(),
	claimed_at	timestamptz,
	checked_at	timestamptz,
	error		text,
	-- It works, but not as it should.
	warning		text,
	seen_version	text,
	seen_cpu_millis	bigint,
	seen_memory_mb	bigint,
	seen_free_mb	bigint,
	seen_disk_mb	bigint,
	seen_disk_free_mb bigint,
	seen_images	bigint,
	created_by	uuid,
	created_at	timestamptz NOT NULL DEFAULT now(),
	CHECK ((key_box IS NULL) = (certificate IS NULL)
	    OR kind = 'kubernetes'),
	CHECK (certificate IS NULL OR ca IS NOT NULL),
	CHECK (CASE kind WHEN 'kubernetes' THEN certificate IS NULL
		AND num_nulls(endpoint, ca, key_box, cluster,
		    seal_certificate) = 0
	    ELSE num_nonnulls(cluster, seal_certificate) = 0 END)
);
-- A name is free again when its place is removed.
CREATE UNIQUE INDEX place_name ON cameleer.place (name)
    WHERE state <> 'removed';

-- The installation's own place.  Tenants may be made before its first check:
-- their jobs wait for the engine.
INSERT INTO cameleer.place (id, name, kind, state) VALUES
    ('00000000-0000-7000-8000-000000000001', 'local', 'engine', 'ready');

-- Where the tenant runs; none before an operator's yes, or when it never ran.
ALTER TABLE cameleer.tenant ADD place_id uuid REFERENCES cameleer.place,
    ADD CONSTRAINT tenant_placed CHECK (place_id IS NOT NULL
	OR state IN ('requested', 'deleting', 'deleted'));
CREATE INDEX tenant_place ON cameleer.tenant (place_id);

INSERT INTO cameleer.lifecycle VALUES
    ('place', '-', 'registered', '{auth,ctl}'),
    ('place', 'registered', 'ready', '{worker}'),
    ('place', 'registered', 'removed', '{auth,ctl}'),
    ('place', 'ready', 'draining', '{auth,ctl}'),
    ('place', 'ready', 'removed', '{auth,ctl}'),
    ('place', 'draining', 'ready', '{auth,ctl}'),
    ('place', 'draining', 'removed', '{auth,ctl}');
CREATE TRIGGER lifecycle_made BEFORE INSERT ON cameleer.place
    FOR EACH ROW WHEN (NEW.state <> 'registered')
    EXECUTE FUNCTION cameleer.lifecycle_check('place');
CREATE TRIGGER lifecycle_moved BEFORE UPDATE OF state ON cameleer.place
    FOR EACH ROW WHEN (OLD.state <> NEW.state)
    EXECUTE FUNCTION cameleer.lifecycle_check('place');

INSERT INTO cameleer.schedule (kind, every_s) VALUES ('places', 2);

GRANT SELECT ON cameleer.container_limit TO cameleer_worker, cameleer_gate;
GRANT SELECT, UPDATE (state, cpu_overcommit, memory_overcommit, max_tenants,
    next_check_at, claimed_at, checked_at, error, warning, seen_version,
    seen_cpu_millis, seen_memory_mb, seen_free_mb, seen_disk_mb,
    seen_disk_free_mb, seen_images)
    ON cameleer.place TO cameleer_worker;
GRANT SELECT, INSERT, UPDATE (state, next_check_at) ON cameleer.place
    TO cameleer_gate;
GRANT SELECT ON cameleer.deployment, cameleer.release TO cameleer_gate;
