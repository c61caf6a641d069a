# SPDX-License-Identifier: Apache-2.0
"""Providers in use: the test provider's documents take the shape of Entra ID,
Cognito, Okta, Authelia, Azure AD B2C and others. Each sign-in ends with a
session, or with a reason and a remedy (M2.10)."""
import json
import os
import sys
import time
import unittest

from support import SLOW, SOURCE, TestCase, eventually
from support_http import BASE, request, together
from support_idp import (IDP, Browser, claim, known_again, parameters,
                         strangers, tenant_with, trail)
from support_sql import DB
from support_sso import unflooded
from support_world import mails

sys.path.insert(0, SOURCE + '/tests/peers')
from oidc_liar import Key, Liar, encode, say, slow     # noqa: E402

ADDRESS = os.environ['IDENTITY_LIAR']
ISSUER = 'https://liar.example'
LEA = 'lea@people.example'
# What Entra ID puts around the claims that we use.
ENTRA = {'email_verified': None, 'preferred_username': LEA, 'ver': '2.0',
         'oid': '6a1f0e5c-0000-4000-8000-000000000001', 'uti': 'Zm9v',
         'tid': '1f2e3d4c-0000-4000-8000-000000000002', 'sid': None}


class Base(TestCase):
    settings, issuer = {}, ISSUER

    @classmethod
    def setUpClass(cls):
        cls.liar = Liar(ADDRESS, IDP + '/cert.pem', IDP + '/key.pem')
        cls.tenant, cls.owner = tenant_with(cls.issuer, 'app', 'secret',
                                            **cls.settings)
        claim(cls.tenant, cls.owner)

    @classmethod
    def tearDownClass(cls):
        cls.liar.close()

    def setUp(self):
        strangers()
        self.fresh()

    def fresh(self, **lies):
        """Sets the provider's lies and removes all that is cached about it."""
        self.liar.lie(**lies)
        self.liar.asked.clear()
        known_again(self.tenant)
        DB.run('UPDATE sso_provider SET metadata = NULL, keys = NULL'
               ' WHERE tenant_id = $1', self.tenant.id)
        unflooded()

    def come(self, query='', code=None, **lies):
        """Runs a sign-in from start to end; returns the browser, the callback's
        page and the last page."""
        self.fresh(**lies)
        browser = Browser()
        page = browser.start(self.tenant)
        self.assertIsNone(page.problem, page.location)
        sent = parameters(page.location)
        code = self.liar.code(sent) if code is None else code
        back = browser.get('%s/api/sso/callback/%s?state=%s&code=%s%s' % (
            BASE, self.tenant.slug, sent['state'], code, query))
        self.assertEqual(back.status, 303, back.body)
        return browser, back, back if back.problem else \
            browser.get(back.location)

    def comes_in(self, **lies):
        """Checks that the sign-in succeeds; returns the callback's page and the
        last page."""
        browser, back, page = self.come(**lies)
        self.assertIsNone(page.problem, (page.location, trail(
            page.request_id)))
        self.assertEqual(browser.me().status, 200)
        return back, page

    def kept_out(self, code, **lies):
        """Checks that the sign-in is refused; returns the last page."""
        _, _, page = self.come(**lies)
        self.assertEqual(page.problem, code)
        row = trail(page.request_id)[0]
        self.assertEqual((row[0], row[2:4]), (self.tenant.id,
                                              ('refused', code)))
        return page

    def fact(self, page, name, action='%'):
        return DB.rows('SELECT facts->>$2 FROM audit_event WHERE request_id'
                       ' = $1 AND action LIKE $3 AND facts ? $2',
                       page.request_id, name, action)

    def role(self):
        return DB.value('SELECT m.role FROM membership m JOIN account a'
                        ' ON a.id = m.account_id WHERE m.tenant_id = $1'
                        ' AND a.email = $2', self.tenant.id, LEA)

    def asked(self, last):
        return [a for a in self.liar.asked if a[1].endswith('/' + last)]


