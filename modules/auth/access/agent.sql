-- SPDX-License-Identifier: Apache-2.0
-- What the gate knows of an agent's tenant.

-- agent_entry :opt
-- $2: the digest of what the agent shows to register, or NULL.
SELECT tenant::text, tenant_state, token::text, good, open,
    coalesce(ended_s, 0) AS ended_s, upstream, box, public_key, license_state,
    coalesce(license_valid_s, 0) AS license_valid_s,
    coalesce(license_grace_s, 0) AS license_grace_s
FROM agent_entry($1::text, $2::text);

-- agent_seal_set :exec
SELECT agent_seal_set($1::text);

-- bootstrap_token_used :exec
SELECT bootstrap_token_used($1::uuid, $2::uuid, $3::inet);
