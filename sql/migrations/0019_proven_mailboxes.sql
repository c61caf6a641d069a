-- SPDX-License-Identifier: Apache-2.0
-- Nothing that was chosen before the mailbox is proven counts: a registration
-- leaves an address and a link, and whoever follows the link chooses name and
-- password. Locks one_time_token, which is small.

UPDATE cameleer.account SET password_hash = NULL WHERE verified_at IS NULL;

-- A registration's link is of an address; a link to reset is of an account.
DELETE FROM cameleer.one_time_token WHERE purpose = 'verify';
ALTER TABLE cameleer.one_time_token
    ALTER COLUMN account_id DROP NOT NULL,
    ADD COLUMN email text CHECK (email = lower(email)
	AND length(email) <= 254),
    ADD CHECK ((purpose = 'verify') = (email IS NOT NULL)),
    ADD CHECK ((purpose = 'verify') = (account_id IS NULL));
CREATE INDEX one_time_token_email ON cameleer.one_time_token (email);

GRANT CREATE ON SCHEMA cameleer TO cameleer_gate;
SET LOCAL ROLE cameleer_gate;

-- Queues the mail of a request, unless there is nobody to mail, or somebody, at
-- the address, or its next mail may not go yet. subject is an account that is
-- known.
CREATE FUNCTION cameleer.account_request_mail(r account_request,
	OUT mailed boolean, OUT wait_s integer, OUT subject uuid)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = cameleer, pg_temp
AS $$
DECLARE
	a	account;
	v_known	boolean;
BEGIN
	mailed := false;
	wait_s := 0;
	SELECT * INTO a FROM account x WHERE x.email = r.email;
	v_known := a.id IS NOT NULL AND (a.verified_at IS NOT NULL
	    OR a.kind <> 'person' OR a.state <> 'active');
	IF r.expires_at > now() AND ((r.purpose = 'verify' AND NOT v_known)
	    OR (r.purpose = 'reset' AND a.state = 'active')) THEN
		wait_s := mail_room(r.email, r.purpose, '');
		mailed := wait_s = 0;
		subject := CASE r.purpose WHEN 'reset' THEN a.id END;
	END IF;
	IF mailed THEN
		UPDATE one_time_token t SET used_at = now()
		WHERE t.account_id = subject AND t.purpose = 'reset'
		AND t.used_at IS NULL;
		INSERT INTO one_time_token (digest, account_id, email, purpose,
		    expires_at)
		VALUES (r.digest, subject, CASE r.purpose WHEN 'verify'
		    THEN r.email END, r.purpose, r.expires_at);
		INSERT INTO mail (id, address, template, data)
		VALUES (r.id, r.email, r.purpose,
		    jsonb_build_object('name', a.name, 'link', r.link));
	END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION cameleer.account_request_mail(account_request)
    FROM PUBLIC;

-- Settles the oldest that is due; no row when none is. Of two at once the
-- second waits and then finds nothing: requests of one address are settled in
-- their order. One that fails (why: SQLSTATE and constraint, which name
-- nobody) leaves nothing behind and is due again later; after the last of its
-- attempts it is given up.
CREATE FUNCTION cameleer.account_request_settle()
    RETURNS TABLE (id uuid, purpose text, mailed boolean, wait_s integer,
	subject uuid, attempts integer, why text, given_up boolean)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = cameleer, pg_temp
AS $$
DECLARE
	r		account_request;
	v_last		CONSTANT integer := 8;
	v_state		text;
	v_constraint	text;
BEGIN
	SELECT * INTO r FROM account_request q WHERE q.next_at <= now()
	ORDER BY q.id LIMIT 1 FOR UPDATE;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	id := r.id;
	purpose := r.purpose;
	attempts := r.attempts + 1;
	given_up := false;
	BEGIN
		SELECT m.mailed, m.wait_s, m.subject
		INTO mailed, wait_s, subject FROM account_request_mail(r) m;
	EXCEPTION WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS v_state = RETURNED_SQLSTATE,
		    v_constraint = CONSTRAINT_NAME;
		why := rtrim(v_state || ' ' || v_constraint);
		mailed := false;
		wait_s := 0;
		subject := NULL;
		given_up := r.attempts + 1 >= v_last;
	END;
	IF why IS NULL OR given_up THEN
		DELETE FROM account_request d WHERE d.id = r.id;
	ELSE
		UPDATE account_request d SET attempts = r.attempts + 1,
		    next_at = now() + make_interval(secs =>
		    5 * power(2, r.attempts))
		WHERE d.id = r.id;
	END IF;
	RETURN NEXT;
END
$$;

REVOKE EXECUTE ON FUNCTION cameleer.account_request_settle() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cameleer.account_request_settle() TO cameleer_worker;

SET LOCAL ROLE cameleer_owner;
REVOKE CREATE ON SCHEMA cameleer FROM cameleer_gate;
