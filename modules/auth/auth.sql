-- SPDX-License-Identifier: Apache-2.0

-- account_insert :exec
-- An address that is there already changes nothing: the answer is the same.
INSERT INTO account (id, email, name, password_hash)
VALUES ($1::uuid, lower($2::text), $3::text, $4::text)
ON CONFLICT (email) DO NOTHING;

-- account_by_email :opt
SELECT id::text, email, name, verified_at IS NOT NULL AS verified
FROM account WHERE email = lower($1::text) AND state = 'active';

-- account_by_id :one
SELECT id::text, email, name, verified_at IS NOT NULL AS verified
FROM account WHERE id = $1::uuid;

-- account_verify :exec
UPDATE account SET verified_at = coalesce(verified_at, now())
WHERE id = $1::uuid;

-- account_set_password :exec
UPDATE account SET password_hash = $2::text,
    verified_at = coalesce(verified_at, now())
WHERE id = $1::uuid;

-- account_rehash :exec
UPDATE account SET password_hash = $3::text
WHERE id = $1::uuid AND password_hash = $2::text;

-- login_attempt :one
-- Counts before the password is hashed, so that parallel guesses count too;
-- when a lock has run out, the count begins anew.
INSERT INTO login_guess AS g (digest)
VALUES (encode(sha256(convert_to(lower($1::text), 'UTF8')), 'hex'))
ON CONFLICT (digest) DO UPDATE SET tried_at = now(),
    failures = CASE WHEN g.locked_until <= now() THEN 1
	ELSE g.failures + 1 END,
    locked_until = CASE WHEN g.locked_until > now() THEN g.locked_until
	WHEN g.locked_until IS NULL AND g.failures + 1 >= $2::integer THEN
	    now() + make_interval(secs => $3::integer) END
RETURNING failures > $2::integer AS locked, failures = $2::integer AS last;

-- login_candidate :opt
SELECT id::text, email, name, verified_at IS NOT NULL AS verified,
    password_hash
FROM account WHERE email = lower($1::text) AND state = 'active';

-- login_good :exec
DELETE FROM login_guess g USING account a WHERE a.id = $1::uuid
AND g.digest = encode(sha256(convert_to(a.email, 'UTF8')), 'hex');

-- guess_forget :exec
DELETE FROM login_guess
WHERE digest = encode(sha256(convert_to(lower($1::text), 'UTF8')), 'hex');

-- account_of_invitation :opt
-- An address that was never proved is nobody's: what was set there goes.
INSERT INTO account (id, email, name, password_hash, verified_at)
VALUES ($1::uuid, lower($2::text), $3::text, $4::text, now())
ON CONFLICT (email) DO UPDATE SET name = excluded.name,
    password_hash = excluded.password_hash, verified_at = now()
WHERE account.verified_at IS NULL AND account.state = 'active'
AND account.kind = 'person'
RETURNING id::text;

