-- SPDX-License-Identifier: Apache-2.0

-- tenant_insert :one
-- A second tenant with the same slug is a conflict, not an error of ours.
INSERT INTO tenant (id, slug, name, tier, created_by)
VALUES ($1::uuid, $2::text, $3::text, $4::text, app_actor())
RETURNING id::text, slug, name, tier, state, version,
    to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at;

-- tenant_add_owner :exec
INSERT INTO membership (tenant_id, account_id, role)
VALUES (app_tenant(), app_actor(), 'owner');

-- tenant_add_environments :exec
-- Those of the tier, in the order in which releases are promoted.
INSERT INTO environment (tenant_id, id, name, position)
SELECT app_tenant(), gen_random_uuid(), e.name, e.position
FROM plan p, unnest(p.environments) WITH ORDINALITY AS e (name, position)
WHERE p.tier = $1::text;

-- tenant_get :one
SELECT id::text, slug, name, tier, state, version,
    to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at
FROM tenant WHERE id = app_tenant();

-- tenant_rename :opt
UPDATE tenant SET name = $1::text, version = version + 1
WHERE id = app_tenant() AND version = $2::bigint
RETURNING id::text, slug, name, tier, state, version,
    to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at;

-- tenant_delete :one
UPDATE tenant SET state = 'deleting', version = version + 1
WHERE id = app_tenant()
RETURNING id::text, slug, name, tier, state, version,
    to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at;

-- tenants_mine :many
SELECT id::text, slug, name, tier, state, role FROM my_tenants()
ORDER BY slug LIMIT 1000;

-- tenants_lock :exec
-- Tenants of one owner are made one after another: no race past the limit.
SELECT pg_advisory_xact_lock(hashtextextended(app_actor()::text, 1));

-- tenants_owned :one
SELECT count(*) AS n FROM my_tenants() WHERE role = 'owner';

