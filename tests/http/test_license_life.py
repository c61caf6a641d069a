# SPDX-License-Identifier: Apache-2.0
"""Operators decide about licences; the worker signs what follows, and the list
of revoked ones; whatever a licence permits holds for every route."""
import base64
import json
import os
import subprocess
import tempfile
import unittest

from support import STATE, TestCase, eventually
from support_http import request, together
from support_probe import Request
from support_sql import DB, audit_rows
from support_world import Tenant, app, mails
from test_platform import EVERYTHING, PATH, Operator
from test_tenant_approval import ctl

REASON = 'The invoice of March is not paid.'


def issued(tenant):
    """Returns version and state of each licence, oldest first."""
    return DB.rows('SELECT version, state FROM license WHERE tenant_id = $1'
                   ' ORDER BY version', tenant.id)


def licensed():
    """Creates a tenant whose licence the worker has signed: its renewal of one
    that ends."""
    tenant = Tenant('high')
    tenant.license(1)
    DB.run('UPDATE license SET valid_until = now() WHERE tenant_id = $1',
           tenant.id)
    DB.run("UPDATE schedule SET next_at = now() WHERE kind = 'licenses'")
    eventually(20, lambda: len(issued(tenant)) == 2, 'the renewal')
    DB.run('DELETE FROM license WHERE tenant_id = $1 AND version = 1',
           tenant.id)
    return tenant


def claims(token):
    """Returns what a JWT says, without verifying it."""
    part = token.split('.')[1]
    return json.loads(base64.urlsafe_b64decode(part + '=' * (-len(part) % 4)))


