-- SPDX-License-Identifier: Apache-2.0
-- Passkeys, and the challenges that browsers are asked to sign. Owned by
-- auth.fcgi. Locks nothing.

-- credential and public_key are base64url, as the browser says the one and
-- libshared/webauthn.h the other.
CREATE TABLE cameleer.passkey (
	id		uuid PRIMARY KEY,
	account_id	uuid NOT NULL REFERENCES cameleer.account,
	name		text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
	credential	text NOT NULL UNIQUE
			    CHECK (length(credential) BETWEEN 2 AND 1364),
	-- COSE: ES256, EdDSA, RS256.
	alg		integer NOT NULL CHECK (alg IN (-7, -8, -257)),
	public_key	text NOT NULL,
	-- The make of the authenticator; zeros when it does not say.
	aaguid		uuid NOT NULL,
	-- Signatures so far; 0 for ever when the authenticator does not count.
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

-- Good once, and gone then. Whoever asks for one without signing in is nobody
-- yet: asker is his network then, and else his account; of each asker the
-- newest are kept, of all those that are good still.
CREATE TABLE cameleer.passkey_challenge (
	digest		text PRIMARY KEY,
	purpose		text NOT NULL CHECK (purpose IN
			    ('register', 'login', 'second', 'step-up')),
	asker		text NOT NULL,
	account_id	uuid REFERENCES cameleer.account ON DELETE CASCADE,
	-- Which alone may answer.
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

GRANT SELECT, INSERT, UPDATE, DELETE ON cameleer.passkey,
    cameleer.passkey_challenge TO cameleer_auth;
