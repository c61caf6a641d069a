# SPDX-License-Identifier: Apache-2.0
"""A provider that lies: each attack is refused and recorded in the tenant's
audit trail (T8, T10)."""
import os
import sys
import time
import unittest

from support import SOURCE, SLOW, TestCase
from support_http import BASE, request, together
from support_idp import (IDP, Browser, claim, known_again, parameters,
                         strangers, tenant_with, trail)
from support_sql import DB
from support_sso import unflooded

sys.path.insert(0, SOURCE + '/tests/peers')
from oidc_liar import (Key, Liar, drip, huge, redirect, say,   # noqa: E402
                       slow)

ADDRESS = os.environ['IDENTITY_LIAR']
ISSUER = 'https://liar.example'


class Base(TestCase):

    @classmethod
    def setUpClass(cls):
        strangers()
        cls.liar = Liar(ADDRESS, IDP + '/cert.pem', IDP + '/key.pem')
        cls.tenant, cls.owner = tenant_with(ISSUER, 'app', 'a secret & more')
        claim(cls.tenant, cls.owner)

    @classmethod
    def tearDownClass(cls):
        cls.liar.close()

    def setUp(self):
        self.liar.lie()
        known_again(self.tenant)
        unflooded()

    def begin(self, tenant=None):
        """Starts a sign-in; returns the browser and the parameters that it
        brings to the provider."""
        browser = Browser()
        page = browser.start(tenant or self.tenant)
        self.assertIsNone(page.problem, page.location)
        return browser, parameters(page.location)

    def callback(self, sent, query, tenant=None):
        return '%s/api/sso/callback/%s?%s' % (
            BASE, (tenant or self.tenant).slug, query)

    def answer(self, tenant=None, query='', **claims):
        """Runs a sign-in from start to end; returns the browser and the last
        page."""
        browser, sent = self.begin(tenant)
        code = self.liar.code(sent, **claims)
        return browser, browser.back(self.callback(
            sent, 'state=%s&code=%s%s' % (sent['state'], code, query),
            tenant))

    def good(self, **given):
        """Checks that an honest sign-in succeeds after a lie."""
        self.liar.lie()
        known_again(self.tenant)
        browser, page = self.answer(**given)
        self.assertIsNone(page.problem, page.location)
        self.assertEqual(browser.me().status, 200)
        return browser

    def refused(self, page, code, reason=None, tenant=None):
        self.assertEqual(page.problem, code)
        rows = trail(page.request_id)
        self.assertEqual([row[2:4] for row in rows], [('refused', code)])
        self.assertEqual(rows[0][0], (tenant or self.tenant).id)
        if reason:
            self.assertEqual(rows[0][4], reason)
        if rows[0][1] == 'sso.callback':
            self.assertEqual(DB.value(
                'SELECT count(*) FROM sso_ticket WHERE tenant_id = $1'
                ' AND used_at IS NULL', (tenant or self.tenant).id), '0')
        DB.run('DELETE FROM sso_ticket WHERE used_at IS NULL')
        unflooded()