def verify(text, *words):
    """Verifies a licence with the published keys; returns exit status and
    answer."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for name, content in (('licence', text), ('keys', request(
                'GET', '/api/license/keys').body.decode())):
            paths.append(os.path.join(folder, name))
            with open(paths[-1], 'w', encoding='utf-8') as f:
                f.write(content)
        done = subprocess.run(
            (STATE + '/bin/cameleerctl', '--json', 'license', 'verify',
             paths[0], '--keys', paths[1]) + words, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, json.loads(done.stdout)


def revocations():
    """Returns the newest list."""
    return request('GET', '/api/license/revocations').json()


class Decisions(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.operator = Operator().login()

    def setUp(self):
        self.tenant = licensed()
        self.session = self.tenant.login()

    def decide(self, what, reason=REASON, who=None):
        """Sends a decision; returns the answer."""
        return (who or self.operator).post('%stenants/%s/license/%s' % (
            PATH, self.tenant.id, what), {'reason': reason})

    def state(self, count):
        """Waits for so many licences; returns the state of the newest."""
        return eventually(20, lambda: len(issued(self.tenant)) == count and
                          issued(self.tenant)[-1][1], 'the licence')[0]

    def test_what_the_worker_signs_can_be_verified(self):
        for form, name in (('file', 'license'), ('jwt', 'jwt')):
            answer = self.assertAnswer(self.session.get(
                '/api/license/download?format=' + form), 200)
            self.assertIn('filename="%s.%s"' % (self.tenant.slug, name),
                          answer.headers['content-disposition'])
            status, said = verify(answer.body.decode())
            self.assertEqual(
                (status, said['state'], said['tenant'], said['tier']),
                (0, 'active', self.tenant.slug, 'high'), form)
            self.assertEqual(said['limits']['max_agents'],
                             2147483647 if form == 'file' else None)
            self.assertEqual(said['limits']['max_apps'], 500)
        self.assertEqual(said['entitlements'],
                         {'custom_roles': True, 'sso': True})
        self.assertEqual(said['features']['lineage'], 'full')
        self.assertAnswer(self.session.get(
            '/api/license/download?format=xml'), 400)

    def test_suspended_and_back(self):
        before = self.session.get('/api/license').json()
        self.assertEqual([before[k] for k in ('verdict', 'read', 'write')],
                         ['active', True, True])
        answer = self.assertAnswer(self.decide('suspend'), 200)
        self.assertEqual([answer.json()[k] for k in ('standing', 'reason')],
                         ['suspended', REASON])
        self.assertEqual([row[0:4] + row[6:] for row in audit_rows(
            answer.request_id)], [(None, self.operator.account['id'],
                                   'license.suspend', 'done',
                                   self.tenant.id)])
        self.assertEqual(self.state(2), 'suspended')
        now = self.session.get('/api/license').json()
        self.assertEqual([now[k] for k in ('verdict', 'read', 'write')],
                         ['suspended', True, False])
        self.assertEqual(now['until'], now['grace_until'])
        said = claims(now['token'])
        self.assertEqual((said['state'], said['grace_until'] - said['iat']),
                         ('suspended', 7 * 86400))
        self.assertEqual(verify(now['token'])[0], 3)
        self.assertEqual(verify(self.session.get(
            '/api/license/download').body.decode())[0], 3)
        self.assertAnswer(self.decide('suspend'), 409,
                          'license_state_differs')
        eventually(20, lambda: [t for t in mails(self.tenant.owner.email)
                                if REASON in t], 'the mail')
        self.assertAnswer(self.decide('reactivate', 'It is paid.'), 200)
        self.assertEqual(self.state(3), 'active')
        self.assertEqual(self.session.get('/api/license').json()['verdict'],
                         'active')

    def test_who_manages_tenants_may_decide(self):
        manager = Operator(('platform.tenant.manage',)).login()
        answer = self.assertAnswer(self.decide('suspend', who=manager), 200)
        self.assertEqual(answer.json()['standing'], 'suspended')

    def test_revoked_ones_stand_on_the_list(self):
        token = self.session.get('/api/license').json()['token']
        serial = revocations()['serial']
        self.assertAnswer(self.decide('revoke'), 200)
        now = self.session.get('/api/license').json()
        self.assertEqual((now['verdict'], now['token'], now['write']),
                         ('revoked', None, False))
        self.assertAnswer(self.session.get('/api/license/download'), 403,
                          'license_ended')
        found = eventually(20, lambda: claims(token)['jti'] in claims(
            revocations()['token'])['revoked'] and revocations(),
                           'the list')[0]
        self.assertGreater(found['serial'], serial)
        with tempfile.NamedTemporaryFile('w', encoding='utf-8') as f:
            f.write(found['token'])
            f.flush()
            self.assertEqual(verify(token, '--revocations', f.name)[0], 5)
        self.assertAnswer(self.decide('suspend'), 409,
                          'license_state_differs')
        self.assertAnswer(self.decide('issue'), 409, 'license_state_differs')
        self.assertAnswer(self.decide('reactivate', 'A new one.'), 200)
        self.assertEqual(self.state(2), 'active')
        self.assertEqual(verify(self.session.get(
            '/api/license').json()['token'])[0], 0)

    def test_issued_before_it_is_due(self):
        self.assertAnswer(self.decide('issue', 'New limits.'), 200)
        self.assertEqual(self.state(2), 'active')
        self.assertAnswer(self.decide('reactivate'), 409,
                          'license_state_differs')

    def test_another_tier_is_another_licence(self):
        DB.run("UPDATE tenant SET tier = 'business' WHERE id = $1",
               self.tenant.id)
        DB.run("UPDATE schedule SET next_at = now() WHERE kind = 'licenses'")
        self.assertEqual(self.state(2), 'active')
        said = claims(self.session.get('/api/license').json()['token'])
        self.assertEqual((said['tier'], said['limits']['retention_days']),
                         ('business', None))

    def test_who_may_decide(self):
        reader = Operator([p for p in EVERYTHING
                           if p != 'platform.tenant.manage']).login()
        for who, code in ((reader, 'not_permitted'),
                          (self.session, 'operators_only')):
            for what in ('issue', 'suspend', 'revoke', 'reactivate'):
                self.assertAnswer(self.decide(what, who=who), 403, code)
        self.assertAnswer(reader.get('%stenants/%s/license' % (
            PATH, self.tenant.id)), 200)
        self.assertEqual(issued(self.tenant), [('2', 'active')])

    def test_bad_input(self):
        for reason in ('', 'two\nlines', 'x' * 301, 7, None):
            self.assertAnswer(self.decide('suspend', reason), 400)
        for identity in (self.tenant.owner.id, 'nonsense',
                         Tenant('high', approve=False).id):
            self.assertAnswer(self.operator.post(
                '%stenants/%s/license/suspend' % (PATH, identity),
                {'reason': REASON}), 404, 'no_license')
            self.assertAnswer(self.operator.get(
                '%stenants/%s/license' % (PATH, identity)), 404,
                              'no_license')
        self.assertEqual(issued(self.tenant), [('2', 'active')])

    def test_two_decisions_at_once_are_one(self):
        answers = together(4, lambda _: self.decide('suspend'))
        self.assertEqual(sorted(a.status for a in answers),
                         [200, 409, 409, 409])
        self.assertEqual(self.state(2), 'suspended')

    def test_the_command_decides_and_shows(self):
        slug = self.tenant.slug
        status, said = ctl('license', 'suspend', slug, REASON)
        self.assertEqual(status, 0, said)
        self.assertEqual(self.state(2), 'suspended')
        status, said = ctl('license', 'show', slug)
        self.assertEqual(status, 0)
        self.assertIn(slug + ': suspended: the platform has suspended it',
                      said)
        self.assertIn(REASON, said)
        for args, words in ((('suspend', slug, REASON), 'is suspended, so'),
                            (('issue', slug, REASON), 'is suspended, so'),
                            (('revoke', 'nobody42', REASON), 'no tenant'),
                            (('show', 'nobody42'), 'no tenant'),
                            (('revoke', slug, 'a\nb'), 'REASON')):
            status, said = ctl('license', *args)
            self.assertNotEqual(status, 0)
            self.assertIn(words, said)
        self.assertEqual(ctl('license', 'reactivate', slug, 'Paid.')[0], 0)
        self.assertEqual(self.state(3), 'active')
        self.assertEqual(DB.rows(
            'SELECT action FROM audit_event WHERE subject_id = $1 AND action'
            " IN ('license.suspend', 'license.reactivate') ORDER BY id",
            self.tenant.id), [('license.suspend',), ('license.reactivate',)])


class Gate(TestCase):
    """The matrix of states and routes."""

    # state, days until valid_until, until grace_until; write, read of the
    # product: NULL or the code
    ROWS = (('active', 20, 27, None, None),
            ('active', 3, 10, None, None),
            ('active', -1, 6, 'license_read_only', None),
            ('suspended', 0, 6, 'license_read_only', None),
            ('active', -8, -1, 'license_ended', 'license_ended'),
            ('suspended', -8, -1, 'license_ended', 'license_ended'),
            ('revoked', 20, 27, 'license_ended', 'license_ended'))

    @classmethod
    def setUpClass(cls):
        cls.tenant = licensed()
        cls.session = cls.tenant.login()
        cls.app = app(cls.session)
        cls.token = cls.session.post('/api/auth/tokens', {
            'name': 'ci', 'scopes': ['app.read', 'app.manage'],
            'expires_in_days': 1}).json()['token']

    def check(self, answer, code, good):
        """Expects the refusal with this code, or success."""
        if code:
            self.assertAnswer(answer, 403, code)
        else:
            self.assertIn(answer.status, good, answer.describe())

    def rows(self):
        """Sets the licence to each row, one after the other."""
        for row in self.ROWS:
            DB.run("UPDATE license SET state = $2, valid_until = now() +"
                   " make_interval(days => $3), grace_until = now() +"
                   ' make_interval(days => $4) WHERE tenant_id = $1',
                   self.tenant.id, row[0], row[1], row[2])
            with self.subTest(row):
                yield row

    def tearDown(self):
        DB.run("UPDATE license SET state = 'active', valid_until = now() +"
               " interval '20 days', grace_until = now() + interval '27 days'"
               ' WHERE tenant_id = $1', self.tenant.id)

    def test_writes_and_reads_of_the_product(self):
        for _, _, _, write, read in self.rows():
            for path, body in (('/api/apps', {'name': 'other'}),
                               ('/api/tenants/invitations', {
                                   'email': 'x@example.test',
                                   'role': 'viewer'}),
                               ('/api/tenants/teams', {
                                   'name': 'a', 'role': 'viewer'})):
                self.check(self.session.post(path, body), write,
                           (201, 202, 409, 422))
            for path in ('/api/apps', '/api/apps/' + self.app,
                         '/api/apps/environments'):
                self.check(self.session.get(path), read, (200,))

    def test_api_tokens_are_asked_too(self):
        for _, _, _, write, read in self.rows():
            self.check(request('GET', '/api/apps', token=self.token), read,
                       (200,))
            self.check(request('POST', '/api/apps', {'name': 'other'},
                               token=self.token), write, (201, 409))

    def test_what_an_owner_always_sees(self):
        for row in self.rows():
            for path in ('/api/license', '/api/license/versions',
                         '/api/tenants/current', '/api/tenants/members',
                         '/api/tenants/audit', '/api/billing/plan',
                         '/api/auth/me'):
                self.assertAnswer(self.session.get(path), 200)
            made = self.session.get('/api/license').json()
            self.assertEqual((made['write'], made['read']),
                             (row[3] is None, row[4] is None))

    def test_the_tenants_server_is_asked_through_the_same_gate(self):
        path = '/t/%s/api/v1/x' % self.tenant.slug
        for _, _, _, write, read in self.rows():
            session = self.tenant.login()       # nginx knows no answer for it
            if write:
                self.assertAnswer(session.post(path, {}), 403, write)
            if read:
                self.assertAnswer(session.get(path), 403, read)

    def test_a_refusal_is_recorded(self):
        for _, _, _, write, _ in self.rows():
            if write is None:
                continue
            answer = self.session.post('/api/apps', {'name': 'other'})
            self.assertEqual([row[2:4] for row in audit_rows(
                answer.request_id)], [('app.create', 'refused')])

    def test_the_end_of_a_session_needs_no_licence(self):
        tenant = licensed()
        session = tenant.login()
        DB.run("UPDATE license SET state = 'revoked' WHERE tenant_id = $1",
               tenant.id)
        self.assertAnswer(session.post('/api/auth/logout'), 204)

    def test_deletion_needs_no_licence(self):
        tenant = licensed()
        DB.run("UPDATE license SET state = 'revoked' WHERE tenant_id = $1",
               tenant.id)
        self.assertAnswer(tenant.login().delete('/api/tenants/current'), 202)

    def test_until_when(self):
        DB.run("UPDATE license SET valid_until = now() - interval '1 day',"
               " grace_until = '2099-01-01T00:00:00Z' WHERE tenant_id = $1",
               self.tenant.id)
        detail = self.session.post('/api/apps', {
            'name': 'other'}).json()['detail']
        self.assertIn('until 2099-01-01T00:00:00Z', detail)


def _license(cell):
    """Returns the id of another tenant with a licence."""
    tenant = Tenant('high')
    tenant.license(900)
    return tenant.id


def _standing(cell, state):
    """The same, after a decision."""
    identity = _license(cell)
    DB.run('INSERT INTO license_standing (tenant_id, state, reason) VALUES'
           ' ($1, $2, $3)', identity, state, REASON)
    return identity


BODY = {'reason': REASON}
LICENSE = '/api/auth/platform/tenants/{id}/license'
PROBES = {
    'GET ' + LICENSE: lambda cell: Request(id=_license(cell)),
    'POST %s/issue' % LICENSE: lambda cell: Request(BODY, id=_license(cell)),
    'POST %s/suspend' % LICENSE: lambda cell: Request(
        BODY, id=_license(cell)),
    'POST %s/revoke' % LICENSE: lambda cell: Request(BODY, id=_license(cell)),
    'POST %s/reactivate' % LICENSE: lambda cell: Request(
        BODY, id=_standing(cell, 'suspended')),
    'GET /api/license/keys': lambda cell: Request(),
    'GET /api/license/revocations': lambda cell: Request(),
}


if __name__ == '__main__':
    unittest.main()
