# SPDX-License-Identifier: Apache-2.0
"""API tokens: they are limited to their scopes, and they end."""
import unittest
import uuid

from support import eventually
from support_http import request, together
from support_peer import PeerCase
from support_probe import Request
from support_sql import DB, audit_rows
from support_token import claims_of, token_row
from support_world import ACCESS, Tenant

ALL = ['tenant.read', 'app.read', 'log.read', 'server.use']
TOKENS_MAX = 50
# one route of each responder that has one for a permission
EVERYWHERE = ('/api/auth/tokens', '/api/tenants/current', '/api/apps')


def make(session, scopes=None, name='ci', days=30):
    """Creates a token; returns the body of the answer."""
    answer = session.post('/api/auth/tokens', {
        'name': name, 'scopes': scopes or ALL, 'expires_in_days': days})
    assert answer.status == 201, answer.describe()
    return answer.json()


def get(path, token, **given):
    return request('GET', path, token=token, **given)


class Base(PeerCase):

    def works(self, token):
        for path in EVERYWHERE:
            self.assertAnswer(get(path, token), 200)
        self.assertEqual(get(self.proxied, token, check=False).status, 200)

    def ended(self, token):
        """Checks that every responder refuses the token at once, and the
        tenant's proxy within 5 s."""
        for path in EVERYWHERE:
            self.assertAnswer(get(path, token), 401, 'token_ended')
        _, took = eventually(5, lambda: get(
            self.proxied, token, check=False).status == 401,
            'the end of the token at /t/')
        self.assertLess(took, 5)


