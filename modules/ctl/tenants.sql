-- SPDX-License-Identifier: Apache-2.0
-- Tenants. Run as cameleer_gate, which sees all of them.

-- tenant_list :many
-- Those that wait longest first; $1 the state, or none.
SELECT t.id::text, t.slug, t.name, t.tier, t.state,
    (SELECT a.email FROM membership m JOIN account a ON a.id = m.account_id
	WHERE m.tenant_id = t.id AND m.role = 'owner'
	ORDER BY a.email LIMIT 1) AS owner,
    rfc3339(t.created_at) AS created_at
FROM tenant t WHERE $1::text IS NULL OR t.state = $1::text
ORDER BY t.created_at, t.id LIMIT 10000;

-- tenant_by_slug :opt
SELECT t.id::text, t.slug, t.name, t.tier, t.state, NULL::text AS owner,
    rfc3339(t.created_at) AS created_at
FROM tenant t WHERE t.slug = $1::text;

-- tenant_keep :one
SELECT tenant_keep($1::uuid, $2::uuid, $3::text, $4::text) AS done;

-- tenant_shorten :one
SELECT tenant_shorten($1::uuid, $2::uuid, $3::text, $4::text) AS done;

-- tenant_answer :one
SELECT tenant_answer($1::uuid, $2::uuid, $3::boolean, $4::text, $5::text)
    AS done;
