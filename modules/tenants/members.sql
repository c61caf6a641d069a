-- SPDX-License-Identifier: Apache-2.0
-- Members of the pinned tenant.

-- member_list :many
-- $1 and $2: id, and name or time, of the row before, $3 how many, $4 words
-- that name or address has, $5 who joined last is first.
SELECT id::text, kind, email, name, role, custom_role::text, state, version,
    rfc3339(locked_until) AS locked_until,
    rfc3339(created_at) AS created_at
FROM member_search($1::uuid, $2::text, $3::integer, $4::text, $5::boolean)
ORDER BY place LIMIT 1000;

-- member_total :one
SELECT member_total($1::text) AS n;

-- member_get :opt
SELECT id::text, kind, email, name, role, custom_role::text, state, version,
    rfc3339(locked_until) AS locked_until,
    rfc3339(created_at) AS created_at
FROM tenant_members($1::uuid, NULL, 1);

-- member_tie :one
SELECT member_tie($1::uuid) AS tie;

-- member_set_role :exec
UPDATE membership SET role = $2::text, custom_role = $3::uuid,
    version = version + 1
WHERE tenant_id = app_tenant() AND account_id = $1::uuid
AND ($4::bigint IS NULL OR version = $4::bigint);

-- member_delete :exec
DELETE FROM membership
WHERE tenant_id = app_tenant() AND account_id = $1::uuid;

-- member_unlock :one
SELECT member_unlock($1::uuid) AS done;

-- member_unlocks :one
-- Unlocks of the last day; ids sort by time.
SELECT count(*) AS n FROM audit_event
WHERE tenant_id = app_tenant() AND subject_type = 'account'
AND subject_id = $1::text AND action = 'member.unlock' AND result = 'done'
AND at > now() - interval '1 day';

-- invitations_withdraw :exec
-- Invitations that somebody sent with their previous rights.
DELETE FROM invitation
WHERE tenant_id = app_tenant() AND invited_by = $1::uuid;
