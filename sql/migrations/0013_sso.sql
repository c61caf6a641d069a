-- SPDX-License-Identifier: Apache-2.0
-- Sign-in by the OpenID provider of a tenant. Locks nothing.

CREATE TABLE cameleer.sso_provider (
	tenant_id	uuid PRIMARY KEY REFERENCES cameleer.tenant,
	-- Exactly as the provider writes it.
	issuer		text NOT NULL CHECK (length(issuer) <= 2048),
	-- Where the metadata lies, when it does not lie below the issuer.
	metadata_url	text CHECK (length(metadata_url) <= 2048),
	client_id	text NOT NULL CHECK (length(client_id) <= 255),
	-- Sealed with sso.key, bound to the tenant.
	secret_box	text NOT NULL,
	-- A preset or a custom role of the tenant, never owner.
	default_role	text NOT NULL CHECK (default_role <> 'owner'),
	group_claim	text NOT NULL,
	-- Group -> role; empty: groups decide nothing.
	group_roles	jsonb NOT NULL,
	-- What the provider published: the part that we use.
	metadata	jsonb,
	metadata_at	timestamptz,
	keys		text,
	keys_at		timestamptz,
	-- Keys are read again at most once a minute.
	keys_tried_at	timestamptz,
	-- Back-off: after a silence no calls until then.
	rests_until	timestamptz,
	-- How often in a row it did not answer in time.
	silences	integer NOT NULL DEFAULT 0,
	-- NULL: these settings have led to no answer yet.
	answered_at	timestamptz,
	-- The first time that somebody signed in by it.
	proven_at	timestamptz,
	version		bigint NOT NULL DEFAULT 1,
	created_at	timestamptz NOT NULL DEFAULT now()
);

-- Domains whose addresses a tenant's provider may speak for.
CREATE TABLE cameleer.sso_domain (
	tenant_id	uuid NOT NULL REFERENCES cameleer.tenant,
	domain		text NOT NULL CHECK (domain = lower(domain)
			    AND length(domain) <= 253),
	-- The text that the TXT record must contain.
	challenge	text NOT NULL,
	verified_at	timestamptz,
	created_at	timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (tenant_id, domain)
);
-- Many tenants may claim a domain; one can have it.
CREATE UNIQUE INDEX sso_domain_verified ON cameleer.sso_domain (domain)
    WHERE verified_at IS NOT NULL;

-- The identity of an account at a provider: never an address.
CREATE TABLE cameleer.sso_identity (
	tenant_id	uuid NOT NULL REFERENCES cameleer.tenant,
	issuer		text NOT NULL,
	subject		text NOT NULL CHECK (length(subject) <= 255),
	account_id	uuid NOT NULL REFERENCES cameleer.account,
	created_at	timestamptz NOT NULL DEFAULT now(),
	seen_at		timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (tenant_id, issuer, subject)
);
CREATE INDEX sso_identity_account ON cameleer.sso_identity (account_id);

-- Sign-ins on the way to the provider: digests of state and of the browser's
-- cookie, from which verifier and nonce are derived.
CREATE TABLE cameleer.sso_login (
	tenant_id	uuid NOT NULL REFERENCES cameleer.tenant,
	digest		text NOT NULL,
	browser		text NOT NULL,
	issuer		text NOT NULL,
	return_path	text NOT NULL,
	expires_at	timestamptz NOT NULL
			    DEFAULT now() + interval '10 minutes',
	PRIMARY KEY (tenant_id, digest)
);
CREATE INDEX sso_login_age ON cameleer.sso_login (tenant_id, expires_at);

-- Sign-ins on the way back: what the provider said, for cameleer_auth.
CREATE TABLE cameleer.sso_ticket (
	tenant_id	uuid NOT NULL REFERENCES cameleer.tenant,
	digest		text NOT NULL,
	issuer		text NOT NULL,
	subject		text NOT NULL,
	-- Only when it counts: the provider says that it is verified, or says
	-- nothing and is the tenant's own.
	email		text CHECK (length(email) <= 254),
	-- Why it counts: said, domain; or why there is none.
	email_proof	text NOT NULL CHECK (email_proof IN ('said', 'domain',
			    'denied', 'shared', 'missing', 'unasked')),
	name		text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
	-- The role by groups; NULL: no group decides.
	role		text,
	sid		text,
	return_path	text NOT NULL,
	expires_at	timestamptz NOT NULL
			    DEFAULT now() + interval '1 minute',
	used_at		timestamptz,
	PRIMARY KEY (tenant_id, digest),
	CHECK ((email IS NOT NULL) = (email_proof IN ('said', 'domain')))
);
CREATE UNIQUE INDEX sso_ticket_digest ON cameleer.sso_ticket (digest);

