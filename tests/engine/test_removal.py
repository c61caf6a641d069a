# SPDX-License-Identifier: Apache-2.0
"""Stop, start and delete: what was deleted is gone everywhere and stays so."""
import time
import unittest

from support_once import check_app, check_audit, check_tenant, settled
from support_stack import (Account, TestCase, User, containers, database_role,
                           eventually, jar, leftovers, networks_of,
                           new_owner, number, owner, query, registry, tags,
                           tenants_sql)


class Removal(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.user, cls.slug, cls.tenant = new_owner()
        cls.data, cls.sha = jar()

    @classmethod
    def tearDownClass(cls):
        cls.user.delete_tenant()
        settled(cls.tenant)

    def deployed(self):
        """Returns the name of a new application that runs."""
        app = self.user.new_app()
        self.user.upload(app, self.data)
        self.user.running(app)
        return app

    def switch(self, app, verb, state):
        """Stops or starts the application and waits for the result."""
        got = self.user.want(202, 'POST', '/api/apps/%s/deployments/dev/%s'
                             % (app, verb))
        self.user.follow(got['operation'])
        eventually(30, lambda: self.user.deployment(app)['state'] == state,
                   state)

    def states(self, app):
        """Returns the states of the application's containers."""
        return [c['State'] for c in containers(tenant=self.slug, app=app)]

    def test_stopped_stays_stopped_and_starts_again(self):
        app = self.deployed()
        path = '/api/apps/%s/logs?environment=dev' % app
        eventually(60, lambda: self.user.get(path)['items'], 'its log')
        self.switch(app, 'stop', 'stopped')
        until = time.monotonic() + 6     # three rounds of the watch
        while time.monotonic() < until:
            self.assertNotIn('running', self.states(app))
            self.assertEqual(self.user.deployment(app)['state'], 'stopped')
            time.sleep(0.5)
        self.assertTrue(self.user.get(path)['items'], 'its log stays')
        self.switch(app, 'start', 'running')
        self.assertEqual(self.states(app), ['running'])
        self.assertEqual(number(
            'SELECT count(*) FROM deployment d JOIN application a'
            ' ON a.id = d.application_id WHERE a.name = $1', app), 1)
        check_audit(self, self.tenant)

    def test_deleted_application_is_gone_and_its_name_is_free(self):
        app = self.deployed()
        identity = query('SELECT id FROM application WHERE name = $1',
                         app)[0][0]
        got = self.user.want(202, 'DELETE', '/api/apps/' + app)
        self.user.follow(got['operation'])
        self.assertEqual(self.states(app), [])
        for table in ('release', 'deployment'):
            self.assertEqual(number('SELECT count(*) FROM %s WHERE'
                                    ' application_id = $1' % table,
                                    identity), 0, table)
        self.assertEqual(number('SELECT count(*) FROM application'
                                ' WHERE id = $1', identity), 0)
        self.assertEqual(number(
            'SELECT count(*) FROM app_log l WHERE l.tenant_id = $1 AND NOT'
            ' EXISTS (SELECT FROM deployment d WHERE d.id ='
            ' l.deployment_id)', self.tenant), 0)
        for path in ('', '/releases', '/deployments'):
            self.assertAnswer(self.user.call(
                'GET', '/api/apps/' + app + path), 404, 'no_such_app')
        self.user.want(201, 'POST', '/api/apps', {'name': app})
        self.user.upload(app, self.data)
        self.user.running(app)
        self.assertEqual(len(self.states(app)), 1)
        self.assertEqual(tags('%s/%s' % (self.slug, app)),
                         ['v1-' + self.sha[:12]])
        settled(self.tenant)

    def test_deletion_that_is_taken_back_changes_nothing(self):
        user, slug, tenant = new_owner()
        app = user.new_app()
        user.upload(app, self.data)
        user.running(app)
        before = sorted(c['Id'] for c in containers(tenant=slug))
        user.follow(user.want(202, 'DELETE',
                              '/api/tenants/current')['operation'])
        settled(tenant)
        stopped = containers(tenant=slug)
        self.assertEqual(sorted(c['Id'] for c in stopped), before)
        self.assertNotIn('running', [c['State'] for c in stopped])
        self.assertEqual(user.deployment(app)['state'], 'pending')
        path = '/t/%s/api/v1/health' % slug
        self.assertAnswer(user.call('GET', path), 403, 'tenant_leaving')
        self.assertEqual(tenants_sql(
            "SELECT count(*) FROM pg_namespace WHERE nspname = '%s'"
            % database_role(tenant)), '1')
        user.follow(user.want(202, 'DELETE',
                              '/api/tenants/deletion')['operation'])
        user.running(app)
        settled(tenant)
        eventually(60, lambda: user.call('GET', path).status == 200,
                   'its server')
        self.assertEqual([c['State'] for c in containers(tenant=slug)],
                         ['running'] * len(before))
        check_audit(self, tenant)
        user.delete_tenant()
        settled(tenant)

    def test_deleted_tenant_leaves_nothing(self):
        user = User(Account()).sign_in()
        slug, operation = user.new_tenant()
        user.follow(operation)
        tenant = (slug, check_tenant(self, slug))
        app = user.new_app()
        user.upload(app, self.data)
        user.running(app)
        check_app(self, user, tenant, app, self.sha)
        token = user.token
        self.assertEqual(len(tags('%s/%s' % (slug, app))), 1)
        user.delete_tenant()
        eventually(60, lambda: query('SELECT state FROM tenant WHERE id = $1',
                                     tenant[1]) == [('deleted',)], 'deleted')
        settled(tenant[1])
        self.assertEqual(containers(tenant=slug), [])
        self.assertEqual(networks_of(slug), [])
        self.check_images('%s/%s' % (slug, app))
        self.assertEqual(tenants_sql(
            "SELECT (SELECT count(*) FROM pg_roles WHERE rolname = '%s')"
            " + (SELECT count(*) FROM pg_namespace WHERE nspname = '%s')"
            % ((database_role(tenant[1]),) * 2)), '0')
        self.assertEqual(number('SELECT count(*) FROM deletion_certificate'
                                ' WHERE tenant_id = $1', tenant[1]), 1)
        check_audit(self, tenant[1])
        self.check_unknown(user, slug, token)

    def check_images(self, repository):
        """Checks that the registry has no image of a repository."""
        status, body = registry(repository + '/tags/list')
        self.assertTrue(status == 404 or not body['tags'], (status, body))

    def check_unknown(self, user, slug, token):
        """Checks that a deleted tenant's slug is unknown and cannot be taken
        again."""
        user.token = token
        self.assertAnswer(user.call('GET', '/api/tenants/current'), 403)
        stranger = owner()
        user.tenant = None
        user.sign_in()
        for who in (user, stranger):
            for path in ('/api/v1/health', '/api/v1/admin/license'):
                gone = who.call('GET', '/t/%s%s' % (slug, path))
                never = who.call('GET', '/t/nosuchtenant%s' % path)
                self.assertEqual((gone.status, gone.plain()),
                                 (404, never.plain().replace(
                                     b'nosuchtenant', slug.encode())))
            self.assertAnswer(who.call('POST', '/api/tenants', {
                'slug': slug, 'name': 'Again', 'tier': 'mid'}), 409,
                'slug_taken')
        self.assertNotIn(slug, [t['slug'] for t in user.get('/api/tenants')[
            'items']])

    def test_tenant_deleted_while_it_is_made(self):
        user = User(Account()).sign_in()
        for pause in (0.0, 0.4, 1.2):
            slug, _ = user.new_tenant()
            time.sleep(pause)
            gone = user.delete_tenant()
            eventually(90, lambda g=gone: query(
                'SELECT state FROM tenant WHERE id = $1', g) ==
                [('deleted',)], 'the end of ' + slug)
            settled(gone)
            self.assertEqual(containers(tenant=slug), [])
            self.assertEqual(networks_of(slug), [])
            self.assertEqual(tenants_sql(
                "SELECT count(*) FROM pg_roles WHERE rolname = '%s'"
                % database_role(gone)), '0')
            user.tenant = None
            user.sign_in()

    def test_application_deleted_while_it_is_made(self):
        apps = {self.user.new_app(): pause for pause in (0.0, 0.3, 1.0)}
        for app, pause in apps.items():
            self.user.upload(app, self.data)
            time.sleep(pause)
            self.user.want(202, 'DELETE', '/api/apps/' + app)
        for app in apps:
            eventually(60, lambda a=app: number(
                'SELECT count(*) FROM application WHERE name = $1', a) == 0,
                'the end of ' + app)
        settled(self.tenant)
        for app in apps:
            self.assertEqual(self.states(app), [])
        self.assertEqual(leftovers(), [])


if __name__ == '__main__':
    unittest.main()
