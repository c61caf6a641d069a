# SPDX-License-Identifier: Apache-2.0
"""Single sign-on up to the provider, and from the ticket on: settings,
domains, the account of a ticket, enforcement. Tests of providers are in
tests/identity."""
import unittest

from support import ENV, TestCase, unique
from support_http import request, together
from support_probe import Request
from support_sql import DB, audit_rows
from support_sso import ISSUER, SSO_COOKIE, domain, provider, ticket, unflooded
from support_world import Account, Session, Tenant

PUT = {'issuer': ISSUER, 'client_id': 'app', 'client_secret': 'very secret',
       'default_role': 'viewer', 'group_claim': 'groups',
       'group_roles': {'admins': 'admin'}}


def finish(token, kind='token', **given):
    """Finishes a sign-in by the ticket in the browser's cookie."""
    headers = {'X-Cameleer-Request': '1', 'Origin': ENV['base_url']}
    return request('POST', '/api/auth/sso/finish', {'session': kind},
                   cookies={SSO_COOKIE: token}, headers=headers, **given)


def page(token=None):
    """Finishes a sign-in as a browser that follows the redirect does."""
    return request('GET', '/api/auth/sso/finish',
                   cookies={SSO_COOKIE: token} if token else None)


def problem_of(answer):
    """Returns the problem code that the sign-in page is given."""
    where = answer.headers['location']
    assert where.startswith('/sign-in?problem='), where
    return where.partition('=')[2].partition('&')[0]


