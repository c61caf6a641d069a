# SPDX-License-Identifier: Apache-2.0
"""The registry serves an image to its owner, and to nobody else."""
import base64
import glob
import http.client
import io
import json
import os
import socket
import stat
import subprocess
import unittest
import zipfile

from support_once import settled
from support_stack import (ENV, REGISTRY, REGISTRY_SOCKET, STATE, TestCase,
                           containers, eventually, jar, new_owner, reader,
                           registry_get, say)

ANY = 'sha256:' + '0' * 64
MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
UIDS = {'a stranger': 65534, 'apps.fcgi': 63103, 'a container': 65532,
        'nginx': int(subprocess.run(['id', '-u', 'www-data'], check=True,
                                    stdout=subprocess.PIPE).stdout)}
CONNECT = 'import socket, sys; socket.socket(socket.AF_UNIX).connect(' \
    'sys.argv[1])'


def ask(method, path, login=None):
    """Returns status and body of an answer at the registry's engine side; sends
    the path unchanged."""
    host, _, port = REGISTRY.partition(':')
    headers = {'Accept': MANIFEST}
    if login:
        headers['Authorization'] = 'Basic ' + base64.b64encode(
            ':'.join(login).encode()).decode()
    connection = http.client.HTTPConnection(host, int(port), timeout=30)
    try:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def changed(text):
    """Returns the example application in another JAR, which makes another
    image."""
    whole = io.BytesIO(jar()[0])
    with zipfile.ZipFile(whole, 'a') as archive:
        archive.writestr('changed.txt', text)
    return whole.getvalue()


def podman(*args):
    """Runs podman against the engine; returns its output."""
    return subprocess.run(
        ('podman', '--url', ENV['engine']) + args, check=True,
        stdout=subprocess.PIPE).stdout