-- operation_get :one
SELECT o.id::text, o.kind, o.state, o.error_code, o.error,
    to_char(o.created_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS created_at,
    to_char(o.finished_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS finished_at,
    coalesce((SELECT json_agg(json_build_object('name', s.name,
	'state', s.state, 'detail', s.detail,
	'started_at', to_char(s.started_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
	'finished_at',
	    to_char(s.finished_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
	ORDER BY s.position)
	FROM operation_step s WHERE s.operation_id = o.id
	AND s.tenant_id = o.tenant_id), '[]')::text AS steps
FROM operation o WHERE o.tenant_id = app_tenant() AND o.id = $1::uuid;

-- operation_list :many
SELECT id::text, kind, state, error_code, error,
    to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS created_at,
    to_char(finished_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS finished_at
FROM operation WHERE tenant_id = app_tenant()
AND ($1::uuid IS NULL OR id < $1::uuid)
ORDER BY id DESC LIMIT $2::bigint;

-- member_list :many
SELECT id::text, kind, email, name, role, custom_role::text, state, version,
    to_char(locked_until, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS locked_until,
    to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at
FROM tenant_members(NULL, $1::uuid, $2::integer) ORDER BY id LIMIT 1000;

-- member_get :opt
SELECT id::text, kind, email, name, role, custom_role::text, state, version,
    to_char(locked_until, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS locked_until,
    to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at
FROM tenant_members($1::uuid, NULL, 1);

-- members_lock :exec
SELECT members_lock(app_tenant());

-- my_standing :opt
SELECT role, permissions FROM my_standing();

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
-- How often in a day this was asked for: ids sort by time.
SELECT count(*) AS n FROM audit_event
WHERE tenant_id = app_tenant() AND subject_type = 'account'
AND subject_id = $1::text AND action = 'member.unlock' AND result = 'done'
AND at > now() - interval '1 day';

-- invitations_withdraw :exec
-- What somebody offered while he had other rights.
DELETE FROM invitation
WHERE tenant_id = app_tenant() AND invited_by = $1::uuid;

-- invitation_list :many
SELECT i.id::text, i.email, coalesce(i.role, c.name) AS role,
    i.custom_role::text, i.team_id::text AS team, t.name AS team_name,
    b.name AS inviter, i.sent,
    to_char(i.sent_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS sent_at,
    to_char(i.expires_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS expires_at,
    i.expires_at <= now() AS expired,
    to_char(i.created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at
FROM invitation i
JOIN LATERAL tenant_members(i.invited_by, NULL, 1) b ON true
LEFT JOIN role c ON c.tenant_id = i.tenant_id AND c.id = i.custom_role
LEFT JOIN team t ON t.tenant_id = i.tenant_id AND t.id = i.team_id
WHERE i.tenant_id = app_tenant() AND ($1::uuid IS NULL OR i.id > $1::uuid)
ORDER BY i.id LIMIT $2::bigint;

-- invitation_get :opt
SELECT i.id::text, i.email, coalesce(i.role, c.name) AS role,
    i.custom_role::text, i.team_id::text AS team, t.name AS team_name,
    b.name AS inviter, i.sent,
    to_char(i.sent_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS sent_at,
    to_char(i.expires_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS expires_at,
    i.expires_at <= now() AS expired,
    to_char(i.created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at
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
-- What has expired makes room for the same address, and after a month for
-- good: nobody's address is kept who did not come.
DELETE FROM invitation WHERE tenant_id = app_tenant()
AND (expires_at < now() - interval '30 days'
OR (email = lower($1::text) AND expires_at <= now()));

-- invitations_of_day :one
-- Mails that went out; ids of the trail begin with the time, which spares
-- most of it.
SELECT count(*) AS n FROM audit_event
WHERE tenant_id = app_tenant() AND result = 'done'
AND action IN ('invitation.create', 'invitation.resend')
AND id >= (lpad(to_hex(floor(extract(epoch FROM
    now() - interval '1 day') * 1000)::bigint), 12, '0')
    || repeat('0', 20))::uuid;

-- members_of_address :one
SELECT count(*) AS n FROM tenant_members(NULL, NULL, 1000)
WHERE email = lower($1::text);

-- team_role :opt
SELECT role, custom_role::text FROM team
WHERE tenant_id = app_tenant() AND id = $1::uuid;

-- role_find :opt
SELECT NULL AS custom, name AS preset, name,
    array_to_string(permissions, ' ') AS words
FROM role_preset WHERE name = $1::text
UNION ALL
SELECT id::text, NULL, name, array_to_string(grants, ' ') FROM role
WHERE tenant_id = app_tenant() AND id = $2::uuid AND $1::text IS NULL;

-- entitled :one
SELECT t.tier, coalesce((p.features->>'custom_roles')::boolean, false)
	AS custom_roles, coalesce(p.features->>'teams', 'basic') AS teams
FROM tenant t JOIN plan p ON p.tier = t.tier WHERE t.id = app_tenant();

-- notice_names :one
SELECT t.name AS tenant, m.name AS actor
FROM tenant t, tenant_members(app_actor(), NULL, 1) m
WHERE t.id = app_tenant();

-- mail_insert :exec
INSERT INTO mail (id, address, template, data)
VALUES ($1::uuid, $2::text, $3::text, $4::jsonb);

-- mail_notify :exec
SELECT pg_notify('cameleer_jobs', 'mail');

-- policy_get :one
-- No row asks for nothing, and is the first version.
SELECT coalesce(p.second_factor, '{}')::text AS second_factor,
    coalesce(p.sso_enforced, false) AS sso_enforced,
    p.break_glass::text AS break_glass, coalesce(p.version, 1) AS version
FROM (SELECT 1) one
LEFT JOIN sign_in_policy p ON p.tenant_id = app_tenant();

-- policy_begin :exec
INSERT INTO sign_in_policy (tenant_id) VALUES (app_tenant())
ON CONFLICT DO NOTHING;

-- policy_edit :opt
UPDATE sign_in_policy SET version = version + 1, second_factor =
    ARRAY(SELECT DISTINCT w FROM unnest($1::text[]) w ORDER BY w)
WHERE tenant_id = app_tenant() AND version = $2::bigint
RETURNING second_factor::text, sso_enforced, break_glass::text, version;

-- policy_unknown :opt
SELECT w AS name FROM unnest($1::text[]) w WHERE w <> '*'
AND NOT EXISTS (SELECT FROM role_preset p WHERE p.name = w)
AND NOT EXISTS (SELECT FROM role r WHERE r.tenant_id = app_tenant()
    AND r.name = w)
ORDER BY w LIMIT 1;

-- policy_rule :one
-- What the session that asks has not shown, by the policy as it is now.
SELECT coalesce(rule, '') AS name
FROM request_begin($1::uuid, $2::uuid, $3::uuid);

-- my_teams :many
-- The teams by which the caller may do more, with this application or any.
SELECT t.name FROM team t
JOIN team_member m ON m.tenant_id = t.tenant_id AND m.team_id = t.id
    AND m.account_id = app_actor()
WHERE t.tenant_id = app_tenant() AND EXISTS (SELECT FROM team_application ta
    JOIN application a ON a.tenant_id = ta.tenant_id
	AND a.id = ta.application_id
    WHERE ta.tenant_id = t.tenant_id AND ta.team_id = t.id
    AND ($1::text IS NULL OR a.name = $1::text))
ORDER BY t.name LIMIT 100;

-- role_list :many
-- First those of every tenant, from the most to the least.
SELECT id, name, about, permissions, members, version FROM (
    SELECT p.position, NULL AS id, p.name, '' AS about,
	p.permissions::text AS permissions, (SELECT count(*) FROM membership m
	    WHERE m.tenant_id = app_tenant() AND m.role = p.name) AS members,
	0 AS version
    FROM role_preset p
    UNION ALL
    SELECT 100, r.id::text, r.name, r.about, r.grants::text,
	(SELECT count(*) FROM membership m WHERE m.tenant_id = r.tenant_id
	AND m.custom_role = r.id), r.version
    FROM role r WHERE r.tenant_id = app_tenant()) roles
ORDER BY position, name LIMIT 1000;

-- roles_count :one
SELECT count(*) AS n FROM role WHERE tenant_id = app_tenant();

-- role_insert :one
INSERT INTO role (tenant_id, id, name, about, grants)
VALUES (app_tenant(), $1::uuid, $2::text, $3::text,
    ARRAY(SELECT DISTINCT w FROM unnest('{tenant.read}' || $4::text[]) w
    ORDER BY w))
RETURNING id::text, name, about, grants::text AS permissions,
    (SELECT count(*) FROM membership m WHERE m.tenant_id = role.tenant_id
    AND m.custom_role = role.id) AS members, version;

-- role_edit :opt
UPDATE role SET version = version + 1, name = coalesce($3::text, name),
    about = coalesce($4::text, about),
    grants = CASE WHEN $5::text[] IS NULL THEN grants ELSE
	ARRAY(SELECT DISTINCT w FROM unnest('{tenant.read}' || $5::text[]) w
	ORDER BY w) END
WHERE tenant_id = app_tenant() AND id = $1::uuid AND version = $2::bigint
RETURNING id::text, name, about, grants::text AS permissions,
    (SELECT count(*) FROM membership m WHERE m.tenant_id = role.tenant_id
    AND m.custom_role = role.id) AS members, version;

-- role_delete :exec
DELETE FROM role WHERE tenant_id = app_tenant() AND id = $1::uuid;

-- grant_nowhere :opt
SELECT w AS name FROM unnest($1::text[]) w WHERE w LIKE '%@%'
AND NOT EXISTS (SELECT FROM environment e WHERE e.tenant_id = app_tenant()
    AND e.name = split_part(w, '@', 2))
ORDER BY w LIMIT 1;

-- policy_rename :exec
-- The sign-in policy knows roles by their names; NULL is one that is gone.
UPDATE sign_in_policy SET version = version + 1, second_factor =
    CASE WHEN $2::text IS NULL THEN array_remove(second_factor, $1::text)
    ELSE array_replace(second_factor, $1::text, $2::text) END
WHERE tenant_id = app_tenant() AND $1::text = ANY (second_factor)
AND $1::text IS DISTINCT FROM $2::text;

-- invitations_of_role :exec
DELETE FROM invitation i USING membership m
WHERE i.tenant_id = app_tenant() AND m.tenant_id = i.tenant_id
AND m.account_id = i.invited_by AND m.custom_role = $1::uuid;

-- team_list :many
SELECT t.id::text, t.name, coalesce(t.role, c.name) AS role,
    t.custom_role::text, t.version,
    to_char(t.created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at
FROM team t
LEFT JOIN role c ON c.tenant_id = t.tenant_id AND c.id = t.custom_role
WHERE t.tenant_id = app_tenant() AND ($1::uuid IS NULL OR t.id > $1::uuid)
ORDER BY t.id LIMIT $2::bigint;

-- team_get :opt
SELECT t.id::text, t.name, coalesce(t.role, c.name) AS role,
    t.custom_role::text, t.version,
    to_char(t.created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at,
    coalesce((SELECT json_agg(json_build_object('id', m.id, 'name', m.name,
	'email', m.email) ORDER BY m.name, m.id)
	FROM team_member tm
	JOIN LATERAL tenant_members(tm.account_id, NULL, 1) m ON true
	WHERE tm.tenant_id = t.tenant_id AND tm.team_id = t.id), '[]')::text
	AS members,
    coalesce((SELECT json_agg(json_build_object('name', a.name)
	ORDER BY a.name)
	FROM team_application ta JOIN application a
	    ON a.tenant_id = ta.tenant_id AND a.id = ta.application_id
	WHERE ta.tenant_id = t.tenant_id AND ta.team_id = t.id), '[]')::text
	AS applications
FROM team t
LEFT JOIN role c ON c.tenant_id = t.tenant_id AND c.id = t.custom_role
WHERE t.tenant_id = app_tenant() AND t.id = $1::uuid;

-- teams_count :one
SELECT count(*) AS n FROM team WHERE tenant_id = app_tenant();

-- team_insert :exec
INSERT INTO team (tenant_id, id, name, role, custom_role)
VALUES (app_tenant(), $1::uuid, $2::text, $3::text, $4::uuid);

-- team_edit :exec
UPDATE team SET version = version + 1, name = coalesce($3::text, name),
    role = CASE WHEN $4::text IS NULL AND $5::uuid IS NULL THEN role
	ELSE $4::text END,
    custom_role = CASE WHEN $4::text IS NULL AND $5::uuid IS NULL
	THEN custom_role ELSE $5::uuid END
WHERE tenant_id = app_tenant() AND id = $1::uuid AND version = $2::bigint;

-- team_delete :exec
DELETE FROM team WHERE tenant_id = app_tenant() AND id = $1::uuid;

-- team_member_add :exec
INSERT INTO team_member (tenant_id, team_id, account_id)
VALUES (app_tenant(), $1::uuid, $2::uuid) ON CONFLICT DO NOTHING;

-- team_member_remove :exec
DELETE FROM team_member WHERE tenant_id = app_tenant()
AND team_id = $1::uuid AND account_id = $2::uuid;

-- team_app :opt
SELECT id::text FROM application
WHERE tenant_id = app_tenant() AND name = $1::text;

-- team_app_add :exec
INSERT INTO team_application (tenant_id, team_id, application_id)
VALUES (app_tenant(), $1::uuid, $2::uuid) ON CONFLICT DO NOTHING;

-- team_app_remove :exec
DELETE FROM team_application WHERE tenant_id = app_tenant()
AND team_id = $1::uuid AND application_id = $2::uuid;

-- audit_list :many
SELECT id::text, to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at,
    actor_id::text AS actor, actor_kind, action, subject_type, subject_id,
    environment, opened.shown->>'client_ip' AS client_ip, result, code,
    facts::text AS facts, nullif(opened.shown - 'client_ip', '{}')::text
    AS person, request_id
FROM audit_event CROSS JOIN LATERAL (
    SELECT jsonb_object_agg(key, value->>'value') AS shown
    FROM jsonb_each(audit_open(person))) opened
WHERE tenant_id = app_tenant()
AND ($1::uuid IS NULL OR id < $1::uuid)
AND ($2::text IS NULL OR action = $2::text)
AND ($3::uuid IS NULL OR actor_id = $3::uuid)
AND ($4::text IS NULL OR subject_type = $4::text)
AND ($5::text IS NULL OR subject_id = $5::text)
AND ($6::text IS NULL OR result = $6::text)
AND ($7::text IS NULL OR environment = $7::text)
AND ($8::timestamptz IS NULL OR at >= $8::timestamptz)
AND ($9::timestamptz IS NULL OR at < $9::timestamptz)
AND ($10::text IS NULL OR request_id = $10::text)
ORDER BY id DESC LIMIT $11::bigint;

-- point_list :many
SELECT seq, hash, to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at, token
FROM audit_checkpoint WHERE tenant_id = app_tenant() AND seq < $1::bigint
ORDER BY seq DESC LIMIT $2::bigint;

-- point_keys :many
-- Also those that sign no more: their checkpoints stay good.
SELECT jwk::text AS jwk FROM signing_key WHERE purpose = 'audit'
ORDER BY created_at LIMIT 100;
