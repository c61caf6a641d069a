-- SPDX-License-Identifier: Apache-2.0
-- The sessions of an account, the tokens that refresh them, and sign-in of a
-- device without a keyboard (RFC 8628).  Locks nothing.

CREATE TABLE cameleer.session (
	id		uuid PRIMARY KEY,
	account_id	uuid NOT NULL REFERENCES cameleer.account,
	kind		text NOT NULL CHECK (kind IN ('cookie', 'token')),
	client_ip	inet,
	user_agent	text,
	created_at	timestamptz NOT NULL DEFAULT now(),
	seen_at		timestamptz NOT NULL DEFAULT now(),
	-- Absolute: a refresh does not extend it.
	expires_at	timestamptz NOT NULL,
	revoked_at	timestamptz,
	-- When a person last proved who they are; "fresh" means within ten
	-- minutes.
	authenticated_at timestamptz NOT NULL DEFAULT now(),
	-- By the names of RFC 8176 where it has one: pwd, otp, hwk (a passkey);
	-- and our own: sso, recovery (a recovery code).
	methods		text[] NOT NULL DEFAULT '{pwd}' CHECK (methods <@
			    '{pwd,otp,hwk,sso,recovery}'
			    AND cardinality(methods) > 0),
	-- The tenant whose provider proved it, if one did.
	sso_tenant	uuid REFERENCES cameleer.tenant,
	CHECK ((sso_tenant IS NOT NULL) = ('sso' = ANY (methods)))
);
CREATE INDEX session_account ON cameleer.session (account_id);

-- Each refresh token is valid once; a second use revokes the whole session.
CREATE TABLE cameleer.refresh_token (
	digest		text PRIMARY KEY,
	session_id	uuid NOT NULL REFERENCES cameleer.session,
	issued_at	timestamptz NOT NULL DEFAULT now(),
	used_at		timestamptz
);
CREATE INDEX refresh_token_session ON cameleer.refresh_token (session_id);

-- A device waits for a person who is signed in elsewhere.  Both codes are
-- stored as digests.  interval_s is the time that the device must wait between
-- two requests; it grows when the device does not wait.
CREATE TABLE cameleer.device_login (
	device_digest	text PRIMARY KEY,
	user_digest	text NOT NULL UNIQUE,
	client_name	text NOT NULL
			    CHECK (length(client_name) BETWEEN 1 AND 60),
	client_ip	inet,
	created_at	timestamptz NOT NULL DEFAULT now(),
	expires_at	timestamptz NOT NULL,
	interval_s	integer NOT NULL DEFAULT 5
			    CHECK (interval_s BETWEEN 1 AND 600),
	polled_at	timestamptz,
	state		text NOT NULL DEFAULT 'pending' CHECK (state IN
			    ('pending', 'approved', 'denied', 'used')),
	-- The session of the person who approved: it gives account, tenant and
	-- proofs.
	session_id	uuid REFERENCES cameleer.session ON DELETE CASCADE,
	CHECK ((session_id IS NOT NULL) = (state IN ('approved', 'used')))
);
CREATE INDEX device_login_client ON cameleer.device_login (client_ip);
CREATE INDEX device_login_expires ON cameleer.device_login (expires_at);
CREATE INDEX device_login_session ON cameleer.device_login (session_id)
    WHERE session_id IS NOT NULL;

GRANT SELECT, INSERT, UPDATE ON cameleer.session, cameleer.refresh_token
    TO cameleer_auth;
GRANT SELECT, UPDATE (revoked_at) ON cameleer.session TO cameleer_gate;
GRANT SELECT, INSERT, UPDATE, DELETE ON cameleer.device_login TO cameleer_auth;