class Registry(TestCase):

    @classmethod
    def setUpClass(cls):
        """Creates a second tenant with a running application."""
        cls.user, cls.slug, cls.tenant = new_owner()
        cls.app = cls.user.new_app()
        cls.user.upload(cls.app, changed(cls.slug))
        cls.user.running(cls.app)
        cls.own = cls.paths('%s/%s' % (cls.slug, cls.app),
                            cls.image().partition('@')[2])
        cls.others = cls.paths(*ENV['image'].partition('/')[2].split('@'))

    @classmethod
    def tearDownClass(cls):
        path = STATE + '/readers/' + cls.slug
        assert os.path.exists(path)
        cls.user.delete_tenant()
        settled(cls.tenant)
        eventually(30, lambda: not os.path.exists(path), 'no login is left')
        assert ask('GET', cls.own[0], reader(cls.slug))[0] == 403

    @classmethod
    def image(cls):
        """Returns the image of the application's container."""
        return containers(tenant=cls.slug, app=cls.app)[0]['Image']

    @staticmethod
    def paths(repository, digest):
        """Returns the paths of a manifest, its config and its last layer."""
        manifest = json.loads(subprocess.run(
            ['curl', '-sf', '--unix-socket', REGISTRY_SOCKET, '-H',
             'Accept: ' + MANIFEST, 'http://localhost/v2/%s/manifests/%s'
             % (repository, digest)], check=True,
            stdout=subprocess.PIPE).stdout)
        return ['/v2/%s/manifests/%s' % (repository, digest)] + [
            '/v2/%s/blobs/%s' % (repository, blob['digest'])
            for blob in (manifest['config'], manifest['layers'][-1])]

    def test_nobody_pulls_or_pushes_without_a_password(self):
        repository = '/v2/%s/orders/' % ENV['tenant']
        asked = [('GET', path) for path in self.own + self.others + [
            '/v2/', '/v2/_catalog', '/', repository + 'tags/list',
            '/v2/platform/jre-base/manifests/latest']]
        asked += [('HEAD', self.own[0]), ('DELETE', self.own[0]),
                  ('PUT', repository + 'manifests/latest'),
                  ('POST', repository + 'blobs/uploads/'),
                  ('PATCH', repository + 'blobs/uploads/x'),
                  ('POST', '/v2/new/app/blobs/uploads/?mount=%s&from=%s/orders'
                   % (ANY, ENV['tenant']))]
        for login in (None, ('pull', 'wrong'), ('pull', ''),
                      ('', reader(self.slug)[1])):
            for method, path in asked:
                with self.subTest(login=login, asked=method + ' ' + path):
                    status = ask(method, path, login)[0]
                    # 403: nginx has no file of that owner
                    self.assertIn(status, (401, 403) if login else (401,))

    def test_tenant_reads_own_images_and_nobody_elses(self):
        mine, theirs = reader(self.slug), reader(ENV['tenant'])
        for path in self.own:
            self.assertEqual(ask('GET', path, mine)[0], 200, path)
            self.assertEqual(ask('GET', path, theirs)[0], 401, path)
        for path in self.others:
            self.assertEqual(ask('GET', path, theirs)[0], 200, path)
            self.assertEqual(ask('GET', path, mine)[0], 401, path)
        self.assertEqual(ask('GET', '/v2/platform/jre-base/manifests/latest',
                             mine)[0], 401)

    def test_no_spelling_of_a_path_leads_elsewhere(self):
        mine, them = reader(self.slug), ENV['tenant']
        rest = self.others[0].partition('/v2/%s' % them)[2]
        for path in ('/v2/%s/../%s%s', '/v2/%s/%%2e%%2e/%s%s',
                     '/v2/%s/..%%2f%s%s', '/v2/%s%%2f..%%2f%s%s',
                     '/v2/%s//../%s%s', '/v2/%s/x/../../%s%s',
                     '/v2/%s/.%%2e/%s%s', '/v2/%s/%s%s', '/v2/%s?/../%s%s',
                     '/v2/%s%%3f/../%s%s', '/v2/%s%%00/../%s%s',
                     '/v2/%s/x%%0a/../../%s%s', '//v2/%s/../%s%s'):
            path = path % (self.slug, them, rest)
            with self.subTest(path):
                status, body = ask('GET', path, mine)
                self.assertIn(status, (400, 401, 403, 404))
                self.assertNotIn(b'layers', body)
        # their content is not in one's own repository either
        path = self.own[1].rpartition('/')[0] + '/' + \
            self.others[1].rpartition('/')[2]
        self.assertEqual(ask('GET', path, mine)[0], 404)

    def test_password_of_a_pull_is_no_password_for_a_push(self):
        mine = reader(self.slug)
        manifest = self.own[0].rpartition('/')[0] + '/v9'
        for method, path in (
                ('PUT', manifest), ('DELETE', self.own[0]),
                ('POST', self.own[2].rpartition('/')[0] + '/uploads/')):
            self.assertEqual(ask(method, path, mine)[0], 401, method)
        self.assertEqual(ask('GET', self.own[0], mine)[0], 200)
        self.assertNotIn('v9', registry_get('%s/%s/tags/list' % (
            self.slug, self.app))['tags'])

    def test_socket_is_open_to_the_worker_only(self):
        for name, uid in dict(UIDS, worker=63106).items():
            done = subprocess.run(
                ['setpriv', '--reuid', str(uid), '--regid', str(uid),
                 *(['--groups', '63106,63107'] if name == 'worker' else
                   ['--clear-groups']), '/usr/bin/python3', '-c', CONNECT,
                 REGISTRY_SOCKET], check=False, cwd='/',
                stderr=subprocess.PIPE)
            if name == 'worker':
                self.assertEqual(done.returncode, 0, done.stderr)
            else:
                self.assertIn(b'PermissionError', done.stderr, name)
        with self.assertRaises(OSError), socket.create_connection(
                (ENV['registry'].partition(':')[0].replace(
                    '127.0.0.1', '127.0.0.2'),
                 int(ENV['registry'].partition(':')[2])), 5):
            pass

    def test_passwords_stay_where_they_are(self):
        with open(STATE + '/cred/worker/registry.key', 'rb') as f:
            secrets = [f.read().strip()]
        secrets += [reader(name)[1].encode() for name in (
            self.slug, ENV['tenant'], 'platform')]
        secrets += [base64.b64encode(b'pull:' + s)[:40] for s in secrets[1:]]
        places = glob.glob(STATE + '/log/*') + glob.glob(
            STATE + '/readers/*') + glob.glob(STATE + '/conf/*')
        places += glob.glob('/proc/[0-9]*/cmdline') + glob.glob(
            '/proc/[0-9]*/environ')
        self.assertGreater(len(places), 50)
        for path in places:
            try:
                with open(path, 'rb') as f:
                    text = f.read()
            except OSError:
                continue
            for secret in secrets:
                self.assertNotIn(secret, text, path)
        for name in (self.slug, ENV['tenant'], 'platform'):
            found = os.stat(STATE + '/readers/' + name)
            self.assertEqual((stat.S_IMODE(found.st_mode), found.st_uid,
                              found.st_gid), (0o640, 63106, 63107))

    def rolled_back(self, release, image):
        """Removes the image from the engine and rolls back to its release;
        returns the seconds it took."""
        podman('image', 'rm', '--force', image)
        self.user.want(202, 'POST', '/api/apps/%s/deployments' % self.app, {
            'environment': 'dev', 'release': release})
        took = self.user.running(self.app, release)[1]
        self.assertEqual(self.image(), image)
        return took

    def test_image_that_the_engine_lost_is_pulled_for_a_roll_back(self):
        """A roll back pulls an image that the engine has lost, also after the
        registry's key has changed."""
        first, old = self.image(), reader(self.slug)
        self.user.upload(self.app, changed(self.slug + ' again'))
        self.user.running(self.app, release=2)
        second = self.image()
        self.assertNotEqual(second, first)
        with open(STATE + '/cred/worker/registry.key', 'r+b') as f:
            key = f.read()
            try:
                for content in (os.urandom(33).hex().encode(), key):
                    f.seek(0)
                    f.truncate()
                    f.write(content)
                    f.flush()
                    new = reader(self.slug)
                    self.assertEqual(
                        [ask('GET', self.own[0], login)[0]
                         for login in (old, new)], [200, 401])
                    took = self.rolled_back(*(
                        (2, second) if content == key else (1, first)))
                    say('rolled back with a pull: running after %.1f s'
                        % took)
                    self.assertEqual(
                        [ask('GET', self.own[0], login)[0]
                         for login in (old, new)], [401, 200])
                    old = new
            finally:
                f.seek(0)
                f.truncate()
                f.write(key)


if __name__ == '__main__':
    unittest.main()
