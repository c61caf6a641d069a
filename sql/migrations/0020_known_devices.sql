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

-- As in 0014, with the links of an address that was never proven, what was
-- counted of its mails, and known devices.
CREATE OR REPLACE FUNCTION cameleer.account_erase(p_account uuid)
    RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = cameleer, pg_temp
AS $$
DECLARE
	v_email	text;
	v_digest text;
BEGIN
	SELECT email, encode(sha256(convert_to(email, 'UTF8')), 'hex')
	INTO v_email, v_digest FROM account
	WHERE id = p_account AND kind = 'person' FOR UPDATE;
	IF NOT FOUND THEN
		RETURN 'unknown';
	END IF;
	IF NOT account_leave(p_account, v_email) THEN
		RETURN 'needed';
	END IF;
	INSERT INTO erasure (account_id) VALUES (p_account)
	ON CONFLICT DO NOTHING;
	DELETE FROM subject_key WHERE account_id = p_account
	OR address = v_digest;
	DELETE FROM one_time_token WHERE account_id = p_account
	OR email = v_email;
	DELETE FROM totp WHERE account_id = p_account;
	DELETE FROM recovery_code WHERE account_id = p_account;
	DELETE FROM sign_in_challenge WHERE account_id = p_account;
	DELETE FROM passkey WHERE account_id = p_account;
	DELETE FROM passkey_challenge WHERE account_id = p_account;
	DELETE FROM known_device WHERE account_id = p_account;
	DELETE FROM device_login WHERE session_id IN (SELECT id FROM session
	    WHERE account_id = p_account);
	DELETE FROM email_change WHERE account_id = p_account
	OR email = v_email;
	DELETE FROM mail WHERE address = v_email;
	DELETE FROM mail_limit WHERE digest = v_digest;
	DELETE FROM account_request WHERE email = v_email;
	DELETE FROM login_guess WHERE digest IN (v_digest,
	    encode(sha256(convert_to('code|' || p_account, 'UTF8')), 'hex'));
	UPDATE session SET revoked_at = coalesce(revoked_at, now()),
	    client_ip = NULL, user_agent = NULL WHERE account_id = p_account;
	UPDATE account SET email = p_account || '@erased.invalid',
	    name = 'Erased', password_hash = NULL, verified_at = NULL,
	    state = 'disabled'
	WHERE id = p_account;
	RETURN 'erased';
END
$$;
