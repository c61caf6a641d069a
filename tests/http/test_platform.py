# SPDX-License-Identifier: Apache-2.0
"""Operators see and change the platform; nobody else does."""
import os
import subprocess
import unittest
import uuid

from support import STATE, TestCase, eventually, unique
from support_factor import code_at, enrol, older, step_now
from support_http import request
from support_peer import Peer
from support_probe import Request
from support_sql import DB, audit_rows
from support_token import claims_of
from support_world import PASSWORD, Account, Session, Tenant, mail_token

PATH = '/api/auth/platform/'
EVERYTHING = ('platform.account.read', 'platform.account.manage',
              'platform.tenant.read', 'platform.tenant.manage',
              'platform.operation.read', 'platform.operation.manage',
              'platform.place.read', 'platform.place.manage',
              'platform.audit.read')


def ctl(*args):
    """Runs cameleerctl with the operator's credentials."""
    subprocess.run(
        (STATE + '/bin/cameleerctl', '-c', STATE + '/conf/cameleer.conf') +
        args, check=True, stdout=subprocess.DEVNULL,
        env=dict(os.environ, CREDENTIALS_DIRECTORY=STATE + '/cred/ctl'))


class Operator(Account):
    """An operator who has shown a second factor, unless told otherwise."""

    def __init__(self, permissions=EVERYTHING):
        super().__init__('Operator')
        DB.run("UPDATE account SET kind = 'operator' WHERE id = $1;"
               'INSERT INTO operator (account_id, permissions) VALUES'
               ' ($1, $2::text[])', self.id,
               '{%s}' % ','.join(permissions))

    def login(self, *args, methods='{pwd,otp}', **given):
        session = super().login(*args, **given)
        DB.run('UPDATE session SET methods = $1::text[] WHERE id = $2',
               methods, claims_of(session.access)['sid'])
        return session