class Tokens(Base):

    def attack(self, reason, header=None, sign=None, **claims):
        self.liar.lie(header=header or {}, claims=claims,
                      **({'sign': sign} if sign else {}))
        known_again(self.tenant)
        _, page = self.answer()
        self.refused(page, 'sso_token_not_valid', reason)

    def test_a_good_one_passes(self):
        self.good()
        asked = [a for a in self.liar.asked if a[1] == '/token'][-1]
        self.assertTrue(asked[2]['Authorization'].startswith('Basic '))
        self.assertNotIn(b'secret', asked[3])

    def test_sign_ins_under_way_have_an_end(self):
        full, _ = tenant_with(ISSUER, 'app', 'a secret & more')
        self.begin(full)
        DB.run("INSERT INTO sso_login (tenant_id, digest, browser, issuer,"
               " return_path) SELECT $1, 'full' || n, 'x', $2, '/'"
               " FROM generate_series(1, 999) n", full.id, ISSUER)
        self.assertEqual(Browser().start(full).problem, 'sso_busy')
        self.begin()        # another tenant's
        DB.run('UPDATE sso_login SET expires_at = now() WHERE tenant_id = $1',
               full.id)
        self.begin(full)

    def test_claims(self):
        now = int(time.time())
        for reason, claims in (
                ('wrong_issuer', {'iss': 'https://other.example'}),
                ('wrong_issuer', {'iss': ISSUER + '/'}),
                ('wrong_issuer', {'iss': None}),
                ('wrong_audience', {'aud': 'another'}),
                ('wrong_audience', {'aud': []}),
                ('wrong_audience', {'aud': None}),
                ('wrong_azp', {'aud': ['app', 'another']}),
                ('wrong_azp', {'aud': ['app', 'x'], 'azp': 'x'}),
                ('wrong_azp', {'azp': 'another'}),
                ('wrong_nonce', {'nonce': 'mine'}),
                ('wrong_nonce', {'nonce': None}),
                ('expired', {'exp': now - 120}),
                ('bad_exp', {'exp': None}),
                ('not_yet', {'iat': now + 3600}),
                ('bad_sub', {'sub': None}),
                ('bad_sub', {'sub': 's' * 256}),
                ('wrong_kind', {'events': {}})):
            with self.subTest(claims=claims):
                self.attack(reason, **claims)
        self.good()

    def test_algorithms_and_keys(self):
        stranger = Key()
        for reason, header, sign in (
                ('wrong_alg', {'alg': 'none'},
                 lambda h, c: stranger.sign(h, c).rpartition('.')[0] + '.'),
                ('wrong_alg', {'alg': 'HS256'}, self.liar.key.confuse),
                ('wrong_alg', {'alg': 'RS256'}, None),
                ('wrong_alg', {'alg': 'ES256'}, None),
                ('bad_signature', None, stranger.sign),
                ('unknown_kid', {'kid': 'nobody'}, None),
                ('bad_signature', {'jku': 'https://other.example'},
                 stranger.sign),
                ('bad_signature', {'jwk': stranger.jwk()}, stranger.sign),
                ('header_member', {'crit': ['exp']}, None),
                ('wrong_typ', {'typ': 'at+jwt'}, None),
                ('wrong_typ', {'typ': 'logout+jwt'}, None),
                ('not_three_parts', None, lambda h, c: 'a.b'),
                ('bad_header', None, lambda h, c: 'a.b.c')):
            with self.subTest(reason=reason, header=header):
                self.attack(reason, header, sign)
        self.good()

    def test_a_new_key_is_fetched_once_a_minute(self):
        self.good()
        self.liar.key = Key()           # the same name
        self.good()
        before = len([a for a in self.liar.asked if a[1] == '/jwks'])
        for _ in range(3):
            self.liar.lie(header={'kid': 'nobody'})
            _, page = self.answer()
            self.refused(page, 'sso_token_not_valid', 'unknown_kid')
        after = len([a for a in self.liar.asked if a[1] == '/jwks'])
        self.assertLessEqual(after - before, 1)

    def test_an_address_must_be_verified_by_the_provider(self):
        for claims, code in (
                ({'email_verified': False}, 'sso_address_not_verified'),
                ({'email_verified': 'no'}, 'sso_address_not_verified'),
                ({'email': None}, 'sso_address_missing'),
                ({'email': 'a@b@people.example'}, 'sso_address_missing')):
            self.liar.lie(claims=dict(claims, sub='nobody-yet'))
            _, page = self.answer()
            self.refused(page, code)
        self.liar.lie(claims={'email': 'a@elsewhere.example',
                              'sub': 'nobody-yet'})
        _, page = self.answer()
        self.refused(page, 'sso_domain_not_verified')


