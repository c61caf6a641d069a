-- SPDX-License-Identifier: Apache-2.0
-- Members of the pinned tenant.

-- member_list :many
SELECT id::text, kind, email, name, role, custom_role::text, state, version,
    rfc3339(locked_until) AS locked_until,
    rfc3339(created_at) AS created_at
FROM tenant_members(NULL, $1::uuid, $2::integer) ORDER BY id LIMIT 1000;

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