class Use(Base):

    def test_token_works_everywhere_within_its_scopes(self):
        made = make(self.tenant.login())
        self.works(made['token'])
        answer = request('POST', '/api/apps', {'name': 'from-ci'},
                         token=made['token'])
        self.assertAnswer(answer, 403, 'not_permitted')
        self.assertIn('scope app.manage', answer.json()['detail'])
        token = make(self.tenant.login(), ['billing.read'])['token']
        self.assertAnswer(get('/api/billing/plan', token), 200)
        token = make(self.tenant.login(), ['license.read'])['token']
        self.tenant.license()
        self.assertAnswer(get('/api/license', token), 200)
        few = make(self.tenant.login(), ['app.read'])['token']
        self.assertAnswer(get('/api/apps', few), 200)
        self.assertAnswer(get('/api/tenants/current', few), 403,
                          'not_permitted')
        self.assertEqual(get(self.proxied, few, check=False).status, 403)

    def test_scopes_are_permissions_of_ones_own(self):
        session = self.tenant.login('viewer')
        for scopes, status, code in (
                (['app.manage'], 403, 'not_permitted'),
                (['app.read', 'token.manage'], 403, 'not_permitted'),
                (['app.reads'], 422, 'no_such_scope'),
                (['account'], 422, 'no_such_scope'),
                (['platform.tenant.read'], 422, 'no_such_scope'),
                ([], 400, 'invalid_fields'),
                (['app.read'] * 51, 400, 'invalid_fields'),
                (['app,read'], 400, 'invalid_fields'),
                ('app.read', 400, 'invalid_fields')):
            with self.subTest(scopes=scopes):
                self.assertAnswer(session.post('/api/auth/tokens', {
                    'name': 'x', 'scopes': scopes, 'expires_in_days': 1}),
                    status, code)
        make(session, ['app.read'] * 50)

    def test_a_lower_role_lowers_the_token(self):
        account = self.tenant.member('developer')
        session = account.login(tenant=self.tenant.slug)
        token = make(session, ['app.read', 'app.manage'])['token']
        body = {'name': 'of-a-program'}
        self.assertAnswer(request('POST', '/api/apps', body, token=token),
                          201)
        DB.run("UPDATE membership SET role = 'viewer' WHERE tenant_id = $1"
               ' AND account_id = $2', self.tenant.id, account.id)
        answer = request('POST', '/api/apps', {'name': 'another'},
                         token=token)
        self.assertAnswer(answer, 403, 'not_permitted')

    def test_server_gets_no_higher_role_than_the_scopes_say(self):
        session = self.tenant.login()
        for scopes, role in ((['server.use'], 'server:viewer'),
                             (['server.use', 'app.deploy'],
                              'server:operator'),
                             (['server.use', 'tenant.manage'],
                              'server:admin')):
            token = make(session, scopes)['token']
            self.assertEqual(get(self.proxied, token, check=False).status,
                             200)
            headers = {k.lower(): v
                       for k, v in self.peer.asked[-1][2].items()}
            given = headers['authorization'][len('Bearer '):]
            self.assertEqual(claims_of(given)['roles'], [role])
            self.assertNotEqual(given, token)

    def test_a_viewers_token_is_a_viewers_at_the_server(self):
        token = make(self.tenant.login('viewer'), ['server.use'])['token']
        self.assertEqual(get(self.proxied, token, check=False).status, 200)
        headers = {k.lower(): v for k, v in self.peer.asked[-1][2].items()}
        self.assertEqual(claims_of(headers['authorization'][7:])['roles'],
                         ['server:viewer'])

    def test_a_token_does_what_a_person_must_do_never(self):
        session = self.tenant.login()
        made = make(session)
        token = made['token']
        for method, path, body in (
                ('GET', '/api/auth/sessions', None),
                ('POST', '/api/auth/switch', {'tenant': self.tenant.slug}),
                ('POST', '/api/auth/logout', None),
                ('POST', '/api/tenants', {'slug': 'ofatoken', 'name': 'x',
                                          'tier': 'low'}),
                ('POST', '/api/auth/tokens', {
                    'name': 'x', 'scopes': ['app.read'],
                    'expires_in_days': 1}),
                ('POST', '/api/auth/tokens/%s/rotate' % made['id'],
                 {'overlap_hours': 0})):
            with self.subTest(path=path):
                self.assertAnswer(request(method, path, body, token=token),
                                  403, 'token_not_allowed')

    def test_no_token_ends_a_membership_by_a_scope_that_reads(self):
        account = self.tenant.member('admin')
        session = account.login(tenant=self.tenant.slug)
        path = '/api/tenants/members/' + account.id
        reads = ['tenant.read', 'member.read', 'app.read', 'audit.read']
        self.assertAnswer(request('DELETE', path, token=make(
            session, reads)['token']), 403, 'not_permitted')
        self.assertAnswer(session.get('/api/apps'), 200)
        every = [one['name'] for one in session.get(
            '/api/auth/me').json()['permissions']]
        self.assertAnswer(request('DELETE', path, token=make(
            session, every)['token']), 204)

    def test_a_token_lists_itself_and_says_what_it_is(self):
        session = self.tenant.login('developer')
        other = make(session)
        made = make(session, ['tenant.read', 'app.read'])
        items = get('/api/auth/tokens', made['token']).json()['items']
        self.assertEqual([one['id'] for one in items], [made['id']])
        self.assertEqual(sorted(one['id'] for one in session.get(
            '/api/auth/tokens').json()['items']),
            sorted([made['id'], other['id']]))
        for scopes in (['app.deploy'], ['log.read', 'app.read']):
            made = make(session, scopes)
            shown = self.assertAnswer(get('/api/auth/me', made['token']),
                                      200).json()
            self.assertEqual(
                {k: v for k, v in made.items() if k != 'token'},
                shown['token'])
            self.assertEqual({one['name'] for one in shown['permissions']},
                             set(scopes))
        self.assertIsNone(session.get('/api/auth/me').json()['token'])

    def test_whoever_starts_an_operation_may_follow_it(self):
        session = self.tenant.login('developer')
        token = make(session, ['app.deploy'])['token']
        mine, others = str(uuid.uuid4()), str(uuid.uuid4())
        for operation, kind, account in (
                (mine, 'deployment.apply', session.account['id']),
                (others, 'tenant.license', self.tenant.owner.id)):
            DB.run('INSERT INTO operation (tenant_id, id, kind, subject_id,'
                   ' state, created_by) VALUES ($1, $2, $3, $2, $5, $4)',
                   self.tenant.id, operation, kind, account, 'done')
        path = '/api/tenants/operations/'
        self.assertAnswer(get(path + mine, token), 200)
        for none in (others, str(uuid.uuid4())):
            self.assertAnswer(get(path + none, token), 404,
                              'no_such_operation')
        reader = make(session, ['tenant.read'])['token']
        self.assertAnswer(get(path + others, reader), 200)

    def test_a_cookie_holds_no_token(self):
        token = make(self.tenant.login())['token']
        for path in EVERYWHERE + (self.proxied,):
            self.assertEqual(request('GET', path, check=False, cookies={
                ACCESS: token}).status, 401)

    def test_the_trail_names_the_token(self):
        account = self.tenant.member('developer')
        session = account.login(tenant=self.tenant.slug)
        made = make(session, ['app.manage'])
        answer = request('POST', '/api/apps', {'name': 'with-a-trail'},
                         token=made['token'])
        self.assertAnswer(answer, 201)
        self.assertEqual(audit_rows(answer.request_id)[0][:4], (
            self.tenant.id, account.id, 'app.create', 'done'))
        self.assertEqual(DB.value(
            "SELECT facts ->> 'api_token' FROM audit_event"
            ' WHERE request_id = $1', answer.request_id), made['id'])

    def test_use_is_noted_to_the_minute(self):
        session = self.tenant.login()
        made = make(session)

        def used():
            return DB.value('SELECT extract(epoch FROM now() - used_at)::int'
                            ' FROM api_token WHERE id = $1', made['id'])

        def listed():
            items = session.get('/api/auth/tokens').json()['items']
            return [i for i in items if i['id'] == made['id']][0]

        self.assertIsNone(listed()['used_at'])
        self.assertAnswer(get('/api/apps', made['token']), 200)
        eventually(3, lambda: used() is not None, 'the first use')
        self.assertIsNotNone(listed()['used_at'])
        for age, kept in ((30, True), (58, True), (61, False)):
            DB.run('UPDATE api_token SET used_at = now() - make_interval('
                   'secs => $1) WHERE id = $2', age, made['id'])
            self.assertAnswer(get('/api/tenants/current', made['token']),
                              200)
            if kept:
                # a later request has passed the same child or another
                self.assertAnswer(get('/api/tenants/current',
                                      made['token']), 200)
                self.assertGreaterEqual(int(used()), age)
            else:
                eventually(3, lambda: int(used()) < 30, 'a later use')
        DB.run('UPDATE api_token SET used_at = NULL WHERE id = $1',
               made['id'])
        get(self.proxied, made['token'], check=False)
        eventually(3, lambda: used() is not None, 'the use at /t/')


