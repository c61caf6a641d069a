-- SPDX-License-Identifier: Apache-2.0
-- Mails to a person about their account.

-- notice_insert :exec
INSERT INTO mail (id, address, template, data)
SELECT $1::uuid, email, 'notice', jsonb_build_object('name', name,
    'what', $3::text, 'from', coalesce($4::text, 'an unknown address'),
    'at', to_char(now(), 'YYYY-MM-DD HH24:MI "UTC"'), 'link', $5::text)
FROM account WHERE id = $2::uuid AND email IS NOT NULL;

-- notice_role :exec
-- A provider changed the role of a member.
INSERT INTO mail (id, address, template, data)
SELECT $1::uuid, email, 'role_changed', jsonb_build_object('name', name,
    'actor', 'The identity provider of the tenant', 'tenant', $3::text,
    'role', $4::text)
FROM account WHERE id = $2::uuid AND email IS NOT NULL;

-- mail_notify :exec
SELECT pg_notify('cameleer_jobs', 'mail');
