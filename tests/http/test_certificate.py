# SPDX-License-Identifier: Apache-2.0
"""A removed tenant leaves its audit trail and a certificate, and nothing else.

The worker removes a tenant that never ran, in which every table has a row with
a marker: that needs no container engine."""
import functools
import json
import os
import tempfile
import unittest
import uuid

from support import TestCase, eventually, unique
from support_http import request
from support_probe import Request
from support_sql import DB
from support_world import Account, Tenant, digest
from test_platform import PATH, Operator
from test_tenant_approval import ctl

LINK = '/api/tenants/certificates/'
# What docs/deletion.md says: who did what stays, and what the worker did.
KEPT = {'audit_event', 'audit_link', 'audit_head', 'audit_checkpoint',
        'audit_unsealed', 'license', 'operation', 'operation_step',
        'provisioning_event', 'deletion_certificate'}
# One row with the marker in each table that has a tenant; $1 the tenant, $2 its
# owner, $3 the marker.
PLANT = """
INSERT INTO environment (tenant_id, id, name, position)
VALUES ($1, $1, 'planted', 9);
INSERT INTO application (tenant_id, id, name, display_name, created_by)
VALUES ($1, $1, 'planted', $3, $2);
INSERT INTO release (tenant_id, id, application_id, number, jar_sha256,
    jar_size, jar_facts, created_by, error)
VALUES ($1, $1, $1, 1, repeat('0', 64), 1, '{}', $2, $3);
INSERT INTO deployment (tenant_id, id, application_id, environment_id,
    release_id, wanted, detail) VALUES ($1, $1, $1, $1, $1, 'stopped', $3);
INSERT INTO app_log (tenant_id, deployment_id, at, stream, line)
VALUES ($1, $1, now(), 'stdout', $3);
INSERT INTO finding_acknowledgement (tenant_id, application_id, fingerprint,
    reason, created_by) VALUES ($1, $1, repeat('0', 32), $3, $2);
INSERT INTO role (tenant_id, id, name, about, grants)
VALUES ($1, $1, 'planted', $3, '{app.read}');
INSERT INTO team (tenant_id, id, name, custom_role) VALUES ($1, $1, $3, $1);
INSERT INTO team_member (tenant_id, team_id, account_id) VALUES ($1, $1, $2);
INSERT INTO team_application (tenant_id, team_id, application_id)
VALUES ($1, $1, $1);
INSERT INTO invitation (tenant_id, id, email, role, digest, invited_by,
    expires_at) VALUES ($1, $1, lower($3) || '@example.test', 'viewer', $3, $2,
    now() + interval '1 day');
INSERT INTO account (id, kind, name, home_tenant)
VALUES ($4, 'service', $3, $1);
INSERT INTO membership (tenant_id, account_id, custom_role)
VALUES ($1, $4, $1);
INSERT INTO api_token (tenant_id, id, account_id, name, digest, hint, scopes,
    created_by, expires_at) VALUES ($1, $1, $4, $3, $3, 'clr_', '{app.read}',
    $2, now() + interval '1 day');
INSERT INTO sign_in_policy (tenant_id) VALUES ($1) ON CONFLICT DO NOTHING;
INSERT INTO sso_provider (tenant_id, issuer, client_id, secret_box,
    default_role, group_claim, group_roles)
VALUES ($1, 'https://idp.example', $3, $3, 'viewer', 'groups', '{}');
INSERT INTO sso_domain (tenant_id, domain, challenge)
VALUES ($1, lower($3) || '.example', $3);
INSERT INTO sso_identity (tenant_id, issuer, subject, account_id)
VALUES ($1, 'https://idp.example', $3, $2);
INSERT INTO sso_login (tenant_id, digest, browser, issuer, return_path)
VALUES ($1, $3, $3, 'https://idp.example', '/');
INSERT INTO sso_ticket (tenant_id, digest, issuer, subject, email_proof, name,
    return_path) VALUES ($1, $3, 'https://idp.example', $3, 'missing', $3, '/');
INSERT INTO sso_session (tenant_id, session_id, issuer, subject)
SELECT $1, id, 'https://idp.example', $3 FROM session WHERE account_id = $2
LIMIT 1;
INSERT INTO plan_override (tenant_id, id, key, value, reason)
VALUES ($1, $1, 'max_apps', '21', $3);
INSERT INTO license (tenant_id, version, tier, state, valid_until,
    grace_until, token, file) VALUES ($1, 1, 'low', 'active', now(), now(), $3,
    $3);
INSERT INTO license_standing (tenant_id, state, reason)
VALUES ($1, 'suspended', $3);
INSERT INTO tenant_endpoint (tenant_id, upstream) VALUES ($1, $3);
INSERT INTO tenant_secret (tenant_id, name, box, digest)
VALUES ($1, 'planted', $3, $3);
INSERT INTO tenant_export (tenant_id, place, certificate)
VALUES ($1, $3, $3);
INSERT INTO tenant_export_file (tenant_id, path, content)
VALUES ($1, $3, $3);
INSERT INTO operation (tenant_id, id, kind, subject_id, state, error)
VALUES ($1, $1, 'app.remove', $1, 'failed', $3);
INSERT INTO operation_step (tenant_id, operation_id, position, name, detail)
VALUES ($1, $1, 1, 'runtime', $3);
INSERT INTO provisioning_event (tenant_id, operation_id, kind, step, attempt,
    what, detail) VALUES ($1, $1, 'app.remove', 'runtime', 1, 'failed', $3);
INSERT INTO isolation_run (tenant_id, id, place_id, next_at, finished_at,
    outcome, error) SELECT $1, $1, id, now() + interval '1 day', now(),
    'failed', $3 FROM place ORDER BY id LIMIT 1;
INSERT INTO drift (tenant_id, object, field, wanted, live)
VALUES ($1, $3, 'memory', $3, $3);
INSERT INTO drift_look (tenant_id, error) VALUES ($1, $3)
ON CONFLICT (tenant_id) DO UPDATE SET error = excluded.error;
INSERT INTO bootstrap_token (tenant_id, id, name, digest, hint, created_by)
VALUES ($1, $1, $3, $3, 'clb_', $2);
INSERT INTO agent_door (tenant_id, digest, public_key, box)
VALUES ($1, $3, $3, $3);
INSERT INTO server_rotation (tenant_id, overlap_hours) VALUES ($1, 24);
INSERT INTO server_told (tenant_id, item, way, digest)
VALUES ($1, 'license', 'push', $3);
INSERT INTO store_login (tenant_id, turn) VALUES ($1, 1)
ON CONFLICT DO NOTHING;
INSERT INTO idempotency (account_id, tenant_id, route, key, fingerprint, body)
VALUES ($2, $1, '/api/apps', $3, $3, $3);
"""


