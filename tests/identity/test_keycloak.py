# SPDX-License-Identifier: Apache-2.0
"""Sign-in with a real Keycloak: passwords, groups, back-channel logout."""
import json
import unittest
import urllib.parse

from support import TestCase, eventually
from support_http import BASE
from support_idp import Browser, claim, strangers, tenant_with
from support_sql import DB

KEYCLOAK = 'https://keycloak.example:8443'
ISSUER = KEYCLOAK + '/realms/test'
SECRET = 'only for tests, only for tests'


def answers():
    """Tells whether Keycloak serves the realm."""
    try:
        return Browser().get(
            ISSUER + '/.well-known/openid-configuration').status == 200
    except OSError:
        return False


class Admin:
    """A client of Keycloak's REST interface for administrators."""

    def __init__(self):
        self.browser = Browser()
        page = self.browser.post(
            KEYCLOAK + '/realms/master/protocol/openid-connect/token',
            grant_type='password', client_id='admin-cli', username='admin',
            password='admin')
        self.headers = {
            'Authorization': 'Bearer ' + json.loads(
                page.body)['access_token'],
            'Content-Type': 'application/json'}

    def call(self, method, path, body=None):
        """Sends a request below the realm."""
        return self.browser.send(
            method, KEYCLOAK + '/admin/realms/test' + path,
            None if body is None else json.dumps(body), self.headers)

    def user(self, name):
        """Returns the id of a user."""
        page = self.call('GET', '/users?exact=true&username=' + name)
        return json.loads(page.body)[0]['id']


class Keycloak(TestCase):

    @classmethod
    def setUpClass(cls):
        strangers()
        cls.tenant, cls.owner = tenant_with(ISSUER, 'app', SECRET,
                                            slug='keycloakco')
        claim(cls.tenant, cls.owner)
        eventually(240, answers, 'Keycloak')

    def form(self, user, password):
        """Starts a sign-in and sends Keycloak's password form."""
        browser = Browser()
        page = browser.start(self.tenant)
        self.assertIsNone(page.problem, page.location)
        page = browser.get(page.location)
        self.assertEqual(page.status, 200, page.body[:500])
        return browser, browser.post(page.action(), username=user,
                                     password=password, credentialId='')

    def sign_in(self, user):
        browser, page = self.form(user, user + "'s own")
        self.assertTrue(page.location.startswith(BASE), page.location)
        page = browser.back(page.location)
        self.assertEqual((page.location, page.problem),
                         (BASE + '/apps', None))
        return browser, json.loads(browser.me().body)

    def test_1_a_wrong_password_goes_no_further(self):
        browser, page = self.form('alice', 'wrong')
        self.assertEqual(page.status, 200)
        self.assertIn('Invalid username or password', page.body)
        self.assertEqual(browser.me().status, 401)

    def test_2_groups_become_roles(self):
        for user, role in (('alice', 'admin'), ('bob', 'developer')):
            _, me = self.sign_in(user)
            self.assertEqual(me['account']['email'],
                             user + '@people.example')
            self.assertEqual([(t['slug'], t['role'])
                              for t in me['tenants']],
                             [('keycloakco', role)])
        self.assertEqual(self.sign_in('alice')[1]['account']['name'],
                         'Alice Archer')

    def test_3_groups_change_at_the_next_sign_in(self):
        admin = Admin()
        groups = json.loads(admin.call('GET', '/groups').body)
        dev = [g['id'] for g in groups if g['name'] == 'dev'][0]
        path = '/users/%s/groups/%s' % (admin.user('bob'), dev)
        self.assertEqual(admin.call('DELETE', path).status, 204)
        self.assertEqual(self.sign_in('bob')[1]['tenants'][0]['role'],
                         'viewer')
        self.assertEqual(admin.call('PUT', path, {}).status, 204)
        self.assertEqual(self.sign_in('bob')[1]['tenants'][0]['role'],
                         'developer')

    def test_4_an_address_that_it_did_not_verify(self):
        browser, page = self.form('eve', "eve's own")
        page = browser.back(page.location)
        self.assertEqual(page.problem, 'sso_address_not_verified')
        self.assertEqual(browser.me().status, 401)

    def test_5_back_channel_logout(self):
        admin = Admin()
        alice, bob = self.sign_in('alice')[0], self.sign_in('bob')[0]
        sessions = json.loads(admin.call(
            'GET', '/users/%s/sessions' % admin.user('alice')).body)
        for session in sessions:
            self.assertEqual(admin.call(
                'DELETE', '/sessions/' + session['id']).status, 204)
        eventually(20, lambda: alice.me().status == 401, 'the end of it')
        self.assertEqual(bob.me().status, 200)
        self.assertEqual(DB.value(
            "SELECT result FROM audit_event WHERE action = 'sso.logout'"
            ' AND tenant_id = $1 ORDER BY id DESC LIMIT 1', self.tenant.id),
            'done')

    def test_6_other_algorithms(self):
        admin = Admin()
        client = json.loads(admin.call('GET', '/clients?clientId=app').body)
        client = client[0]
        for alg in ('ES256', 'EdDSA'):
            client['attributes']['id.token.signed.response.alg'] = alg
            self.assertEqual(admin.call('PUT', '/clients/' + client['id'],
                                        client).status, 204)
            DB.run('UPDATE sso_provider SET keys_tried_at = NULL'
                   ' WHERE tenant_id = $1', self.tenant.id)
            self.sign_in('bob')

    def test_7_who_asks_for_something_else_is_refused_there(self):
        browser = Browser()
        page = browser.start(self.tenant)
        at = urllib.parse.urlsplit(page.location)
        query = dict(urllib.parse.parse_qsl(at.query))
        del query['code_challenge'], query['code_challenge_method']
        page = browser.get(at._replace(
            query=urllib.parse.urlencode(query)).geturl())
        self.assertIn('error=invalid_request', page.location)
        self.assertEqual(browser.back(page.location).problem, 'sso_denied')


if __name__ == '__main__':
    unittest.main()
