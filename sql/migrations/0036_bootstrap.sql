-- SPDX-License-Identifier: Apache-2.0
-- Agents that run outside of the platform: the tokens with which they join a
-- tenant.  Locks nothing.

-- A bootstrap token: a secret, stored as its digest, with which agents
-- register.  The tenant's server never sees it.
CREATE TABLE cameleer.bootstrap_token (
	tenant_id	uuid NOT NULL REFERENCES cameleer.tenant,
	id		uuid NOT NULL,
	name		text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
	digest		text NOT NULL,
	-- The first characters, by which a person recognizes it.
	hint		text NOT NULL,
	-- The token that replaces it; both are valid until expires_at.
	replaced_by	uuid,
	created_by	uuid NOT NULL REFERENCES cameleer.account,
	created_at	timestamptz NOT NULL DEFAULT now(),
	-- NULL: until somebody revokes it.
	expires_at	timestamptz
			    CHECK (expires_at <= created_at
			    + interval '366 days'),
	-- The last registration, to the minute.
	used_at		timestamptz,
	used_from	inet,
	revoked_at	timestamptz,
	PRIMARY KEY (tenant_id, id)
);
-- Each token has its own secret; a registration knows only the digest.
CREATE UNIQUE INDEX bootstrap_token_digest
    ON cameleer.bootstrap_token (digest);

ALTER TABLE cameleer.bootstrap_token
    ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON cameleer.bootstrap_token
    USING (tenant_id = cameleer.app_tenant());

UPDATE cameleer.role_preset SET permissions = permissions || '{agent.connect}'
WHERE name IN ('owner', 'admin');

GRANT SELECT, INSERT, UPDATE (replaced_by, expires_at, revoked_at), DELETE
    ON cameleer.bootstrap_token TO cameleer_tenants;
GRANT SELECT, UPDATE (used_at, used_from, revoked_at)
    ON cameleer.bootstrap_token TO cameleer_gate;

GRANT CREATE ON SCHEMA cameleer TO cameleer_gate;
SET LOCAL ROLE cameleer_gate;

-- Mails the owners what somebody did with a token; how many mails.
CREATE FUNCTION cameleer.bootstrap_told(p_tenant uuid, p_what text,
    p_token text, p_actor text, p_link text) RETURNS bigint
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = cameleer, pg_temp
    BEGIN ATOMIC
	WITH told AS (
	    INSERT INTO cameleer.mail (id, address, template, data)
	    SELECT gen_random_uuid(), a.email, 'agent_token',
		jsonb_build_object('name', a.name, 'tenant', t.name,
		    'what', p_what, 'token', p_token, 'actor', p_actor,
		    'link', p_link || '/tenants/' || t.slug || '/agents')
	    FROM cameleer.tenant t
	    JOIN cameleer.membership m ON m.tenant_id = t.id
	    JOIN cameleer.account a ON a.id = m.account_id
	    WHERE t.id = p_tenant AND m.role = 'owner'
	    AND a.state = 'active' AND a.email IS NOT NULL
	    AND cameleer.mail_room(a.email, 'agent_token', t.id::text) = 0
	    RETURNING true)
	SELECT count(*) FROM told;
    END;

REVOKE EXECUTE ON FUNCTION
    cameleer.bootstrap_told(uuid, text, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    cameleer.bootstrap_told(uuid, text, text, text, text)
    TO cameleer_tenants;

SET LOCAL ROLE cameleer_owner;
REVOKE CREATE ON SCHEMA cameleer FROM cameleer_gate;
