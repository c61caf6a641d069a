-- SPDX-License-Identifier: Apache-2.0
-- Wrong passwords are counted for an address, whether or not it is an
-- account's: a lock that only accounts had would tell which are. Locks account
-- for a moment.

CREATE TABLE cameleer.login_guess (
	-- SHA-256 of the address in lower case: those of strangers are not
	-- kept, and what is here is gone after a day.
	digest		text PRIMARY KEY,
	-- Counted before a password is hashed, cleared by a good one.
	failures	integer NOT NULL DEFAULT 1,
	locked_until	timestamptz,
	tried_at	timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX login_guess_age ON cameleer.login_guess (tried_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON cameleer.login_guess TO cameleer_auth;
GRANT SELECT, DELETE ON cameleer.login_guess TO cameleer_worker;

ALTER TABLE cameleer.account DROP COLUMN failures, DROP COLUMN locked_until;