class Platform(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.tenant = Tenant()
        cls.operator = Operator().login()

    def find(self, account):
        return self.assertAnswer(self.operator.get(
            PATH + 'accounts?email=' + account.email), 200).json()

    def change(self, account, what, **given):
        return self.operator.post('%saccounts/%s/%s' % (
            PATH, account.id, what), **given)

    def test_an_account_by_its_address(self):
        account = self.tenant.member('viewer')
        account.login()
        found = self.find(account)
        self.assertEqual(
            [found[k] for k in ('id', 'kind', 'email', 'state', 'verified',
                                'failures', 'locked_until', 'sessions')],
            [account.id, 'person', account.email, 'active', True, 0, None,
             1])
        self.assertAnswer(self.operator.get(
            PATH + 'accounts?email=NOBODY@example.test'), 404,
            'no_such_account')
        self.assertAnswer(self.operator.get(PATH + 'accounts'), 400,
                          'invalid_fields')

    def test_a_lock_is_seen_and_ended(self):
        account = Account()
        for _ in range(10):
            request('POST', '/api/auth/login', {
                'email': account.email, 'password': 'wrong password'})
        answer = request('POST', '/api/auth/login', {
            'email': account.email, 'password': account.password})
        self.assertAnswer(answer, 429)
        found = self.find(account)
        self.assertEqual(found['failures'], 11)
        self.assertIsNotNone(found['locked_until'])
        answer = self.assertAnswer(self.change(account, 'unlock'), 200)
        self.assertEqual((answer.json()['failures'],
                          answer.json()['locked_until']), (0, None))
        self.assertEqual([row[0:4] + row[6:] for row in audit_rows(
            answer.request_id)], [(None, self.operator.account['id'],
                                   'account.unlock', 'done', account.id)])
        account.login()

    def test_disabled_is_out_on_every_path_and_back(self):
        peer = Peer(self.tenant)
        self.addCleanup(peer.close)
        path = '/t/%s/api/v1/health' % self.tenant.slug
        account = self.tenant.member('viewer')
        session = account.login(tenant=self.tenant.slug)
        token = session.post('/api/auth/tokens', {
            'name': 'x', 'scopes': ['app.read', 'server.use'],
            'expires_in_days': 1}).json()['token']
        for credential in (session.access, token):
            self.assertEqual(request('GET', path, token=credential,
                                     check=False).status, 200)
        answer = self.assertAnswer(self.change(account, 'disable'), 200)
        self.assertEqual((answer.json()['state'],
                          answer.json()['sessions']), ('disabled', 0))
        for credential in (session.access, token):
            self.assertAnswer(request('GET', '/api/apps', token=credential),
                              401)
            eventually(5, lambda c=credential: request(
                'GET', path, token=c, check=False).status == 401, 'the end')
        self.assertAnswer(request('POST', '/api/auth/login', {
            'email': account.email, 'password': account.password}), 401,
            'wrong_credentials')
        self.assertAnswer(self.change(account, 'enable'), 200)
        self.assertAnswer(session.get('/api/apps'), 401)
        self.assertAnswer(account.login(tenant=self.tenant.slug).get(
            '/api/apps'), 200)

    def test_nobody_disables_himself(self):
        me = Operator()
        session = me.login()
        self.assertAnswer(session.post('%saccounts/%s/disable' % (
            PATH, me.id)), 409, 'own_account')
        other = Operator()
        self.assertAnswer(session.post('%saccounts/%s/disable' % (
            PATH, other.id)), 200)
        # who runs the platform is let in at its console alone
        self.assertAnswer(session.post('%saccounts/%s/enable' % (
            PATH, other.id)), 409, 'not_a_person')

    def test_unknown_accounts(self):
        for identity in (str(uuid.uuid4()), 'nonsense'):
            for what in ('unlock', 'disable', 'enable'):
                self.assertAnswer(self.operator.post('%saccounts/%s/%s' % (
                    PATH, identity, what)), 404, 'no_such_account')

    def test_every_tenant_page_by_page(self):
        more = {self.tenant.id, Tenant().id, Tenant(active=False).id}
        seen, after = [], ''
        while after is not None:
            page = self.operator.get('%stenants?limit=2%s' % (
                PATH, after and '&after=' + after)).json()
            self.assertLessEqual(len(page['items']), 2)
            seen += page['items']
            after = page['next']
        self.assertLessEqual(more, {t['id'] for t in seen})
        self.assertEqual(len(seen), DB.number('SELECT count(*) FROM tenant'))
        mine = [t for t in seen if t['id'] == self.tenant.id][0]
        self.assertEqual((mine['slug'], mine['state']),
                         (self.tenant.slug, 'active'))
        self.assertGreaterEqual(mine['members'], 1)

    def test_the_platforms_own_trail_and_no_tenants(self):
        refused = request('POST', '/api/auth/login', {
            'email': 'nobody@example.test', 'password': 'x'})
        self.assertAnswer(refused, 401)
        in_tenant = self.tenant.login().post('/api/apps', {
            'name': 'in-a-tenant'})
        self.assertAnswer(in_tenant, 201)
        # other tests refuse many requests at the same time
        page, rows = self.operator.get(PATH + 'audit?limit=100').json(), []
        while True:
            rows += page['items']
            if any(row['request_id'] == refused.request_id for row in rows):
                break
            self.assertLess(len(rows), 5000)
            page = self.operator.get('%saudit?limit=100&after=%s' % (
                PATH, page['next'])).json()
        self.assertEqual([('session.open', 'refused')], [
            (row['action'], row['result']) for row in rows
            if row['request_id'] == refused.request_id])
        self.assertNotIn(in_tenant.request_id, {
            row['request_id'] for row in rows})
        ids = [row['id'] for row in rows]
        self.assertEqual(ids, sorted(ids, reverse=True))
        older = self.operator.get('%saudit?limit=1&after=%s' % (
            PATH, ids[0])).json()['items']
        self.assertEqual(older[0]['id'], ids[1])

    def failed_operation(self):
        """Makes an operation that has failed; returns its id."""
        operation = str(uuid.uuid4())
        DB.run('INSERT INTO operation (tenant_id, id, kind, subject_id,'
               " state) VALUES ($1, $2, 'tenant.provision', $2, 'failed')",
               self.tenant.id, operation)
        return operation

    def test_each_permission_by_itself(self):
        account = Account()
        asked = {
            'platform.account.read': ('GET', 'accounts?email=' +
                                      account.email),
            'platform.account.manage': ('POST', 'accounts/%s/unlock' %
                                        account.id),
            'platform.tenant.read': ('GET', 'tenants'),
            'platform.tenant.manage': ('POST', 'tenants/%s/approve'),
            'platform.operation.read': ('GET', 'operations'),
            'platform.operation.manage': ('POST', 'operations/%s/retry'),
            'platform.place.read': ('GET', 'places'),
            'platform.place.manage': ('POST', 'places/%s/check' % DB.value(
                'SELECT id FROM place ORDER BY id LIMIT 1')),
            'platform.audit.read': ('GET', 'audit')}
        for have in EVERYTHING:
            session = Operator((have,)).login()
            for need, (method, path) in asked.items():
                with self.subTest(have=have, need=need):
                    if 'operations/' in path:
                        path %= self.failed_operation()
                    elif '%s' in path:    # each yes is given once
                        path %= Tenant('high', active=False,
                                       approve=False).id
                    answer = session.call(
                        method, PATH + path, {'reason': 'It was mended.'}
                        if 'operations/' in path else None)
                    if need == have:
                        self.assertAnswer(answer, 200)
                        continue
                    self.assertAnswer(answer, 403, 'not_permitted')
                    self.assertIn(need, answer.json()['detail'])
                    self.assertIn('cameleerctl operators',
                                  answer.json()['detail'])

    def test_taken_back_counts_at_once(self):
        operator = Operator()
        session = operator.login()
        self.assertAnswer(session.get(PATH + 'tenants'), 200)
        DB.run("UPDATE operator SET permissions = '{platform.audit.read}'"
               ' WHERE account_id = $1', operator.id)
        self.assertAnswer(session.get(PATH + 'tenants'), 403,
                          'not_permitted')

    def test_a_password_alone_is_not_enough(self):
        session = Operator().login(methods='{pwd}')
        self.assertAnswer(session.get(PATH + 'tenants'), 403,
                          'second_factor_required')

    def test_an_operator_makes_no_tenant(self):
        slug = unique()
        self.assertAnswer(self.operator.post('/api/tenants', {
            'slug': slug, 'name': 'Ours', 'tier': 'low'}), 403,
            'not_a_person')
        self.assertEqual(DB.rows('SELECT id FROM tenant WHERE slug = $1',
                                 slug), [])

    def test_an_owner_is_no_operator_and_the_other_way_round(self):
        self.assertAnswer(self.tenant.login().get(PATH + 'tenants'), 403,
                          'operators_only')
        self.assertAnswer(self.operator.get('/api/apps'), 400,
                          'tenant_required')
        self.assertAnswer(self.operator.named(self.tenant.slug).get(
            '/api/apps'), 404, 'no_such_tenant')
        # the table alone makes none: it is the kind of the account
        account = Account()
        DB.run('INSERT INTO operator VALUES ($1, $2::text[])', account.id,
               '{%s}' % ','.join(EVERYTHING))
        self.assertAnswer(account.login().get(PATH + 'tenants'), 403,
                          'operators_only')

    def test_from_the_command_to_the_first_look(self):
        made = Operator.__new__(Operator)       # by the command alone
        made.email = unique('ops') + '@example.test'
        ctl('operators', 'add', made.email, 'Olga', 'platform.tenant.read')
        token = mail_token(made.email, 'reset')
        answer = request('POST', '/api/auth/reset', {
            'token': token, 'password': PASSWORD})
        self.assertAnswer(answer, 200)
        made.session = Session(request('POST', '/api/auth/login', {
            'email': made.email, 'password': PASSWORD}))
        self.assertAnswer(made.session.get(PATH + 'tenants'), 403,
                          'second_factor_required')
        enrol(made)
        older(made.session)
        DB.run('UPDATE totp SET last_step = 0 WHERE account_id = $1',
               answer.json()['id'])
        made.session.post('/api/auth/step-up', {'code': code_at(
            made.secret, step_now())})
        self.assertAnswer(made.session.get(PATH + 'tenants'), 200)
        ctl('operators', 'remove', made.email)
        self.assertAnswer(made.session.get(PATH + 'tenants'), 401,
                          'session_ended')

    def test_disabling_needs_a_fresh_sign_in(self):
        session = Operator().login()
        DB.run("UPDATE session SET authenticated_at = now() - interval"
               " '10 minutes 1 second' WHERE id = $1",
               claims_of(session.access)['sid'])
        account = Account()
        for what in ('disable', 'enable'):
            self.assertAnswer(session.post('%saccounts/%s/%s' % (
                PATH, account.id, what)), 403, 'fresh_login_required')


def waiting(_cell):
    """Returns the id of a tenant that waits for an operator's approval."""
    return Tenant('high', approve=False).id


PROBES = {
    'POST /api/auth/platform/tenants/{id}/approve': lambda cell: Request(
        id=waiting(cell)),
    'POST /api/auth/platform/tenants/{id}/refuse': lambda cell: Request(
        {'reason': 'Please write to sales first.'}, id=waiting(cell)),
    'GET /api/auth/platform/accounts': lambda cell: Request(
        query='?email=' + cell.fixture.tenant.owner.email),
    'POST /api/auth/platform/accounts/{id}/unlock': lambda cell: Request(
        id=cell.fixture.tenant.owner.id),
    'POST /api/auth/platform/accounts/{id}/disable': lambda cell: Request(
        id=cell.fixture.tenant.owner.id),
    'POST /api/auth/platform/accounts/{id}/enable': lambda cell: Request(
        id=cell.fixture.tenant.owner.id),
}


if __name__ == '__main__':
    unittest.main()