def tables():
    """Returns the names of all tables."""
    return [name for (name,) in DB.rows(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND"
        " relnamespace = 'cameleer'::regnamespace ORDER BY 1")]


def holders(text):
    """Returns the tables in which any row has the text in any column."""
    return {table for table in tables() if DB.number(
        'SELECT count(*) FROM %s x WHERE strpos(x::text, $1) > 0' % table,
        text)}


@functools.lru_cache(None)
def removed():
    """Returns a removed tenant, its owner's session and the marker that was in
    every table."""
    tenant = Tenant('high', approve=False)
    session, marker = tenant.login(), unique('Marker')
    DB.run("UPDATE tenant SET name = $2 WHERE id = $1", tenant.id, marker)
    DB.run(PLANT, tenant.id, tenant.owner.id, marker, str(uuid.uuid4()))
    planted = {name for name in tables() if DB.number(
        "SELECT count(*) FROM pg_attribute WHERE attname = 'tenant_id'"
        ' AND attrelid = $1::regclass', 'cameleer.' + name)}
    missed = {name for name in planted if not DB.number(
        'SELECT count(*) FROM %s WHERE tenant_id = $1' % name, tenant.id)}
    answer = session.delete('/api/tenants/current')
    assert answer.status == 202, answer.describe()
    eventually(60, lambda: DB.value('SELECT state FROM tenant WHERE id = $1',
                                    tenant.id) == 'deleted', 'its removal')
    return tenant, session, marker, missed