class Addresses(Base):

    def test_a_provider_that_says_nothing_of_addresses(self):
        for claims in (ENTRA, {'email_verified': None},
                       dict(ENTRA, xms_edov=True), dict(ENTRA, xms_edov=1),
                       dict(ENTRA, xms_edov='1')):
            with self.subTest(claims=claims):
                strangers()
                _, page = self.comes_in(claims=claims)
                self.assertEqual(
                    self.fact(page, 'email_proof', 'session.open'),
                    [('said' if 'xms_edov' in claims else 'domain',)])

    def test_verified_as_text(self):
        _, page = self.comes_in(claims={'email_verified': 'true'})
        self.assertEqual(self.fact(page, 'email_proof', 'session.open'),
                         [('said',)])

    def test_a_provider_that_says_no(self):
        for claims in ({'email_verified': False},
                       {'email_verified': 'false'}, {'email_verified': 0},
                       {'email_verified': []}, dict(ENTRA, xms_edov='0'),
                       dict(ENTRA, xms_edov=False)):
            with self.subTest(claims=claims):
                self.kept_out('sso_address_not_verified', claims=claims)

    def test_no_address(self):
        for claims in ({'email': None}, {'email': ''}, {'email': 7},
                       {'email': 'a@b@people.example'},
                       {'email': 'Lea <lea@people.example>'}):
            with self.subTest(claims=claims):
                self.kept_out('sso_address_missing', claims=claims)

    def test_silence_proves_no_domain_of_others(self):
        self.kept_out('sso_domain_not_verified', claims=dict(
            ENTRA, email='lea@elsewhere.example'))
        DB.run('UPDATE sso_domain SET verified_at = NULL'
               ' WHERE tenant_id = $1', self.tenant.id)
        self.kept_out('sso_domain_not_verified', claims=ENTRA)
        DB.run('UPDATE sso_domain SET verified_at = now()'
               ' WHERE tenant_id = $1', self.tenant.id)

    def test_a_list_of_addresses(self):
        self.comes_in(claims={'email': None, 'email_verified': None,
                              'emails': [LEA, 'b@people.example']})
        strangers()
        self.kept_out('sso_address_missing', claims={
            'email': None, 'emails': []})

    def test_an_address_in_capitals(self):
        self.comes_in(claims={'email': 'Lea@People.Example'})
        self.assertEqual(self.role(), 'viewer')

    def test_a_domain_in_any_script(self):
        claim(self.tenant, self.owner, 'Müller.example')
        self.comes_in(claims={'email': 'lea@mÜller.example'})
        self.assertEqual(DB.value(
            'SELECT count(*) FROM account WHERE email = $1',
            'lea@xn--mller-kva.example'), '1')
        for address in ('x@m%C3%BCller.example', 'x@xn--mller-kva.example'):
            self.assertEqual(request(
                'GET', '/api/sso/discover?email=' + address).json()['tenant'],
                self.tenant.slug)
        DB.run("DELETE FROM sso_identity; UPDATE account SET email = id ||"
               " '@gone.example' WHERE email LIKE '%@xn--mller-kva.example'")

    def test_a_name_that_hides_something(self):
        for name, shown in (('Lea \u202erenwO\u202c \u200b(Support)',
                             'Lea renwO (Support)'), ('\u200b\u200b', LEA)):
            strangers()
            self.comes_in(claims={'name': name})
            self.assertEqual(DB.value(
                'SELECT name FROM account WHERE email = $1', LEA), shown)

    def test_a_name_in_parts(self):
        self.comes_in(claims={'name': None, 'given_name': 'Lea',
                              'family_name': 'Person'})
        self.assertEqual(DB.value('SELECT name FROM account WHERE email = $1',
                                  LEA), 'Lea Person')


class Shared(Base):
    """An issuer at which everybody can get an account."""
    issuer = 'https://accounts.google.com'

    def test_only_what_it_says_counts(self):
        for claims in ({'email_verified': None}, {},
                       {'email_verified': None, 'hd': 'people.example'}):
            with self.subTest(claims=claims):
                self.kept_out('sso_issuer_shared', claims=claims)
        self.kept_out('sso_address_not_verified', claims={
            'email_verified': False, 'hd': 'people.example'})
        self.comes_in(claims={'hd': 'people.example'})

    def test_the_owner_is_told(self):
        self.fresh()
        answer = self.assertAnswer(
            self.owner.post('/api/sso/provider/test'), 200).json()
        self.assertTrue(answer['good'])
        self.assertIn('Anybody can get an account', answer['advice'])


