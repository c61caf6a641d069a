# SPDX-License-Identifier: Apache-2.0
"""Accounts for programs are created, limited and ended by a manager."""
import unittest
import uuid

from support import eventually
from support_http import request, together
from support_peer import PeerCase
from support_probe import Request
from support_sql import DB, audit_rows
from support_token import claims_of, token_row
from support_world import Tenant

PATH = '/api/auth/service-accounts'
ACCOUNTS_MAX = 50


def make(session, role='developer', name='deployer'):
    answer = session.post(PATH, {'name': name, 'role': role})
    assert answer.status == 201, answer.describe()
    return answer.json()


def token_of(session, account, scopes=None):
    answer = session.post('%s/%s/tokens' % (PATH, account['id']), {
        'name': 'ci', 'scopes': scopes or ['app.read', 'app.manage',
                                           'server.use'],
        'expires_in_days': 30})
    assert answer.status == 201, answer.describe()
    return answer.json()


def role(tenant, grants, name='some-role'):
    """Creates a custom role by SQL."""
    DB.run('INSERT INTO role (tenant_id, id, name, grants)'
           ' VALUES ($1, $2, $3, $4::text[])', tenant.id, str(uuid.uuid4()),
           name, grants)


def give(tenant, account, name):
    DB.run('UPDATE membership SET role = NULL, custom_role = (SELECT id FROM'
           ' role WHERE tenant_id = $1 AND name = $3)'
           ' WHERE tenant_id = $1 AND account_id = $2', tenant.id,
           account.id, name)