class End(Base):

    def setUp(self):
        self.account = self.tenant.member('viewer')
        self.session = self.account.login(tenant=self.tenant.slug)
        self.made = make(self.session)
        self.token = self.made['token']
        self.works(self.token)

    def test_revoked(self):
        path = '/api/auth/tokens/' + self.made['id']
        self.assertAnswer(self.session.delete(path), 204)
        self.ended(self.token)
        self.assertAnswer(self.session.delete(path), 404, 'no_such_token')
        self.assertEqual(self.session.get('/api/auth/tokens').json()[
            'items'], [])

    def test_expired(self):
        DB.run('UPDATE api_token SET expires_at = now() WHERE id = $1',
               self.made['id'])
        self.ended(self.token)

    def test_account_disabled(self):
        DB.run("UPDATE account SET state = 'disabled' WHERE id = $1",
               self.account.id)
        self.ended(self.token)

    def test_membership_removed(self):
        DB.run('DELETE FROM membership WHERE tenant_id = $1'
               ' AND account_id = $2', self.tenant.id, self.account.id)
        self.ended(self.token)

    def test_rotated_with_overlap_and_then_over(self):
        path = '/api/auth/tokens/%s/rotate' % self.made['id']
        answer = self.session.post(path, {'overlap_hours': 2})
        new = self.assertAnswer(answer, 201).json()
        self.works(self.token)
        self.works(new['token'])
        self.assertEqual(new['scopes'], self.made['scopes'])
        left = DB.number('SELECT extract(epoch FROM expires_at - now())::int'
                         ' FROM api_token WHERE id = $1', self.made['id'])
        self.assertTrue(7100 < left <= 7200)
        days = DB.number('SELECT extract(day FROM expires_at - created_at)'
                         ' FROM api_token WHERE id = $1', new['id'])
        self.assertEqual(days, 30)
        old = [i for i in self.session.get('/api/auth/tokens').json()[
            'items'] if i['id'] == self.made['id']][0]
        self.assertEqual(old['replaced_by'], new['id'])
        self.assertAnswer(self.session.post(path, {'overlap_hours': 2}), 409,
                          'token_replaced')
        DB.run('UPDATE api_token SET expires_at = now() WHERE id = $1',
               self.made['id'])
        self.ended(self.token)
        self.works(new['token'])

    def test_rotated_without_overlap_is_over_at_once(self):
        path = '/api/auth/tokens/%s/rotate' % self.made['id']
        new = self.assertAnswer(self.session.post(path, {
            'overlap_hours': 0}), 201).json()
        self.ended(self.token)
        self.works(new['token'])

    def test_a_token_ends_itself_and_no_other(self):
        other = make(self.session)
        path = '/api/auth/tokens/'
        self.assertAnswer(request('DELETE', path + other['id'],
                                  token=self.token), 403,
                          'token_not_allowed')
        self.assertAnswer(request('DELETE', path + self.made['id'],
                                  token=self.token), 204)
        self.ended(self.token)
        self.works(other['token'])


