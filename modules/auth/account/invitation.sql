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