class Removed(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.tenant, cls.session, cls.marker, cls.missed = removed()
        cls.operator = Operator().login()

    def keys(self):
        """Returns the path of the keys that sign certificates."""
        status, said = ctl('audit', 'keys')
        self.assertEqual(status, 0, said)
        return self.file('keys.json', said)

    def file(self, name, text):
        """Writes a file that is removed after the test; returns its path."""
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        path = os.path.join(directory.name, name)
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
        return path

    def certificate(self):
        """Returns the certificate as operators get it by the API."""
        return self.assertAnswer(self.operator.get(
            '%stenants/%s/certificate' % (PATH, self.tenant.id)), 200).json()

    def test_every_table_of_a_tenant_had_a_marker(self):
        self.assertLessEqual(self.missed, {
            'audit_link', 'audit_head', 'audit_checkpoint', 'audit_unsealed',
            'deletion_certificate', 'tenant_deletion'})

    def test_no_marker_is_left_in_any_table(self):
        self.assertGreater(len(tables()), 50)
        self.assertEqual(holders(self.marker), set())
        self.assertEqual(holders(self.marker.lower()), set())

    def test_only_the_trail_knows_its_name(self):
        self.assertEqual(holders(self.tenant.slug), {'audit_event'})

    def test_only_documented_rows_are_left(self):
        left = {name for name in tables() if DB.number(
            "SELECT count(*) FROM pg_attribute WHERE attname = 'tenant_id'"
            ' AND attrelid = $1::regclass', 'cameleer.' + name) and DB.number(
                'SELECT count(*) FROM %s WHERE tenant_id = $1' % name,
                self.tenant.id)}
        self.assertLessEqual(left, KEPT)
        self.assertEqual(DB.rows(
            'SELECT state, token, file FROM license WHERE tenant_id = $1',
            self.tenant.id), [('revoked', '', '')])
        self.assertEqual(DB.rows(
            'SELECT kind FROM operation WHERE tenant_id = $1',
            self.tenant.id), [('tenant.remove',)])

    def test_its_owner_has_an_account_and_no_tenant(self):
        session = self.tenant.owner.login()
        self.assertEqual(session.get('/api/tenants').json()['items'], [])

    def test_its_name_is_never_given_out_again(self):
        answer = Account().login().post('/api/tenants', {
            'slug': self.tenant.slug, 'name': 'Again', 'tier': 'mid'})
        self.assertAnswer(answer, 409, 'slug_taken')

    def test_the_certificate_says_what_went_and_what_stays(self):
        seen = self.certificate()
        path = self.file('certificate', seen['certificate'] + '\n')
        status, said = ctl('--json', 'certificate', 'verify', path, '--keys',
                           self.keys())
        self.assertEqual(status, 0, said)
        said = json.loads(said)
        self.assertEqual((said['tenant'], said['serial']),
                         (self.tenant.id, seen['serial']))
        for table in ('application', 'release', 'membership', 'tenant_secret',
                      'app_log', 'service_account'):
            self.assertGreaterEqual(said['removed']['rows'][table], 1, table)
        self.assertEqual([s['name'] for s in said['removed']['steps']],
                         ['runtime', 'database', 'images'])
        self.assertIn('audit trail', [r['what'] for r in said['remains']])

    def test_people_read_it_too(self):
        path = self.file('answer.json', json.dumps(self.certificate()))
        status, said = ctl('certificate', 'verify', path, '--keys',
                           self.keys())
        self.assertEqual(status, 0, said)
        for words in ('good: certificate', self.tenant.id,
                      'schema and role t_', 'remains'):
            self.assertIn(words, said)

    def test_a_changed_one_is_not_good(self):
        good = self.certificate()['certificate']
        keys = self.keys()
        for text in (good[:-2], good.replace('.', '.A', 1), '', '{}',
                     '{"certificate": 7}', 'x' * 70000):
            status, said = ctl('certificate', 'verify',
                               self.file('bad', text), '--keys', keys)
            self.assertEqual(status, 1, said)
        status, said = ctl('certificate', 'verify', '/nonexistent',
                           '--keys', keys)
        self.assertEqual(status, 1, said)

    def test_operators_list_and_print_them(self):
        seen = self.certificate()
        status, said = ctl('certificate', 'list')
        self.assertEqual(status, 0, said)
        self.assertIn(self.tenant.id, said)
        status, said = ctl('certificate', 'show', self.tenant.id)
        self.assertEqual((status, said), (0, seen['certificate'] + '\n'))
        for who in (str(uuid.uuid4()), 'nobody'):
            self.assertEqual(ctl('certificate', 'show', who)[0], 1)
            self.assertAnswer(self.operator.get(
                '%stenants/%s/certificate' % (PATH, who)), 404,
                'no_such_certificate')

    def test_who_reads_no_tenants_gets_none(self):
        other = Operator(('platform.audit.read',)).login()
        self.assertAnswer(other.get('%stenants/%s/certificate' % (
            PATH, self.tenant.id)), 403)

    def test_its_trail_is_whole(self):
        def exported():
            """Returns what is exported once a checkpoint covers the end; it
            need not wait for the minute between two of them."""
            DB.run('UPDATE audit_head SET signed_at = NULL'
                   ' WHERE tenant_id = $1', self.tenant.id)
            status, text = ctl('audit', 'export', self.tenant.id)
            self.assertEqual(status, 0, text)
            return all('"action":"%s"' % action in text for action in (
                'tenant.delete', 'tenant.remove')) and text
        text, _ = eventually(30, exported, 'its end in the trail')
        status, said = ctl('audit', 'verify', self.file('export', text),
                           '--keys', self.keys())
        self.assertEqual(status, 0, said)
        self.assertIn('whole', said)


class Link(TestCase):

    def test_the_link_of_the_mail_shows_it(self):
        secret = linked()
        seen = self.assertAnswer(request('GET', LINK + secret), 200).json()
        self.assertEqual(seen['certificate'], 'signed')
        for other in (secret + 'x', unique(), 'a' * 300):
            self.assertAnswer(request('GET', LINK + other), 404,
                              'no_such_certificate')


@functools.lru_cache(None)
def linked():
    """Creates a certificate with a known link; returns the link's secret."""
    secret, tenant = unique('secret'), Tenant()
    DB.run('INSERT INTO deletion_certificate (tenant_id, token, digest)'
           " VALUES ($1, 'signed', $2)", tenant.id, digest(secret))
    return secret


PROBES = {
    'GET /api/tenants/certificates/{token}': lambda cell: Request(
        token=linked()),
    'GET /api/auth/platform/tenants/{id}/certificate': lambda cell: Request(
        id=removed()[0].id),
}


if __name__ == '__main__':
    unittest.main()
