# SPDX-License-Identifier: Apache-2.0
"""What people may do: GET /api/auth/me shows their permissions, and where each
holds."""
import unittest
import uuid

from support import TestCase
from support_http import request
from support_sql import DB
from support_world import ROLES, Account, Tenant, app
from test_platform import EVERYTHING, Operator


def grant(name, environments=None, applications=None):
    """Returns a permission as the API shows it; None means no limit."""
    return {'name': name, 'environments': environments,
            'applications': applications}


class Permissions(TestCase):
    """GET /api/auth/me lists what the account may do."""

    @classmethod
    def setUpClass(cls):
        cls.tenant = Tenant('high')

    def me(self, session):
        """Returns the body of GET /api/auth/me for a session."""
        return self.assertAnswer(session.get('/api/auth/me'), 200).json()

    def of_token(self, token):
        """Returns the body of GET /api/auth/me for an API token."""
        return self.assertAnswer(request('GET', '/api/auth/me', token=token),
                                 200).json()

    def api_token(self, session, *scopes):
        """Creates an API token for the account of the session; returns it."""
        answer = session.post('/api/auth/tokens', {
            'name': 'me', 'scopes': scopes, 'expires_in_days': 1})
        return self.assertAnswer(answer, 201).json()['token']

    def test_presets_have_all_they_give_without_a_limit(self):
        for role in ROLES:
            me = self.me(self.tenant.login(role))
            self.assertEqual(me['tenant'], self.tenant.slug)
            self.assertEqual(me['rule'], None)
            self.assertEqual(me['permissions'], [
                grant(name) for (name,) in DB.rows(
                    'SELECT unnest(permissions) AS p FROM role_preset'
                    ' WHERE name = $1 ORDER BY p', role)])

    def test_a_custom_role_names_its_environments(self):
        account = self.tenant.holder('tenant.read', 'app.read', 'app.deploy@prod',
                              'app.deploy@dev', 'log.read@dev')
        me = self.me(account.login(tenant=self.tenant.slug))
        self.assertEqual(me['permissions'], [
            grant('app.deploy', ['dev', 'prod']), grant('app.read'),
            grant('log.read', ['dev']), grant('tenant.read')])

    def test_no_limit_stands_for_all_environments(self):
        account = self.tenant.holder('tenant.read', 'app.deploy', 'app.deploy@dev')
        me = self.me(account.login(tenant=self.tenant.slug))
        self.assertEqual(me['permissions'], [grant('app.deploy'),
                                             grant('tenant.read')])

    def test_a_team_gives_for_its_applications_only(self):
        owner = self.tenant.login()
        apps = sorted([app(owner), app(owner)])
        account, team = self.tenant.holder('tenant.read', 'app.read',
                                    'app.deploy@dev'), str(uuid.uuid4())
        DB.run('INSERT INTO team (tenant_id, id, name, role)'
               " VALUES ($1, $2, $2, 'developer');"
               ' INSERT INTO team_member VALUES ($1, $2, $3);'
               ' INSERT INTO team_application SELECT $1, $2, id FROM'
               ' application WHERE tenant_id = $1 AND name IN ($4, $5)',
               self.tenant.id, team, account.id, *apps)
        me = self.me(account.login(tenant=self.tenant.slug))
        self.assertEqual(me['permissions'], [
            grant('app.deploy', ['dev']), grant('app.deploy', None, apps),
            grant('app.manage', None, apps), grant('app.read'),
            grant('log.read', None, apps), grant('tenant.read')])

    def test_what_is_listed_is_what_the_routes_decide(self):
        session = self.tenant.holder('tenant.read', 'app.read', 'audit.read').login(
            tenant=self.tenant.slug)
        may = {one['name'] for one in self.me(session)['permissions']}
        for path, permission in (
                ('/api/apps', 'app.read'),
                ('/api/tenants/audit', 'audit.read'),
                ('/api/tenants/members', 'member.read'),
                ('/api/billing/plan', 'billing.read')):
            self.assertEqual(session.get(path).status,
                             200 if permission in may else 403)

    def test_an_api_token_has_no_more_than_its_scopes(self):
        token = self.api_token(self.tenant.login(), 'app.read', 'log.read')
        self.assertEqual(self.of_token(token)['permissions'],
                         [grant('app.read'), grant('log.read')])
        account = self.tenant.holder('tenant.read', 'app.read', 'app.deploy@dev')
        session = account.login(tenant=self.tenant.slug)
        token = self.api_token(session, 'tenant.read')
        self.assertEqual(self.of_token(token)['permissions'],
                         [grant('tenant.read')])

    def test_an_api_token_is_told_of_its_own_tenant_only(self):
        account = self.tenant.member('viewer')
        Tenant().join(account, 'admin')
        session = account.login(tenant=self.tenant.slug)
        self.assertEqual(len(self.me(session)['tenants']), 2)
        me = self.of_token(self.api_token(session, 'tenant.read'))
        self.assertEqual([one['slug'] for one in me['tenants']],
                         [self.tenant.slug])
        self.assertEqual(me['account']['id'], account.id)

    def test_a_service_account_has_no_address(self):
        owner = self.tenant.login()
        made = self.assertAnswer(owner.post('/api/auth/service-accounts', {
            'name': 'pipeline', 'role': 'developer'}), 201).json()
        token = self.assertAnswer(owner.post(
            '/api/auth/service-accounts/%s/tokens' % made['id'], {
                'name': 't', 'scopes': ['app.read'],
                'expires_in_days': 1}), 201).json()['token']
        me = self.of_token(token)
        self.assertEqual((me['account']['name'], me['account']['email']),
                         ('pipeline', None))
        self.assertEqual(me['permissions'], [grant('app.read')])

    def test_an_operator_has_platform_permissions(self):
        for names in (EVERYTHING, ('platform.tenant.read',)):
            me = self.me(Operator(names).login())
            self.assertEqual((me['tenant'], me['tenants']), (None, []))
            self.assertEqual(me['permissions'],
                             [grant(name) for name in sorted(names)])

    def test_the_sign_in_policy_is_told(self):
        me = self.me(Operator().login(methods='{pwd}'))
        self.assertEqual(me['rule'], 'second_factor_required')

    def test_nothing_is_permitted_where_one_is_no_member(self):
        self.assertEqual(self.me(Account().login())['permissions'], [])
        account = self.tenant.member('admin')
        session = account.login(tenant=self.tenant.slug)
        DB.run('DELETE FROM membership WHERE account_id = $1', account.id)
        me = self.me(session)
        self.assertEqual((me['tenant'], me['permissions']), (None, []))


if __name__ == '__main__':
    unittest.main()