class Answers(Base):

    def test_state_is_good_once(self):
        browser, sent = self.begin()
        url = self.callback(sent, 'state=%s&code=%s' % (
            sent['state'], self.liar.code(sent)))
        jar = dict(browser.cookies(BASE))
        page = browser.back(url)
        self.assertIsNone(page.problem)
        browser.cookies(BASE).update(jar)
        page = browser.back(url)
        self.assertEqual(page.problem, 'sso_state_not_valid')
        self.assertEqual([r[0:4] for r in trail(page.request_id)], [
            ('00000000-0000-0000-0000-000000000000', 'sso.callback',
             'refused', 'sso_state_not_valid')])

    def test_state_of_another_browser(self):
        victim, sent = self.begin()
        thief, _ = self.begin()
        url = self.callback(sent, 'state=%s&code=%s' % (
            sent['state'], self.liar.code(sent)))
        for browser in (thief, Browser()):
            self.assertEqual(browser.back(url).problem,
                             'sso_state_not_valid')
        # and that did the victim no harm
        self.assertIsNone(victim.back(url).problem)

    def test_a_code_is_good_once_and_for_its_own_state(self):
        _, sent = self.begin()
        stolen = self.liar.code(sent)
        browser, own = self.begin()
        page = browser.back(self.callback(own, 'state=%s&code=%s' % (
            own['state'], stolen)))
        self.refused(page, 'sso_code_refused')
        self.good()

    def test_mixed_up_providers(self):
        other, _ = tenant_with('https://other.example', 'app', 'secret')
        # the answer of one at the address of the other
        browser, sent = self.begin()
        page = browser.back(self.callback(
            sent, 'state=%s&code=%s' % (sent['state'],
                                        self.liar.code(sent)), other))
        self.assertEqual(page.problem, 'sso_state_not_valid')
        # an answer that says whose it is
        self.assertEqual(self.answer(
            query='&iss=https://other.example')[1].problem,
            'sso_wrong_issuer')
        self.assertIsNone(self.answer(query='&iss=' + ISSUER)[1].problem)
        # and one that does not, though it was announced
        self.liar.lie(metadata={
            'authorization_response_iss_parameter_supported': True})
        DB.run('UPDATE sso_provider SET metadata = NULL'
               ' WHERE tenant_id = $1', self.tenant.id)
        _, page = self.answer()
        self.refused(page, 'sso_wrong_issuer')
        DB.run('UPDATE sso_provider SET metadata = NULL'
               ' WHERE tenant_id = $1', self.tenant.id)
        self.good()

    def test_errors_and_half_answers(self):
        for query in ('error=access_denied', 'error=x&code=y', 'foo=bar'):
            browser, sent = self.begin()
            page = browser.back(self.callback(
                sent, 'state=%s&%s' % (sent['state'], query)))
            self.refused(page, 'sso_denied')
        browser, sent = self.begin()
        page = browser.back(self.callback(
            sent, 'state=%s&code=a&code=b' % sent['state']))
        self.assertEqual(page.problem, 'bad_query')

    def test_a_disabled_provider_answers_in_vain(self):
        tenant, owner = tenant_with(ISSUER, 'app', 'secret')
        browser, sent = self.begin(tenant)
        self.assertAnswer(owner.delete('/api/sso/provider'), 204)
        page = browser.back(self.callback(
            sent, 'state=%s&code=%s' % (sent['state'],
                                        self.liar.code(sent)), tenant))
        self.assertEqual(page.problem, 'sso_not_offered')