class UserInfo(Base):
    THIN = {'email': None, 'email_verified': None, 'name': None}
    INFO = {'sub': 'liar-1', 'email': LEA, 'email_verified': True,
            'name': 'Lea Person'}

    def signed(self, header=None, key=None, **claims):
        claims = {**self.INFO, 'iss': ISSUER, 'aud': 'app', **claims}
        return (key or self.liar.key).sign(
            dict({'alg': 'EdDSA', 'kid': self.liar.key.kid}, **header or {}),
            claims).encode()

    def test_a_thin_token(self):
        self.comes_in(claims=self.THIN, info=self.INFO)
        asked = self.asked('userinfo')
        self.assertEqual(len(asked), 1)
        self.assertEqual(asked[0][2]['Authorization'], 'Bearer x')
        self.assertEqual(DB.value('SELECT name FROM account WHERE email = $1',
                                  LEA), 'Lea Person')

    def test_a_signed_answer(self):
        self.comes_in(claims=self.THIN, info=self.signed())

    def test_nobody_asks_without_need(self):
        self.comes_in(claims={'groups': []}, info=self.INFO)
        self.assertEqual(self.asked('userinfo'), [])

    def test_groups_that_only_user_info_has(self):
        self.comes_in(info=dict(self.INFO, groups=['admins']))
        self.assertEqual(self.role(), 'admin')
        self.comes_in(info=dict(self.INFO))
        self.assertEqual(self.role(), 'viewer')

    def test_the_address_and_its_proof_come_from_one_document(self):
        self.kept_out('sso_address_not_verified',
                      claims={'email': None, 'email_verified': True},
                      info=dict(self.INFO, email_verified=False))
        self.kept_out('sso_domain_not_verified',
                      claims={'email': 'lea@elsewhere.example'},
                      info=self.INFO)

    def test_somebody_else(self):
        for info in (dict(self.INFO, sub='liar-2'), self.signed(sub='x'),
                     {'email': LEA}, []):
            with self.subTest(info=info):
                if info == []:
                    self.kept_out('sso_userinfo_failed', claims=self.THIN,
                                  info=b'[]')
                else:
                    self.kept_out('sso_userinfo_not_valid',
                                  claims=self.THIN, info=info)

    def test_answers_that_are_none(self):
        none = encode({'alg': 'none'}) + '.' + encode(self.INFO) + '.'
        for info in (b'', b'<html>', b'{"sub":"liar-1","sub":"x"}',
                     none.encode(), self.signed(key=Key()),
                     self.signed(iss='https://other.example'),
                     self.signed(aud='another'),
                     self.signed(events={}), b'a.b.c.d.e'):
            with self.subTest(info=info):
                page = self.kept_out('sso_userinfo_failed',
                                     claims=self.THIN, info=info)
                self.assertNotEqual(DB.rows(
                    "SELECT 1 FROM audit_event WHERE tenant_id = $1 AND"
                    " action = 'sso.callback' AND facts ? 'userinfo' AND at"
                    " > now() - interval '5 s'", self.tenant.id), [], page)

    def test_who_is_known_comes_in_without_it(self):
        self.comes_in(claims=self.THIN, info=dict(
            self.INFO, groups=['admins']))
        back, _ = self.comes_in(
            claims=self.THIN, userinfo=lambda h: say(h, 500, b'{}'))
        self.assertEqual(self.fact(back, 'userinfo'),
                         [('the provider answers with 500',)])
        self.assertEqual(self.fact(back, 'groups'),
                         [('not known: the role is kept',)])
        self.assertEqual(self.role(), 'admin')

    def test_a_silent_one_is_left_alone(self):
        _, back, _ = self.come(claims=self.THIN, userinfo=slow(20))
        self.assertEqual(back.problem, 'sso_provider_slow')

    def test_a_token_of_another_type(self):
        self.kept_out('sso_userinfo_failed', claims=self.THIN,
                      info=self.INFO, answer={'token_type': 'DPoP'})
        self.comes_in(claims=self.THIN, info=self.INFO,
                      answer={'token_type': 'bearer',
                              'access_token': 'y' * 8000})

    def test_an_endpoint_inside(self):
        self.kept_out('sso_userinfo_failed', claims=self.THIN,
                      info=self.INFO, metadata={
                          'userinfo_endpoint': 'https://inside.example/'})


