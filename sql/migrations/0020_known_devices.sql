-- SPDX-License-Identifier: Apache-2.0
-- Browsers that somebody signed in with: a stranger's wrong passwords do not
-- lock them out. Locks nothing.

CREATE TABLE cameleer.known_device (
	-- The cookie of the browser; several accounts may share it.
	digest		text NOT NULL,
	account_id	uuid NOT NULL REFERENCES cameleer.account,
	used_at		timestamptz NOT NULL DEFAULT now(),
	expires_at	timestamptz NOT NULL,
	PRIMARY KEY (digest, account_id)
);
CREATE INDEX known_device_account ON cameleer.known_device (account_id);
CREATE INDEX known_device_age ON cameleer.known_device (expires_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON cameleer.known_device
    TO cameleer_auth;
GRANT SELECT, DELETE ON cameleer.known_device TO cameleer_worker;