class Endpoints(Base):

    def fails(self, code, **lies):
        self.liar.lie(**lies)
        DB.run('UPDATE sso_provider SET metadata = NULL, keys = NULL'
               ' WHERE tenant_id = $1', self.tenant.id)
        known_again(self.tenant)
        began = time.monotonic()
        if 'discovery' in lies or 'metadata' in lies:
            page = Browser().start(self.tenant)
        else:
            _, page = self.answer()
        self.assertLess(time.monotonic() - began, 10 * SLOW)
        self.refused(page, code)

    def test_redirects_are_not_followed(self):
        for where in ('http://169.254.169.254/latest/meta-data/',
                      'https://127.0.0.1/', 'https://liar.example/jwks'):
            for kind in ('discovery', 'exchange', 'jwks'):
                self.fails('sso_provider_redirects', **{
                    kind: redirect(where)})
        self.good()

    def test_metadata_leads_nowhere_inside(self):
        for name in ('token_endpoint', 'jwks_uri'):
            for where in ('https://metadata.example/',
                          'https://inside.example/',
                          'https://nobody.example:8443/'):
                self.liar.lie(metadata={name: where})
                DB.run('UPDATE sso_provider SET metadata = NULL, keys ='
                       ' NULL WHERE tenant_id = $1', self.tenant.id)
                known_again(self.tenant)
                _, page = self.answer()
                self.refused(page, 'sso_address_refused')
        for bad in ('https://169.254.169.254/', 'https://127.0.0.1/',
                    'https://[::1]/', 'https://[fd00::1]/',
                    'https://[::ffff:10.0.0.1]/', 'https://localhost:8443/',
                    'http://liar.example/token', 'https://liar.example:22/',
                    'https://a@liar.example/', 'file:///etc/passwd', '', 7):
            self.fails('sso_metadata_not_valid',
                       metadata={'token_endpoint': bad})
            self.fails('sso_metadata_not_valid',
                       metadata={'authorization_endpoint': bad})

    def test_metadata_must_be_the_issuers_own_and_enough(self):
        for changed in ({'issuer': 'https://other.example'},
                        {'issuer': ISSUER + '/'}, {'issuer': None},
                        {'id_token_signing_alg_values_supported': ['HS256']},
                        {'code_challenge_methods_supported': ['plain']},
                        {'token_endpoint_auth_methods_supported': ['none']}):
            self.fails('sso_metadata_not_valid', metadata=changed)
        for body in (b'', b'[]', b'<html>', b'{"issuer": "x"} x'):
            self.fails('sso_metadata_not_valid',
                       discovery=lambda h, b=body: say(h, 200, b))
        self.fails('sso_provider_failed',
                   discovery=lambda h: say(h, 500, b'{}'))
        self.good()

    def test_a_name_that_moves_inside(self):
        with open(IDP + '/names', 'a', encoding='ascii') as file:
            file.write('A rebind.example %s 127.0.0.1\n' % ADDRESS)
        tenant, _ = tenant_with('https://rebind.example', 'app', 'secret')
        browser, sent = self.begin(tenant)  # first it is public
        page = browser.back(self.callback(
            sent, 'state=%s&code=%s' % (sent['state'],
                                        self.liar.code(sent)), tenant))
        self.refused(page, 'sso_address_refused', tenant=tenant)

    def test_huge_answers(self):
        for kind in ('discovery', 'exchange', 'jwks'):
            self.fails('sso_provider_failed', **{kind: huge(64 << 20)})
        self.fails('sso_provider_failed', jwks=lambda h: say(
            h, 200, b'{"keys":[' + b','.join([b'{}'] * 33) + b']}'))
        self.good()

    def test_odd_answers_to_a_code(self):
        for answer in ({'id_token': None}, {'id_token': 7},
                       {'id_token': {}}):
            self.fails('sso_answer_not_valid', answer=answer)
        for body in (b'', b'null', b'{"id_token":"a","id_token":"b"}'):
            self.fails('sso_answer_not_valid',
                       exchange=lambda h, b=body: say(h, 200, b))
        self.fails('sso_code_refused',
                   exchange=lambda h: say(h, 400, b'{}'))

    def test_slow_ones_are_left_alone(self):
        for kind, lie in (('exchange', slow(20)), ('jwks', drip(0.5)),
                          ('discovery', slow(20))):
            self.fails('sso_provider_slow', **{kind: lie})
            self.liar.lie()
            if kind == 'discovery':
                page = Browser().start(self.tenant)
            else:
                _, page = self.answer()
            self.refused(page, 'sso_provider_rests')
        self.good()

    def test_a_slow_provider_holds_nobody_else_up(self):
        tenant, _ = tenant_with('https://other.example', 'app', 'secret')
        self.good()
        waiting = [self.begin(tenant) for _ in range(12)]
        self.liar.lie(exchange=slow(6))

        def act(i):
            if i < 12:
                browser, sent = waiting[i]
                return browser.back(self.callback(
                    sent, 'state=%s&code=x' % sent['state'], tenant))
            time.sleep(1)
            began = time.monotonic()
            page = Browser().start(self.tenant)
            self.assertIsNone(page.problem)
            answer = request('GET', '/api/auth/health')
            self.assertEqual(answer.status, 200)
            return time.monotonic() - began

        results = together(13, act)
        self.assertLess(results[12], 2 * SLOW)
        problems = [page.problem for page in results[:12]]
        self.assertEqual(problems.count('sso_provider_slow'), 2)
        self.assertEqual(set(problems), {'sso_provider_slow', 'sso_busy'})