class Groups(Base):
    OVERAGE = {'_claim_names': {'groups': 'src1'}, '_claim_sources': {
        'src1': {'endpoint': 'https://graph.example/getMemberObjects'}}}

    def rows(self, page):
        return DB.rows(
            'SELECT action, subject_type, facts FROM audit_event WHERE'
            " tenant_id = $1 AND request_id = $2 AND action LIKE 'member.%'",
            self.tenant.id, page.request_id)

    def test_announced_is_not_empty(self):
        for claims in (self.OVERAGE, {'hasgroups': True}):
            with self.subTest(claims=claims):
                strangers()
                self.comes_in(claims={'groups': ['admins']})
                self.assertEqual(self.role(), 'admin')
                back, page = self.comes_in(claims=claims)
                self.assertEqual(self.role(), 'admin')
                self.assertEqual(self.rows(page), [])
                self.assertEqual(self.fact(back, 'groups'), [
                    ('not sent, too many: the role is kept',)])

    def test_empty_and_absent_are_empty(self):
        for claims in ({'groups': []}, {}, {'groups': None},
                       {'hasgroups': False}, {'_claim_names': {}}):
            with self.subTest(claims=claims):
                strangers()
                self.comes_in(claims={'groups': ['admins']})
                self.comes_in(claims=claims)
                self.assertEqual(self.role(), 'viewer')

    def test_a_new_member_has_a_row(self):
        _, page = self.comes_in(claims={'groups': ['dev']})
        self.assertEqual([(r[0], r[1]) for r in self.rows(page)],
                         [('member.join', 'account')])
        self.assertEqual(self.fact(page, 'role', 'member.join'),
                         [('developer',)])

    def test_a_changed_role_has_a_row_and_a_mail(self):
        self.comes_in(claims={'groups': ['dev']})
        told = len(mails(LEA))
        DB.run('INSERT INTO invitation (tenant_id, id, email, role, digest,'
               ' invited_by, expires_at) SELECT $1, gen_random_uuid(),'
               " 'guest@people.example', 'viewer', 'digest-' || a.id, a.id,"
               " now() + interval '1 day' FROM account"
               '  a WHERE a.email = $2', self.tenant.id, LEA)
        _, page = self.comes_in(claims={'groups': ['admins', 'dev']})
        self.assertEqual(self.rows(page)[0][:2], ('member.edit', 'account'))
        self.assertEqual(
            [self.fact(page, name, 'member.edit') for name in (
                'role', 'new_role', 'by', 'invitations_withdrawn')],
            [[('developer',)], [('admin',)], [('the provider',)], [('1',)]])
        texts, _ = eventually(20, lambda: mails(LEA)[told:], 'a mail')
        self.assertEqual(len(texts), 1)
        self.assertIn('The identity provider of the tenant changed your role',
                      texts[0])
        self.assertIn('from now on it is admin', texts[0])
        # what they sent with the old role is withdrawn, as by hand
        self.assertEqual(DB.value('SELECT count(*) FROM invitation WHERE'
                                  ' tenant_id = $1', self.tenant.id), '0')
        _, page = self.comes_in(claims={'groups': ['admins']})
        self.assertEqual(self.rows(page), [])

    def test_many_groups(self):
        groups = ['%032d' % i for i in range(5000)] + ['admins']
        self.comes_in(claims={'groups': groups})
        self.assertEqual(self.role(), 'admin')


