-- SPDX-License-Identifier: Apache-2.0
-- Members join by invitation, change roles and leave; whatever changes members,
-- a tenant keeps an owner.  Locks nothing.

-- An open invitation.  An accepted or withdrawn one is deleted, and it ends
-- when the member who made it leaves.
CREATE TABLE cameleer.invitation (
	tenant_id	uuid NOT NULL REFERENCES cameleer.tenant,
	id		uuid NOT NULL,
	email		text NOT NULL CHECK (email = lower(email)
			    AND length(email) <= 254),
	role		text REFERENCES cameleer.role_preset,
	custom_role	uuid,
	team_id		uuid,
	-- Digest of the link's token; when the mail is sent again it changes.
	digest		text NOT NULL,
	invited_by	uuid NOT NULL,
	-- The number of mails, and the time of the last one.
	sent		integer NOT NULL DEFAULT 1,
	sent_at		timestamptz NOT NULL DEFAULT now(),
	expires_at	timestamptz NOT NULL
			    CHECK (expires_at <= sent_at + interval '24 hours'),
	created_at	timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (tenant_id, id),
	UNIQUE (tenant_id, email),
	FOREIGN KEY (tenant_id, custom_role) REFERENCES cameleer.role,
	FOREIGN KEY (tenant_id, team_id) REFERENCES cameleer.team
	    ON DELETE SET NULL (team_id),
	FOREIGN KEY (tenant_id, invited_by) REFERENCES cameleer.membership
	    ON DELETE CASCADE,
	CHECK ((role IS NULL) <> (custom_role IS NULL))
);
CREATE UNIQUE INDEX invitation_digest ON cameleer.invitation (digest);
CREATE INDEX invitation_custom_role ON cameleer.invitation
    (tenant_id, custom_role) WHERE custom_role IS NOT NULL;
CREATE INDEX invitation_team ON cameleer.invitation (tenant_id, team_id)
    WHERE team_id IS NOT NULL;
CREATE INDEX invitation_invited_by ON cameleer.invitation
    (tenant_id, invited_by);

ALTER TABLE cameleer.invitation
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON cameleer.invitation
    USING (tenant_id = cameleer.app_tenant());

GRANT SELECT, INSERT, UPDATE, DELETE ON cameleer.invitation
    TO cameleer_tenants;
GRANT SELECT, DELETE ON cameleer.invitation TO cameleer_gate;

GRANT CREATE ON SCHEMA cameleer TO cameleer_gate;
SET LOCAL ROLE cameleer_gate;

-- Why an owner can neither leave nor take another role: last_owner when no
-- other person who can sign in is an owner, break_glass when they are the owner
-- who may sign in without the tenant's provider.  NULL: there is no reason, as
-- always in a tenant that is being deleted.
CREATE FUNCTION cameleer.owner_tie(p_tenant uuid, p_account uuid) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT CASE WHEN NOT EXISTS (SELECT FROM cameleer.membership o
		JOIN cameleer.account a ON a.id = o.account_id
		WHERE o.tenant_id = t.id AND o.role = 'owner'
		AND o.account_id <> p_account
		AND a.kind = 'person' AND a.state = 'active')
	    THEN 'last_owner'
	    WHEN EXISTS (SELECT FROM cameleer.sign_in_policy p
		WHERE p.tenant_id = t.id AND p.sso_enforced
		AND p.break_glass = p_account)
	    THEN 'break_glass' END
	FROM cameleer.tenant t
	WHERE t.id = p_tenant AND t.state NOT IN ('deleting', 'deleted');
    END;

-- The same for a member of the pinned tenant, called before a change.
CREATE FUNCTION cameleer.member_tie(p_account uuid) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT cameleer.owner_tie(m.tenant_id, m.account_id)
	FROM cameleer.membership m WHERE m.tenant_id = cameleer.app_tenant()
	AND m.account_id = p_account AND m.role = 'owner';
    END;

