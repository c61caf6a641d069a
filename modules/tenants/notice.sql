-- SPDX-License-Identifier: Apache-2.0
-- Mails to members.

-- notice_names :one
SELECT t.name AS tenant, m.name AS actor
FROM tenant t, tenant_members(app_actor(), NULL, 1) m
WHERE t.id = app_tenant();

-- mail_room :one
-- 0: the mail may go, and is counted; else the seconds until one may.
SELECT mail_room($1::text, $2::text, CASE WHEN $3::boolean
    THEN app_tenant()::text ELSE '' END) AS n;

-- mail_insert :exec
INSERT INTO mail (id, address, template, data)
VALUES ($1::uuid, $2::text, $3::text, $4::jsonb);

-- mail_notify :exec
SELECT pg_notify('cameleer_jobs', 'mail');
