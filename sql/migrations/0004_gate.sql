-- SPDX-License-Identifier: Apache-2.0
-- The few questions that are asked before a tenant is known, or across
-- tenants. They run as cameleer_gate, which nobody can log in as, take the
-- account from the pinned transaction and show no more than named here.
-- Locks nothing.

SET LOCAL ROLE cameleer_gate;

-- First statement of every request: pins the transaction to what the token
-- proved, and says what of it still holds. One row always; good is false when
-- the session or the account is gone.
CREATE FUNCTION cameleer.request_begin(p_session uuid, p_account uuid,
    p_tenant uuid)
    RETURNS TABLE (good boolean, role text, permissions text,
	tenant_slug text, tenant_state text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = cameleer, pg_temp
AS $$
BEGIN
	PERFORM set_config('app.tenant', coalesce(p_tenant::text, ''), true),
	    set_config('app.actor', coalesce(p_account::text, ''), true);
	RETURN QUERY
	SELECT s.id IS NOT NULL, m.role,
	    ' ' || array_to_string(r.permissions, ' ') || ' ',
	    t.slug, t.state
	FROM (SELECT 1) one
	LEFT JOIN (session s JOIN account a ON a.id = s.account_id
		AND a.state = 'active')
	    ON s.id = p_session AND s.account_id = p_account
	    AND s.revoked_at IS NULL AND s.expires_at > now()
	LEFT JOIN membership m ON m.tenant_id = p_tenant
	    AND m.account_id = s.account_id
	LEFT JOIN role_preset r ON r.name = m.role
	LEFT JOIN tenant t ON t.id = m.tenant_id AND t.state <> 'deleted';
END
$$;

-- The tenants of the pinned account, for sign-in and the switcher.
CREATE FUNCTION cameleer.my_tenants()
    RETURNS TABLE (id uuid, slug text, name text, tier text, state text,
	role text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT t.id, t.slug, t.name, t.tier, t.state, m.role
	FROM cameleer.membership m
	JOIN cameleer.tenant t ON t.id = m.tenant_id
	WHERE m.account_id = cameleer.app_actor() AND t.state <> 'deleted'
	ORDER BY t.slug LIMIT 1000;
    END;

-- The members of the pinned tenant with the name and address of the account.
CREATE FUNCTION cameleer.tenant_members(p_after uuid, p_limit integer)
    RETURNS TABLE (id uuid, email text, name text, role text,
	created_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT a.id, a.email, a.name, m.role, m.created_at
	FROM cameleer.membership m
	JOIN cameleer.account a ON a.id = m.account_id
	WHERE m.tenant_id = cameleer.app_tenant()
	AND (p_after IS NULL OR a.id > p_after)
	ORDER BY a.id LIMIT least(p_limit, 1000);
    END;

-- Where the pinned tenant's server is, for the tenant proxy.
CREATE FUNCTION cameleer.tenant_upstream()
    RETURNS TABLE (upstream text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT e.upstream FROM cameleer.tenant_endpoint e
	WHERE e.tenant_id = cameleer.app_tenant();
    END;

-- The newest licence of a tenant by its slug: asked by the tenant's server,
-- which proves itself with the bootstrap token's digest or a server token.
CREATE FUNCTION cameleer.tenant_id_of(p_slug text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT t.id FROM cameleer.tenant t
	WHERE t.slug = p_slug AND t.state <> 'deleted';
    END;

REVOKE EXECUTE ON FUNCTION cameleer.request_begin(uuid, uuid, uuid),
    cameleer.my_tenants(), cameleer.tenant_members(uuid, integer),
    cameleer.tenant_upstream(), cameleer.tenant_id_of(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cameleer.request_begin(uuid, uuid, uuid)
    TO cameleer_auth, cameleer_tenants, cameleer_apps, cameleer_billing,
    cameleer_license;
GRANT EXECUTE ON FUNCTION cameleer.my_tenants() TO cameleer_auth,
    cameleer_tenants;
GRANT EXECUTE ON FUNCTION cameleer.tenant_members(uuid, integer)
    TO cameleer_tenants;
GRANT EXECUTE ON FUNCTION cameleer.tenant_upstream() TO cameleer_auth;
GRANT EXECUTE ON FUNCTION cameleer.tenant_id_of(text) TO cameleer_license;

SET LOCAL ROLE cameleer_owner;
REVOKE CREATE ON SCHEMA cameleer FROM cameleer_gate;
REVOKE EXECUTE ON FUNCTION cameleer.app_tenant(), cameleer.app_actor(),
    cameleer.pin(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cameleer.app_tenant(), cameleer.app_actor()
    TO cameleer_gate, cameleer_auth, cameleer_tenants, cameleer_apps,
    cameleer_billing, cameleer_license, cameleer_worker;
GRANT EXECUTE ON FUNCTION cameleer.pin(uuid, uuid) TO cameleer_auth,
    cameleer_tenants, cameleer_apps, cameleer_billing, cameleer_license,
    cameleer_worker;
