# SPDX-License-Identifier: Apache-2.0
"""Refusals state when to try again, which field is wrong, and what would be
right."""
import time
import unittest

from support import TestCase, unique
from support_http import request
from support_world import Account, Tenant, app


class When(TestCase):
    """Retry-After states the time that is left."""

    def test_a_lock_tells_how_long_it_lasts(self):
        account = Account()
        for _ in range(11):
            answer = request('POST', '/api/auth/login', {
                'email': account.email, 'password': 'wrong wrong wrong',
                'session': 'token'})
        self.assertAnswer(answer, 429, 'too_many_attempts')
        left = int(answer.headers['retry-after'])
        self.assertGreater(left, 280)
        self.assertLessEqual(left, 300)
        self.assertIn('5 minutes', answer.json()['detail'])
        time.sleep(2.1)
        again = request('POST', '/api/auth/login', {
            'email': account.email, 'password': 'wrong wrong wrong',
            'session': 'token'})
        self.assertLessEqual(int(again.headers['retry-after']), left - 2)

    def test_devices_that_wait_tell_when_the_first_ends(self):
        """Too many waiting devices of one address: the refusal states when the
        first one expires. 127.0.0.77 is used by no other test."""
        for _ in range(21):
            answer = request('POST', '/api/auth/device', {
                'client_name': 'test'}, source='127.0.0.77')
            if answer.status == 429 and answer.code == 'too_many_requests':
                time.sleep(1)
        while answer.status == 200:
            answer = request('POST', '/api/auth/device', {
                'client_name': 'test'}, source='127.0.0.77')
        self.assertAnswer(answer, 429, 'too_many_devices')
        left = int(answer.headers['retry-after'])
        self.assertGreater(left, 60)
        self.assertIn('%d s' % left, answer.json()['detail'])


class Which(TestCase):
    """A 409 or 422 names the field of the body that is wrong."""

    @classmethod
    def setUpClass(cls):
        cls.tenant = Tenant('high')
        cls.session = cls.tenant.login()

    def blamed(self, answer, status, code, field):
        self.assertAnswer(answer, status, code)
        errors = answer.json()['errors']
        self.assertEqual([error['field'] for error in errors], [field])
        self.assertEqual(errors[0]['detail'], answer.json()['detail'])

    def test_of_tenants(self):
        self.blamed(self.session.post('/api/tenants', {
            'slug': self.tenant.slug, 'name': 'x', 'tier': 'low'}), 409,
            'slug_taken', 'slug')
        self.blamed(self.session.post('/api/tenants', {
            'slug': 'health', 'name': 'x', 'tier': 'low'}), 422,
            'slug_reserved', 'slug')

    def test_of_applications(self):
        name = app(self.session)
        self.blamed(self.session.post('/api/apps', {'name': name}), 409,
                    'name_taken', 'name')

    def test_of_roles_teams_and_invitations(self):
        role = {'name': 'owner', 'permissions': ['app.read']}
        self.blamed(self.session.post('/api/tenants/roles', role), 422,
                    'name_reserved', 'name')
        role['name'] = unique('r-')
        self.assertAnswer(self.session.post('/api/tenants/roles', role), 201)
        self.blamed(self.session.post('/api/tenants/roles', role), 409,
                    'name_taken', 'name')
        self.blamed(self.session.post('/api/tenants/roles', {
            'name': unique('r-'), 'permissions': ['no.such']}), 422,
            'no_such_permission', 'permissions')
        email = unique('i') + '@example.test'
        self.assertAnswer(self.session.post('/api/tenants/invitations', {
            'email': email, 'role': 'viewer'}), 201)
        self.blamed(self.session.post('/api/tenants/invitations', {
            'email': email, 'role': 'viewer'}), 409, 'already_invited',
            'email')

    def test_of_tokens(self):
        self.blamed(self.session.post('/api/auth/tokens', {
            'name': 'x', 'scopes': ['no.such'], 'expires_in_days': 1}), 422,
            'no_such_scope', 'scopes')

    def test_of_passwords(self):
        self.blamed(self.session.post('/api/auth/me/password', {
            'old': 'wrong wrong wrong', 'new': unique('A good one is ')}),
            422, 'wrong_password', 'old')


class What(TestCase):
    """The text of a refusal states what would be right."""

    @classmethod
    def setUpClass(cls):
        cls.session = Tenant('high').login()

    def said(self, answer):
        self.assertAnswer(answer, 400, 'invalid_fields')
        return answer.json()['errors'][0]['detail']

    def test_lengths_are_in_characters(self):
        for name, detail in (('\u00fc' * 120, None),
                             ('\U0001f42b' * 120, None),
                             ('\u00fc' * 121, 'must have 1 to 120 '
                                              'characters, not 121')):
            answer = self.session.post('/api/apps', {
                'name': unique('app-'), 'display_name': name})
            if detail is None:
                self.assertAnswer(answer, 201)
                self.assertEqual(answer.json()['display_name'], name)
            else:
                self.assertEqual(self.said(answer), detail)

    def test_a_time_is_shown_by_an_example(self):
        path = '/api/tenants/audit?limit=1&from='
        for good in ('2026-11-29T20:00:00Z', '2026-11-29T20:00:00.123Z',
                     '2026-11-29T20:00:00.123456Z'):
            self.assertAnswer(self.session.get(path + good), 200)
        for bad in ('yesterday', '2026-11-29', '2026-02-30T00:00:00Z',
                    '2026-11-29T20:00:00', '2026-11-29T25:00:00Z'):
            self.assertIn('such as 2026-11-29T20:00:00Z', self.said(
                self.session.get(path + bad)), bad)

    def test_names_are_shown_by_an_example(self):
        for path, body, example in (
                ('/api/apps', {'name': 'Not Good'}, 'orders-eu'),
                ('/api/tenants', {'slug': 'a-b-c', 'name': 'x',
                                  'tier': 'low'}, 'acme2'),
                ('/api/tenants/invitations', {'email': 'nobody', 'role': 'viewer'},
                 'name@example.com')):
            self.assertIn('such as ' + example,
                          self.said(self.session.post(path, body)))


if __name__ == '__main__':
    unittest.main()
