-- SPDX-License-Identifier: Apache-2.0
-- API tokens, and the service accounts that have them.  Locks nothing.

-- An API token: a secret, stored as its digest, by which a program acts for an
-- account in one tenant within its scopes (permission names).
CREATE TABLE cameleer.api_token (
	tenant_id	uuid NOT NULL REFERENCES cameleer.tenant,
	id		uuid NOT NULL,
	account_id	uuid NOT NULL REFERENCES cameleer.account,
	name		text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
	digest		text NOT NULL,
	-- The first characters, by which a person recognizes it.
	hint		text NOT NULL,
	scopes		text[] NOT NULL CHECK (cardinality(scopes)
			    BETWEEN 1 AND 50),
	-- The token that replaces it; both are valid until expires_at.
	replaced_by	uuid,
	created_by	uuid NOT NULL REFERENCES cameleer.account,
	created_at	timestamptz NOT NULL DEFAULT now(),
	expires_at	timestamptz NOT NULL
			    CHECK (expires_at <= created_at
			    + interval '366 days'),
	used_at		timestamptz,
	revoked_at	timestamptz,
	PRIMARY KEY (tenant_id, id),
	-- A member who leaves the tenant loses their tokens for it: a new
	-- membership does not make them valid again.
	FOREIGN KEY (tenant_id, account_id) REFERENCES cameleer.membership
	    ON DELETE CASCADE
);
-- Each token has its own secret; a request knows only the digest.
CREATE UNIQUE INDEX api_token_digest ON cameleer.api_token (digest);
CREATE INDEX api_token_account ON cameleer.api_token (account_id);

ALTER TABLE cameleer.api_token
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON cameleer.api_token
    USING (tenant_id = cameleer.app_tenant());

GRANT SELECT, INSERT, UPDATE, DELETE ON cameleer.api_token TO cameleer_auth;
GRANT SELECT, UPDATE (used_at) ON cameleer.api_token TO cameleer_gate;

GRANT CREATE ON SCHEMA cameleer TO cameleer_gate;
SET LOCAL ROLE cameleer_gate;

-- Records the use of a token, at most once a minute.
CREATE FUNCTION cameleer.api_token_used(p_tenant uuid, p_token uuid)
    RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	UPDATE cameleer.api_token k SET used_at = now()
	WHERE k.tenant_id = p_tenant AND k.id = p_token
	AND (k.used_at IS NULL OR k.used_at <= now() - interval '1 minute');
    END;

-- Makes a service account a member of the pinned tenant, which is its own;
-- never an owner.
CREATE FUNCTION cameleer.service_account_join(p_account uuid, p_role text)
    RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	INSERT INTO cameleer.membership (tenant_id, account_id, role,
	    custom_role)
	SELECT a.home_tenant, a.id, p.name, c.id
	FROM cameleer.account a
	LEFT JOIN cameleer.role_preset p ON p.name = p_role
	    AND p.name <> 'owner'
	LEFT JOIN cameleer.role c ON c.tenant_id = a.home_tenant
	    AND c.name = p_role
	WHERE a.id = p_account AND a.kind = 'service'
	AND a.home_tenant = cameleer.app_tenant()
	AND (p.name IS NOT NULL OR c.id IS NOT NULL)
	RETURNING true;
    END;

CREATE FUNCTION cameleer.service_account_leave(p_account uuid)
    RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	DELETE FROM cameleer.membership m USING cameleer.account a
	WHERE a.id = p_account AND a.kind = 'service'
	AND a.home_tenant = cameleer.app_tenant()
	AND m.tenant_id = a.home_tenant AND m.account_id = a.id
	RETURNING true;
    END;

-- The service accounts of the pinned tenant, with the time of their last use.
CREATE FUNCTION cameleer.service_accounts()
    RETURNS TABLE (id uuid, name text, role text, permissions text,
	created_at timestamptz, tokens bigint, used_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT a.id, a.name, coalesce(m.role, c.name),
	    cameleer.member_permissions(m.tenant_id, a.id), a.created_at,
	    count(k.id) FILTER (WHERE k.revoked_at IS NULL
		AND k.expires_at > now()), max(k.used_at)
	FROM cameleer.account a
	JOIN cameleer.membership m ON m.tenant_id = a.home_tenant
	    AND m.account_id = a.id
	LEFT JOIN cameleer.role c ON c.tenant_id = m.tenant_id
	    AND c.id = m.custom_role
	LEFT JOIN cameleer.api_token k ON k.account_id = a.id
	WHERE a.kind = 'service' AND a.state = 'active'
	AND a.home_tenant = cameleer.app_tenant()
	GROUP BY a.id, m.tenant_id, m.role, c.name
	ORDER BY a.id LIMIT 1000;
    END;

REVOKE EXECUTE ON FUNCTION cameleer.api_token_used(uuid, uuid),
    cameleer.service_account_join(uuid, text),
    cameleer.service_account_leave(uuid), cameleer.service_accounts()
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cameleer.api_token_used(uuid, uuid) TO cameleer_auth,
    cameleer_tenants, cameleer_apps, cameleer_billing, cameleer_license,
    cameleer_sso;
GRANT EXECUTE ON FUNCTION cameleer.service_account_join(uuid, text),
    cameleer.service_account_leave(uuid), cameleer.service_accounts()
    TO cameleer_auth;

SET LOCAL ROLE cameleer_owner;
REVOKE CREATE ON SCHEMA cameleer FROM cameleer_gate;