-- The sessions that a provider may end (OpenID Connect Back-Channel Logout).
CREATE TABLE cameleer.sso_session (
	tenant_id	uuid NOT NULL REFERENCES cameleer.tenant,
	session_id	uuid NOT NULL REFERENCES cameleer.session,
	issuer		text NOT NULL,
	subject		text NOT NULL,
	sid		text,
	PRIMARY KEY (tenant_id, session_id)
);
CREATE INDEX sso_session_subject ON cameleer.sso_session
    (tenant_id, issuer, subject);

ALTER TABLE cameleer.sso_provider
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE cameleer.sso_domain
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE cameleer.sso_identity
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE cameleer.sso_login
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE cameleer.sso_ticket
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE cameleer.sso_session
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON cameleer.sso_provider
    USING (tenant_id = cameleer.app_tenant());
CREATE POLICY tenant_only ON cameleer.sso_domain
    USING (tenant_id = cameleer.app_tenant());
CREATE POLICY tenant_only ON cameleer.sso_identity
    USING (tenant_id = cameleer.app_tenant());
CREATE POLICY tenant_only ON cameleer.sso_login
    USING (tenant_id = cameleer.app_tenant());
CREATE POLICY tenant_only ON cameleer.sso_ticket
    USING (tenant_id = cameleer.app_tenant());
CREATE POLICY tenant_only ON cameleer.sso_session
    USING (tenant_id = cameleer.app_tenant());

GRANT SELECT, INSERT, UPDATE, DELETE ON cameleer.sso_provider,
    cameleer.sso_domain TO cameleer_sso;
GRANT SELECT, UPDATE (proven_at) ON cameleer.sso_provider TO cameleer_gate;
GRANT SELECT ON cameleer.sso_domain TO cameleer_gate;
GRANT SELECT, INSERT, UPDATE (seen_at), DELETE ON cameleer.sso_identity
    TO cameleer_gate;
GRANT SELECT, INSERT, DELETE ON cameleer.sso_login, cameleer.sso_ticket
    TO cameleer_sso;
GRANT SELECT, UPDATE (used_at), DELETE ON cameleer.sso_ticket TO cameleer_gate;
GRANT SELECT, INSERT ON cameleer.sso_session TO cameleer_gate;

GRANT CREATE ON SCHEMA cameleer TO cameleer_gate;
SET LOCAL ROLE cameleer_gate;

