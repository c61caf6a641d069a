-- SPDX-License-Identifier: Apache-2.0
-- Sign-in by the provider of a tenant.

-- sso_finish :one
SELECT refused, account::text AS account, tenant::text AS tenant, how,
    return_path, email_proof, was, becomes, tenant_name
FROM sso_finish($1::text, $2::uuid);

-- sso_role_mail :exec
-- Tells the member what the provider made of their role.
INSERT INTO mail (id, address, template, data)
SELECT $1::uuid, a.email, 'role_changed', jsonb_build_object('name', a.name,
    'actor', 'The identity provider of the tenant', 'tenant', $4::text,
    'role', $3::text)
FROM account a WHERE a.id = $2::uuid AND a.email IS NOT NULL;

-- mail_notify :exec
SELECT pg_notify('cameleer_jobs', 'mail');

-- sso_bind :exec
SELECT sso_bind($1::text, $2::uuid);