class Rules(Base):

    def test_making_one_needs_a_fresh_sign_in(self):
        session = self.tenant.login()
        made = make(session)
        DB.run("UPDATE session SET authenticated_at = now() - interval"
               " '10 minutes 1 second' WHERE id = $1",
               claims_of(session.access)['sid'])
        for path, body in (('/api/auth/tokens', {
                'name': 'x', 'scopes': ALL, 'expires_in_days': 1}),
                           ('/api/auth/tokens/%s/rotate' % made['id'],
                            {'overlap_hours': 0})):
            self.assertAnswer(session.post(path, body), 403,
                              'fresh_login_required')
        # but to end one is never made hard
        self.assertAnswer(session.delete('/api/auth/tokens/' + made['id']),
                          204)

    def test_limits_of_a_new_one(self):
        session = self.tenant.login()
        good = {'name': 'n', 'scopes': ['app.read'], 'expires_in_days': 366}
        self.assertAnswer(session.post('/api/auth/tokens', good), 201)
        self.assertAnswer(session.post('/api/auth/tokens', dict(
            good, name='n' * 60, expires_in_days=1)), 201)
        for change in ({'expires_in_days': 367}, {'expires_in_days': 0},
                       {'name': ''}, {'name': 'n' * 61}, {'account': 'x'},
                       {'expires_in_days': None}):
            self.assertAnswer(session.post('/api/auth/tokens', dict(
                good, **change)), 400, 'invalid_fields')
        made = make(session)
        path = '/api/auth/tokens/%s/rotate' % made['id']
        for hours in (-1, 169):
            self.assertAnswer(session.post(path, {'overlap_hours': hours}),
                              400, 'invalid_fields')
        self.assertAnswer(session.post(path, {'overlap_hours': 168}), 201)

    def fill(self, account, count):
        """Inserts `count` tokens for the account by SQL."""
        DB.run('INSERT INTO api_token (tenant_id, id, account_id, name,'
               ' digest, hint, scopes, created_by, expires_at)'
               " SELECT $1, gen_random_uuid(), $2, 'x',"
               " gen_random_uuid()::text, 'clr_xxxx', '{app.read}', $2,"
               " now() + interval '1 day' FROM generate_series(1, $3)",
               self.tenant.id, account.id, count)

    def test_one_account_has_so_many_and_no_more(self):
        account = self.tenant.member('viewer')
        session = account.login(tenant=self.tenant.slug)
        self.fill(account, TOKENS_MAX - 1)
        made = make(session)
        body = {'name': 'x', 'scopes': ['app.read'], 'expires_in_days': 1}
        self.assertAnswer(session.post('/api/auth/tokens', body), 409,
                          'too_many_tokens')
        path = '/api/auth/tokens/%s/rotate' % made['id']
        self.assertAnswer(session.post(path, {'overlap_hours': 1}), 409,
                          'too_many_tokens')
        self.assertAnswer(session.post(path, {'overlap_hours': 0}), 201)
        self.assertEqual(len(session.get('/api/auth/tokens').json()[
            'items']), TOKENS_MAX)
        # neither others nor what has ended counts
        self.assertAnswer(self.tenant.login().post('/api/auth/tokens', body),
                          201)
        DB.run('UPDATE api_token SET expires_at = now() WHERE account_id ='
               ' $1 AND id <> $2', account.id, made['id'])
        self.assertAnswer(session.post('/api/auth/tokens', body), 201)

    def test_a_race_does_not_pass_the_limit(self):
        account = self.tenant.member('viewer')
        session = account.login(tenant=self.tenant.slug)
        self.fill(account, TOKENS_MAX - 2)
        answers = together(8, lambda i: session.post('/api/auth/tokens', {
            'name': 'n%d' % i, 'scopes': ['app.read'],
            'expires_in_days': 1}))
        self.assertEqual(sorted(a.status for a in answers),
                         [201] * 2 + [409] * 6)

    def test_racing_rotations_give_one_successor(self):
        session = self.tenant.login('viewer')
        made = make(session)
        answers = together(6, lambda i: session.post(
            '/api/auth/tokens/%s/rotate' % made['id'],
            {'overlap_hours': 1}))
        self.assertEqual(sorted(a.status for a in answers),
                         [201] + [409] * 5)
        self.assertEqual(len(session.get('/api/auth/tokens').json()[
            'items']), 2)

    def test_racing_uses_are_all_answered(self):
        token = make(self.tenant.login())['token']
        answers = together(12, lambda i: get('/api/apps', token))
        self.assertEqual({a.status for a in answers}, {200})

    def test_what_ended_long_ago_is_forgotten(self):
        session = self.tenant.login('viewer')
        old, recent = make(session), make(session)
        DB.run("UPDATE api_token SET created_at = now() - interval '40 days'"
               ", expires_at = now() - interval '31 days' WHERE id = $1",
               old['id'])
        DB.run("UPDATE api_token SET created_at = now() - interval '40 days'"
               ", expires_at = now() - interval '29 days' WHERE id = $1",
               recent['id'])
        make(session)
        self.assertEqual(DB.rows(
            'SELECT id FROM api_token WHERE id IN ($1, $2)', old['id'],
            recent['id']), [(recent['id'],)])

    def test_tokens_of_others_are_like_unknown_ones(self):
        made = make(self.tenant.login('viewer'))
        for thief in (self.tenant.login(), Tenant().login()):
            for method, tail, body in (('DELETE', '', None), (
                    'POST', '/rotate', {'overlap_hours': 0})):
                known, unknown, odd = (thief.call(
                    method, '/api/auth/tokens/%s%s' % (i, tail), body)
                    for i in (made['id'], uuid.uuid4(), 'nonsense'))
                self.assertAnswer(known, 404, 'no_such_token')
                self.assertEqual(known.plain(), unknown.plain())
                self.assertEqual(known.plain(), odd.plain())
            self.assertNotIn(made['id'].encode(),
                             thief.get('/api/auth/tokens').body)
        self.works(made['token'])

    def test_tokens_stay_in_their_tenant(self):
        other = Tenant()
        account = self.tenant.member('viewer')
        other.join(account, 'viewer')
        session = account.login(tenant=self.tenant.slug)
        made = make(session)
        self.assertEqual(get('/t/%s/api/v1/health' % other.slug,
                             made['token'], check=False).status, 404)
        self.assertEqual(get('/api/tenants/current', made['token']).json()[
            'id'], self.tenant.id)
        session.switch(other.slug)
        self.assertEqual(session.get('/api/auth/tokens').json()['items'], [])

    def test_suspended_tenant_can_end_tokens_and_make_none(self):
        tenant = Tenant()
        session = tenant.login()
        made = make(session)
        tenant.set_state('suspended')
        self.assertAnswer(session.post('/api/auth/tokens', {
            'name': 'x', 'scopes': ALL, 'expires_in_days': 1}), 423)
        self.assertAnswer(get('/api/apps', made['token']), 200)
        self.assertAnswer(session.delete('/api/auth/tokens/' + made['id']),
                          204)
        self.assertAnswer(get('/api/apps', made['token']), 401)


def _api_token(cell, body=None):
    """Returns a request with an API token's id: one of the actor's, or else of
    the fixture's owner."""
    account = cell.actor.account or cell.fixture.tenant.owner
    if cell.actor.name == 'foreign':
        account = cell.fixture.tenant.owner
    return Request(body, id=token_row(cell.fixture.tenant, account.id))


PROBES = {
    'POST /api/auth/tokens': lambda cell: Request(
        {'name': 'm', 'scopes': ['app.read'], 'expires_in_days': 1}),
    'POST /api/auth/tokens/{id}/rotate': lambda cell: _api_token(
        cell, {'overlap_hours': 0}),
    'DELETE /api/auth/tokens/{id}': _api_token,
}


if __name__ == '__main__':
    unittest.main()
