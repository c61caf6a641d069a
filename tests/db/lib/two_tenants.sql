-- SPDX-License-Identifier: Apache-2.0
-- Two tenants with a row in every table that has a tenant, inserted by a
-- superuser, to whom row security does not apply.  A is …a0, B is …b0; the
-- account …01 is in both.
INSERT INTO account (id, email, name, password_hash, verified_at)
VALUES ('00000000-0000-7000-8000-000000000001', 'one@example.org', 'One',
    'x', now());
INSERT INTO session (id, account_id, kind, expires_at)
VALUES ('00000000-0000-7000-8000-000000000002',
    '00000000-0000-7000-8000-000000000001', 'token', now() + '1 day');

CREATE TEMP TABLE t (tenant uuid, slug text, n text);
INSERT INTO t VALUES
    ('00000000-0000-7000-8000-0000000000a0', 'acme', 'a'),
    ('00000000-0000-7000-8000-0000000000b0', 'bolt', 'b');

INSERT INTO tenant (id, slug, name, tier, state, created_by)
SELECT tenant, slug, slug, 'low', 'active',
    '00000000-0000-7000-8000-000000000001' FROM t;
INSERT INTO membership (tenant_id, account_id, role)
SELECT tenant, '00000000-0000-7000-8000-000000000001', 'owner' FROM t;
INSERT INTO plan_override (tenant_id, id, key, value, reason)
SELECT tenant, gen_random_uuid(), 'max_apps', to_jsonb(21), 'contract ' || n
FROM t;
INSERT INTO tenant_endpoint (tenant_id, upstream)
SELECT tenant, '10.0.0.1:8081' FROM t;
INSERT INTO tenant_secret (tenant_id, name, box, digest)
SELECT tenant, 'bootstrap-token', 'sealed', 'digest-' || n FROM t;
INSERT INTO store_login (tenant_id, turn) SELECT tenant, 1 FROM t;
INSERT INTO bootstrap_token (tenant_id, id, name, digest, hint, created_by)
SELECT tenant, gen_random_uuid(), 'Agents', 'digest-' || n, 'clb_aaaa',
    '00000000-0000-7000-8000-000000000001' FROM t;
INSERT INTO server_rotation (tenant_id, overlap_hours)
SELECT tenant, 1 FROM t;
INSERT INTO server_told (tenant_id, item, way, digest)
SELECT tenant, 'license', 'push', n FROM t;
INSERT INTO agent_door (tenant_id, digest, public_key, box)
SELECT tenant, 'digest-' || n, 'key', 'sealed' FROM t;
INSERT INTO tenant_export (tenant_id, place, certificate)
SELECT tenant, '{}', 'pem' FROM t;
INSERT INTO tenant_deletion (tenant_id, before, asked_by)
SELECT tenant, 'active', '00000000-0000-7000-8000-000000000001' FROM t;
INSERT INTO deletion_certificate (tenant_id, token, digest)
SELECT tenant, 'token', 'certificate-' || n FROM t;
INSERT INTO tenant_export_file (tenant_id, path, content)
SELECT tenant, 'a.yaml', '{}' FROM t;
INSERT INTO isolation_run (tenant_id, id, place_id, next_at)
SELECT tenant, gen_random_uuid(), '00000000-0000-7000-8000-000000000001',
    now() FROM t;
INSERT INTO drift (tenant_id, object, field, wanted, live)
SELECT tenant, 'network cml-' || slug, 'existence', 'there', 'missing' FROM t;
INSERT INTO drift_look (tenant_id) SELECT tenant FROM t;
INSERT INTO license (tenant_id, version, tier, state, valid_until,
    grace_until, token, file)
SELECT tenant, 1, 'low', 'active', now() + '1 day', now() + '2 days',
    'token', 'file' FROM t;
INSERT INTO license_standing (tenant_id, state, reason)
SELECT tenant, 'suspended', 'not paid' FROM t;
INSERT INTO audit_event (tenant_id, id, actor_kind, action, result, service)
SELECT tenant, ('00000000-0000-7000-8000-0000000000' || n || '1')::uuid,
    'platform', 'test', 'done', 'test' FROM t;
INSERT INTO operation (tenant_id, id, kind, subject_id)
SELECT tenant, ('00000000-0000-7000-8000-0000000000' || n || '2')::uuid,
    'tenant.provision', tenant FROM t;
INSERT INTO operation_step (tenant_id, operation_id, position, name)
SELECT tenant, ('00000000-0000-7000-8000-0000000000' || n || '2')::uuid, 1,
    'first' FROM t;
INSERT INTO provisioning_event (tenant_id, operation_id, kind, step, attempt,
    what)
SELECT tenant, ('00000000-0000-7000-8000-0000000000' || n || '2')::uuid,
    'tenant.provision', 'first', 1, 'started' FROM t;
INSERT INTO idempotency (account_id, tenant_id, route, key, fingerprint)
SELECT '00000000-0000-7000-8000-000000000001', tenant, '/api/apps', 'k-' || n,
    'f' FROM t;
INSERT INTO environment (tenant_id, id, name, position)
SELECT tenant, ('00000000-0000-7000-8000-0000000000' || n || '3')::uuid,
    'prod', 1 FROM t;
