# SPDX-License-Identifier: Apache-2.0
"""Each application defines its health check. The API shows what is checked, and
reports a failure with its last lines and what still runs. Each application gets
the Java version that its classes need."""
import io
import time
import unittest
import zipfile

from support_stack import (READY, TestCase, containers, engine_get,
                           eventually, inspect, jar, new_owner, query, say)
from support_jar import good


def compiled_for(level):
    """Returns the example application as if compiled for that Java version; an
    older JVM does not load its classes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(jar()[0])) as old, \
            zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename.startswith('orders/') and \
                    entry.filename.endswith('.class'):
                data = data[:6] + (level + 44).to_bytes(2, 'big') + data[8:]
            new.writestr(entry, data)
    return out.getvalue()


class Health(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.user, cls.slug, _ = new_owner()
        cls.app = cls.user.new_app()
        cls.user.upload(cls.app, jar()[0])
        cls.user.running(cls.app)

    @classmethod
    def tearDownClass(cls):
        tenant = cls.user.delete_tenant()
        eventually(READY, lambda: query(
            'SELECT state FROM tenant WHERE id = $1', tenant) ==
            [('deleted',)], 'the removal of ' + cls.slug)

    def check(self, **what):
        version = self.user.get('/api/apps/' + self.app)['version']
        self.user.want(200, 'PATCH', '/api/apps/' + self.app, what,
                       headers={'If-Match': '"%d"' % version})

    def deploy(self, release=1):
        self.user.want(202, 'POST', '/api/apps/%s/deployments' % self.app, {
            'release': release, 'environment': 'dev'})

    def shown(self, state, seconds=READY):
        def there():
            found = self.user.deployment(self.app)
            return found if found['state'] == state else None
        return eventually(seconds, there, state)[0]

    def test_each_check_lets_it_run(self):
        for what in ({'health_check': 'tcp', 'health_port': 8080},
                     {'health_check': 'none'}, {'health_check': 'agent'},
                     {'health_check': 'http', 'health_port': 8080,
                      'health_path': '/hello'},
                     {'health_port': 9876,
                      'health_path': '/observe/health'}):
            began = time.monotonic()
            self.check(**what)
            self.deploy()
            self.user.running(self.app)
            say('%s: runs after %.1f s' % (what, time.monotonic() - began))

    def test_starting_says_at_once_what_is_asked_and_what_comes(self):
        self.check(health_check='http', health_port=9876,
                   health_path='/no/such/page')
        self.deploy()
        try:
            shown = self.shown('starting', 10)
            self.assertIn('GET :9876/no/such/page', shown['detail'])
            eventually(READY, lambda: 'it answers 404, not 200' in
                       self.user.deployment(self.app)['detail'],
                       'what the check said')
            self.assertEqual(len([c for c in containers(
                tenant=self.slug, app=self.app)
                if c['State'] == 'running']), 2)
        finally:
            self.check(health_path='/observe/health')
            self.deploy()
            self.user.running(self.app)

    def test_failure_says_what_runs_on_and_what_the_log_said_last(self):
        number = self.user.upload(self.app, good())['release']['number']
        shown = self.shown('failed', 90)
        self.assertEqual((shown['release'], shown['serving_release']),
                         (number, 1))
        self.assertIn('exit code 1', shown['detail'])
        self.assertIn('Release 1 still runs', shown['detail'])
        self.assertIn('Error', shown['last_lines'])
        said, = query(
            'SELECT error FROM operation o JOIN tenant t ON t.id ='
            " o.tenant_id WHERE t.slug = $1 AND o.kind = 'deployment.apply'"
            " AND o.state = 'failed'", self.slug)
        self.assertEqual(said[0], shown['detail'])
        self.deploy()
        shown, _ = self.user.running(self.app)
        self.assertEqual((shown['serving_release'], shown['last_lines']),
                         (0, None))

    def test_newer_java_is_chosen_by_the_jar(self):
        """Classes for Java 21 and 25 are run by a JVM that is new enough."""
        bases = {}
        for level in 17, 21, 25:
            app = self.user.new_app()
            release = self.user.upload(app, compiled_for(level))['release']
            self.assertEqual(release['jar_facts']['java_runtime'], level)
            self.user.running(app)
            container, = containers(tenant=self.slug, app=app)
            bases[level] = engine_get('/v1.41/images/%s/json' % inspect(
                container['Id'])['Image'])['RootFS']['Layers'][0]
            self.user.want(202, 'DELETE', '/api/apps/' + app)
        self.assertEqual(len(set(bases.values())), 3, bases)


if __name__ == '__main__':
    unittest.main()