class Logout(Base):

    def token(self, header=None, **changes):
        now = int(time.time())
        claims = {'iss': ISSUER, 'aud': 'app', 'iat': now, 'exp': now + 60,
                  'jti': 'j', 'sub': 'liar-1', 'events': {
                      'http://schemas.openid.net/event/backchannel-logout':
                      {}}}
        claims.update(changes)
        head = {'alg': 'EdDSA', 'kid': self.liar.key.kid,
                'typ': 'logout+jwt'}
        head.update(header or {})
        return self.liar.key.sign(head, {
            k: v for k, v in claims.items() if v is not None})

    def send(self, token, tenant=None):
        return Browser().post('%s/api/sso/logout/%s' % (
            BASE, (tenant or self.tenant).slug), logout_token=token)

    def test_sessions_of_the_subject_end(self):
        first, second = self.good(), self.good()
        page = self.send(self.token())
        self.assertEqual(page.status, 204, page.body)
        self.assertEqual(DB.rows(
            "SELECT action, result, facts->>'sessions' FROM audit_event"
            ' WHERE request_id = $1', page.request_id)[0][:2],
            ('sso.logout', 'done'))
        for browser in (first, second):
            self.assertEqual(browser.me().status, 401)

    def test_an_old_word_does_not_reach_later_sessions(self):
        token = self.token(iat=int(time.time()) - 5)
        browser = self.good()
        self.assertEqual(self.send(token).status, 204)
        self.assertEqual(browser.me().status, 200)

    def test_a_provider_that_rests_may_end_sessions(self):
        browser = self.good()
        DB.run("UPDATE sso_provider SET rests_until = now() + interval '1 h'"
               ' WHERE tenant_id = $1', self.tenant.id)
        self.assertEqual(self.send(self.token()).status, 204)
        self.assertEqual(browser.me().status, 401)

    def test_a_session_by_its_sid(self):
        browser = self.good()
        self.assertEqual(self.send(self.token(sub=None,
                                              sid='other')).status, 204)
        self.assertEqual(browser.me().status, 200)
        self.assertEqual(self.send(self.token(sub=None,
                                              sid='sid-1')).status, 204)
        self.assertEqual(browser.me().status, 401)

    def test_no_other_token_ends_anything(self):
        browser = self.good()
        known_again(self.tenant)
        for changes in ({'iss': 'https://other.example'}, {'aud': 'x'},
                        {'nonce': 'n'}, {'events': None}, {'events': {}},
                        {'jti': None}, {'sub': None}, {'iat': None},
                        {'exp': int(time.time()) - 120}):
            page = self.send(self.token(**changes))
            self.assertEqual(page.status, 400, changes)
        for token in ('', 'a.b.c', Key().sign({'alg': 'EdDSA'}, {})):
            self.assertEqual(self.send(token).status, 400)
        self.assertEqual(self.send(self.token(header={
            'alg': 'none'})).status, 400)
        self.assertEqual(Browser().send(
            'POST', '%s/api/sso/logout/%s' % (BASE, self.tenant.slug), '{}',
            {'Content-Type': 'application/json'}).status, 415)
        other, _ = tenant_with('https://other.example', 'app', 'secret')
        self.assertEqual(self.send(self.token(), other).status, 400)
        self.assertEqual(browser.me().status, 200)


if __name__ == '__main__':
    unittest.main()
