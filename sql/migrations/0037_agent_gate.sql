-- SPDX-License-Identifier: Apache-2.0
-- How agents outside of the platform come in: what a tenant's server is shown
-- in place of their tokens, and what the gate asks.  Locks nothing.

-- The public half of the gate's key: only the gate opens what it seals.
CREATE TABLE cameleer.agent_seal (
	one		boolean PRIMARY KEY DEFAULT true CHECK (one),
	public_key	text NOT NULL
);

-- The bootstrap token of a tenant's own server, sealed for the gate.
CREATE TABLE cameleer.agent_door (
	tenant_id	uuid PRIMARY KEY REFERENCES cameleer.tenant,
	-- The token's digest, which shows that the box is outdated.
	digest		text NOT NULL,
	public_key	text NOT NULL,
	box		text NOT NULL
);

ALTER TABLE cameleer.agent_door
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON cameleer.agent_door
    USING (tenant_id = cameleer.app_tenant());
-- The worker looks for outdated boxes, then pins one tenant.
CREATE POLICY worker_watches ON cameleer.agent_door FOR SELECT
    TO cameleer_worker USING (true);
INSERT INTO cameleer.schedule (kind, every_s) VALUES ('doors', 2);

GRANT SELECT, INSERT, UPDATE ON cameleer.agent_seal TO cameleer_gate;
GRANT SELECT ON cameleer.agent_seal TO cameleer_worker;
GRANT SELECT, INSERT, UPDATE ON cameleer.agent_door TO cameleer_worker;
GRANT SELECT ON cameleer.agent_door TO cameleer_gate;

GRANT CREATE ON SCHEMA cameleer TO cameleer_gate;
SET LOCAL ROLE cameleer_gate;

-- What the gate knows of an agent's tenant, and of the token that it shows; no
-- row when there is no such tenant.
CREATE FUNCTION cameleer.agent_entry(p_slug text, p_digest text)
    RETURNS TABLE (tenant uuid, tenant_state text, token uuid, good boolean,
	open boolean, ended_s bigint, upstream text, box text, public_key text,
	license_state text, license_valid_s bigint, license_grace_s bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	SELECT t.id, t.state, k.id, k.revoked_at IS NULL
	    AND coalesce(k.expires_at > now(), true),
	    -- Whether agents may be there: a token that was used is good.
	    EXISTS (SELECT FROM cameleer.bootstrap_token b
		WHERE b.tenant_id = t.id AND b.used_at IS NOT NULL
		AND b.revoked_at IS NULL
		AND coalesce(b.expires_at > now(), true)),
	    -- When a token that agents had used last ended.
	    (SELECT floor(extract(epoch FROM max(least(b.revoked_at,
		b.expires_at))))::bigint FROM cameleer.bootstrap_token b
		WHERE b.tenant_id = t.id AND b.used_at IS NOT NULL
		AND least(b.revoked_at, b.expires_at) <= now()),
	    e.upstream, d.box, d.public_key, l.state,
	    extract(epoch FROM l.valid_until)::bigint,
	    extract(epoch FROM l.grace_until)::bigint
	FROM cameleer.tenant t
	LEFT JOIN cameleer.bootstrap_token k ON k.tenant_id = t.id
	    AND k.digest = p_digest
	LEFT JOIN cameleer.tenant_endpoint e ON e.tenant_id = t.id
	LEFT JOIN cameleer.agent_door d ON d.tenant_id = t.id
	LEFT JOIN LATERAL (SELECT * FROM cameleer.license
	    WHERE tenant_id = t.id ORDER BY version DESC LIMIT 1) l ON true
	WHERE t.slug = p_slug AND t.state <> 'deleted';
    END;

-- Records a registration, at most once a minute from the same address.
CREATE FUNCTION cameleer.bootstrap_token_used(p_tenant uuid, p_token uuid,
    p_address inet) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	UPDATE cameleer.bootstrap_token k SET used_at = now(),
	    used_from = p_address
	WHERE k.tenant_id = p_tenant AND k.id = p_token
	AND (k.used_at IS NULL OR k.used_from IS DISTINCT FROM p_address
	    OR k.used_at <= now() - interval '1 minute');
    END;

-- Publishes for whom the worker seals servers' tokens.
CREATE FUNCTION cameleer.agent_seal_set(p_public text) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	INSERT INTO cameleer.agent_seal (public_key) VALUES (p_public)
	ON CONFLICT (one) DO UPDATE SET public_key = excluded.public_key;
    END;

REVOKE EXECUTE ON FUNCTION cameleer.agent_entry(text, text),
    cameleer.bootstrap_token_used(uuid, uuid, inet),
    cameleer.agent_seal_set(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cameleer.agent_entry(text, text),
    cameleer.bootstrap_token_used(uuid, uuid, inet),
    cameleer.agent_seal_set(text) TO cameleer_auth;

SET LOCAL ROLE cameleer_owner;
REVOKE CREATE ON SCHEMA cameleer FROM cameleer_gate;