class Provider(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.tenant = Tenant('high')
        cls.owner = cls.tenant.login()

    def put(self, **changes):
        return self.owner.call('PUT', '/api/sso/provider',
                               dict(PUT, **changes))

    def test_settings_are_kept_and_the_secret_is_not_shown(self):
        tenant = Tenant('business')
        owner = tenant.login()
        self.assertAnswer(owner.get('/api/sso/provider'), 404,
                          'no_provider')
        self.assertAnswer(owner.call('PUT', '/api/sso/provider', PUT), 200)
        answer = self.assertAnswer(owner.get('/api/sso/provider'), 200)
        self.assertNotIn(b'very secret', answer.body)
        shown = answer.json()
        self.assertEqual(shown['group_roles'], {'admins': 'admin'})
        self.assertEqual(shown['redirect_uri'], '%s/api/sso/callback/%s' % (
            ENV['base_url'], tenant.slug))
        self.assertEqual(shown['logout_uri'], '%s/api/sso/logout/%s' % (
            ENV['base_url'], tenant.slug))
        box = DB.value('SELECT secret_box FROM sso_provider'
                       ' WHERE tenant_id = $1', tenant.id)
        self.assertNotIn('very', box)
        # without a secret the old one stays, but only at the same host
        again = {k: v for k, v in PUT.items() if k != 'client_secret'}
        self.assertAnswer(owner.call('PUT', '/api/sso/provider', again), 200)
        self.assertEqual(box, DB.value(
            'SELECT secret_box FROM sso_provider WHERE tenant_id = $1',
            tenant.id))
        again['issuer'] = 'https://other.example'
        self.assertAnswer(owner.call('PUT', '/api/sso/provider', again), 422,
                          'client_secret_required')
        self.assertAnswer(owner.delete('/api/sso/provider'), 204)
        self.assertAnswer(owner.delete('/api/sso/provider'), 404,
                          'no_provider')

    def test_only_public_https_issuers_are_taken(self):
        for issuer in ('http://idp.example', 'https://idp.example:80',
                       'https://user@idp.example', 'ftp://idp.example',
                       'https://idp.example/?x=1', 'https://idp.example/#x',
                       'https:///x', 'https://a b.example',
                       'https://idp.example:22', 'https://10.0.0.1',
                       'https://1.1.1.1/x', 'https://[::1]',
                       'https://2130706433', 'https://localhost'):
            self.assertAnswer(self.put(issuer=issuer), 422, 'issuer_refused')
        self.assertAnswer(self.put(issuer='https://idp.example/' +
                                   'a' * 1004), 200)
        self.assertAnswer(self.put(issuer='https://idp.example/' +
                                   'a' * 1005), 400, 'invalid_fields')

    def test_no_group_and_no_default_makes_an_owner(self):
        for changes in ({'default_role': 'owner'},
                        {'group_roles': {'x': 'owner'}},
                        {'group_roles': {'x': 'nobody'}},
                        {'default_role': 'nobody'}):
            self.assertAnswer(self.put(**changes), 422, 'no_such_role')
        for roles in ([], 'x', 7, {'x': 7}, {'': 'admin'},
                      {'x' * 256: 'admin'},
                      {'g%d' % i: 'admin' for i in range(201)}):
            self.assertAnswer(self.put(group_roles=roles), 400,
                              'bad_group_roles')
        self.assertAnswer(self.put(group_roles={
            'g%d' % i: 'admin' for i in range(200)}), 200)

    def test_the_plan_decides(self):
        for tier in ('low', 'mid'):
            owner = Tenant(tier).login()
            for method, path, body in (
                    ('PUT', '/api/sso/provider', PUT),
                    ('POST', '/api/sso/provider/test', None),
                    ('POST', '/api/sso/domains', {'domain': 'a.example'})):
                answer = self.assertAnswer(owner.call(method, path, body),
                                           403, 'not_entitled')
                self.assertEqual(answer.json()['required_tier'], 'high')

    def test_a_test_says_what_is_wrong(self):
        tenant = Tenant('high')
        owner = tenant.login()
        provider(tenant, issuer='https://127.0.0.1')
        tried = self.assertAnswer(owner.post('/api/sso/provider/test'), 200)
        self.assertEqual(tried.json(), {
            'good': False, 'keys': 0, 'algorithms': None, 'advice': None,
            'problem': 'the name leads to no public address'})
        self.assertEqual(audit_rows(tried.request_id), [
            (tenant.id, tenant.owner.id, 'sso.provider.test', 'done', None,
             None, None)])


class Domains(TestCase):

    def test_a_domain_is_claimed_and_given_up(self):
        owner = Tenant('high').login()
        name = unique('d') + '.Example'
        made = self.assertAnswer(owner.post(
            '/api/sso/domains', {'domain': name}), 201).json()
        self.assertEqual(made['domain'], name.lower())
        self.assertEqual(made['txt_name'],
                         '_cameleer-challenge.' + name.lower())
        self.assertRegex(made['txt_value'],
                         '^cameleer-verification=[A-Za-z0-9_-]{32}$')
        again = owner.post('/api/sso/domains', {'domain': name}).json()
        self.assertEqual(again, made)
        self.assertEqual(owner.get('/api/sso/domains').json()['items'],
                         [made])
        path = '/api/sso/domains/' + name.lower()
        self.assertAnswer(owner.delete(path), 204)
        self.assertAnswer(owner.delete(path), 404, 'no_such_domain')
        for bad in ('nodots', 'a..b.example', '1.2.3.4', 'a_b.example'):
            self.assertAnswer(owner.post('/api/sso/domains',
                                         {'domain': bad}), 422, 'bad_domain')

    def test_fifty_are_enough(self):
        tenant = Tenant('high')
        owner = tenant.login()
        for _ in range(49):
            domain(tenant)
        for status in (201, 422):
            self.assertAnswer(owner.post('/api/sso/domains', {
                'domain': unique('d') + '.example'}), status)

    def test_discovery_knows_domains_and_no_accounts(self):
        tenant = Tenant('high')
        name = domain(tenant, verified=True)
        claimed = domain(tenant)

        def found(address):
            return self.assertAnswer(request(
                'GET', '/api/sso/discover?email=' + address),
                200).json()['tenant']

        self.assertIsNone(found('a@' + name))
        provider(tenant)
        self.assertEqual(found('a@' + name), tenant.slug)
        self.assertEqual(found('b@' + name.upper()), tenant.slug)
        for address in ('a@' + claimed, tenant.owner.email,
                        'a@sub.' + name):
            self.assertIsNone(found(address))
        self.assertAnswer(request('GET', '/api/sso/discover'), 400)


class Start(TestCase):

    def start(self, query):
        unflooded()
        answer = request('GET', '/api/sso/start' + query)
        self.assertEqual(answer.status, 303)
        self.assertEqual(answer.cookies, [])
        self.assertEqual(audit_rows(answer.request_id)[0][2:4],
                         ('sso.start', 'refused'))
        return problem_of(answer)

    def test_there_must_be_a_provider(self):
        mid, bare = Tenant('mid'), Tenant('high')
        provider(mid)
        self.assertEqual(self.start(''), 'tenant_required')
        for slug in (unique(), mid.slug, bare.slug):
            self.assertEqual(self.start('?tenant=' + slug),
                             'sso_not_offered')
        self.assertEqual(self.start('?email=a@nowhere.example'),
                         'sso_not_offered')
        self.assertEqual(self.start('?tenant=Not-a-slug'), 'invalid_fields')

    def test_the_way_back_leads_into_the_console(self):
        for path in ('https://evil.example', '//evil.example', '/\\evil',
                     '/api/auth/logout', '/t/demo/api', 'apps', '/a%20b',
                     '/' + 'a' * 512):
            self.assertIn(self.start('?tenant=demo&return=' + path),
                          ('bad_return', 'invalid_fields'))
        self.assertEqual(self.start('?tenant=nobody1&return=/' + 'a' * 511),
                         'sso_not_offered')

    def test_an_address_that_is_not_public_is_not_called(self):
        for issuer in ('https://127.0.0.1', 'https://[::1]',
                       'https://169.254.169.254', 'https://10.0.0.1:8443',
                       'https://[::ffff:127.0.0.1]', 'https://localhost'):
            tenant = Tenant('high')
            provider(tenant, issuer=issuer)
            unflooded()
            answer = request('GET', '/api/sso/start?tenant=' + tenant.slug)
            self.assertEqual(problem_of(answer), 'sso_address_refused')
            row = audit_rows(answer.request_id)
            self.assertEqual(row[0][0], tenant.id)
            self.assertEqual(len(row), 1)

    def test_an_answer_without_its_beginning_is_nobodys(self):
        tenant = Tenant('high')
        provider(tenant)
        for query, cookies in (('', None), ('?state=abc&code=x', None),
                               ('?state=abc&code=x', {SSO_COOKIE: 'b'}),
                               ('?state=a&state=b', {SSO_COOKIE: 'b'})):
            unflooded()
            answer = request('GET', '/api/sso/callback/%s%s' % (
                tenant.slug, query), cookies=cookies)
            self.assertIn(problem_of(answer),
                          ('sso_state_not_valid', 'bad_query'))
            self.assertIsNone(audit_rows(answer.request_id)[0][0])


class Finish(TestCase):

    def good(self, token, how, joins=None):
        joins = how != 'known' if joins is None else joins
        answer = self.assertAnswer(finish(token), 200)
        row = audit_rows(answer.request_id)
        self.assertEqual(sorted(r[2:4] for r in row), [
            ('member.join', 'done')] * joins + [('session.open', 'done')])
        self.assertEqual(DB.value("SELECT facts->>'how' FROM audit_event"
                                  ' WHERE request_id = $1 AND action ='
                                  " 'session.open'", answer.request_id), how)
        return Session(answer)

    def test_somebody_new_becomes_a_member(self):
        tenant = Tenant('high')
        name = domain(tenant, verified=True)
        session = self.good(ticket(tenant, 'Ada@' + name, 'ada'), 'made')
        self.assertEqual(session.account['email'], 'ada@' + name)
        self.assertTrue(session.account['verified'])
        self.assertEqual([(t['slug'], t['role']) for t in session.tenants],
                         [(tenant.slug, 'viewer')])
        session.switch(tenant.slug)
        self.assertAnswer(session.get('/api/apps'), 200)
        self.assertAnswer(session.post('/api/apps', {'name': 'a-b-c'}), 403,
                          'not_permitted')
        # the address changed at the provider: still the same person
        again = self.good(ticket(tenant, 'new@' + name, 'ada'), 'known')
        self.assertEqual(again.account['id'], session.account['id'])
        self.assertEqual(DB.value(
            "SELECT array_to_string(methods, ',') FROM session WHERE"
            ' account_id = $1 LIMIT 1', again.account['id']), 'sso')

    def test_a_ticket_is_good_once_and_for_a_minute(self):
        tenant = Tenant('high')
        token = ticket(tenant)
        self.good(token, 'made')
        self.assertAnswer(finish(token), 403, 'sso_ticket_not_valid')
        late = ticket(tenant, seconds=-1)
        self.assertAnswer(finish(late), 403, 'sso_ticket_not_valid')
        self.assertAnswer(finish('made-up'), 403, 'sso_ticket_not_valid')
        gone = ticket(tenant)
        DB.run("UPDATE tenant SET state = 'deleting' WHERE id = $1",
               tenant.id)
        self.assertAnswer(finish(gone), 403, 'sso_ticket_not_valid')
        tenant = Tenant('high')
        answers = together(8, lambda i, t=ticket(tenant): finish(t))
        self.assertEqual(sorted(a.status for a in answers),
                         [200] + [403] * 7)

    def test_two_first_sign_ins_make_one_account(self):
        tenant = Tenant('high')
        name = domain(tenant, verified=True)
        tokens = [ticket(tenant, 'one@' + name, 'one') for _ in range(6)]
        answers = together(6, lambda i: finish(tokens[i]))
        self.assertEqual({a.status for a in answers}, {200})
        self.assertEqual(len({a.json()['account']['id'] for a in answers}),
                         1)

    def test_an_address_is_believed_only_where_the_domain_is_proven(self):
        tenant, other = Tenant('high'), Tenant('high')
        claimed = domain(tenant)
        proven = domain(other, verified=True)
        victim = Account()
        for email, code in (('a@' + claimed, 'sso_domain_not_verified'),
                            ('a@' + proven, 'sso_domain_not_verified'),
                            (victim.email, 'sso_domain_not_verified'),
                            ('', 'sso_address_missing'),
                            ('', 'sso_address_not_verified'),
                            ('', 'sso_issuer_shared'),
                            ('', 'sso_userinfo_failed')):
            token = ticket(tenant, email, **({'email_proof': {
                'sso_address_not_verified': 'denied',
                'sso_issuer_shared': 'shared',
                'sso_userinfo_failed': 'unasked'}.get(code, 'missing')}
                if email == '' else {}))
            unflooded()
            answer = self.assertAnswer(finish(token), 403, code)
            self.assertEqual(audit_rows(answer.request_id)[0][:5],
                             (tenant.id, None, 'session.open', 'refused',
                              code))
        self.assertEqual(DB.value('SELECT count(*) FROM membership WHERE'
                                  ' tenant_id = $1', tenant.id), '1')

    def test_an_account_is_linked_only_when_nobody_else_is_concerned(self):
        tenant, other = Tenant('high'), Tenant('mid')
        name = domain(tenant, verified=True)
        member, stranger = Account(), Account(verified=False)
        for account in (member, stranger):
            account.email = unique('l') + '@' + name
            DB.run('UPDATE account SET email = $1 WHERE id = $2',
                   account.email, account.id)
        other.join(member, 'viewer')
        self.assertAnswer(finish(ticket(tenant, member.email)), 403,
                          'sso_link_refused')
        DB.run("UPDATE account SET kind = 'operator' WHERE id = $1",
               member.id)
        DB.run('DELETE FROM membership WHERE account_id = $1', member.id)
        self.assertAnswer(finish(ticket(tenant, member.email)), 403,
                          'sso_link_refused')
        DB.run("UPDATE account SET kind = 'person' WHERE id = $1", member.id)
        session = self.good(ticket(tenant, member.email), 'linked')
        self.assertEqual(session.account['id'], member.id)
        # who never proved the address does not come in by its password
        session = self.good(ticket(tenant, stranger.email), 'linked')
        self.assertEqual(session.account['id'], stranger.id)
        self.assertAnswer(request('POST', '/api/auth/login', {
            'email': stranger.email, 'password': stranger.password,
            'session': 'token'}), 401, 'wrong_credentials')
        self.assertEqual(DB.rows(
            "SELECT facts->>'password' FROM audit_event WHERE tenant_id = $1"
            " AND action = 'session.open' AND subject_id IN ($2, $3)"
            ' ORDER BY id', tenant.id, member.id, stranger.id),
            [(None,), ('removed',)])

    def test_groups_give_roles_and_owners_keep_theirs(self):
        tenant = Tenant('high')
        name = domain(tenant, verified=True)

        def role(email, subject, given):
            session = Session(self.assertAnswer(finish(ticket(
                tenant, email, subject, role=given)), 200))
            return session.tenants[0]['role']

        self.assertEqual(role('g@' + name, 'g', 'developer'), 'developer')
        self.assertEqual(role('g@' + name, 'g', 'admin'), 'admin')
        self.assertEqual(role('g@' + name, 'g', None), 'admin')
        self.assertEqual(role('g@' + name, 'g', 'viewer'), 'viewer')
        DB.run('UPDATE account SET email = $1 WHERE id = $2', 'o@' + name,
               tenant.owner.id)
        self.assertEqual(role('o@' + name, 'o', 'viewer'), 'owner')
        for gone in ('nobody', 'owner'):
            self.assertAnswer(finish(ticket(
                tenant, 'g@' + name, 'g', role=gone)), 403, 'sso_role_gone')

    def test_disabled_accounts_and_lesser_plans_stay_out(self):
        tenant = Tenant('high')
        name = domain(tenant, verified=True)
        session = self.good(ticket(tenant, 'd@' + name, 'd'), 'made')
        DB.run("UPDATE account SET state = 'disabled' WHERE id = $1",
               session.account['id'])
        self.assertAnswer(finish(ticket(tenant, 'd@' + name, 'd')), 403,
                          'account_disabled')
        token = ticket(tenant, 'e@' + name)
        DB.run("UPDATE tenant SET tier = 'mid' WHERE id = $1", tenant.id)
        self.assertAnswer(finish(token), 403, 'not_entitled')

    def test_a_provider_that_was_replaced_speaks_no_more(self):
        tenant = Tenant('high')
        token = ticket(tenant)
        provider(tenant, issuer='https://other.example')
        self.assertAnswer(finish(token), 403, 'sso_ticket_not_valid')

    def test_a_browser_is_led_back_or_told_why_not(self):
        tenant = Tenant('high')
        answer = page(ticket(tenant, return_path='/apps?x=1'))
        self.assertEqual(answer.status, 303)
        self.assertEqual(answer.headers['location'], '/apps?x=1')
        names = [c.partition('=')[0] for c in answer.cookies]
        self.assertEqual(names, ['__Host-cameleer-device',
                                 '__Host-cameleer-access',
                                 '__Host-cameleer-refresh', SSO_COOKIE])
        for cookie in answer.cookies:
            self.assertIn('; Secure; HttpOnly; SameSite=Lax', cookie)
        answer = page()
        self.assertEqual(problem_of(answer), 'sso_ticket_not_valid')

    def test_another_page_cannot_finish(self):
        token = ticket(Tenant('high'))
        answer = request('POST', '/api/auth/sso/finish', {},
                         cookies={SSO_COOKIE: token})
        self.assertAnswer(answer, 403, 'csrf_header_missing')
        answer = request('POST', '/api/auth/sso/finish', {},
                         cookies={SSO_COOKIE: token},
                         headers={'X-Cameleer-Request': '1',
                                  'Origin': 'https://evil.example'})
        self.assertAnswer(answer, 403, 'foreign_origin')
        self.assertAnswer(finish(token), 200)

    def test_a_session_stays_in_the_tenant_of_its_provider(self):
        tenant, other = Tenant('high'), Tenant('mid')
        name = domain(tenant, verified=True)
        session = self.good(ticket(tenant, 'm@' + name, 'm'), 'made')
        DB.run('INSERT INTO membership (tenant_id, account_id, role)'
               " VALUES ($1, $2, 'viewer')", other.id,
               session.account['id'])
        again = self.good(ticket(tenant, 'm@' + name, 'm'), 'known')
        unknown = again.post('/api/auth/switch', {'tenant': 'nobody42'})
        answer = again.post('/api/auth/switch', {'tenant': other.slug})
        self.assertAnswer(answer, 403, 'sso_session_bound')
        self.assertEqual(answer.plain(), unknown.plain())
        self.assertAnswer(again.post('/api/auth/switch',
                                     {'tenant': tenant.slug}), 200)


def _with_provider(cell, body=None):
    tenant = cell.actor_tenant()
    provider(tenant)
    return Request(body)


def _domain(cell):
    """Returns a request about a new domain of the fixture, since permitted
    actors delete it."""
    return Request(domain=domain(cell.fixture.tenant))


def _ticket(_cell):
    tenant = Tenant('high')
    return Request({}, {'Cookie': '%s=%s' % (SSO_COOKIE, ticket(tenant)),
                        'X-Cameleer-Request': '1'})


PROBES = {
    'POST /api/auth/sso/finish': _ticket,
    'GET /api/sso/provider': _with_provider,
    'PUT /api/sso/provider': lambda cell: Request(
        {'issuer': 'https://idp.example', 'client_id': 'app',
         'client_secret': 'secret', 'default_role': 'viewer'}),
    'DELETE /api/sso/provider': _with_provider,
    'POST /api/sso/provider/test': _with_provider,
    'POST /api/sso/domains': lambda cell: Request(
        {'domain': unique('d') + '.example'}),
    'POST /api/sso/domains/{domain}/verify': _domain,
    'DELETE /api/sso/domains/{domain}': _domain,
    'GET /api/sso/discover': lambda cell: Request(
        query='?email=somebody@example.test'),
    'GET /api/sso/callback/{tenant}': lambda cell: Request(
        tenant=cell.fixture.tenant.slug),
    'POST /api/sso/logout/{tenant}': lambda cell: Request(
        tenant=cell.fixture.tenant.slug,
        headers={'Content-Type': 'application/x-www-form-urlencoded'}),
}


if __name__ == '__main__':
    unittest.main()
