-- SPDX-License-Identifier: Apache-2.0
-- A change of address waits until both have said yes. Owned by auth.fcgi.
-- Locks nothing.

-- One of an account: the last that was asked for. Digests of two links, one
-- to each address.
CREATE TABLE cameleer.email_change (
	account_id	uuid PRIMARY KEY REFERENCES cameleer.account,
	email		text NOT NULL CHECK (email = lower(email)
			    AND length(email) <= 254),
	old_digest	text NOT NULL UNIQUE,
	new_digest	text NOT NULL UNIQUE,
	-- When each link was followed.
	old_at		timestamptz,
	new_at		timestamptz,
	expires_at	timestamptz NOT NULL
);

GRANT SELECT, INSERT, UPDATE, DELETE ON cameleer.email_change
    TO cameleer_auth;
