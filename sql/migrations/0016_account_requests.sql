-- SPDX-License-Identifier: Apache-2.0
-- Registrations and recoveries wait here until the worker looks whether the
-- address has an account.  The process that answers cannot look: it may add a
-- row and read none, so its answer takes the same time for each address (threat
-- T6).  Locks nothing.

CREATE TABLE cameleer.account_request (
	-- In the order they came.
	id		uuid PRIMARY KEY,
	purpose		text NOT NULL CHECK (purpose IN ('verify', 'reset')),
	email		text NOT NULL CHECK (email = lower(email)
			    AND length(email) <= 254),
	-- The link that may be mailed, and the digest of its token.
	link		text NOT NULL,
	digest		text NOT NULL,
	-- End of the link; a request that is not settled by then is dropped.
	expires_at	timestamptz NOT NULL,
	-- What could not be settled waits, and others go on.
	attempts	integer NOT NULL DEFAULT 0,
	next_at		timestamptz NOT NULL DEFAULT now()
);

GRANT INSERT ON cameleer.account_request TO cameleer_auth;
GRANT SELECT, DELETE, UPDATE (attempts, next_at) ON cameleer.account_request
    TO cameleer_gate;
GRANT SELECT, INSERT, UPDATE ON cameleer.one_time_token TO cameleer_gate;
GRANT INSERT ON cameleer.mail TO cameleer_gate;