class ServiceAccounts(PeerCase):

    def status_at_server(self, token):
        return request('GET', self.proxied, token=token, check=False).status

    def ended(self, token, status=401, proxied=401):
        self.assertAnswer(request('GET', '/api/apps', token=token), status)
        eventually(5, lambda: self.status_at_server(token) == proxied,
                   'the end of the token at /t/')

    def test_works_as_its_role_and_is_named_in_the_trail(self):
        session = self.tenant.login('admin')
        account = make(session)
        self.assertEqual((account['role'], account['tokens'],
                          account['used_at']), ('developer', 0, None))
        token = token_of(session, account)['token']
        answer = request('POST', '/api/apps', {'name': 'by-a-program'},
                         token=token)
        self.assertAnswer(answer, 201)
        self.assertEqual(audit_rows(answer.request_id)[0][:4], (
            self.tenant.id, account['id'], 'app.create', 'done'))
        self.assertEqual(self.status_at_server(token), 200)
        headers = {k.lower(): v for k, v in self.peer.asked[-1][2].items()}
        self.assertEqual(claims_of(headers['authorization'][7:])['sub'],
                         account['id'])
        listed = [a for a in session.get(PATH).json()['items']
                  if a['id'] == account['id']]
        self.assertEqual((listed[0]['tokens'], listed[0]['name']),
                         (1, 'deployer'))
        eventually(3, lambda: [a for a in session.get(PATH).json()['items']
                               if a['id'] == account['id']][0]['used_at'],
                   'its last use')

    def test_is_a_member_that_cannot_sign_in(self):
        session = self.tenant.login()
        account = make(session, name='in-the-list')
        found = [m for m in session.get('/api/tenants/members?limit=100')
                 .json()['items'] if m['id'] == account['id']]
        self.assertEqual((found[0]['kind'], found[0]['email']),
                         ('service', None))
        self.assertEqual(DB.rows(
            'SELECT email, password_hash, home_tenant FROM account'
            ' WHERE id = $1', account['id']), [(None, None, self.tenant.id)])

    def test_nobody_gives_a_role_above_his_own(self):
        role(self.tenant, '{tenant.read,token.manage,app.read,'
             'app.deploy@dev,server.use}', 'token-keeper')
        role(self.tenant, '{app.read,app.deploy@dev}', 'dev-deployer')
        role(self.tenant, '{app.read,app.deploy}', 'all-deployer')
        keeper = self.tenant.member('viewer')
        give(self.tenant, keeper, 'token-keeper')
        session = keeper.login(tenant=self.tenant.slug)
        for name, status, code in (
                ('developer', 403, 'role_above_yours'),
                ('all-deployer', 403, 'role_above_yours'),
                ('owner', 422, 'person_required'),
                ('nobody', 422, 'no_such_role'),
                ('Viewer', 400, 'invalid_fields')):
            with self.subTest(role=name):
                self.assertAnswer(session.post(PATH, {
                    'name': 'x', 'role': name}), status, code)
        make(session, 'dev-deployer')
        owner = self.tenant.login()
        self.assertAnswer(owner.post(PATH, {'name': 'x', 'role': 'owner'}),
                          422, 'person_required')

    def test_nobody_gets_more_by_a_token_of_another(self):
        role(self.tenant, '{tenant.read,token.manage,app.read,'
             'app.deploy@dev}', 'dev-keeper')
        keeper = self.tenant.member('viewer')
        give(self.tenant, keeper, 'dev-keeper')
        session = keeper.login(tenant=self.tenant.slug)
        owner = self.tenant.login()
        strong = make(owner, 'developer', 'strong')
        path = '%s/%s/tokens' % (PATH, strong['id'])
        body = {'name': 'x', 'scopes': ['app.deploy'], 'expires_in_days': 1}
        self.assertAnswer(session.post(path, body), 403,
                          'scope_above_yours')
        self.assertAnswer(session.post(path, dict(
            body, scopes=['log.read'])), 403, 'not_permitted')
        made = token_of(owner, strong, ['app.deploy', 'app.read'])
        self.assertAnswer(session.post('%s/%s/rotate' % (path, made['id']),
                                       {'overlap_hours': 0}), 403,
                          'scope_above_yours')
        self.assertAnswer(session.post(path, dict(
            body, scopes=['app.read'])), 201)
        # what they could do, they can end as well
        self.assertAnswer(session.delete('%s/%s' % (path, made['id'])), 204)
        self.ended(made['token'])

    def test_rotate_and_revoke_like_ones_own(self):
        session = self.tenant.login('admin')
        account = make(session)
        made = token_of(session, account)
        path = '%s/%s/tokens' % (PATH, account['id'])
        answer = session.post('%s/%s/rotate' % (path, made['id']),
                              {'overlap_hours': 1})
        new = self.assertAnswer(answer, 201).json()
        self.assertEqual({i['id'] for i in session.get(path).json()[
            'items']}, {made['id'], new['id']})
        for one in (made, new):
            self.assertAnswer(request('GET', '/api/apps',
                                      token=one['token']), 200)
            self.assertAnswer(session.delete('%s/%s' % (path, one['id'])),
                              204)
            self.ended(one['token'])
        self.assertAnswer(session.delete('%s/%s' % (path, new['id'])), 404,
                          'no_such_token')

    def test_deleted_is_over_at_once_and_everywhere(self):
        session = self.tenant.login('admin')
        account = make(session)
        token = token_of(session, account)['token']
        self.assertEqual(self.status_at_server(token), 200)
        path = '%s/%s' % (PATH, account['id'])
        self.assertAnswer(session.delete(path), 204)
        self.ended(token)
        self.assertAnswer(session.delete(path), 404,
                          'no_such_service_account')
        self.assertNotIn(account['id'].encode(), session.get(PATH).body)
        self.assertNotIn(account['id'].encode(), session.get(
            '/api/tenants/members?limit=100').body)

    def test_disabled_is_over_at_once(self):
        session = self.tenant.login()
        account = make(session)
        token = token_of(session, account)['token']
        self.assertEqual(self.status_at_server(token), 200)
        DB.run("UPDATE account SET state = 'disabled' WHERE id = $1",
               account['id'])
        self.ended(token)

    def test_lower_role_counts_at_once(self):
        session = self.tenant.login()
        account = make(session)
        token = token_of(session, account)['token']
        DB.run("UPDATE membership SET role = 'viewer'"
               ' WHERE account_id = $1', account['id'])
        self.assertAnswer(request('POST', '/api/apps', {'name': 'xy'},
                                  token=token), 403, 'not_permitted')

    def test_a_program_manages_no_credentials(self):
        session = self.tenant.login()
        account = make(session, 'admin')
        token = token_of(session, account, ['token.manage'])['token']
        self.assertAnswer(request('GET', PATH, token=token), 200)
        self.assertAnswer(request(
            'POST', '%s/%s/tokens' % (PATH, account['id']),
            {'name': 'x', 'scopes': ['token.manage'], 'expires_in_days': 1},
            token=token), 403, 'token_not_allowed')

    def test_of_another_tenant_is_like_an_unknown_one(self):
        account = make(self.tenant.login())
        made = token_of(self.tenant.login(), account)
        thief = Tenant().login()
        body = {'name': 'x', 'scopes': ['app.read'], 'expires_in_days': 1}
        for method, tail, sent in (
                ('DELETE', '', None), ('GET', '/tokens', None),
                ('POST', '/tokens', body),
                ('POST', '/tokens/%s/rotate' % made['id'],
                 {'overlap_hours': 0}),
                ('DELETE', '/tokens/' + made['id'], None)):
            known, unknown, odd = (thief.call(
                method, '%s/%s%s' % (PATH, i, tail), sent)
                for i in (account['id'], uuid.uuid4(), 'nonsense'))
            self.assertAnswer(known, 404, 'no_such_service_account')
            self.assertEqual(known.plain(), unknown.plain())
            self.assertEqual(known.plain(), odd.plain())
        # nor is a person a service account
        self.assertAnswer(self.tenant.login().get(
            '%s/%s/tokens' % (PATH, self.tenant.owner.id)), 404)

    def test_so_many_and_no_more_even_in_a_race(self):
        tenant = Tenant()
        session = tenant.login()
        DB.run('WITH made AS (INSERT INTO account (id, name, kind,'
               " home_tenant) SELECT gen_random_uuid(), 'x', 'service', $1"
               ' FROM generate_series(1, $2) RETURNING id)'
               ' INSERT INTO membership (tenant_id, account_id, role)'
               " SELECT $1, id, 'viewer' FROM made", tenant.id,
               ACCOUNTS_MAX - 2)
        answers = together(6, lambda i: session.post(PATH, {
            'name': 'n%d' % i, 'role': 'viewer'}))
        self.assertEqual(sorted(a.status for a in answers),
                         [201] * 2 + [409] * 4)
        self.assertEqual({a.code for a in answers if a.status == 409},
                         {'too_many_service_accounts'})
        items = session.get(PATH).json()['items']
        self.assertEqual(len(items), ACCOUNTS_MAX)
        self.assertAnswer(session.delete('%s/%s' % (PATH, items[0]['id'])),
                          204)
        make(session)