-- invitation_show :opt
SELECT tenant AS slug, tenant_name AS tenant, email, role, inviter,
    account IS NOT NULL AS account_exists, account::text,
    to_char(expires_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS expires_at
FROM invitation_show($1::text);

-- invitation_accept :opt
SELECT tenant::text AS id, slug, name AS tenant, role, state
FROM invitation_accept($1::text);

-- one_time_insert :exec
INSERT INTO one_time_token (digest, account_id, purpose, expires_at)
VALUES ($1::text, $2::uuid, $3::text,
    now() + make_interval(secs => $4::integer));

-- one_time_use :opt
-- Good once: the second of two racing requests finds nothing.
UPDATE one_time_token SET used_at = now()
WHERE digest = $1::text AND purpose = $2::text AND used_at IS NULL
AND expires_at > now()
RETURNING account_id::text AS id;

-- one_time_void :exec
UPDATE one_time_token SET used_at = now()
WHERE account_id = $1::uuid AND purpose = $2::text AND used_at IS NULL;

-- mail_insert :exec
INSERT INTO mail (id, address, template, data)
VALUES ($1::uuid, $2::text, $3::text, $4::jsonb);

-- mail_notify :exec
SELECT pg_notify('cameleer_jobs', 'mail');

-- session_insert :exec
INSERT INTO session (id, account_id, tenant_id, kind, client_ip, user_agent,
    expires_at, methods, sso_tenant)
VALUES ($1::uuid, $2::uuid, $3::uuid, $4::text, $5::inet,
    left($6::text, 200), now() + make_interval(secs => $7::integer),
    $8::text[], $9::uuid);

-- session_get :one
SELECT kind, tenant_id::text AS tenant, sso_tenant::text AS sso_tenant
FROM session WHERE id = $1::uuid;

-- sso_finish :one
SELECT refused, account::text AS account, tenant::text AS tenant, how,
    return_path FROM sso_finish($1::text, $2::uuid);

-- sso_bind :exec
SELECT sso_bind($1::text, $2::uuid);

-- session_tenant :exec
UPDATE session SET tenant_id = $2::uuid, seen_at = now() WHERE id = $1::uuid;

-- session_list :many
SELECT id::text, kind, host(client_ip) AS client_ip, user_agent,
    to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at,
    to_char(seen_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS seen_at,
    to_char(expires_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS expires_at,
    id = $2::uuid AS current
FROM session WHERE account_id = $1::uuid AND revoked_at IS NULL
AND expires_at > now()
ORDER BY id DESC LIMIT 100;

-- session_revoke :exec
UPDATE session SET revoked_at = now()
WHERE id = $1::uuid AND account_id = $2::uuid AND revoked_at IS NULL;

-- session_revoke_all :exec
UPDATE session SET revoked_at = now()
WHERE account_id = $1::uuid AND revoked_at IS NULL;

-- refresh_insert :exec
INSERT INTO refresh_token (digest, session_id) VALUES ($1::text, $2::uuid);

-- refresh_get :opt
SELECT s.id::text AS session, s.account_id::text AS account,
    s.tenant_id::text AS tenant, s.kind, r.used_at IS NOT NULL AS used,
    s.revoked_at IS NULL AND s.expires_at > now() AND a.state = 'active'
	AS good,
    greatest(0, extract(epoch FROM s.expires_at - now())::bigint) AS left_s
FROM refresh_token r JOIN session s ON s.id = r.session_id
JOIN account a ON a.id = s.account_id
WHERE r.digest = $1::text
FOR UPDATE OF r;

-- refresh_use :exec
UPDATE refresh_token SET used_at = now() WHERE digest = $1::text;

-- tenants_mine :many
SELECT t.id::text, t.slug, t.name, t.tier, t.state, t.role,
    p.features::text AS features
FROM my_tenants() t JOIN plan p ON p.tier = t.tier
ORDER BY t.slug LIMIT 1000;

-- tenant_upstream :opt
SELECT upstream FROM tenant_upstream();

-- keys_public :many
-- Passive keys stay until the last token signed with them has ended.
SELECT jwk::text AS jwk FROM signing_key
WHERE state IN ('pending', 'active', 'passive')
AND purpose NOT IN ('license', 'audit')
ORDER BY created_at LIMIT 32;

-- api_token_lock :exec
-- One change of an account's API tokens at a time: their number is bounded.
SELECT FROM account WHERE id = $1::uuid FOR NO KEY UPDATE;

-- api_token_forget :exec
DELETE FROM api_token WHERE tenant_id = app_tenant()
AND account_id = $1::uuid
AND least(revoked_at, expires_at) < now() - interval '30 days';

-- api_token_count :one
SELECT count(*) AS n FROM api_token WHERE tenant_id = app_tenant()
AND account_id = $1::uuid AND revoked_at IS NULL AND expires_at > now();

-- api_token_list :many
SELECT id::text, name, hint, scopes::text AS scopes,
    replaced_by::text AS replaced_by,
    to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at,
    to_char(expires_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS expires_at,
    to_char(used_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS used_at
FROM api_token WHERE tenant_id = app_tenant() AND account_id = $1::uuid
AND revoked_at IS NULL AND expires_at > now()
ORDER BY id DESC LIMIT 100;

-- api_token_insert :exec
INSERT INTO api_token (tenant_id, id, account_id, name, digest, hint, scopes,
    created_by, expires_at)
VALUES (app_tenant(), $1::uuid, $2::uuid, $3::text, $4::text, $5::text,
    $6::text[], app_actor(), now() + make_interval(days => $7::integer));

-- api_token_succeed :exec
-- As long, and as wide, as the one that it takes the place of.
INSERT INTO api_token (tenant_id, id, account_id, name, digest, hint, scopes,
    created_by, expires_at)
SELECT tenant_id, $1::uuid, account_id, name, $4::text, $5::text, scopes,
    app_actor(), now() + (expires_at - created_at)
FROM api_token WHERE tenant_id = app_tenant() AND id = $2::uuid
AND account_id = $3::uuid;

-- api_token_replace :exec
UPDATE api_token SET replaced_by = $2::uuid,
    expires_at = least(expires_at, now() + make_interval(hours =>
	$3::integer))
WHERE tenant_id = app_tenant() AND id = $1::uuid;

-- api_token_find :opt
SELECT id::text, name, hint, scopes::text AS scopes,
    replaced_by::text AS replaced_by,
    to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at,
    to_char(expires_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS expires_at,
    to_char(used_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS used_at
FROM api_token WHERE tenant_id = app_tenant() AND id = $1::uuid
AND account_id = $2::uuid AND revoked_at IS NULL AND expires_at > now();

-- api_token_revoke :exec
UPDATE api_token SET revoked_at = now()
WHERE tenant_id = app_tenant() AND id = $1::uuid AND account_id = $2::uuid
AND revoked_at IS NULL AND expires_at > now();

-- api_token_revoke_all :exec
UPDATE api_token SET revoked_at = now()
WHERE tenant_id = app_tenant() AND account_id = $1::uuid
AND revoked_at IS NULL;

-- role_words :one
SELECT role_words($1::text) AS words;

-- service_account_lock :exec
-- One at a time in a tenant: their number is bounded.
SELECT pg_advisory_xact_lock(4216, hashtext(app_tenant()::text));

-- service_account_count :one
SELECT count(*) AS n FROM service_accounts();

-- service_account_list :many
SELECT id::text, name, role, permissions, tokens,
    to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at,
    to_char(used_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS used_at
FROM service_accounts() ORDER BY id LIMIT 1000;

-- service_account_get :opt
SELECT id::text, name, role, permissions, tokens,
    to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at,
    to_char(used_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS used_at
FROM service_accounts() WHERE id = $1::uuid;

-- service_account_insert :exec
INSERT INTO account (id, name, kind, home_tenant)
VALUES ($1::uuid, $2::text, 'service', app_tenant());

-- service_account_join :one
SELECT coalesce(service_account_join($1::uuid, $2::text), false) AS done;

-- service_account_leave :one
SELECT coalesce(service_account_leave($1::uuid), false) AS done;

-- service_account_disable :exec
UPDATE account SET state = 'disabled'
WHERE id = $1::uuid AND kind = 'service' AND home_tenant = app_tenant();

-- device_lock :exec
-- One at a time: the number of those that wait is bounded.
SELECT pg_advisory_xact_lock(4217, 0);

-- device_forget :exec
DELETE FROM device_login WHERE device_digest IN (
    SELECT device_digest FROM device_login
    WHERE expires_at < now() - interval '10 minutes' LIMIT 100);

-- device_count :one
SELECT count(*) FILTER (WHERE client_ip = $1::inet) AS mine, count(*) AS n
FROM device_login WHERE expires_at > now();

-- device_insert :exec
INSERT INTO device_login (device_digest, user_digest, client_name, client_ip,
    interval_s, expires_at)
VALUES ($1::text, $2::text, $3::text, $4::inet, $5::integer,
    now() + make_interval(secs => $6::integer));

-- device_poll :opt
-- A second of leeway; who is too quick waits longer from then on.
UPDATE device_login d SET polled_at = now(),
    interval_s = CASE WHEN old.early AND d.state = 'pending'
	THEN least(d.interval_s + 5, 600) ELSE d.interval_s END
FROM (SELECT device_digest, coalesce(polled_at > now()
	- make_interval(secs => interval_s - 1), false) AS early
    FROM device_login WHERE device_digest = $1::text FOR UPDATE) old
WHERE d.device_digest = old.device_digest
RETURNING d.state, d.expires_at <= now() AS expired, old.early,
    d.interval_s;

-- device_claim :opt
-- Good once, and only as long as the session that approved it.
UPDATE device_login d SET state = 'used'
FROM session s JOIN account a ON a.id = s.account_id
WHERE d.device_digest = $1::text AND d.state = 'approved'
AND d.expires_at > now() AND s.id = d.session_id AND s.revoked_at IS NULL
AND s.expires_at > now() AND a.state = 'active'
RETURNING s.account_id::text AS account, s.tenant_id::text AS tenant,
    s.sso_tenant::text AS sso_tenant, s.methods::text AS methods;

-- device_locked :one
SELECT EXISTS (SELECT FROM login_guess
    WHERE digest = encode(sha256(convert_to(lower($1::text), 'UTF8')), 'hex')
    AND locked_until > now()) AS locked;

-- device_get :opt
SELECT client_name, host(client_ip) AS client_ip, state,
    to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at,
    to_char(expires_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS expires_at
FROM device_login WHERE user_digest = $1::text AND state = 'pending'
AND expires_at > now();

-- device_decide :opt
UPDATE device_login
SET state = CASE WHEN $3::boolean THEN 'approved' ELSE 'denied' END,
    session_id = CASE WHEN $3::boolean THEN $2::uuid END
WHERE user_digest = $1::text AND state = 'pending' AND expires_at > now()
RETURNING client_name;

-- platform_account_find :opt
SELECT a.id::text, a.kind, a.email, a.name, a.state,
    a.verified_at IS NOT NULL AS verified,
    coalesce(g.failures, 0) AS failures,
    CASE WHEN g.locked_until > now() THEN
	to_char(g.locked_until, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') END
	AS locked_until,
    (SELECT count(*) FROM session s WHERE s.account_id = a.id
	AND s.revoked_at IS NULL AND s.expires_at > now()) AS sessions,
    to_char(a.created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at
FROM account a LEFT JOIN login_guess g
    ON g.digest = encode(sha256(convert_to(a.email, 'UTF8')), 'hex')
WHERE a.email = lower($1::text);

-- platform_account_get :opt
SELECT a.id::text, a.kind, a.email, a.name, a.state,
    a.verified_at IS NOT NULL AS verified,
    coalesce(g.failures, 0) AS failures,
    CASE WHEN g.locked_until > now() THEN
	to_char(g.locked_until, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') END
	AS locked_until,
    (SELECT count(*) FROM session s WHERE s.account_id = a.id
	AND s.revoked_at IS NULL AND s.expires_at > now()) AS sessions,
    to_char(a.created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at
FROM account a LEFT JOIN login_guess g
    ON g.digest = encode(sha256(convert_to(a.email, 'UTF8')), 'hex')
WHERE a.id = $1::uuid;

-- account_set_state :exec
UPDATE account SET state = $2::text WHERE id = $1::uuid;

-- platform_tenant_list :many
SELECT id::text, slug, name, tier, state, members,
    to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at
FROM platform_tenants($1::uuid, $2::integer) ORDER BY id LIMIT 1000;

-- platform_audit_list :many
SELECT id::text, to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at,
    actor_id::text AS actor, actor_kind, action, subject_type, subject_id,
    host(client_ip) AS client_ip, result, code, facts::text AS facts,
    request_id, service
FROM platform_audit($1::uuid, $2::integer) ORDER BY id DESC LIMIT 1000;

-- account_erase :one
SELECT account_erase(app_actor()) AS outcome;