class Sizes(Base):

    def test_long_codes(self):
        for length in (2000, 2400, 4096, 6000):
            with self.subTest(length=length):
                self.comes_in(code_length=length)

    def test_a_large_token(self):
        for size in (12 << 10, 16 << 10, 100 << 10):
            with self.subTest(size=size):
                self.comes_in(claims={'extra': 'x' * size})

    def test_more_keys_than_we_need(self):
        others = [{'kty': 'EC', 'crv': 'P-384', 'kid': str(i), 'x': 'AA',
                   'y': 'AA'} for i in range(300)]
        self.comes_in(keys_before=others)
        self.comes_in(keys_before=[dict(Key().jwk(), kid=str(i))
                                   for i in range(40)])

    def test_fractions_of_a_second(self):
        now = time.time()
        self.comes_in(claims={'iat': now + 0.25, 'nbf': now - 0.75,
                              'exp': now + 300.5})

    def test_clocks(self):
        now = int(time.time())
        self.comes_in(claims={'iat': now + 45, 'nbf': now + 45})
        _, back, _ = self.come(claims={'iat': now + 120})
        self.assertEqual(back.problem, 'sso_token_not_valid')

    def test_header_that_names_keys(self):
        self.comes_in(header={'jku': ISSUER + '/keys', 'x5t': 'YQ',
                              'x5u': ISSUER, 'app_id': '7f', 'ver': '1.0'})
        self.comes_in(header={'kid': None})

    def test_audiences(self):
        self.comes_in(claims={'aud': ['app']})
        self.comes_in(claims={'aud': ['app', 'account'], 'azp': 'app'})

    def test_no_word_about_pkce(self):
        self.comes_in(metadata={'code_challenge_methods_supported': None})


class Elsewhere(Base):
    """Azure AD B2C publishes its metadata outside the issuer's URL."""
    issuer = ISSUER + '/4c2f1234/v2.0/'
    settings = {'metadata_url': ISSUER + '/acme.example/b2c_1_signin/v2.0'
                '/.well-known/openid-configuration?p=B2C_1'}
    SETTINGS = {'issuer': issuer, 'client_id': 'app',
                'default_role': 'viewer'}

    def put(self, **changes):
        return self.owner.call('PUT', '/api/sso/provider',
                               dict(self.SETTINGS, **changes))

    def test_the_owner_says_where(self):
        self.comes_in(metadata={'issuer': self.issuer})
        shown = self.owner.get('/api/sso/provider').json()
        self.assertEqual(shown['metadata_url'],
                         self.settings['metadata_url'])

    def test_the_issuer_is_still_compared(self):
        self.fresh()
        page = Browser().start(self.tenant)
        self.assertEqual(page.problem, 'sso_metadata_not_valid')
        told = self.owner.post('/api/sso/provider/test').json()
        self.assertFalse(told['good'])
        self.assertIn('names the issuer %s/acme.example/b2c_1_signin/v2.0:'
                      ' enter exactly that' % ISSUER, told['problem'])

    def test_a_template(self):
        self.fresh(metadata={'issuer': ISSUER + '/{tenantid}/v2.0'})
        told = self.owner.post('/api/sso/provider/test').json()
        self.assertIn('is for all directories', told['problem'])

    def test_another_place_is_another_provider(self):
        self.comes_in(metadata={'issuer': self.issuer})
        other = ISSUER + '/mine/.well-known/openid-configuration'
        self.assertAnswer(self.put(metadata_url=other), 422,
                          'client_secret_required')
        for bad in ('http://liar.example/x', 'https://10.0.0.1/x',
                    'https://liar.example:9443/x'):
            self.assertAnswer(self.put(metadata_url=bad,
                                       client_secret='s'), 422,
                              'metadata_url_refused')
        self.assertIsNotNone(self.owner.get(
            '/api/sso/provider').json()['proven_at'])
        self.assertAnswer(self.put(metadata_url=other, client_secret='s'),
                          200)
        self.assertIsNone(self.owner.get(
            '/api/sso/provider').json()['proven_at'])
        self.assertAnswer(self.put(client_secret='s', **self.settings), 200)


class Refusals(Base):

    def test_what_the_provider_says_is_kept(self):
        browser = Browser()
        sent = parameters(browser.start(self.tenant).location)
        page = browser.back(
            '%s/api/sso/callback/%s?state=%s&error=access_denied&'
            'error_description=AADSTS50105%%3A+The+user+lea%%40people.example'
            '+is+not+assigned%%0D%%0A%s&error_uri=https%%3A%%2F%%2Fx' % (
                BASE, self.tenant.slug, sent['state'], '%C3%BC' * 200))
        self.assertEqual(page.problem, 'sso_denied')
        reason = trail(page.request_id)[0][4]
        self.assertTrue(reason.startswith(
            'access_denied: AADSTS50105: The user people.example is not'
            ' assigned  üü'), reason)
        self.assertLessEqual(len(reason.encode()), 200)


