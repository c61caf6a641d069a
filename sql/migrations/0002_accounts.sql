-- SPDX-License-Identifier: Apache-2.0
-- Who may sign in, and the sessions they have. Owned by auth.fcgi: no other
-- process reads an account but through the gate functions. Locks nothing.

CREATE TABLE cameleer.account (
	id		uuid PRIMARY KEY,
	-- Lower case; what the person typed is not kept.
	email		text NOT NULL UNIQUE CHECK (email = lower(email)
			    AND length(email) <= 254),
	name		text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
	-- Argon2id or bcrypt, in the form that names its own parameters.
	password_hash	text NOT NULL,
	-- NULL until the link in the mail was followed.
	verified_at	timestamptz,
	state		text NOT NULL DEFAULT 'active'
			    CHECK (state IN ('active', 'disabled')),
	-- Counted before a password is hashed, cleared by a good one.
	failures	integer NOT NULL DEFAULT 0,
	locked_until	timestamptz,
	created_at	timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE cameleer.session (
	id		uuid PRIMARY KEY,
	account_id	uuid NOT NULL REFERENCES cameleer.account,
	-- The tenant chosen last, so that a refresh stays in it.
	tenant_id	uuid,
	kind		text NOT NULL CHECK (kind IN ('cookie', 'token')),
	client_ip	inet,
	user_agent	text,
	created_at	timestamptz NOT NULL DEFAULT now(),
	seen_at		timestamptz NOT NULL DEFAULT now(),
	-- Absolute: no refresh goes past it.
	expires_at	timestamptz NOT NULL,
	revoked_at	timestamptz
);
CREATE INDEX session_account ON cameleer.session (account_id);

-- Each refresh token is good once; a second use revokes the whole session.
CREATE TABLE cameleer.refresh_token (
	digest		text PRIMARY KEY,
	session_id	uuid NOT NULL REFERENCES cameleer.session,
	issued_at	timestamptz NOT NULL DEFAULT now(),
	used_at		timestamptz
);
CREATE INDEX refresh_token_session ON cameleer.refresh_token (session_id);

-- Links in mails. Only the digest is here: the table alone opens nothing.
CREATE TABLE cameleer.one_time_token (
	digest		text PRIMARY KEY,
	account_id	uuid NOT NULL REFERENCES cameleer.account,
	purpose		text NOT NULL CHECK (purpose IN ('verify', 'reset')),
	expires_at	timestamptz NOT NULL,
	used_at		timestamptz
);
CREATE INDEX one_time_token_account ON cameleer.one_time_token (account_id);

-- Public halves. The private half is a credential of the process that signs.
CREATE TABLE cameleer.signing_key (
	kid		text PRIMARY KEY,
	purpose		text NOT NULL
			    CHECK (purpose IN ('access', 'server', 'license')),
	state		text NOT NULL CHECK (state IN
			    ('pending', 'active', 'passive', 'retired')),
	jwk		jsonb NOT NULL,
	-- The process that holds the private half.
	holder		text NOT NULL,
	created_at	timestamptz NOT NULL DEFAULT now(),
	changed_at	timestamptz NOT NULL DEFAULT now()
);

-- Mails leave through the worker. data holds a link that is good once, so it
-- is emptied as soon as the mail is out.
CREATE TABLE cameleer.mail (
	id		uuid PRIMARY KEY,
	address		text NOT NULL,
	template	text NOT NULL,
	data		jsonb NOT NULL,
	state		text NOT NULL DEFAULT 'queued'
			    CHECK (state IN ('queued', 'sent', 'failed')),
	attempts	integer NOT NULL DEFAULT 0,
	next_at		timestamptz NOT NULL DEFAULT now(),
	error		text,
	created_at	timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX mail_queued ON cameleer.mail (next_at) WHERE state = 'queued';

GRANT SELECT, INSERT, UPDATE ON cameleer.account, cameleer.session,
    cameleer.refresh_token, cameleer.one_time_token TO cameleer_auth;
GRANT INSERT ON cameleer.mail TO cameleer_auth;
GRANT SELECT, UPDATE ON cameleer.mail TO cameleer_worker;
GRANT SELECT ON cameleer.signing_key TO cameleer_auth, cameleer_tenants,
    cameleer_apps, cameleer_billing, cameleer_license, cameleer_worker;
GRANT SELECT ON cameleer.account, cameleer.session TO cameleer_gate;
