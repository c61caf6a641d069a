-- SPDX-License-Identifier: Apache-2.0
-- Registrations and recoveries wait here until the worker looks whether the
-- address has an account.  The process that answers cannot look: it may add a
-- row and read none, so its answer takes the same time for each address (threat
-- T6).  Locks nothing.

CREATE TABLE cameleer.account_request (
	-- In the order they came; an account that is made gets this id.
	id		uuid PRIMARY KEY,
	purpose		text NOT NULL CHECK (purpose IN ('verify', 'reset')),
	email		text NOT NULL CHECK (email = lower(email)
			    AND length(email) <= 254),
	-- Name and hash of the new account.
	name		text CHECK (length(name) BETWEEN 1 AND 120),
	password_hash	text,
	-- The link that may be mailed, and the digest of its token.
	link		text NOT NULL,
	digest		text NOT NULL,
	-- End of the link; a request that is not settled by then is dropped.
	expires_at	timestamptz NOT NULL,
	CHECK ((purpose = 'verify') = (name IS NOT NULL)),
	CHECK ((purpose = 'verify') = (password_hash IS NOT NULL))
);

GRANT INSERT ON cameleer.account_request TO cameleer_auth;
GRANT SELECT, DELETE ON cameleer.account_request TO cameleer_gate;
GRANT INSERT (password_hash) ON cameleer.account TO cameleer_gate;
GRANT SELECT, INSERT, UPDATE ON cameleer.one_time_token TO cameleer_gate;
GRANT INSERT ON cameleer.mail TO cameleer_gate;

GRANT CREATE ON SCHEMA cameleer TO cameleer_gate;
SET LOCAL ROLE cameleer_gate;

-- Settles the oldest request; no row when none waits.  made is its new account,
-- or NULL.  The second of two concurrent calls waits and then finds nothing:
-- requests for one address are settled in their order.
CREATE FUNCTION cameleer.account_request_settle()
    RETURNS TABLE (purpose text, made uuid)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = cameleer, pg_temp
AS $$
DECLARE
	r	account_request;
	a	account;
BEGIN
	DELETE FROM account_request d WHERE d.id = (SELECT q.id
	    FROM account_request q ORDER BY q.id LIMIT 1) RETURNING * INTO r;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	purpose := r.purpose;
	IF r.expires_at <= now() THEN
		RETURN NEXT;
		RETURN;
	END IF;
	IF r.purpose = 'verify' THEN
		INSERT INTO account (id, email, name, password_hash)
		VALUES (r.id, r.email, r.name, r.password_hash)
		ON CONFLICT (email) DO NOTHING RETURNING id INTO made;
	END IF;
	SELECT * INTO a FROM account x
	WHERE x.email = r.email AND x.state = 'active'
	AND (r.purpose = 'reset' OR x.verified_at IS NULL);
	IF FOUND THEN
		UPDATE one_time_token t SET used_at = now()
		WHERE t.account_id = a.id AND t.purpose = r.purpose
		AND t.used_at IS NULL;
		INSERT INTO one_time_token (digest, account_id, purpose,
		    expires_at)
		VALUES (r.digest, a.id, r.purpose, r.expires_at);
		INSERT INTO mail (id, address, template, data)
		VALUES (r.id, a.email, r.purpose,
		    jsonb_build_object('name', a.name, 'link', r.link));
	END IF;
	RETURN NEXT;
END
$$;

REVOKE EXECUTE ON FUNCTION cameleer.account_request_settle() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cameleer.account_request_settle() TO cameleer_worker;

SET LOCAL ROLE cameleer_owner;
REVOKE CREATE ON SCHEMA cameleer FROM cameleer_gate;