class Waiting(TestCase):
    """A slow provider does not hold the platform (T10)."""

    @classmethod
    def setUpClass(cls):
        cls.liar = Liar(ADDRESS, IDP + '/cert.pem', IDP + '/key.pem')

    @classmethod
    def tearDownClass(cls):
        cls.liar.close()

    def test_four_silent_ones_hold_nobody_up(self):
        strangers()
        tenant, owner = tenant_with(ISSUER, 'app', 'secret')
        claim(tenant, owner)
        # it answered before; its documents must be read again
        self.assertTrue(owner.post('/api/sso/provider/test').json()['good'])
        DB.run('UPDATE sso_provider SET metadata = NULL WHERE tenant_id = $1',
               tenant.id)
        silent = [tenant_with('https://other.example', 'app', 'secret')[0]
                  for _ in range(4)]
        unflooded()

        def selective(handler):
            if handler.headers['Host'] == 'other.example':
                time.sleep(7)
                say(handler, 500, b'{}')
                return
            say(handler, 200, json.dumps(
                self.liar.metadata(ISSUER)).encode())

        self.liar.lie(discovery=selective)
        spent = []

        def act(i):
            if i < 16:
                return Browser().start(silent[i % 4]).problem
            time.sleep(1)
            for _ in range(4):
                began = time.monotonic()
                answer = request('GET', '/api/sso/discover?email=a@b.example')
                self.assertEqual(answer.status, 200)
                browser = Browser()
                page = browser.start(tenant)
                self.assertIsNone(page.problem)
                spent.append(time.monotonic() - began)
            return None

        found = together(17, act)
        self.assertLess(max(spent), 2 * SLOW)
        self.assertEqual(set(found[:16]), {'sso_provider_slow', 'sso_busy'})
        self.assertLessEqual(found[:16].count('sso_provider_slow'), 2)

    def test_the_longer_it_is_silent_the_longer_it_rests(self):
        tenant, _ = tenant_with('https://other.example', 'app', 'secret')
        self.liar.lie(discovery=slow(7))
        rests = []
        for _ in range(2):
            DB.run('UPDATE sso_provider SET rests_until = NULL'
                   ' WHERE tenant_id = $1', tenant.id)
            unflooded()
            self.assertEqual(Browser().start(tenant).problem,
                             'sso_provider_slow')
            rests.append(int(DB.value(
                'SELECT round(extract(epoch FROM rests_until - now()))'
                ' FROM sso_provider WHERE tenant_id = $1', tenant.id)))
        self.assertAlmostEqual(rests[0], 15, delta=2 * SLOW)
        self.assertAlmostEqual(rests[1], 30, delta=2 * SLOW)
        self.liar.lie()
        known_again(tenant)
        self.assertIsNone(Browser().start(tenant).problem)
        self.assertEqual(DB.value('SELECT silences FROM sso_provider'
                                  ' WHERE tenant_id = $1', tenant.id), '0')


class Oracle(TestCase):
    """A test of a provider does not reveal the internal network (T10)."""

    def test_names_inside_and_names_of_nobody_look_the_same(self):
        told = set()
        for issuer in ('https://inside.example', 'https://nobody.example',
                       'https://metadata.example'):
            tenant, owner = tenant_with(issuer, 'app', 'secret')
            answer = self.assertAnswer(
                owner.post('/api/sso/provider/test'), 200).json()
            self.assertFalse(answer['good'])
            told.add(answer['problem'])
            unflooded()
            page = Browser().start(tenant)
            self.assertEqual(page.problem, 'sso_address_refused')
            told.add(trail(page.request_id)[0][4])
        self.assertEqual(told, {'the name leads to no public address'})

    def test_addresses_are_refused_at_once(self):
        _, owner = tenant_with(ISSUER, 'app', 'secret')
        for host in ('127.0.0.1', '10.0.0.1', '1.1.1.1', '0x7f000001',
                     '2130706433', '127.1', '[::1]', '[2606:4700::1111]',
                     'localhost', 'redis'):
            self.assertAnswer(owner.call('PUT', '/api/sso/provider', {
                'issuer': 'https://%s/x' % host, 'client_id': 'app',
                'client_secret': 's', 'default_role': 'viewer'}), 422,
                'issuer_refused')


if __name__ == '__main__':
    unittest.main()
