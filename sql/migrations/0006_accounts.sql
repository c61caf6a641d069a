-- SPDX-License-Identifier: Apache-2.0
-- Accounts: persons, service accounts, and operators of the platform.  Only
-- cameleer_auth reads an account; other processes use functions of
-- cameleer_gate. Locks nothing.

CREATE TABLE cameleer.account (
	id		uuid PRIMARY KEY,
	-- Lower case; the spelling that the person typed is not stored.  NULL
	-- for a service account, which has no address.
	email		text UNIQUE CHECK (email = lower(email)
			    AND length(email) <= 254),
	name		text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
	-- Argon2id or bcrypt, in the form that contains its own parameters.
	-- NULL: the account signs in by other means.
	password_hash	text,
	-- NULL until the person followed the link in the mail.
	verified_at	timestamptz,
	state		text NOT NULL DEFAULT 'active'
			    CHECK (state IN ('active', 'disabled')),
	created_at	timestamptz NOT NULL DEFAULT now(),
	-- A service account belongs to one tenant; an operator runs the
	-- platform and is in no tenant.
	kind		text NOT NULL DEFAULT 'person'
			    CHECK (kind IN ('person', 'service', 'operator')),
	-- The tenant of a service account.
	home_tenant	uuid REFERENCES cameleer.tenant,
	CHECK ((kind = 'service') = (home_tenant IS NOT NULL)),
	CHECK ((kind = 'service') = (email IS NULL))
);
CREATE INDEX account_home ON cameleer.account (home_tenant)
    WHERE home_tenant IS NOT NULL;

-- The permissions of operators: those that begin with platform.
CREATE TABLE cameleer.operator (
	account_id	uuid PRIMARY KEY REFERENCES cameleer.account,
	permissions	text[] NOT NULL CHECK (permissions <@
    '{platform.account.read,platform.account.manage,platform.tenant.read,
    platform.tenant.manage,platform.operation.read,
    platform.operation.manage,platform.place.read,platform.place.manage,
    platform.audit.read}'),
	created_at	timestamptz NOT NULL DEFAULT now()
);

-- Wrong passwords, counted by address, whether or not an account has it: if
-- only accounts were locked, a lock would reveal which addresses have one.
CREATE TABLE cameleer.login_guess (
	-- SHA-256 of the address in lower case: an address without an account
	-- is not stored in clear, and each row is deleted after a day.
	digest		text PRIMARY KEY,
	-- Counted before a password is hashed, deleted by a right password.
	failures	integer NOT NULL DEFAULT 1,
	locked_until	timestamptz,
	tried_at	timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX login_guess_age ON cameleer.login_guess (tried_at);

-- Links in mails.  Only digests are stored: the table alone opens nothing.
CREATE TABLE cameleer.one_time_token (
	digest		text PRIMARY KEY,
	account_id	uuid NOT NULL REFERENCES cameleer.account,
	purpose		text NOT NULL CHECK (purpose IN ('verify', 'reset')),
	expires_at	timestamptz NOT NULL,
	used_at		timestamptz
);
CREATE INDEX one_time_token_account ON cameleer.one_time_token (account_id);

-- A change of address waits until both addresses have confirmed it: digests of
-- two links, one for each.  Only the last request of an account is kept.
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

GRANT SELECT, INSERT, UPDATE ON cameleer.account TO cameleer_auth;
GRANT SELECT, UPDATE ON cameleer.one_time_token TO cameleer_auth;
GRANT SELECT, INSERT (id, email, name, verified_at), UPDATE
    (password_hash, verified_at) ON cameleer.account TO cameleer_gate;
GRANT SELECT ON cameleer.operator TO cameleer_auth, cameleer_gate;
GRANT SELECT, INSERT, UPDATE, DELETE ON cameleer.login_guess,
    cameleer.email_change TO cameleer_auth;
GRANT SELECT, DELETE ON cameleer.login_guess TO cameleer_worker, cameleer_gate;