-- A tenant by its slug, and whether people can sign in there by a provider.  No
-- row when the tenant does not exist.
CREATE FUNCTION cameleer.sso_tenant(p_slug text)
    RETURNS TABLE (id uuid, tier text, entitled boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT t.id, t.tier, coalesce((p.features->>'sso')::boolean, false)
	FROM cameleer.tenant t CROSS JOIN LATERAL cameleer.plan_of(t.id) p
	WHERE t.slug = p_slug AND t.state IN ('active', 'suspended');
    END;

-- The tenant whose provider speaks for a domain.  Reveals nothing about
-- accounts.
CREATE FUNCTION cameleer.sso_discover(p_domain text)
    RETURNS TABLE (tenant text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT t.slug FROM cameleer.sso_domain d
	JOIN cameleer.sso_provider v ON v.tenant_id = d.tenant_id
	JOIN cameleer.tenant t ON t.id = d.tenant_id
	CROSS JOIN LATERAL cameleer.plan_of(t.id) p
	WHERE d.domain = lower(p_domain) AND d.verified_at IS NOT NULL
	AND t.state IN ('active', 'suspended')
	AND (p.features->>'sso')::boolean;
    END;

-- May this account sign in without the provider?  It must be an owner of the
-- pinned tenant, and have a password.
CREATE FUNCTION cameleer.sso_may_break_glass(p_account uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT EXISTS (SELECT FROM cameleer.membership m
	    JOIN cameleer.account a ON a.id = m.account_id
	    WHERE m.tenant_id = cameleer.app_tenant()
	    AND m.account_id = p_account AND m.role = 'owner'
	    AND a.state = 'active' AND a.kind = 'person'
	    AND a.password_hash IS NOT NULL);
    END;

-- Finds or makes the account of a new identity.  The address counts only when
-- the tenant has proven its domain.  An existing account is not linked by its
-- address when it is in another tenant as well or is not a person's (threat
-- T8).
CREATE FUNCTION cameleer.sso_adopt(k cameleer.sso_ticket, p_account uuid,
    OUT refused text, OUT account uuid, OUT how text, OUT disarmed boolean)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = cameleer, pg_temp
AS $$
DECLARE
	a	account;
BEGIN
	IF k.email IS NULL THEN
		refused := CASE k.email_proof
		    WHEN 'shared' THEN 'sso_issuer_shared'
		    WHEN 'missing' THEN 'sso_address_missing'
		    WHEN 'unasked' THEN 'sso_userinfo_failed'
		    ELSE 'sso_address_not_verified' END;
		RETURN;
	END IF;
	IF NOT EXISTS (SELECT FROM sso_domain d
	    WHERE d.tenant_id = k.tenant_id AND d.verified_at IS NOT NULL
	    AND d.domain = split_part(lower(k.email), '@', 2)) THEN
		refused := 'sso_domain_not_verified';
		RETURN;
	END IF;
	SELECT * INTO a FROM account WHERE email = lower(k.email);
	IF NOT FOUND THEN
		INSERT INTO account (id, email, name, verified_at)
		VALUES (p_account, lower(k.email), k.name, now());
		account := p_account;
		how := 'made';
	ELSIF a.kind <> 'person' OR EXISTS (SELECT FROM membership m
	    WHERE m.account_id = a.id AND m.tenant_id <> k.tenant_id) THEN
		refused := 'sso_link_refused';
		RETURN;
	ELSE
		-- Delete a password that somebody set who never proved the
		-- address.
		UPDATE account SET verified_at = now(), password_hash = NULL
		WHERE id = a.id AND verified_at IS NULL;
		disarmed := FOUND AND a.password_hash IS NOT NULL;
		account := a.id;
		how := 'linked';
	END IF;
	INSERT INTO sso_identity (tenant_id, issuer, subject, account_id)
	VALUES (k.tenant_id, k.issuer, k.subject, account);
END
$$;

-- Makes or updates the membership: a new member gets a role, and where groups
-- decide everybody but owners does.  refused: the reason why not.  The caller
-- audits and mails what became of the role: was is NULL for a new member,
-- becomes is NULL when nothing changed.  A changed role withdraws the
-- invitations that were sent with the old one.
CREATE FUNCTION cameleer.sso_admit(k cameleer.sso_ticket, p_account uuid,
    p_default text, OUT refused text, OUT was text, OUT becomes text,
    OUT withdrawn bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = cameleer, pg_temp
AS $$
DECLARE
	v_preset text;
	v_custom uuid;
BEGIN
	-- Two sign-ins of one member at the same time, and a change by hand.
	SELECT coalesce(m.role, c.name) INTO was FROM membership m
	LEFT JOIN role c ON c.tenant_id = m.tenant_id AND c.id = m.custom_role
	WHERE m.tenant_id = k.tenant_id AND m.account_id = p_account
	FOR UPDATE OF m;
	SELECT name INTO v_preset FROM role_preset
	WHERE name = coalesce(k.role, p_default) AND name <> 'owner';
	IF v_preset IS NULL THEN
		SELECT id INTO v_custom FROM role WHERE tenant_id = k.tenant_id
		AND name = coalesce(k.role, p_default);
	END IF;
	IF v_preset IS NULL AND v_custom IS NULL THEN
		refused := 'sso_role_gone';
		RETURN;
	END IF;
	INSERT INTO membership (tenant_id, account_id, role, custom_role)
	VALUES (k.tenant_id, p_account, v_preset, v_custom)
	ON CONFLICT (tenant_id, account_id) DO UPDATE
	    SET role = v_preset, custom_role = v_custom,
	    version = membership.version + 1
	    WHERE k.role IS NOT NULL
	    AND (membership.role IS DISTINCT FROM v_preset
		OR membership.custom_role IS DISTINCT FROM v_custom)
	    AND membership.role IS DISTINCT FROM 'owner';
	IF FOUND THEN
		becomes := coalesce(k.role, p_default);
	END IF;
	IF FOUND AND was IS NOT NULL THEN
		DELETE FROM invitation WHERE tenant_id = k.tenant_id
		AND invited_by = p_account;
		GET DIAGNOSTICS withdrawn = ROW_COUNT;
	END IF;
END
$$;

-- Uses up a ticket.  There is one row: refused says why not; else for which
-- account to open a session, in which tenant.  how: known, made or linked; was,
-- becomes, withdrawn (invitations): see sso_admit(); disarmed: a password was
-- deleted.
CREATE FUNCTION cameleer.sso_finish(p_digest text, p_account uuid)
    RETURNS TABLE (refused text, account uuid, tenant uuid, how text,
	return_path text, email_proof text, was text, becomes text,
	tenant_name text, tenant_slug text, tier text, withdrawn bigint,
	disarmed boolean)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = cameleer, pg_temp
AS $$
DECLARE
	k	sso_ticket;
	p	sso_provider;
	v_entitled boolean;
BEGIN
	UPDATE sso_ticket t SET used_at = now() WHERE t.digest = p_digest
	AND t.used_at IS NULL AND t.expires_at > now() RETURNING * INTO k;
	SELECT * INTO p FROM sso_provider v
	WHERE v.tenant_id = k.tenant_id AND v.issuer = k.issuer;
	IF NOT FOUND THEN
		refused := 'sso_ticket_not_valid';
		RETURN NEXT;
		RETURN;
	END IF;
	tenant := k.tenant_id;
	email_proof := k.email_proof;
	return_path := k.return_path;
	SELECT s.entitled, t.name, t.slug, t.tier
	INTO v_entitled, tenant_name, tenant_slug, tier FROM tenant t
	CROSS JOIN LATERAL sso_tenant(t.slug) s WHERE t.id = k.tenant_id;
	-- Two concurrent first sign-ins of one person make one account.
	PERFORM pg_advisory_xact_lock(hashtextextended(
	    k.tenant_id || k.issuer || k.subject, 4));
	SELECT i.account_id INTO account FROM sso_identity i
	WHERE i.tenant_id = k.tenant_id AND i.issuer = k.issuer
	AND i.subject = k.subject;
	how := 'known';
	-- NULL: the tenant is being deleted.
	IF v_entitled IS NULL THEN
		refused := 'sso_ticket_not_valid';
	ELSIF NOT v_entitled THEN
		refused := 'not_entitled';
	ELSIF account IS NULL THEN
		SELECT d.refused, d.account, d.how, d.disarmed
		INTO refused, account, how, disarmed
		FROM sso_adopt(k, p_account) d;
	END IF;
	IF refused IS NULL AND NOT EXISTS (SELECT FROM account a
	    WHERE a.id = sso_finish.account AND a.state = 'active') THEN
		refused := 'account_disabled';
	END IF;
	IF refused IS NULL THEN
		SELECT d.refused, d.was, d.becomes, d.withdrawn
		INTO refused, was, becomes, withdrawn
		FROM sso_admit(k, account, p.default_role) d;
	END IF;
	IF refused IS NULL THEN
		UPDATE sso_provider v SET proven_at = now()
		WHERE v.tenant_id = k.tenant_id AND v.proven_at IS NULL;
		UPDATE sso_identity i SET seen_at = now()
		WHERE i.tenant_id = k.tenant_id AND i.issuer = k.issuer
		AND i.subject = k.subject;
	END IF;
	RETURN NEXT;
END
$$;

-- Records the session that a ticket became, so that the provider can end it.
CREATE FUNCTION cameleer.sso_bind(p_digest text, p_session uuid)
    RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	INSERT INTO cameleer.sso_session (tenant_id, session_id, issuer,
	    subject, sid)
	SELECT k.tenant_id, p_session, k.issuer, k.subject, k.sid
	FROM cameleer.sso_ticket k WHERE k.digest = p_digest;
    END;

-- Ends the sessions of the pinned tenant that the logout token names, if they
-- began before it was issued, so that the token has no effect on later ones.
CREATE FUNCTION cameleer.sso_logout(p_issuer text, p_subject text,
    p_sid text, p_said_at bigint) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	WITH ended AS (
	    UPDATE cameleer.session s SET revoked_at = now()
	    FROM cameleer.sso_session x
	    WHERE x.tenant_id = cameleer.app_tenant()
	    AND x.session_id = s.id AND x.issuer = p_issuer
	    AND (p_subject IS NULL OR x.subject = p_subject)
	    AND (p_sid IS NULL OR x.sid = p_sid)
	    AND coalesce(p_subject, p_sid) IS NOT NULL
	    AND s.revoked_at IS NULL
	    AND s.created_at < to_timestamp(p_said_at + 1)
	    RETURNING s.id)
	SELECT count(*) FROM ended;
    END;

REVOKE EXECUTE ON FUNCTION cameleer.sso_tenant(text),
    cameleer.sso_discover(text), cameleer.sso_may_break_glass(uuid),
    cameleer.sso_adopt(cameleer.sso_ticket, uuid),
    cameleer.sso_admit(cameleer.sso_ticket, uuid, text),
    cameleer.sso_finish(text, uuid), cameleer.sso_bind(text, uuid),
    cameleer.sso_logout(text, text, text, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cameleer.sso_tenant(text),
    cameleer.sso_discover(text), cameleer.sso_may_break_glass(uuid),
    cameleer.sso_logout(text, text, text, bigint) TO cameleer_sso;
GRANT EXECUTE ON FUNCTION cameleer.sso_finish(text, uuid),
    cameleer.sso_bind(text, uuid) TO cameleer_auth;

SET LOCAL ROLE cameleer_owner;
REVOKE CREATE ON SCHEMA cameleer FROM cameleer_gate;
