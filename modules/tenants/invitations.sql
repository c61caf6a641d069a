-- SPDX-License-Identifier: Apache-2.0
-- Invitations into the pinned tenant.

-- invitation_list :many
-- $1 and $2: id and address of the row before, $3 how many, $4 words that
-- address or team has, $5 the newest first.
SELECT i.id::text, i.email, coalesce(i.role, c.name) AS role,
    i.custom_role::text, i.team_id::text AS team, t.name AS team_name,
    b.name AS inviter, i.sent,
    rfc3339(i.sent_at) AS sent_at,
    rfc3339(i.expires_at) AS expires_at,
    i.expires_at <= now() AS expired,
    rfc3339(i.created_at) AS created_at
FROM invitation i
JOIN LATERAL tenant_members(i.invited_by, NULL, 1) b ON true
LEFT JOIN role c ON c.tenant_id = i.tenant_id AND c.id = i.custom_role
LEFT JOIN team t ON t.tenant_id = i.tenant_id AND t.id = i.team_id
WHERE i.tenant_id = app_tenant()
AND ($4::text IS NULL OR position(lower($4::text) IN
    lower(i.email || ' ' || coalesce(t.name, ''))) > 0)
AND ($1::uuid IS NULL OR CASE WHEN $5::boolean THEN i.id < $1::uuid
    ELSE (i.email, i.id) > ($2::text, $1::uuid) END)
ORDER BY CASE WHEN NOT $5::boolean THEN i.email END,
    CASE WHEN $5::boolean THEN i.id END DESC, i.id LIMIT $3::bigint;

-- invitation_total :one
SELECT count(*) AS n FROM invitation i
LEFT JOIN team t ON t.tenant_id = i.tenant_id AND t.id = i.team_id
WHERE i.tenant_id = app_tenant()
AND ($1::text IS NULL OR position(lower($1::text) IN
    lower(i.email || ' ' || coalesce(t.name, ''))) > 0);

-- invitation_get :opt
SELECT i.id::text, i.email, coalesce(i.role, c.name) AS role,
    i.custom_role::text, i.team_id::text AS team, t.name AS team_name,
    b.name AS inviter, i.sent,
    rfc3339(i.sent_at) AS sent_at,
    rfc3339(i.expires_at) AS expires_at,
    i.expires_at <= now() AS expired,
    rfc3339(i.created_at) AS created_at
FROM invitation i
JOIN LATERAL tenant_members(i.invited_by, NULL, 1) b ON true
LEFT JOIN role c ON c.tenant_id = i.tenant_id AND c.id = i.custom_role
LEFT JOIN team t ON t.tenant_id = i.tenant_id AND t.id = i.team_id
WHERE i.tenant_id = app_tenant() AND i.id = $1::uuid;

-- invitation_insert :exec
INSERT INTO invitation (tenant_id, id, email, role, custom_role, team_id,
    digest, invited_by, expires_at)
VALUES (app_tenant(), $1::uuid, lower($2::text), $3::text, $4::uuid, $5::uuid,
    $6::text, app_actor(), now() + interval '24 hours');

-- invitation_renew :exec
UPDATE invitation SET digest = $2::text, invited_by = app_actor(),
    sent = sent + 1, sent_at = now(),
    expires_at = now() + interval '24 hours'
WHERE tenant_id = app_tenant() AND id = $1::uuid;

-- invitation_delete :exec
DELETE FROM invitation WHERE tenant_id = app_tenant() AND id = $1::uuid;

-- invitations_forget :exec
-- Deletes expired invitations: at once when the same address is invited again,
-- all others after a month, so that the address of somebody who never came is
-- erased.
DELETE FROM invitation WHERE tenant_id = app_tenant()
AND (expires_at < now() - interval '30 days'
OR (email = lower($1::text) AND expires_at <= now()));

-- invitations_of_day :one
-- Mails that were sent.  Ids of the trail begin with the time, so the index
-- skips older rows.
SELECT count(*) AS n FROM audit_event
WHERE tenant_id = app_tenant() AND result = 'done'
AND action IN ('invitation.create', 'invitation.resend')
AND id >= (lpad(to_hex(floor(extract(epoch FROM
    now() - interval '1 day') * 1000)::bigint), 12, '0')
    || repeat('0', 20))::uuid;

-- members_of_address :one
SELECT count(*) AS n FROM tenant_members(NULL, NULL, 1000)
WHERE email = lower($1::text);