def _service_account(cell, body=None, **params):
    tenant, identity = cell.fixture.tenant, str(uuid.uuid4())
    DB.run('INSERT INTO account (id, name, kind, home_tenant)'
           " VALUES ($1, 'm', 'service', $2);"
           'INSERT INTO membership (tenant_id, account_id, role)'
           " VALUES ($2, $1, 'viewer')", identity, tenant.id)
    if 'token' in params:
        params['token'] = token_row(tenant, identity)
    # so many are not allowed, and nobody counts what others made
    DB.run('DELETE FROM membership m USING account a WHERE a.id ='
           " m.account_id AND a.kind = 'service' AND a.id <> $1"
           ' AND m.tenant_id = $2', identity, tenant.id)
    return Request(body, id=identity, **params)


PROBES = {
    'POST /api/auth/service-accounts': lambda cell: Request(
        {'name': 'm', 'role': 'viewer'}),
    'DELETE /api/auth/service-accounts/{id}': _service_account,
    'GET /api/auth/service-accounts/{id}/tokens': lambda cell:
        _service_account(cell, token=''),
    'POST /api/auth/service-accounts/{id}/tokens': lambda cell:
        _service_account(cell, {'name': 'm', 'scopes': ['app.read'],
                                'expires_in_days': 1}),
    'POST /api/auth/service-accounts/{id}/tokens/{token}/rotate':
        lambda cell: _service_account(cell, {'overlap_hours': 0}, token=''),
    'DELETE /api/auth/service-accounts/{id}/tokens/{token}':
        lambda cell: _service_account(cell, token=''),
}


if __name__ == '__main__':
    unittest.main()