-- Changes of a tenant's members run one after another; after the wait, a change
-- sees what the one before has done.
CREATE FUNCTION cameleer.members_lock(p_tenant uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT pg_advisory_xact_lock(hashtextextended(p_tenant::text, 2));
    END;

-- Holds for every way in which an owner is removed, whatever caused it.
CREATE FUNCTION cameleer.membership_guard() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = cameleer, pg_temp
AS $$
DECLARE
	v_tie	text;
BEGIN
	PERFORM members_lock(OLD.tenant_id);
	IF TG_OP = 'UPDATE' AND NEW.role = 'owner'
	    AND NEW.account_id = OLD.account_id THEN
		RETURN NULL;
	END IF;
	v_tie := owner_tie(OLD.tenant_id, OLD.account_id);
	IF v_tie IS NOT NULL THEN
		RAISE EXCEPTION 'the tenant would be without: %', v_tie
		    USING ERRCODE = 'restrict_violation', CONSTRAINT = v_tie;
	END IF;
	RETURN NULL;
END
$$;

-- The members of the pinned tenant with name and address of the account; a
-- service account has no address.  locked_until is set after too many wrong
-- passwords.
CREATE FUNCTION cameleer.tenant_members(p_only uuid, p_after uuid,
    p_limit integer)
    RETURNS TABLE (id uuid, kind text, email text, name text, role text,
	custom_role uuid, state text, locked_until timestamptz,
	version bigint, created_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT a.id, a.kind, a.email, a.name, coalesce(m.role, c.name),
	    m.custom_role, a.state, g.locked_until, m.version, m.created_at
	FROM cameleer.membership m
	JOIN cameleer.account a ON a.id = m.account_id
	LEFT JOIN cameleer.role c ON c.tenant_id = m.tenant_id
	    AND c.id = m.custom_role
	LEFT JOIN cameleer.login_guess g ON g.locked_until > now()
	    AND g.digest = encode(sha256(convert_to(a.email, 'UTF8')), 'hex')
	WHERE m.tenant_id = cameleer.app_tenant()
	AND (p_only IS NULL OR a.id = p_only)
	AND (p_after IS NULL OR a.id > p_after)
	ORDER BY a.id LIMIT least(p_limit, 1000);
    END;

-- A page of them for people: those whose name or address has the words, after
-- a row that is named by its id and by its name or time, in the order of place.
CREATE FUNCTION cameleer.member_search(p_after uuid, p_key text,
    p_limit integer, p_words text, p_newest boolean)
    RETURNS TABLE (place bigint, id uuid, kind text, email text, name text,
	role text, custom_role uuid, state text, locked_until timestamptz,
	version bigint, created_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT f.place, f.id, f.kind, f.email, f.name, f.role, f.custom_role,
	    f.state, g.locked_until, f.version, f.created_at
	FROM (SELECT row_number() OVER (ORDER BY
		CASE WHEN p_newest THEN cameleer.rfc3339(m.created_at) END
		    COLLATE "C" DESC,
		CASE WHEN NOT p_newest THEN lower(a.name) END,
		CASE WHEN p_newest THEN a.id END DESC, a.id) AS place,
		a.id, a.kind, a.email, a.name,
		coalesce(m.role, c.name) AS role, m.custom_role, a.state,
		m.version, m.created_at
	    FROM cameleer.membership m
	    JOIN cameleer.account a ON a.id = m.account_id
	    LEFT JOIN cameleer.role c ON c.tenant_id = m.tenant_id
		AND c.id = m.custom_role
	    WHERE m.tenant_id = cameleer.app_tenant()
	    AND (p_words IS NULL OR position(lower(p_words) IN
		lower(a.name || ' ' || coalesce(a.email, ''))) > 0)
	    AND (p_after IS NULL OR CASE WHEN p_newest
		THEN (cameleer.rfc3339(m.created_at) COLLATE "C", a.id) <
		    (p_key, p_after)
		ELSE (lower(a.name), a.id) > (lower(p_key), p_after) END)
	    ) f
	LEFT JOIN cameleer.login_guess g ON g.locked_until > now()
	    AND g.digest = encode(sha256(convert_to(f.email, 'UTF8')), 'hex')
	WHERE f.place <= least(p_limit, 1000);
    END;

CREATE FUNCTION cameleer.member_total(p_words text) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT count(*) FROM cameleer.membership m
	JOIN cameleer.account a ON a.id = m.account_id
	WHERE m.tenant_id = cameleer.app_tenant()
	AND (p_words IS NULL OR position(lower(p_words) IN
	    lower(a.name || ' ' || coalesce(a.email, ''))) > 0);
    END;

-- After too many wrong passwords: until when a member of the pinned tenant
-- cannot sign in; and the end of that lock.  False: not a member.
CREATE FUNCTION cameleer.member_locked_until(p_account uuid)
    RETURNS timestamptz
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT g.locked_until
	FROM cameleer.membership m
	JOIN cameleer.account a ON a.id = m.account_id
	JOIN cameleer.login_guess g ON g.digest =
	    encode(sha256(convert_to(a.email, 'UTF8')), 'hex')
	WHERE m.tenant_id = cameleer.app_tenant()
	AND m.account_id = p_account AND g.locked_until > now();
    END;

CREATE FUNCTION cameleer.member_unlock(p_account uuid) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	DELETE FROM cameleer.login_guess g
	USING cameleer.membership m, cameleer.account a
	WHERE m.tenant_id = cameleer.app_tenant()
	AND m.account_id = p_account AND a.id = m.account_id
	AND g.digest = encode(sha256(convert_to(a.email, 'UTF8')), 'hex');
	SELECT EXISTS (SELECT FROM cameleer.membership m
	    WHERE m.tenant_id = cameleer.app_tenant()
	    AND m.account_id = p_account);
    END;

-- What an invitation offers: whoever has the link's token may see it.
CREATE FUNCTION cameleer.invitation_show(p_digest text)
    RETURNS TABLE (tenant text, tenant_name text, email text, role text,
	inviter text, account uuid, expires_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT t.slug, t.name, i.email, coalesce(i.role, c.name), b.name,
	    a.id, i.expires_at
	FROM cameleer.invitation i
	JOIN cameleer.tenant t ON t.id = i.tenant_id
	    AND t.state NOT IN ('deleting', 'deleted')
	JOIN cameleer.account b ON b.id = i.invited_by
	LEFT JOIN cameleer.role c ON c.tenant_id = i.tenant_id
	    AND c.id = i.custom_role
	LEFT JOIN cameleer.account a ON a.email = i.email
	    AND a.verified_at IS NOT NULL
	WHERE i.digest = p_digest AND i.expires_at > now();
    END;

-- Makes the pinned account a member; its verified address must be the invited
-- one. Valid once: the second of two concurrent calls finds no row.  A member
-- keeps the role that they have.
CREATE FUNCTION cameleer.invitation_accept(p_digest text)
    RETURNS TABLE (tenant uuid, slug text, name text, role text, state text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = cameleer, pg_temp
AS $$
DECLARE
	i	invitation;
BEGIN
	DELETE FROM invitation v USING account a, tenant t
	WHERE v.digest = p_digest AND v.expires_at > now()
	AND a.id = app_actor() AND a.email = v.email
	AND a.kind = 'person' AND a.state = 'active'
	AND a.verified_at IS NOT NULL AND t.id = v.tenant_id
	AND t.state NOT IN ('deleting', 'deleted')
	RETURNING v.* INTO i;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	INSERT INTO membership (tenant_id, account_id, role, custom_role)
	VALUES (i.tenant_id, app_actor(), i.role, i.custom_role)
	ON CONFLICT DO NOTHING;
	IF i.team_id IS NOT NULL THEN
		INSERT INTO team_member (tenant_id, team_id, account_id)
		VALUES (i.tenant_id, i.team_id, app_actor())
		ON CONFLICT DO NOTHING;
	END IF;
	RETURN QUERY
	SELECT t.id, t.slug, t.name, coalesce(m.role, c.name), t.state
	FROM tenant t JOIN membership m ON m.tenant_id = t.id
	    AND m.account_id = app_actor()
	LEFT JOIN role c ON c.tenant_id = m.tenant_id AND c.id = m.custom_role
	WHERE t.id = i.tenant_id;
END
$$;

REVOKE EXECUTE ON FUNCTION cameleer.owner_tie(uuid, uuid),
    cameleer.member_tie(uuid), cameleer.members_lock(uuid),
    cameleer.membership_guard(), cameleer.tenant_members(uuid, uuid, integer),
    cameleer.member_search(uuid, text, integer, text, boolean),
    cameleer.member_total(text),
    cameleer.member_locked_until(uuid), cameleer.member_unlock(uuid),
    cameleer.invitation_show(text), cameleer.invitation_accept(text)
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cameleer.member_tie(uuid),
    cameleer.members_lock(uuid), cameleer.tenant_members(uuid, uuid, integer),
    cameleer.member_search(uuid, text, integer, text, boolean),
    cameleer.member_total(text),
    cameleer.member_locked_until(uuid), cameleer.member_unlock(uuid)
    TO cameleer_tenants;
GRANT EXECUTE ON FUNCTION cameleer.membership_guard() TO cameleer_owner;
GRANT EXECUTE ON FUNCTION cameleer.invitation_show(text),
    cameleer.invitation_accept(text) TO cameleer_auth;

SET LOCAL ROLE cameleer_owner;
REVOKE CREATE ON SCHEMA cameleer FROM cameleer_gate;

CREATE TRIGGER an_owner_stays AFTER UPDATE OR DELETE ON cameleer.membership
    FOR EACH ROW WHEN (OLD.role = 'owner')
    EXECUTE FUNCTION cameleer.membership_guard();
