-- SPDX-License-Identifier: Apache-2.0
-- Second factors: codes from an authenticator app, recovery codes, and the
-- time between the password and the code. Owned by auth.fcgi. Locks nothing.

-- box: the app's secret, sealed with auth's factor.key and bound to the
-- account. A pending one turns active with its first code, in whose place.
CREATE TABLE cameleer.totp (
	account_id	uuid NOT NULL REFERENCES cameleer.account,
	state		text NOT NULL CHECK (state IN ('pending', 'active')),
	box		text NOT NULL,
	-- The last 30 s step whose code was taken: it and all before it are
	-- used up (RFC 6238 5.2).
	last_step	bigint NOT NULL DEFAULT 0,
	created_at	timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (account_id, state)
);

-- Of 80 random bits each, so that a digest tells nothing.
CREATE TABLE cameleer.recovery_code (
	account_id	uuid NOT NULL REFERENCES cameleer.account,
	digest		text NOT NULL,
	used_at		timestamptz,
	PRIMARY KEY (account_id, digest)
);

-- A sign-in that is proved in part.
CREATE TABLE cameleer.sign_in_challenge (
	digest		text PRIMARY KEY,
	account_id	uuid NOT NULL REFERENCES cameleer.account,
	-- Of the session to come.
	kind		text NOT NULL CHECK (kind IN ('cookie', 'token')),
	methods		text[] NOT NULL,
	chosen_tenant	uuid,
	-- SHA-256 of the stored password that was proved: with another
	-- password the challenge is void.
	proof		text,
	tries		integer NOT NULL DEFAULT 0,
	expires_at	timestamptz NOT NULL,
	used_at		timestamptz
);
CREATE INDEX sign_in_challenge_age ON cameleer.sign_in_challenge (expires_at);
CREATE INDEX sign_in_challenge_account
    ON cameleer.sign_in_challenge (account_id);

GRANT SELECT, INSERT, UPDATE, DELETE ON cameleer.totp, cameleer.recovery_code
    TO cameleer_auth;
GRANT SELECT, INSERT, UPDATE ON cameleer.sign_in_challenge TO cameleer_auth;
GRANT SELECT (expires_at), DELETE ON cameleer.sign_in_challenge
    TO cameleer_worker;

GRANT CREATE ON SCHEMA cameleer TO cameleer_gate;
SET LOCAL ROLE cameleer_gate;

-- The first tenant of the pinned account whose policy asks the account's role
-- for a second factor, or none.
CREATE FUNCTION cameleer.second_factor_asked() RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT t.slug FROM cameleer.membership m
	JOIN cameleer.tenant t ON t.id = m.tenant_id AND t.state <> 'deleted'
	JOIN cameleer.sign_in_policy p ON p.tenant_id = m.tenant_id
	LEFT JOIN cameleer.role c ON c.tenant_id = m.tenant_id
	    AND c.id = m.custom_role
	WHERE m.account_id = cameleer.app_actor()
	AND p.second_factor && ARRAY['*', coalesce(m.role, c.name)]
	ORDER BY t.slug LIMIT 1;
    END;
REVOKE EXECUTE ON FUNCTION cameleer.second_factor_asked() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cameleer.second_factor_asked() TO cameleer_auth;

SET LOCAL ROLE cameleer_owner;
REVOKE CREATE ON SCHEMA cameleer FROM cameleer_gate;