INSERT INTO application (tenant_id, id, name, display_name, created_by)
SELECT tenant, ('00000000-0000-7000-8000-0000000000' || n || '4')::uuid,
    'orders', 'Orders', '00000000-0000-7000-8000-000000000001' FROM t;
INSERT INTO release (tenant_id, id, application_id, number, jar_sha256,
    jar_size, jar_facts, created_by)
SELECT tenant, ('00000000-0000-7000-8000-0000000000' || n || '5')::uuid,
    ('00000000-0000-7000-8000-0000000000' || n || '4')::uuid, 1,
    repeat('0', 64), 1, '{}', '00000000-0000-7000-8000-000000000001' FROM t;
INSERT INTO deployment (tenant_id, id, application_id, environment_id,
    release_id, wanted)
SELECT tenant, ('00000000-0000-7000-8000-0000000000' || n || '6')::uuid,
    ('00000000-0000-7000-8000-0000000000' || n || '4')::uuid,
    ('00000000-0000-7000-8000-0000000000' || n || '3')::uuid,
    ('00000000-0000-7000-8000-0000000000' || n || '5')::uuid, 'running'
FROM t;
INSERT INTO finding_acknowledgement (tenant_id, application_id, fingerprint,
    reason, created_by)
SELECT tenant, ('00000000-0000-7000-8000-0000000000' || n || '4')::uuid,
    repeat('0', 32), 'Known', '00000000-0000-7000-8000-000000000001' FROM t;
INSERT INTO app_log (tenant_id, deployment_id, at, stream, line)
SELECT tenant, ('00000000-0000-7000-8000-0000000000' || n || '6')::uuid,
    now(), 'stdout', 'hello' FROM t;
INSERT INTO role (tenant_id, id, name, grants)
SELECT tenant, ('00000000-0000-7000-8000-0000000000' || n || '7')::uuid,
    'deployer', '{app.read,app.deploy@dev}' FROM t;
INSERT INTO team (tenant_id, id, name, custom_role)
SELECT tenant, ('00000000-0000-7000-8000-0000000000' || n || '8')::uuid,
    'Payments', ('00000000-0000-7000-8000-0000000000' || n || '7')::uuid
FROM t;
INSERT INTO team_member (tenant_id, team_id, account_id)
SELECT tenant, ('00000000-0000-7000-8000-0000000000' || n || '8')::uuid,
    '00000000-0000-7000-8000-000000000001' FROM t;
INSERT INTO team_application (tenant_id, team_id, application_id)
SELECT tenant, ('00000000-0000-7000-8000-0000000000' || n || '8')::uuid,
    ('00000000-0000-7000-8000-0000000000' || n || '4')::uuid FROM t;
INSERT INTO sign_in_policy (tenant_id) SELECT tenant FROM t;
INSERT INTO api_token (tenant_id, id, account_id, name, digest, hint, scopes,
    created_by, expires_at)
SELECT tenant, ('00000000-0000-7000-8000-0000000000' || n || '9')::uuid,
    '00000000-0000-7000-8000-000000000001', 'ci', 'digest-' || n, 'clr_' || n,
    '{app.read}', '00000000-0000-7000-8000-000000000001', now() + '1 day'
FROM t;
INSERT INTO invitation (tenant_id, id, email, role, digest, invited_by,
    expires_at)
SELECT tenant, ('00000000-0000-7000-8000-000000000' || n || '10')::uuid,
    'two@example.org', 'viewer', 'invitation-' || n,
    '00000000-0000-7000-8000-000000000001', now() + '1 day' FROM t;
INSERT INTO sso_provider (tenant_id, issuer, client_id, secret_box,
    default_role, group_claim, group_roles)
SELECT tenant, 'https://' || slug || '.example', 'app', 'sealed',
    'viewer', 'groups', '{}' FROM t;
INSERT INTO sso_domain (tenant_id, domain, challenge, verified_at)
SELECT tenant, slug || '.example', 'challenge', now() FROM t;
INSERT INTO sso_identity (tenant_id, issuer, subject, account_id)
SELECT tenant, 'https://' || slug || '.example', 's-' || n,
    '00000000-0000-7000-8000-000000000001' FROM t;
INSERT INTO sso_login (tenant_id, digest, browser, issuer, return_path)
SELECT tenant, 'state-' || n, 'browser-' || n, 'https://idp.example', '/'
FROM t;
INSERT INTO sso_ticket (tenant_id, digest, issuer, subject, email_proof, name,
    return_path)
SELECT tenant, 'ticket-' || n, 'https://idp.example', 's-' || n, 'missing',
    'One', '/' FROM t;
INSERT INTO sso_session (tenant_id, session_id, issuer, subject)
SELECT tenant, '00000000-0000-7000-8000-000000000002',
    'https://idp.example', 's-' || n FROM t;
INSERT INTO audit_link (tenant_id, seq, event_id, hash)
SELECT tenant, 1, ('00000000-0000-7000-8000-0000000000' || n || '1')::uuid,
    repeat('0', 64) FROM t;
INSERT INTO audit_head (tenant_id, seq) SELECT tenant, 1 FROM t;
INSERT INTO audit_checkpoint (tenant_id, seq, hash, token)
SELECT tenant, 1, repeat('0', 64), 'token' FROM t;
