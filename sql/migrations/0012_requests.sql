-- SPDX-License-Identifier: Apache-2.0
-- Functions that read before a tenant is known, or across tenants: the first
-- statement of every request, and what operators see.  They run as
-- cameleer_gate, which cannot log in, take the account from the pinned
-- transaction, and show no more than is named here.  Locks nothing.

GRANT CREATE ON SCHEMA cameleer TO cameleer_gate;
SET LOCAL ROLE cameleer_gate;

-- The first statement of every request.  It says what of the token is still
-- valid, and pins the transaction to the account and to the tenant that the
-- request names, by the id in its token or by its slug; without a membership,
-- no tenant is pinned.  An unknown slug takes the same look at membership as a
-- foreign one, and so the same time.  There is always one row; good is false
-- when the session has ended or the account does not exist.  rule names a rule
-- of the tenant that this session does not satisfy.  A session that a tenant's
-- provider proved is valid for that tenant only, and is not fresh without
-- another proof when the account is in other tenants as well.
CREATE FUNCTION cameleer.request_begin(p_session uuid, p_account uuid,
    p_tenant uuid, p_slug text)
    RETURNS TABLE (good boolean, kind text, fresh boolean, tenant uuid,
	role text, permissions text, rule text, tenant_slug text,
	tenant_state text, license_state text, license_valid_s bigint,
	license_grace_s bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = cameleer, pg_temp
AS $$
BEGIN
	SELECT s.id IS NOT NULL, a.kind,
	    s.authenticated_at > now() - interval '10 minutes'
	    AND (s.sso_tenant IS NULL OR s.methods && '{pwd,otp,hwk}'
	    OR NOT EXISTS (SELECT FROM membership o
		WHERE o.account_id = s.account_id
		AND o.tenant_id <> s.sso_tenant)),
	    t.id, coalesce(m.role, c.name),
	    CASE WHEN m.account_id IS NOT NULL
		THEN member_permissions(m.tenant_id, m.account_id)
		WHEN a.kind = 'operator' THEN (SELECT ' '
		    || array_to_string(o.permissions, ' ') || ' '
		    FROM operator o WHERE o.account_id = a.id) END,
	    CASE WHEN s.sso_tenant <> n.id AND n.named
		THEN 'sso_session_bound'
		WHEN a.kind = 'operator' AND NOT s.methods && '{otp,hwk}'
		THEN 'second_factor_required'
		WHEN p.sso_enforced AND p.break_glass <> a.id
		    AND s.sso_tenant IS DISTINCT FROM t.id
		THEN 'sso_required'
		WHEN p.second_factor && ARRAY['*', coalesce(m.role, c.name)]
		    AND NOT s.methods && '{otp,hwk}'
		    AND s.sso_tenant IS DISTINCT FROM t.id
		THEN 'second_factor_required' END,
	    t.slug, t.state, l.state,
	    extract(epoch FROM l.valid_until)::bigint,
	    extract(epoch FROM l.grace_until)::bigint
	INTO good, kind, fresh, tenant, role, permissions, rule, tenant_slug,
	    tenant_state, license_state, license_valid_s, license_grace_s
	FROM (SELECT coalesce(p_tenant, (SELECT x.id FROM tenant x
		WHERE x.slug = p_slug AND x.state <> 'deleted'),
		'00000000-0000-0000-0000-000000000000') AS id,
	    p_tenant IS NOT NULL OR p_slug IS NOT NULL AS named
	    OFFSET 0) n			-- evaluated once, although read often
	LEFT JOIN (session s JOIN account a ON a.id = s.account_id
		AND a.state = 'active')
	    ON s.id = p_session AND s.account_id = p_account
	    AND s.revoked_at IS NULL AND s.expires_at > now()
	LEFT JOIN (membership m JOIN tenant t ON t.id = m.tenant_id
		AND t.state <> 'deleted')
	    ON m.tenant_id = n.id AND m.account_id = s.account_id
	    AND coalesce(s.sso_tenant, n.id) = n.id
	LEFT JOIN role c ON c.tenant_id = m.tenant_id AND c.id = m.custom_role
	LEFT JOIN sign_in_policy p ON p.tenant_id = m.tenant_id
	LEFT JOIN LATERAL (SELECT * FROM license
	    WHERE tenant_id = m.tenant_id ORDER BY version DESC LIMIT 1) l
	    ON true;
	PERFORM set_config('app.tenant', coalesce(tenant::text, ''), true),
	    set_config('app.actor', coalesce(p_account::text, ''), true);
	RETURN NEXT;
END
$$;

-- The same for an API token, which itself names account and tenant.  scopes has
-- the form of permissions.
CREATE FUNCTION cameleer.request_begin_token(p_digest text)
    RETURNS TABLE (good boolean, token uuid, account uuid, tenant uuid,
	kind text, role text, permissions text, scopes text,
	tenant_slug text, tenant_state text, used_s bigint,
	license_state text, license_valid_s bigint, license_grace_s bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = cameleer, pg_temp
AS $$
DECLARE
	k	api_token;
BEGIN
	SELECT * INTO k FROM api_token WHERE digest = p_digest
	    AND revoked_at IS NULL AND expires_at > now();
	SELECT a.id IS NOT NULL, k.id, a.id, t.id, a.kind,
	    coalesce(m.role, (SELECT c.name FROM role c
		WHERE c.tenant_id = m.tenant_id AND c.id = m.custom_role)),
	    CASE WHEN m.account_id IS NOT NULL
		THEN member_permissions(m.tenant_id, m.account_id) END,
	    ' ' || array_to_string(k.scopes, ' ') || ' ',
	    t.slug, t.state,
	    extract(epoch FROM now() - k.used_at)::bigint, l.state,
	    extract(epoch FROM l.valid_until)::bigint,
	    extract(epoch FROM l.grace_until)::bigint
	INTO good, token, account, tenant, kind, role, permissions, scopes,
	    tenant_slug, tenant_state, used_s, license_state,
	    license_valid_s, license_grace_s
	FROM (SELECT 1) one
	LEFT JOIN account a ON a.id = k.account_id AND a.state = 'active'
	LEFT JOIN (membership m JOIN tenant t ON t.id = m.tenant_id
		AND t.state <> 'deleted')
	    ON m.tenant_id = k.tenant_id AND m.account_id = a.id
	LEFT JOIN LATERAL (SELECT * FROM license
	    WHERE tenant_id = m.tenant_id ORDER BY version DESC LIMIT 1) l
	    ON true;
	PERFORM set_config('app.tenant', coalesce(tenant::text, ''), true),
	    set_config('app.actor', coalesce(account::text, ''), true);
	RETURN NEXT;
END
$$;

-- Does the pinned account have this permission of the platform?
CREATE FUNCTION cameleer.is_operator(p_permission text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT EXISTS (SELECT FROM cameleer.operator o
	    JOIN cameleer.account a ON a.id = o.account_id
	    WHERE a.id = cameleer.app_actor() AND a.kind = 'operator'
	    AND a.state = 'active' AND p_permission = ANY (o.permissions));
    END;

-- For operators: every tenant, and the platform's part of the audit trail.
-- p_after and p_key are id and name of the row before.
CREATE FUNCTION cameleer.platform_tenants(p_after uuid, p_key text,
    p_limit integer, p_words text, p_newest boolean, p_state text)
    RETURNS TABLE (id uuid, slug text, name text, tier text, state text,
	members bigint, created_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT t.id, t.slug, t.name, t.tier, t.state,
	    (SELECT count(*) FROM cameleer.membership m
		WHERE m.tenant_id = t.id), t.created_at
	FROM cameleer.tenant t
	WHERE cameleer.is_operator('platform.tenant.read')
	AND (p_words IS NULL OR position(lower(p_words) IN
	    lower(t.slug || ' ' || t.name)) > 0)
	AND (p_state IS NULL OR t.state = p_state)
	AND (p_after IS NULL OR CASE WHEN p_newest THEN t.id < p_after
	    ELSE (lower(t.name), t.id) > (lower(p_key), p_after) END)
	ORDER BY CASE WHEN NOT p_newest THEN lower(t.name) END,
	    CASE WHEN p_newest THEN t.id END DESC, t.id
	LIMIT least(p_limit, 1000);
    END;

CREATE FUNCTION cameleer.platform_tenants_total(p_words text, p_state text)
    RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT count(*) FROM cameleer.tenant t
	WHERE cameleer.is_operator('platform.tenant.read')
	AND (p_words IS NULL OR position(lower(p_words) IN
	    lower(t.slug || ' ' || t.name)) > 0)
	AND (p_state IS NULL OR t.state = p_state);
    END;

-- The platform's part of the audit trail; the address is decrypted.
CREATE FUNCTION cameleer.platform_audit(p_before uuid, p_limit integer)
    RETURNS TABLE (id uuid, at timestamptz, actor_id uuid, actor_kind text,
	action text, subject_type text, subject_id text, client_ip inet,
	result text, code text, facts jsonb, request_id text, service text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT e.id, e.at, e.actor_id, e.actor_kind, e.action,
	    e.subject_type, e.subject_id,
	    (cameleer.audit_open(e.person)->'client_ip'->>'value')::inet,
	    e.result, e.code, e.facts, e.request_id, e.service
	FROM cameleer.audit_event e
	WHERE cameleer.is_operator('platform.audit.read')
	AND e.tenant_id = '00000000-0000-0000-0000-000000000000'
	AND (p_before IS NULL OR e.id < p_before)
	ORDER BY e.id DESC LIMIT least(p_limit, 1000);
    END;

REVOKE EXECUTE ON FUNCTION cameleer.request_begin(uuid, uuid, uuid, text),
    cameleer.request_begin_token(text), cameleer.is_operator(text),
    cameleer.platform_tenants(uuid, text, integer, text, boolean, text),
    cameleer.platform_tenants_total(text, text),
    cameleer.platform_audit(uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cameleer.request_begin(uuid, uuid, uuid, text),
    cameleer.request_begin_token(text) TO cameleer_auth, cameleer_tenants,
    cameleer_apps, cameleer_billing, cameleer_license, cameleer_sso;
GRANT EXECUTE ON FUNCTION
    cameleer.platform_tenants(uuid, text, integer, text, boolean, text),
    cameleer.platform_tenants_total(text, text),
    cameleer.platform_audit(uuid, integer) TO cameleer_auth;

SET LOCAL ROLE cameleer_owner;
REVOKE CREATE ON SCHEMA cameleer FROM cameleer_gate;
