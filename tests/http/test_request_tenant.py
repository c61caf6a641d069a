# SPDX-License-Identifier: Apache-2.0
"""Each request names its tenant: one session is used for two tenants, in turn
and in parallel, and a tenant of others is refused."""
import json
import time
import unittest

from edge import ask
from support import TestCase, eventually, unique
from support_factor import older
from support_http import request, together
from support_peer import Peer
from support_sql import DB, audit_rows
from support_sso import domain, provider, ticket, SSO_COOKIE
from support_token import claims_of
from support_world import TENANT_HEADER, Account, Session, Tenant

UNKNOWN = 'nobody42'
# one route of each responder that is of the tenant
EVERYWHERE = ('/api/tenants/current', '/api/apps', '/api/auth/tokens',
              '/api/billing/plan', '/api/license/versions',
              '/api/sso/domains')
KINDS = ('cookie', 'token')


def both(role='owner', tier='mid'):
    """Returns an account and two tenants in which it has the role."""
    account = Account('Of two')
    tenants = Tenant(tier), Tenant(tier)
    for tenant in tenants:
        tenant.join(account, role)
    return account, tenants


def names(session):
    """Returns the names of the applications that the session sees."""
    return {item['name'] for item in session.get('/api/apps').json()['items']}


class TwoTabs(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.account, cls.tenants = both()

    def tabs(self, kind):
        """Returns two copies of a session, one for each tenant."""
        session = self.account.login(kind)
        return [session.named(tenant.slug) for tenant in self.tenants]

    def test_each_request_is_in_the_tenant_that_it_names(self):
        for kind in KINDS:
            tabs, made = self.tabs(kind), [set(), set()]
            for turn in range(6):
                name = unique('app-')
                answer = self.assertAnswer(tabs[turn % 2].post(
                    '/api/apps', {'name': name}), 201)
                made[turn % 2].add(name)
                self.assertEqual(audit_rows(answer.request_id)[0][0],
                                 self.tenants[turn % 2].id)
            for i in (0, 1):
                self.assertLessEqual(made[i], names(tabs[i]))
                self.assertFalse(made[1 - i] & names(tabs[i]))
                self.assertEqual(tabs[i].get('/api/auth/me').json()['tenant'],
                                 self.tenants[i].slug)

    def test_requests_at_once_do_not_mix(self):
        tabs = self.tabs('cookie')
        for _ in range(5):
            answers = together(16, lambda i: tabs[i % 2].get(
                '/api/tenants/current'))
            self.assertEqual([a.json()['slug'] for a in answers],
                             [self.tenants[i % 2].slug for i in range(16)])

    def test_an_idempotency_key_is_of_one_tenant(self):
        tabs, key = self.tabs('cookie'), unique('key-')
        body = {'name': unique('app-')}
        first = [self.assertAnswer(tab.post('/api/apps', body, key=key), 201)
                 for tab in tabs]
        again = [self.assertAnswer(tab.post('/api/apps', body, key=key), 201)
                 for tab in tabs]
        self.assertEqual([a.body for a in first], [a.body for a in again])
        self.assertNotEqual(first[0].json()['id'], first[1].json()['id'])
        self.assertEqual([a.headers.get('idempotency-replayed')
                          for a in first + again],
                         [None, None, 'true', 'true'])

    def test_the_role_is_that_of_the_tenant(self):
        one, other = self.tenants
        account = one.member('viewer')
        other.join(account, 'developer')
        session, body = account.login('cookie'), {'name': unique('app-')}
        for _ in range(2):
            self.assertAnswer(session.named(one.slug).post(
                '/api/apps', body), 403, 'not_permitted')
            self.assertAnswer(session.named(other.slug).post(
                '/api/apps', body), 201)
            body = {'name': unique('app-')}

    def test_a_suspended_tenant_stops_itself_alone(self):
        account, (one, other) = both()
        one.set_state('suspended')
        session = account.login('cookie')
        self.assertAnswer(session.named(one.slug).post('/api/apps', {
            'name': 'orders'}), 423, 'tenant_suspended')
        self.assertAnswer(session.named(other.slug).post('/api/apps', {
            'name': 'orders'}), 201)

    def test_a_refresh_is_of_no_tenant(self):
        session = self.account.login()
        session.take(request('POST', '/api/auth/refresh', {
            'refresh_token': session.refresh}))
        self.assertNotIn('tid', claims_of(session.root))
        for tenant in self.tenants:
            self.assertEqual(session.named(tenant.slug).get(
                '/api/tenants/current').json()['slug'], tenant.slug)

    def test_a_cookie_still_needs_header_and_origin(self):
        tab = self.tabs('cookie')[0]
        self.assertAnswer(tab.post('/api/apps', {'name': unique('app-')},
                                   headers={'X-Cameleer-Request': None}),
                          403, 'csrf_header_missing')
        self.assertAnswer(tab.post('/api/apps', {'name': unique('app-')},
                                   headers={'Origin': 'https://x.example'}),
                          403, 'foreign_origin')

    def test_fresh_is_the_session_in_every_tenant(self):
        session = self.account.login()
        body = {'name': 'm', 'scopes': ['app.read'], 'expires_in_days': 1}
        older(session)
        for tenant in self.tenants:
            self.assertAnswer(session.named(tenant.slug).post(
                '/api/auth/tokens', body), 403, 'fresh_login_required')
        self.assertAnswer(session.post('/api/auth/step-up', {
            'password': self.account.password}), 204)
        for tenant in self.tenants:
            self.assertAnswer(session.named(tenant.slug).post(
                '/api/auth/tokens', body), 201)


class Naming(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.tenant, cls.foreign = Tenant('high'), Tenant('high')
        cls.sessions = [cls.tenant.owner.login(kind) for kind in KINDS]

    def test_a_request_without_a_tenant_hears_which_header_is_missing(self):
        for session in self.sessions:
            for path in EVERYWHERE:
                answer = self.assertAnswer(session.get(path), 400,
                                           'tenant_required')
                self.assertIn(TENANT_HEADER, answer.json()['detail'])
                self.assertAnswer(session.named(self.tenant.slug).get(path),
                                  200)
            for path in ('/api/auth/me', '/api/tenants',
                         '/api/billing/plans'):
                self.assertAnswer(session.get(path), 200)

    def test_a_foreign_tenant_is_like_an_unknown_one(self):
        for session in self.sessions:
            for path in EVERYWHERE + ('/api/auth/me', '/api/tenants'):
                one, other = (session.named(slug).get(path) for slug in (
                    self.foreign.slug, UNKNOWN))
                self.assertAnswer(one, 404, 'no_such_tenant')
                self.assertEqual(one.plain(), other.plain())
                self.assertEqual(self.headers(one), self.headers(other))
            one, other = (session.named(slug).post(
                '/api/apps', {'name': 'orders'}) for slug in (
                    self.foreign.slug, UNKNOWN))
            self.assertAnswer(one, 404, 'no_such_tenant')
            self.assertEqual(one.plain(), other.plain())

    @staticmethod
    def headers(answer):
        return {name: value.replace(answer.request_id, 'ID')
                for name, value in answer.headers.items() if name != 'date'}

    def test_the_refusal_is_recorded_and_not_with_the_victim(self):
        for session in self.sessions:
            for answer in (session.named(self.foreign.slug).get('/api/apps'),
                           session.named(self.foreign.slug).post(
                               '/api/apps', {'name': 'orders'})):
                rows = audit_rows(answer.request_id)
                self.assertEqual([(r[0], r[1], r[3], r[4]) for r in rows], [
                    (None, session.account['id'], 'refused',
                     'no_such_tenant')])

    def test_a_deleted_tenant_is_like_an_unknown_one(self):
        tenant = Tenant()
        session = tenant.owner.login()
        tenant.set_state('deleted')
        one, other = (session.named(slug).get('/api/apps') for slug in (
            tenant.slug, UNKNOWN))
        self.assertAnswer(one, 404, 'no_such_tenant')
        self.assertEqual(one.plain(), other.plain())

    def test_a_malformed_name_is_refused(self):
        for name in ('A' + self.tenant.slug, 'ab', 'a' * 32, self.tenant.id,
                     self.tenant.slug + ' x', self.tenant.slug + ',x',
                     '../' + self.tenant.slug, self.tenant.slug + '%00',
                     "' OR slug <> '", '*'):
            for session in self.sessions:
                for path in ('/api/apps', '/api/auth/me'):
                    self.assertAnswer(session.named(name).get(path), 400,
                                      'bad_tenant_header')

    def raw(self, *named):
        answer = ask('GET', '/api/apps', [
            ('Authorization', 'Bearer ' + self.sessions[1].root)] + [
                (TENANT_HEADER, slug) for slug in named])
        return answer.status, json.loads(answer.body).get('code')

    def test_two_names_are_refused_even_when_alike(self):
        mine, foreign = self.tenant.slug, self.foreign.slug
        for pair in ((mine, mine), (mine, foreign), (foreign, mine),
                     (mine, ''), ('', mine)):
            self.assertEqual(self.raw(*pair), (400, 'bad_tenant_header'))
        self.assertEqual(self.raw(mine), (200, None))
        self.assertEqual(self.raw(''), (400, 'tenant_required'))

    def test_who_is_not_signed_in_hears_that_first(self):
        for name in (self.tenant.slug, UNKNOWN, '*'):
            self.assertAnswer(request('GET', '/api/apps', headers={
                TENANT_HEADER: name}), 401, 'sign_in_required')

    def test_public_routes_do_not_ask(self):
        self.assertAnswer(request('GET', '/.well-known/jwks.json', headers={
            TENANT_HEADER: '*'}, token=self.sessions[1].root), 200)

    def test_a_token_of_one_tenant_is_good_for_that_one(self):
        also = Tenant()
        also.join(self.tenant.owner, 'owner')
        session = self.tenant.login()
        api_token = session.post('/api/auth/tokens', {
            'name': 'm', 'scopes': ['app.read', 'tenant.read'],
            'expires_in_days': 1}).json()['token']
        for token in (session.access, api_token):
            def get(name, path='/api/tenants/current', token=token):
                return request('GET', path, token=token, headers={
                    TENANT_HEADER: name} if name else None)

            for name in (None, self.tenant.slug):
                self.assertEqual(self.assertAnswer(get(name), 200).json()[
                    'slug'], self.tenant.slug)
            one, other = get(also.slug), get(UNKNOWN)
            self.assertAnswer(one, 403, 'token_of_other_tenant')
            self.assertIn(self.tenant.slug, one.json()['detail'])
            self.assertEqual(one.plain(), other.plain())
            self.assertEqual(audit_rows(one.request_id)[0][0],
                             self.tenant.id)
            self.assertAnswer(get('*'), 400, 'bad_tenant_header')
        self.assertAnswer(request(
            'GET', '/api/auth/me', token=session.access, headers={
                TENANT_HEADER: also.slug}), 403, 'token_of_other_tenant')


class Proxy(TestCase):
    """The path /t/<tenant>/ names the tenant."""

    def setUp(self):
        self.account, self.tenants = both('developer')
        self.foreign = Tenant()
        self.peers = [Peer(t) for t in self.tenants + (self.foreign,)]
        self.paths = ['/t/%s/api/v1/x' % t.slug
                      for t in self.tenants + (self.foreign,)]

    def tearDown(self):
        for peer in self.peers:
            peer.close()

    def test_one_session_two_servers_and_no_third(self):
        for kind in KINDS:
            session = self.account.login(kind)
            for _ in range(20):
                answers = [session.get(path) for path in self.paths]
                self.assertEqual([a.status for a in answers],
                                 [200, 200, 404])
        for tenant, peer in zip(self.tenants, self.peers):
            self.assertEqual(len(peer.asked), 40)
            for _, _, headers in peer.asked:
                claims = claims_of(headers['Authorization'][len('Bearer '):])
                self.assertEqual(claims['aud'],
                                 'cameleer-server:' + tenant.slug)
                self.assertNotIn(TENANT_HEADER, headers)
        self.assertEqual(self.peers[2].asked, [])

    def test_kept_answers_are_of_one_tenant(self):
        """nginx caches a decision for a second: that of one tenant is not used
        for another, in any order and in parallel."""
        for first in (0, 2):
            session = self.account.login('cookie')
            order = [self.paths[first], self.paths[2 - first]]
            for path in order * 3:
                self.assertEqual(session.get(path).status,
                                 404 if path == self.paths[2] else 200)
            answers = together(24, lambda i, s=session: s.get(
                self.paths[i % 3]))
            self.assertEqual([a.status for a in answers],
                             [(200, 200, 404)[i % 3] for i in range(24)])
        self.assertEqual(self.peers[2].asked, [])

    def test_the_header_is_not_read(self):
        session = self.account.login('cookie')
        for named in (self.tenants[1].slug, self.foreign.slug, UNKNOWN, '*'):
            tab = session.named(named)
            self.assertEqual(tab.get(self.paths[0], check=False).status, 200)
            self.assertEqual(tab.get(self.paths[2]).status, 404)

    def test_a_foreign_tenant_is_like_an_unknown_one(self):
        for kind in KINDS:
            session = self.account.login(kind)
            one = session.get(self.paths[2])
            other = session.get('/t/%s/api/v1/x' % UNKNOWN)
            self.assertAnswer(one, 404)
            self.assertEqual(one.plain(), other.plain())

    def test_a_token_of_one_tenant_opens_no_other_server(self):
        session = self.account.login().switch(self.tenants[0].slug)
        self.assertEqual([session.get(path).status for path in self.paths],
                         [200, 404, 404])

    def test_who_is_removed_is_out_of_that_one(self):
        session = self.account.login('cookie')
        one, other = (session.named(t.slug) for t in self.tenants)
        self.assertEqual([session.get(p).status for p in self.paths],
                         [200, 200, 404])
        DB.run('DELETE FROM membership WHERE tenant_id = $1'
               ' AND account_id = $2', self.tenants[0].id, self.account.id)
        began = time.monotonic()
        self.assertAnswer(one.get('/api/apps'), 404, 'no_such_tenant')
        self.assertAnswer(other.get('/api/apps'), 200)
        eventually(5, lambda: session.get(self.paths[0]).status == 404,
                   'the end at /t/')
        self.assertLess(time.monotonic() - began, 5)
        self.assertEqual(session.get(self.paths[1]).status, 200)
        asked = len(self.peers[0].asked)
        time.sleep(1.2)
        self.assertEqual(session.get(self.paths[0]).status, 404)
        self.assertEqual(len(self.peers[0].asked), asked)


class Policies(TestCase):
    """A tenant's sign-in policy applies to requests for that tenant only."""

    def alternate(self, session, strict, free, code):
        """Checks alternately that one tenant refuses and the other lets in."""
        for _ in range(3):
            for path in ('/api/tenants/current', '/api/apps'):
                self.assertAnswer(session.named(strict.slug).get(path), 403,
                                  code)
                self.assertAnswer(session.named(free.slug).get(path), 200)
        # the account itself is not shut out, so that it can comply
        self.assertAnswer(session.named(strict.slug).get('/api/auth/me'),
                          200)

    def test_second_factor_of_one_tenant(self):
        for kind in KINDS:
            account, (strict, free) = both('developer', 'high')
            peers = Peer(strict), Peer(free)
            DB.run('INSERT INTO sign_in_policy (tenant_id, second_factor)'
                   " VALUES ($1, '{*}') ON CONFLICT (tenant_id) DO UPDATE"
                   " SET second_factor = '{*}'", strict.id)
            session = account.login(kind)
            self.alternate(session, strict, free, 'second_factor_required')
            self.assertEqual([session.get('/t/%s/api/v1/x' % t.slug).status
                              for t in (strict, free)], [403, 200])
            self.assertEqual(peers[0].asked, [])
            DB.run("UPDATE session SET methods = '{pwd,otp}' WHERE id = $1",
                   claims_of(session.root or session.access)['sid'])
            self.assertAnswer(session.named(strict.slug).get('/api/apps'),
                              200)
            for peer in peers:
                peer.close()

    def test_the_providers_sign_in_of_one_tenant(self):
        for kind in KINDS:
            account, (strict, free) = both('developer', 'high')
            provider(strict)
            DB.run('INSERT INTO sign_in_policy (tenant_id, sso_enforced,'
                   ' break_glass) VALUES ($1, true, $2) ON CONFLICT'
                   ' (tenant_id) DO UPDATE SET sso_enforced = true,'
                   ' break_glass = $2', strict.id, strict.owner.id)
            self.alternate(account.login(kind), strict, free, 'sso_required')

    def test_a_session_of_a_provider_stays_in_its_tenant(self):
        home, other = Tenant('high'), Tenant()
        name = domain(home, verified=True)
        peers = Peer(home), Peer(other)
        for kind in KINDS:
            answer = request(
                'POST', '/api/auth/sso/finish', {'session': kind}, headers={
                    'X-Cameleer-Request': '1'}, cookies={
                        SSO_COOKIE: ticket(home, 'm@' + name, 'm')})
            session = Session(self.assertAnswer(answer, 200), kind)
            DB.run('INSERT INTO membership (tenant_id, account_id, role)'
                   " VALUES ($1, $2, 'owner') ON CONFLICT DO NOTHING",
                   other.id, session.account['id'])
            self.assertAnswer(session.named(home.slug).get('/api/apps'), 200)
            for path in ('/api/apps', '/api/tenants/current',
                         '/api/auth/me'):
                one, unknown = (session.named(slug).get(path)
                                for slug in (other.slug, UNKNOWN))
                self.assertAnswer(one, 403, 'sso_session_bound')
                self.assertEqual(one.plain(), unknown.plain())
            self.assertIsNone(audit_rows(one.request_id)[0][0])
            self.assertAnswer(session.named(other.slug).post(
                '/api/apps', {'name': 'orders'}), 403, 'sso_session_bound')
            self.assertEqual([session.get('/t/%s/api/v1/x' % t.slug).status
                              for t in (home, other)], [200, 404])
            # nor when the person proves themself by other means
            DB.run("UPDATE session SET methods = '{sso,pwd,otp}'"
                   ' WHERE id = $1', claims_of(
                       session.root or session.access)['sid'])
            self.assertAnswer(session.named(other.slug).get('/api/apps'),
                              403, 'sso_session_bound')
        self.assertEqual(peers[1].asked, [])
        for peer in peers:
            peer.close()


if __name__ == '__main__':
    unittest.main()
