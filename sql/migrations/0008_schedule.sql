-- SPDX-License-Identifier: Apache-2.0
-- Periodic work: one row for each kind, claimed by whoever is first.
-- Locks nothing.

CREATE TABLE cameleer.schedule (
	kind		text PRIMARY KEY,
	every_s		integer NOT NULL CHECK (every_s > 0),
	next_at		timestamptz NOT NULL DEFAULT now(),
	-- What came of the last run, for cameleerctl doctor.
	ran_at		timestamptz,
	error		text
);
INSERT INTO cameleer.schedule (kind, every_s) VALUES
    ('watch', 2),
    ('sweep', 600);
GRANT SELECT, UPDATE ON cameleer.schedule TO cameleer_worker;

-- The worker watches the servers of all tenants, and then pins one.
CREATE POLICY worker_watches ON cameleer.tenant FOR SELECT
    TO cameleer_worker USING (true);
