# SPDX-License-Identifier: Apache-2.0
"""Permissions that are limited to environments and applications (M2.9), whether
a role or a team grants them."""
import unittest
import uuid

from support import TestCase, unique
from support_jar import good
from support_sql import DB
from support_world import Tenant, app


class Scopes(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.tenant = Tenant('high')
        cls.owner = cls.tenant.login()
        cls.mine, cls.other = app(cls.owner), app(cls.owner)
        for name in (cls.mine, cls.other):
            cls.tenant.release(name)
            cls.tenant.deployment(name)
        DB.run("UPDATE deployment SET wanted = 'running'"
               ' WHERE tenant_id = $1', cls.tenant.id)

    def teamed(self, role, *apps, base=('tenant.read',)):
        """Returns a member who has a role by a team, for these applications."""
        account, team = self.tenant.holder(*base), str(uuid.uuid4())
        DB.run('INSERT INTO team (tenant_id, id, name, role)'
               ' VALUES ($1, $2, $2, $3);'
               ' INSERT INTO team_member VALUES ($1, $2, $4)',
               self.tenant.id, team, role, account.id)
        for name in apps:
            DB.run('INSERT INTO team_application SELECT $1, $2, id FROM'
                   ' application WHERE tenant_id = $1 AND name = $3',
                   self.tenant.id, team, name)
        return account.login(tenant=self.tenant.slug)

    def login(self, *grants):
        """Returns a session of a new member with these grants."""
        return self.tenant.holder(*grants).login(tenant=self.tenant.slug)

    def deploy(self, session, environment, name=None):
        """Deploys release 1 to the environment; returns the answer."""
        return session.post('/api/apps/%s/deployments' % (
            name or self.mine), {'release': 1, 'environment': environment})

    def test_deploys_in_dev_and_not_in_prod(self):
        session = self.login('tenant.read', 'app.read', 'app.deploy@dev',
                             'log.read@dev')
        self.assertAnswer(self.deploy(session, 'dev'), 202)
        answer = self.assertAnswer(self.deploy(session, 'prod'), 403,
                                   'not_permitted')
        self.assertIn('in environment prod', answer.json()['detail'])
        self.assertIn('an owner can', answer.json()['detail'])
        for environment, status in (('dev', 202), ('prod', 403)):
            for what in ('stop', 'start'):
                answer = session.post('/api/apps/%s/deployments/%s/%s' % (
                    self.mine, environment, what))
                self.assertEqual(answer.status, status, answer.describe())
            answer = session.get('/api/apps/%s/logs?environment=%s' % (
                self.mine, environment))
            self.assertEqual(answer.status, 200 if status == 202 else 403)

    def test_environment_that_is_none_tells_nothing_else(self):
        session = self.login('tenant.read', 'app.read', 'app.deploy@dev')
        for name in ('prod', 'nowhere'):
            self.assertAnswer(self.deploy(session, name), 403,
                              'not_permitted')
        self.assertAnswer(self.deploy(self.owner, 'nowhere'), 422,
                          'no_such_environment')

    def test_upload_is_for_where_it_is_deployed_to(self):
        path = '/api/apps/%s/releases' % app(self.owner)
        session = self.login('tenant.read', 'app.read', 'app.deploy@prod')
        answer = self.assertAnswer(session.post(path, good()), 403,
                                   'not_permitted')
        self.assertIn('in environment dev', answer.json()['detail'])
        self.assertAnswer(session.post(path + '?deploy=false', good()), 202)
        session = self.login('tenant.read', 'app.read', 'app.deploy@dev')
        self.assertAnswer(session.post(path, good()), 202)

    def test_team_gives_its_applications_and_no_others(self):
        session = self.teamed('developer', self.mine)
        self.assertEqual([i['name'] for i in session.get(
            '/api/apps').json()['items']], [self.mine])
        self.assertAnswer(session.get('/api/apps/' + self.mine), 200)
        self.assertAnswer(self.deploy(session, 'prod'), 202)
        hidden = [session.get('/api/apps/' + name)
                  for name in (self.other, unique('app-'))]
        for answer in hidden:
            self.assertAnswer(answer, 404, 'no_such_app')
            self.assertEqual(answer.plain(), hidden[0].plain())
        for answer in (
                self.deploy(session, 'dev', self.other),
                session.delete('/api/apps/' + self.other),
                session.get('/api/apps/%s/releases' % self.other),
                session.get('/api/apps/%s/releases/1' % self.other),
                session.get('/api/apps/%s/deployments' % self.other),
                session.get('/api/apps/%s/logs?environment=dev' %
                            self.other),
                session.post('/api/apps/%s/releases' % self.other, good()),
                session.post('/api/apps/%s/deployments/dev/stop' %
                             self.other),
                session.patch('/api/apps/' + self.other,
                              {'display_name': 'Mine now'}, 1)):
            self.assertAnswer(answer, 404, 'no_such_app')

    def test_team_makes_no_new_applications(self):
        session = self.teamed('admin', self.mine)
        name = unique('app-')
        answer = self.assertAnswer(session.post(
            '/api/apps', {'name': name}), 403, 'not_permitted')
        self.assertIn('for application ' + name, answer.json()['detail'])
        self.assertAnswer(session.patch('/api/apps/' + self.mine, {
            'display_name': 'By the team'}, session.get(
                '/api/apps/' + self.mine).json()['version']), 200)

    def test_team_gives_nothing_of_the_tenant(self):
        session = self.teamed('owner', self.mine)
        for path in ('/api/tenants/members', '/api/tenants/audit',
                     '/api/billing/plan', '/api/license'):
            self.assertAnswer(session.get(path), 403, 'not_permitted')
        self.assertAnswer(session.delete('/api/tenants/current'), 403,
                          'not_permitted')

    def test_what_is_seen_and_not_permitted_is_a_403(self):
        session = self.teamed('viewer', self.mine)
        self.assertAnswer(session.get('/api/apps/' + self.mine), 200)
        for answer in (self.deploy(session, 'dev'),
                       session.delete('/api/apps/' + self.mine)):
            self.assertAnswer(answer, 403, 'not_permitted')
        both = self.teamed('developer', self.mine,
                           base=('tenant.read', 'app.read'))
        self.assertEqual(len(both.get('/api/apps').json()['items']), len(
            self.owner.get('/api/apps').json()['items']))
        self.assertAnswer(self.deploy(both, 'dev', self.other), 403,
                          'not_permitted')

    def test_pages_of_a_team_are_full(self):
        names = sorted(app(self.owner) for _ in range(5))
        session = self.teamed('viewer', *names)
        found, after = [], ''
        for _ in range(3):
            page = session.get('/api/apps?limit=2' + after).json()
            found += [i['name'] for i in page['items']]
            after = '&after=%s' % page['next']
        self.assertEqual(found, names)
        self.assertIsNone(page['next'])

    def test_who_is_in_no_team_sees_no_application(self):
        session = self.teamed('viewer')
        self.assertAnswer(session.get('/api/apps'), 403, 'not_permitted')


if __name__ == '__main__':
    unittest.main()
