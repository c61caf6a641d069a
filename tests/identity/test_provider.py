# SPDX-License-Identifier: Apache-2.0
"""Sign-in with a real oidc-provider: RS256, ES256, EdDSA, and new keys."""
import json
import os
import subprocess
import unittest

from support import SOURCE, STATE, TestCase, eventually
from support_http import BASE
from support_idp import (IDP, Browser, claim, known_again, strangers,
                         tenant_with)

ISSUER = 'https://op.example'
SECRET = 'only for tests: 0123456789abcdef0123456789'
ALGORITHMS = ('RS256', 'ES256', 'EdDSA')


class Provider(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.tenants = {alg: tenant_with(ISSUER, 'app-' + alg.lower(), SECRET)
                       for alg in ALGORITHMS}
        cls.process = None
        cls.start_provider()

    @classmethod
    def tearDownClass(cls):
        cls.process.terminate()
        cls.process.wait()

    @classmethod
    def start_provider(cls):
        if cls.process:
            cls.process.terminate()
            cls.process.wait()
        config = {
            'issuer': ISSUER, 'address': os.environ['IDENTITY_OP'],
            'port': 443, 'key': IDP + '/key.pem', 'cert': IDP + '/cert.pem',
            'secret': SECRET,
            'redirects': {alg: '%s/api/sso/callback/%s' % (BASE, t.slug)
                          for alg, (t, _) in cls.tenants.items()},
            'logouts': {alg: '%s/api/sso/logout/%s' % (BASE, t.slug)
                        for alg, (t, _) in cls.tenants.items()},
        }
        with open(IDP + '/provider.json', 'w', encoding='ascii') as file:
            json.dump(config, file)
        home = os.environ['IDENTITY_CACHE'] + '/provider'
        subprocess.run(['cp', os.path.dirname(os.path.abspath(__file__)) +
                        '/provider/provider.mjs', home], check=True)
        with open(STATE + '/log/op.log', 'ab') as log:
            cls.process = subprocess.Popen(
                [os.environ['IDENTITY_NODE'], home + '/provider.mjs', IDP + '/provider.json'],
                stdout=log, stderr=log)

        def answers():
            assert cls.process.poll() is None
            try:
                return Browser().get(
                    ISSUER + '/.well-known/openid-configuration'
                    ).status == 200
            except OSError:
                return False
        eventually(60, answers, 'the provider')

    def log_in(self, tenant, user, browser=None):
        """Signs in at the provider as a person does; returns the redirect that
        leads back."""
        browser = browser or Browser()
        page = browser.start(tenant)
        self.assertIsNone(page.problem, page.location)
        page = browser.get(page.location)
        for fields in ({'prompt': 'login', 'login': user, 'password': 'x'},
                       {'prompt': 'consent'}):
            if not page.location.startswith(ISSUER):
                break
            page = browser.post(page.location, **fields)
            page = browser.get(page.location)
        self.assertTrue(page.location.startswith(BASE), page.location)
        return browser, page.location

    def sign_in(self, alg, user):
        tenant, owner = self.tenants[alg]
        claim(tenant, owner)
        browser, url = self.log_in(tenant, user)
        page = browser.back(url)
        self.assertEqual((page.status, page.problem), (303, None),
                         page.location)
        self.assertEqual(page.location, BASE + '/apps')
        me = json.loads(browser.me().body)
        self.assertEqual(me['account']['email'], user + '@people.example')
        return browser, me

    def test_1_each_algorithm(self):
        for alg, user, role in (('RS256', 'alice', 'admin'),
                                ('ES256', 'bob', 'developer'),
                                ('EdDSA', 'bob', 'developer')):
            with self.subTest(alg=alg):
                strangers()
                _, me = self.sign_in(alg, user)
                self.assertEqual([t['role'] for t in me['tenants']], [role])

    def test_2_keys_change_and_keep_their_names(self):
        self.start_provider()
        for alg in ALGORITHMS:
            with self.subTest(alg=alg):
                strangers()
                known_again(self.tenants[alg][0])
                self.sign_in(alg, 'alice')

    def test_4_in_a_real_browser(self):
        """A real browser goes from the console's sign-in page to the provider
        and back."""
        strangers()
        tenant, owner = self.tenants['ES256']
        claim(tenant, owner)
        known_again(tenant)
        run = subprocess.run(
            ['sh', SOURCE + '/web/e2e/run', 'sso'],
            env=dict(os.environ, SUMMARY=STATE + '/summary.json',
                     ISSUER=ISSUER, EMAIL='alice@people.example',
                     TENANT=tenant.slug),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=240, check=False)
        for line in run.stdout.splitlines():
            print('# ' + line)
        self.assertEqual(run.returncode, 0)

    def test_3_a_stolen_code_is_of_no_use(self):
        tenant = self.tenants['RS256'][0]
        _, url = self.log_in(tenant, 'alice')
        code = url.partition('code=')[2].partition('&')[0]
        thief = Browser()
        page = thief.start(tenant)
        state = page.location.partition('state=')[2].partition('&')[0]
        page = thief.back('%s/api/sso/callback/%s?state=%s&code=%s&iss=%s' % (
            BASE, tenant.slug, state, code, ISSUER))
        self.assertEqual(page.problem, 'sso_code_refused')

    def test_4_a_code_is_good_once(self):
        tenant, owner = self.tenants['ES256']
        strangers()
        claim(tenant, owner)
        browser, url = self.log_in(tenant, 'bob')
        jar = dict(browser.cookies(BASE))
        self.assertIsNone(browser.back(url).problem)
        browser.cookies(BASE).update(jar)
        self.assertEqual(browser.back(url).problem, 'sso_state_not_valid')

    def test_5_a_settings_test_says_what_there_is(self):
        for alg in ALGORITHMS:
            _, owner = self.tenants[alg]
            known_again(self.tenants[alg][0])
            answer = self.assertAnswer(
                owner.post('/api/sso/provider/test'), 200).json()
            self.assertEqual(answer, {
                'good': True, 'problem': None, 'keys': 3,
                'algorithms': 'RS256 ES256 EdDSA',
                'advice': None})


if __name__ == '__main__':
    unittest.main()
