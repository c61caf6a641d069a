-- SPDX-License-Identifier: Apache-2.0
-- Second factors: authenticator apps, recovery codes, sign-ins that wait for a
-- code; passkeys, and the challenges that browsers sign.  Only cameleer_auth
-- may use these tables.  Locks nothing.

-- box: the app's secret, sealed with auth's factor.key and bound to the
-- account. The first code makes a pending app active, in place of the active
-- one.
CREATE TABLE cameleer.totp (
	account_id	uuid NOT NULL REFERENCES cameleer.account,
	state		text NOT NULL CHECK (state IN ('pending', 'active')),
	box		text NOT NULL,
	-- The last 30 s step whose code was accepted: it and all earlier steps
	-- are used up (RFC 6238 5.2).
	last_step	bigint NOT NULL DEFAULT 0,
	created_at	timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (account_id, state)
);

-- Each code has 80 random bits, so that a digest reveals nothing.
CREATE TABLE cameleer.recovery_code (
	account_id	uuid NOT NULL REFERENCES cameleer.account,
	digest		text NOT NULL,
	used_at		timestamptz,
	PRIMARY KEY (account_id, digest)
);

-- A sign-in that has passed the first factor only.
CREATE TABLE cameleer.sign_in_challenge (
	digest		text PRIMARY KEY,
	account_id	uuid NOT NULL REFERENCES cameleer.account,
	-- Kind of the session that will be opened.
	kind		text NOT NULL CHECK (kind IN ('cookie', 'token')),
	methods		text[] NOT NULL,
	-- SHA-256 of the stored password that was proved: when the password
	-- changes, the challenge is void.
	proof		text,
	tries		integer NOT NULL DEFAULT 0,
	expires_at	timestamptz NOT NULL,
	used_at		timestamptz
);
CREATE INDEX sign_in_challenge_age ON cameleer.sign_in_challenge (expires_at);
CREATE INDEX sign_in_challenge_account
    ON cameleer.sign_in_challenge (account_id);

-- credential and public_key are base64url: the browser's id of the key, and the
-- key.
CREATE TABLE cameleer.passkey (
	id		uuid PRIMARY KEY,
	account_id	uuid NOT NULL REFERENCES cameleer.account,
	name		text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
	credential	text NOT NULL UNIQUE
			    CHECK (length(credential) BETWEEN 2 AND 1364),
	-- COSE: ES256, EdDSA, RS256.
	alg		integer NOT NULL CHECK (alg IN (-7, -8, -257)),
	public_key	text NOT NULL,
	-- The model of the authenticator; zeros when it is not given.
	aaguid		uuid NOT NULL,
	-- Number of signatures; always 0 when the authenticator does not count.
	sign_count	bigint NOT NULL
			    CHECK (sign_count BETWEEN 0 AND 4294967295),
	backup_eligible	boolean NOT NULL,
	backed_up	boolean NOT NULL CHECK (backup_eligible
			    OR NOT backed_up),
	-- How browsers reach it: usb, nfc, ble, internal, hybrid …
	transports	text[] NOT NULL DEFAULT '{}'
			    CHECK (cardinality(transports) <= 8),
	version		bigint NOT NULL DEFAULT 1,
	created_at	timestamptz NOT NULL DEFAULT now(),
	used_at		timestamptz
);
CREATE INDEX passkey_account ON cameleer.passkey (account_id);

-- A challenge is valid once, then deleted.  asker is an account, or the network
-- of somebody who has not signed in.  The newest of each asker are kept, and of
-- all askers those that have not expired.
CREATE TABLE cameleer.passkey_challenge (
	digest		text PRIMARY KEY,
	purpose		text NOT NULL CHECK (purpose IN
			    ('register', 'login', 'second', 'step-up')),
	asker		text NOT NULL,
	account_id	uuid REFERENCES cameleer.account ON DELETE CASCADE,
	-- The only session that may answer.
	session_id	uuid REFERENCES cameleer.session ON DELETE CASCADE,
	expires_at	timestamptz NOT NULL,
	CHECK ((account_id IS NULL) = (purpose = 'login')),
	CHECK ((session_id IS NULL) = (purpose IN ('login', 'second')))
);
CREATE INDEX passkey_challenge_asker
    ON cameleer.passkey_challenge (asker, expires_at);
CREATE INDEX passkey_challenge_age ON cameleer.passkey_challenge (expires_at);
CREATE INDEX passkey_challenge_account
    ON cameleer.passkey_challenge (account_id);
CREATE INDEX passkey_challenge_session
    ON cameleer.passkey_challenge (session_id);

GRANT SELECT, INSERT, UPDATE, DELETE ON cameleer.totp, cameleer.recovery_code,
    cameleer.passkey, cameleer.passkey_challenge TO cameleer_auth;
GRANT SELECT, INSERT, UPDATE ON cameleer.sign_in_challenge TO cameleer_auth;
GRANT SELECT (expires_at), DELETE ON cameleer.sign_in_challenge
    TO cameleer_worker;
