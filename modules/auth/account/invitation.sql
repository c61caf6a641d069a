-- SPDX-License-Identifier: Apache-2.0
-- The content of an invitation, and its acceptance.

-- invitation_show :opt
SELECT tenant AS slug, tenant_name AS tenant, email, role, inviter,
    account IS NOT NULL AS account_exists, account::text,
    rfc3339(expires_at) AS expires_at
FROM invitation_show($1::text);

-- invitation_accept :opt
SELECT tenant::text AS id, slug, name AS tenant, role, state
FROM invitation_accept($1::text);

-- account_of_invitation :opt
-- An account whose address was never proved has no owner: its password is
-- replaced.
INSERT INTO account (id, email, name, password_hash, verified_at)
VALUES ($1::uuid, lower($2::text), $3::text, $4::text, now())
ON CONFLICT (email) DO UPDATE SET name = excluded.name,
    password_hash = excluded.password_hash, verified_at = now()
WHERE account.verified_at IS NULL AND account.state = 'active'
AND account.kind = 'person'
RETURNING id::text;
