-- SPDX-License-Identifier: Apache-2.0
-- What operators of the platform see and change.

-- platform_account_get :opt
-- By id, or by address when no id is given.
SELECT a.id::text, a.kind, a.email, a.name, a.state,
    a.verified_at IS NOT NULL AS verified,
    coalesce(g.failures, 0) AS failures,
    CASE WHEN g.locked_until > now() THEN rfc3339(g.locked_until) END
	AS locked_until,
    (SELECT count(*) FROM session s WHERE s.account_id = a.id
	AND s.revoked_at IS NULL AND s.expires_at > now()) AS sessions,
    rfc3339(a.created_at) AS created_at
FROM account a LEFT JOIN login_guess g
    ON g.digest = encode(sha256(convert_to(a.email, 'UTF8')), 'hex')
WHERE a.id = coalesce($1::uuid,
    (SELECT id FROM account WHERE email = lower($2::text)));

-- account_set_state :exec
UPDATE account SET state = $2::text WHERE id = $1::uuid;

-- platform_audit_list :many
SELECT id::text, rfc3339_ms(at) AS at,
    actor_id::text AS actor, actor_kind, action, subject_type, subject_id,
    host(client_ip) AS client_ip, result, code, facts::text AS facts,
    request_id, service
FROM platform_audit($1::uuid, $2::integer) ORDER BY id DESC LIMIT 1000;
