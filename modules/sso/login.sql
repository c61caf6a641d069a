-- SPDX-License-Identifier: Apache-2.0
-- The way to the provider and back, and the end of a session.

-- entitled :opt
-- Finds a tenant by its slug before it is pinned.
SELECT id::text, tier, entitled FROM sso_tenant($1::text);

-- discover :opt
SELECT tenant FROM sso_discover($1::text);

-- login_sweep :exec
DELETE FROM sso_login WHERE tenant_id = app_tenant() AND expires_at < now();

-- ticket_sweep :exec
-- Tickets that became a session stay as long as a logout token may name them.
DELETE FROM sso_ticket WHERE tenant_id = app_tenant()
AND expires_at < now() - interval '1 day';

-- login_count :one
SELECT count(*) AS n FROM sso_login WHERE tenant_id = app_tenant();

-- login_add :exec
INSERT INTO sso_login (tenant_id, digest, browser, issuer, return_path)
VALUES (app_tenant(), $1::text, $2::text, $3::text, $4::text);

-- login_take :opt
-- Valid once, and only for the browser that began.
DELETE FROM sso_login WHERE tenant_id = app_tenant()
AND digest = $1::text AND browser = $2::text AND expires_at > now()
RETURNING issuer, return_path;

-- ticket_add :exec
INSERT INTO sso_ticket (tenant_id, digest, issuer, subject, email, email_proof,
    name, role, sid, return_path)
VALUES (app_tenant(), $1::text, $2::text, $3::text, $4::text, $5::text,
    $6::text, $7::text, $8::text, $9::text);

-- logout :one
SELECT sso_logout($1::text, $2::text, $3::text, $4::bigint) AS n;
