# SPDX-License-Identifier: Apache-2.0
"""Sessions: their tokens, what ends them, and how soon the end is enforced."""
import time
import unittest
import uuid

from support import TestCase, eventually
from support_http import request, together
from support_peer import Peer, PeerCase
from support_probe import Request
from support_sql import DB
from support_token import claims_of, forgeries, header_of
from support_world import (ACCESS, PASSWORD, REFRESH, Account, Tenant,
                           digest)


# one route of each responder, and what a viewer may read
EVERYWHERE = ('/api/auth/me', '/api/tenants', '/api/tenants/current',
              '/api/apps', '/api/billing/plans')


def refresh(session, **given):
    return request('POST', '/api/auth/refresh',
                   {'refresh_token': session.refresh}, **given)


class Tokens(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.tenant = Tenant()

    def test_token_of_a_session_says_who_and_nothing_of_tenants(self):
        session = self.tenant.member('developer').login()
        claims = claims_of(session.access)
        self.assertEqual((claims['sub'], claims['aud']),
                         (session.account['id'], 'cameleer'))
        self.assertEqual({'tid', 'tenant', 'role', 'tier', 'entitlements'} &
                         set(claims), set())

    def test_token_of_a_tenant_says_who_where_and_as_what(self):
        session = self.tenant.login('developer')
        claims = claims_of(session.access)
        self.assertEqual(header_of(session.access)['alg'], 'EdDSA')
        self.assertEqual(
            (claims['sub'], claims['tid'], claims['tenant'], claims['role'],
             claims['tier'], claims['aud']),
            (session.account['id'], self.tenant.id, self.tenant.slug,
             'developer', 'mid', 'cameleer'))
        self.assertEqual(claims['exp'] - claims['iat'], 600)
        self.assertIs(claims['entitlements']['topology'], True)

    def test_forged_tokens_are_not_believed(self):
        session = self.tenant.login()
        for what, token in forgeries(session.access):
            for path in EVERYWHERE:
                with self.subTest(what=what, path=path):
                    answer = request('GET', path, token=token)
                    self.assertIn(answer.status, (401, 431), what)
        self.assertAnswer(session.get('/api/auth/me'), 200)

    def test_tenant_in_a_token_counts_only_with_membership(self):
        from support_token import altered
        stranger = Tenant()
        session = self.tenant.login()
        forged = altered(session.access, tid=stranger.id,
                         tenant=stranger.slug)
        self.assertAnswer(request('GET', '/api/apps', token=forged), 403,
                          'not_a_member')

    def test_other_schemes_than_bearer_are_not_known(self):
        token = self.tenant.login().access
        for value in ('Basic ' + token, token, 'Bearer', 'Bearer  ' + token):
            self.assertAnswer(request('GET', '/api/auth/me', headers={
                'Authorization': value}), 401)

    def test_refresh_rotates(self):
        session = self.tenant.login('admin')
        answer = self.assertAnswer(refresh(session), 200)
        old = session.refresh
        session.take(answer)
        self.assertNotEqual(session.refresh, old)
        self.assertIsNone(answer.json()['tenant'])
        self.assertAnswer(session.get('/api/tenants/current'), 200)
        self.assertEqual(DB.number(
            'SELECT count(*) FROM refresh_token WHERE digest = $1',
            session.refresh), 0)
        self.assertEqual(DB.number(
            'SELECT count(*) FROM refresh_token WHERE digest = $1',
            digest(session.refresh)), 1)

    def test_reused_refresh_token_ends_the_whole_session(self):
        session = self.tenant.login()
        stolen = session.refresh
        session.take(refresh(session))
        answer = request('POST', '/api/auth/refresh',
                         {'refresh_token': stolen})
        self.assertAnswer(answer, 401, 'refresh_token_reused')
        self.assertAnswer(refresh(session), 401, 'session_ended')
        for path in EVERYWHERE:
            self.assertAnswer(session.get(path), 401, 'session_ended')

    def test_racing_refreshes_give_one_pair_at_most(self):
        for _ in range(5):
            session = Account().login()
            answers = together(4, lambda i, s=session: refresh(s))
            self.assertLessEqual(
                [a.status for a in answers].count(200), 1)
            self.assertTrue(all(a.status in (200, 401) for a in answers))

    def test_refresh_by_cookie_wants_the_header(self):
        session = self.tenant.login(kind='cookie')
        bare = request('POST', '/api/auth/refresh', {},
                       cookies=session.cookies())
        self.assertAnswer(bare, 403, 'csrf_header_missing')
        answer = self.assertAnswer(session.post('/api/auth/refresh', {}), 200)
        self.assertEqual(len(answer.cookies), 2)
        session.take(answer)
        self.assertAnswer(session.get('/api/tenants/current'), 200)

    def test_unknown_and_missing_refresh_tokens(self):
        self.assertAnswer(request('POST', '/api/auth/refresh', {
            'refresh_token': 'A' * 43}), 401, 'session_ended')
        self.assertAnswer(request('POST', '/api/auth/refresh', {}), 401,
                          'sign_in_required')

    def test_session_has_an_absolute_end(self):
        session = self.tenant.login()
        identity = claims_of(session.access)['sid']
        left = DB.number('SELECT extract(epoch FROM expires_at - now())::int'
                         ' FROM session WHERE id = $1', identity)
        self.assertTrue(30 * 86400 - 60 < left <= 30 * 86400)
        session.take(refresh(session))
        self.assertLessEqual(DB.number(
            'SELECT extract(epoch FROM expires_at - now())::int FROM session'
            ' WHERE id = $1', identity), left)
        DB.run('UPDATE session SET expires_at = now() WHERE id = $1',
               identity)
        self.assertAnswer(session.get('/api/auth/me'), 401, 'session_ended')
        self.assertAnswer(refresh(session), 401, 'session_ended')


class Switch(TestCase):

    def test_switch_leads_to_each_tenant_of_mine(self):
        one, other = Tenant(), Tenant()
        account = one.member('viewer')
        other.join(account, 'admin')
        session = account.login()
        self.assertIsNone(session.get('/api/auth/me').json()['tenant'])
        self.assertAnswer(session.get('/api/apps'), 400, 'tenant_required')
        for tenant, role in ((one, 'viewer'), (other, 'admin')):
            session.switch(tenant.slug)
            self.assertEqual(claims_of(session.access)['role'], role)
            self.assertEqual(session.get('/api/tenants/current').json()[
                'slug'], tenant.slug)

    def test_foreign_tenant_is_like_an_unknown_one(self):
        session, foreign = Tenant().owner.login(), Tenant()
        known = session.post('/api/auth/switch', {'tenant': foreign.slug})
        unknown = session.post('/api/auth/switch', {'tenant': 'nobody42'})
        self.assertAnswer(known, 404, 'no_such_tenant')
        self.assertEqual(known.plain(), unknown.plain())

    def test_token_of_a_tenant_gets_none_for_another(self):
        one, other = Tenant(), Tenant()
        other.join(one.owner, 'owner')
        session = one.login()
        answers = [session.post('/api/auth/switch', {'tenant': slug})
                   for slug in (other.slug, 'nobody42')]
        self.assertAnswer(answers[0], 403, 'token_of_other_tenant')
        self.assertEqual(answers[0].plain(), answers[1].plain())
        self.assertAnswer(session.post('/api/auth/switch', {
            'tenant': one.slug}), 200)

    def test_cookie_session_gets_no_token(self):
        """A cookie session gets no token that scripts could read (T9)."""
        tenant = Tenant()
        session = tenant.owner.login('cookie')
        answer = session.post('/api/auth/switch', {'tenant': tenant.slug})
        self.assertAnswer(answer, 403, 'bearer_session_required')
        self.assertEqual(answer.cookies, [])
        self.assertAnswer(request('POST', '/api/auth/switch', {
            'tenant': tenant.slug}, token=session.access), 403,
            'bearer_session_required')


class End(PeerCase):

    def ended(self, session, began):
        """Checks that every responder refuses the session at once, and the
        tenant's proxy within 5 s."""
        for path in EVERYWHERE:
            self.assertAnswer(session.get(path), 401, 'session_ended')
        eventually(5, lambda: session.get(self.proxied).status == 401,
                   'the end of the session at /t/')
        took = time.monotonic() - began
        print('# revoked at /t/ after %.2f s' % took)
        self.assertLess(took, 5)

    def opened(self, kind='token'):
        session = self.tenant.login('viewer', kind)
        for path in EVERYWHERE + (self.proxied,):
            self.assertAnswer(session.get(path), 200)
        return session

    def test_logout_ends_it_everywhere(self):
        session = self.opened()
        began = time.monotonic()
        self.assertAnswer(session.post('/api/auth/logout'), 204)
        self.ended(session, began)
        self.assertAnswer(refresh(session), 401, 'session_ended')

    def test_fifty_at_most_and_the_longest_unused_makes_room(self):
        account = Account()
        first, second = account.login(), account.login()
        DB.run('INSERT INTO session (id, account_id, kind, expires_at,'
               " methods) SELECT gen_random_uuid(), $1, 'token', now() +"
               " interval '1 day', '{pwd}' FROM generate_series(1, 48)",
               account.id)
        DB.run("UPDATE session SET seen_at = now() - interval '1 hour'"
               ' WHERE id = $1', claims_of(first.access)['sid'])
        answer = request('POST', '/api/auth/login', {
            'email': account.email, 'password': PASSWORD})
        self.assertAnswer(answer, 200)
        self.assertAnswer(first.get('/api/auth/me'), 401, 'session_ended')
        self.assertAnswer(second.get('/api/auth/me'), 200)
        self.assertEqual(DB.number(
            'SELECT count(*) FROM session WHERE account_id = $1'
            ' AND revoked_at IS NULL', account.id), 50)
        self.assertEqual(DB.value(
            "SELECT facts->>'ended_others' FROM audit_event"
            ' WHERE request_id = $1', answer.request_id), '1')

    def test_logout_clears_the_cookies(self):
        session = self.opened('cookie')
        began = time.monotonic()
        answer = self.assertAnswer(session.post('/api/auth/logout'), 204)
        self.assertEqual({c.split('=')[0] for c in answer.cookies},
                         {ACCESS, REFRESH})
        self.assertTrue(all('Max-Age=0' in c for c in answer.cookies))
        self.ended(session, began)

    def test_session_revoke_all_paths(self):
        account = self.tenant.member('viewer')
        mine = account.login(tenant=self.tenant.slug)
        other = account.login(tenant=self.tenant.slug)
        self.assertAnswer(other.get(self.proxied), 200)
        listed = mine.get('/api/auth/sessions').json()['items']
        self.assertEqual(len(listed), 2)
        self.assertEqual([s['current'] for s in listed], [False, True])
        self.assertEqual({s['client_ip'] for s in listed}, {'127.0.0.1'})
        began = time.monotonic()
        path = '/api/auth/sessions/' + listed[0]['id']
        self.assertAnswer(mine.delete(path), 204)
        self.ended(other, began)
        self.assertAnswer(mine.get('/api/auth/me'), 200)
        self.assertAnswer(mine.delete(path), 404, 'no_such_session')

    def test_session_of_somebody_else_is_like_an_unknown_one(self):
        victim = Account().login()
        thief = Account().login()
        path = '/api/auth/sessions/' + claims_of(victim.access)['sid']
        known = thief.delete(path)
        unknown = thief.delete('/api/auth/sessions/' + str(uuid.uuid4()))
        odd = thief.delete('/api/auth/sessions/nonsense')
        self.assertAnswer(known, 404, 'no_such_session')
        self.assertEqual(known.plain(), unknown.plain())
        self.assertEqual(known.plain(), odd.plain())
        self.assertAnswer(victim.get('/api/auth/me'), 200)

    def test_removed_member_is_out_at_once(self):
        session = self.opened()
        DB.run('DELETE FROM membership WHERE tenant_id = $1'
               ' AND account_id = $2', self.tenant.id,
               session.account['id'])
        for path in ('/api/tenants/current', '/api/apps'):
            self.assertAnswer(session.get(path), 403, 'not_a_member')
        _, took = eventually(
            5, lambda: session.get(self.proxied).status == 404, 'the end')
        self.assertLess(took, 5)

    def test_a_credential_that_was_quiet_finds_no_old_answer(self):
        """An ended session finds no stale decision in nginx: parallel requests
        wait or ask, and are not answered from the old decision (T5)."""
        sessions = [self.opened() for _ in range(3)]
        time.sleep(2)
        for session in sessions:
            self.assertAnswer(session.post('/api/auth/logout'), 204)
        time.sleep(5)
        for session in sessions:
            answers = together(12, lambda i, s=session: s.get(self.proxied))
            self.assertEqual({answer.status for answer in answers}, {401})

    def test_changed_role_counts_at_once(self):
        session = self.opened()
        body = {'name': 'of-a-viewer'}
        self.assertAnswer(session.post('/api/apps', body), 403,
                          'not_permitted')
        DB.run("UPDATE membership SET role = 'developer' WHERE tenant_id = $1"
               ' AND account_id = $2', self.tenant.id, session.account['id'])
        self.assertAnswer(session.post('/api/apps', body), 201)


class TenantServer(TestCase):
    """A browser's cookie is limited at a tenant's server (T9)."""

    @classmethod
    def setUpClass(cls):
        cls.tenant = Tenant()
        cls.peer = Peer(cls.tenant)
        cls.path = '/t/%s/api/v1/things' % cls.tenant.slug
        cls.session = cls.tenant.login(kind='cookie')

    @classmethod
    def tearDownClass(cls):
        cls.peer.close()

    def write(self, method='POST', **headers):
        return request(method, self.path, {}, cookies=self.session.cookies(),
                       headers=headers, check=False)

    def test_writes_want_the_header_and_our_origin(self):
        for method in ('POST', 'PUT', 'PATCH', 'DELETE'):
            with self.subTest(method=method):
                asked = len(self.peer.asked)
                self.assertEqual(self.write(method).status, 403)
                self.assertEqual(self.write(method, **{
                    'X-Cameleer-Request': '1',
                    'Origin': 'https://evil.example'}).status, 403)
                self.assertEqual(len(self.peer.asked), asked)
                self.assertEqual(self.write(method, **{
                    'X-Cameleer-Request': '1'}).status, 200)

    def test_reads_of_foreign_pages_are_refused(self):
        for origin, status in (('https://evil.example', 403), ('null', 403),
                               (None, 200)):
            headers = {'Origin': origin} if origin else {}
            answer = request('GET', self.path, headers=headers, check=False,
                             cookies=self.session.cookies())
            self.assertEqual(answer.status, status, origin)

    def test_bearer_needs_no_header(self):
        token = self.tenant.login().access
        self.assertEqual(request('POST', self.path, {}, token=token,
                                 check=False).status, 200)

    def test_server_gets_a_token_of_its_own_and_no_cookie(self):
        self.assertEqual(self.write(**{'X-Cameleer-Request': '1'}).status,
                         200)
        headers = {k.lower(): v for k, v in self.peer.asked[-1][2].items()}
        self.assertNotIn('cookie', headers)
        claims = claims_of(headers['authorization'][len('Bearer '):])
        self.assertEqual(claims['aud'], 'cameleer-server:' + self.tenant.slug)
        self.assertEqual(claims['roles'], ['server:admin'])
        self.assertLessEqual(claims['exp'] - claims['iat'], 300)


def _victim(cell):
    """Returns a session id: another one of the actor, or one of the fixture's
    owner."""
    account = cell.actor.account or cell.fixture.tenant.owner
    if cell.actor.name == 'foreign':
        account = cell.fixture.tenant.owner
    identity = str(uuid.uuid4())
    DB.run("INSERT INTO session (id, account_id, kind, expires_at) VALUES"
           " ($1, $2, 'token', now() + interval '1 hour')", identity,
           account.id)
    return Request(id=identity)


def _logout(cell):
    return Request(session=cell.actor.spare() if cell.permitted else None)


PROBES = {
    'POST /api/auth/refresh': lambda cell: Request(
        {'refresh_token': Account().login().refresh}),
    'POST /api/auth/switch': lambda cell: Request(
        {'tenant': cell.fixture.tenant.slug}),
    'POST /api/auth/logout': _logout,
    'DELETE /api/auth/sessions/{id}': _victim,
}


if __name__ == '__main__':
    unittest.main()
