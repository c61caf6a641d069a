-- SPDX-License-Identifier: Apache-2.0
-- Erasing a person (threat T25): one transaction deletes what names them and
-- the keys of their encrypted values in the audit trail.  What others did with
-- the account stays, under an id that reveals nothing.  Locks nothing.

-- Returns 'erased', also for an account that was erased before; 'unknown'; or
-- 'needed': it is the last owner of a tenant.  The caller writes the audit row.
-- Names tables of later migrations: they are looked up when it runs.
CREATE FUNCTION cameleer.account_erase(p_account uuid) RETURNS text
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
REVOKE EXECUTE ON FUNCTION cameleer.account_erase(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cameleer.account_erase(uuid) TO cameleer_auth;

GRANT CREATE ON SCHEMA cameleer TO cameleer_gate;
SET LOCAL ROLE cameleer_gate;

-- Deletes what tenants store of an account.  A last owner, and the owner whom
-- single sign-on requires, cannot leave: the trigger of memberships refuses it.
-- Each tenant loses a member, and its trail says so; ids are UUIDv7.
CREATE FUNCTION cameleer.account_leave(p_account uuid, p_email text)
    RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = cameleer, pg_temp
AS $$
BEGIN
	INSERT INTO audit_event (tenant_id, id, actor_id, actor_kind, action,
	    subject_type, subject_id, result, facts, service)
	SELECT m.tenant_id, (lpad(to_hex((extract(epoch FROM
	    clock_timestamp()) * 1000)::bigint), 12, '0') || '7' ||
	    substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid,
	    app_actor(), CASE WHEN app_actor() IS NULL THEN 'platform'
	    ELSE 'account' END, 'member.remove', 'account', p_account::text,
	    'done', jsonb_build_object('by', 'account.erase', 'role',
	    coalesce(m.role, c.name)), 'database'
	FROM membership m LEFT JOIN role c ON c.tenant_id = m.tenant_id
	    AND c.id = m.custom_role
	WHERE m.account_id = p_account;
	DELETE FROM membership WHERE account_id = p_account;
	DELETE FROM invitation WHERE email = p_email;
	DELETE FROM sso_identity WHERE account_id = p_account;
	DELETE FROM sso_ticket WHERE email = p_email;
	DELETE FROM idempotency WHERE account_id = p_account;
	RETURN true;
EXCEPTION WHEN restrict_violation THEN
	RETURN false;
END
$$;

REVOKE EXECUTE ON FUNCTION cameleer.account_leave(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cameleer.account_leave(uuid, text) TO cameleer_owner;

SET LOCAL ROLE cameleer_owner;
REVOKE CREATE ON SCHEMA cameleer FROM cameleer_gate;
