# SPDX-License-Identifier: Apache-2.0
"""The API, PostgreSQL, the engine, the registry and the kernel agree about the
quickstart's tenant and application, and secrets are only where they belong."""
import glob
import hashlib
import json
import os
import subprocess
import time
import unittest

from support_once import settled
from support_stack import (ENV, REGISTRY, SLOW, STATE, TestCase, address,
                           containers, database_role, eventually, inspect, jar,
                           leftovers, main_pid, number, owner, query, reader,
                           say, tags, tenants_sql)
from support_jar import corpus, filler

TENANT, APP = ENV['tenant'], 'orders'
MIB = 1 << 20


def podman(*args):
    """Runs podman against the engine; returns its JSON."""
    return json.loads(subprocess.run(
        ('podman', '--url', ENV['engine']) + args, check=True,
        stdout=subprocess.PIPE).stdout)


def skopeo(*args):
    """Returns what skopeo reports about the image."""
    return subprocess.run(
        ('skopeo', 'inspect', '--tls-verify=false', '--no-tags', '--creds',
         ':'.join(reader(TENANT))) + args +
        ('docker://' + ENV['image'],), check=True,
        stdout=subprocess.PIPE).stdout


def read(path):
    """Returns the text of a file in /proc or /sys."""
    with open(path, 'rb') as f:
        return f.read().decode('utf-8', 'replace')


def status_of(pid):
    """Returns /proc/PID/status as a dictionary."""
    return dict(line.split(':\t', 1) for line in
                read('/proc/%d/status' % pid).splitlines() if ':\t' in line)


def limit(pid, controller, name):
    """Returns a limit of the process's control group, version 1 or 2."""
    for line in read('/proc/%d/cgroup' % pid).splitlines():
        _, controllers, path = line.split(':', 2)
        if not controllers or controller in controllers.split(','):
            for top in ('/sys/fs/cgroup/' + controllers, '/sys/fs/cgroup/' +
                        controller, '/sys/fs/cgroup'):
                if os.path.exists(top + path + '/' + name):
                    return read(top + path + '/' + name).strip()
    return None


class Truth(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.user = owner()
        cls.tenant = query('SELECT id FROM tenant WHERE slug = $1',
                           TENANT)[0][0]

    def test_all_name_the_same_tenant(self):
        shown = self.user.get('/api/tenants/current')
        self.assertEqual((shown['id'], shown['slug'], shown['state']),
                         (self.tenant, TENANT, 'active'))
        server = podman('ps', '--format', 'json', '--filter',
                        'name=^cameleer-server-%s$' % TENANT)
        self.assertEqual(len(server), 1)
        labels = server[0]['Labels']
        self.assertEqual((labels['cameleer.tenant'],
                          labels['cameleer.tenant-id'],
                          labels['cameleer.role']),
                         (TENANT, self.tenant, 'server'))
        self.assertEqual(query(
            'SELECT upstream FROM tenant_endpoint WHERE tenant_id = $1',
            self.tenant), [(address(server[0]['Id']) + ':8081',)])
        self.assertEqual(tenants_sql(
            'SELECT nspname FROM pg_namespace n JOIN pg_roles r'
            " ON r.oid = n.nspowner WHERE rolname = '%s'"
            % database_role(self.tenant)), database_role(self.tenant))
        self.assertEqual(self.user.get('/t/%s/api/v1/health' % TENANT)[
            'status'], 'UP')

    def test_all_name_the_same_container_and_image(self):
        shown = self.user.deployment(APP)
        release = self.user.get('/api/apps/%s/releases/%d' % (
            APP, shown['release']))
        running = podman('ps', '--no-trunc', '--format', 'json', '--filter',
                         'label=cameleer.tenant=' + TENANT, '--filter',
                         'label=cameleer.role=app')
        self.assertEqual([c['Id'] for c in running], [ENV['container']])
        self.assertEqual((shown['state'], shown['container']),
                         ('running', ENV['container']))
        self.assertEqual(query(
            'SELECT d.state, d.container, r.image_digest, r.jar_sha256'
            ' FROM deployment d JOIN release r ON r.id = d.release_id'
            ' WHERE d.tenant_id = $1', self.tenant), [(
                'running', ENV['container'], release['image_digest'],
                jar()[1])])
        self.assertEqual(ENV['image'], '%s/%s/%s@%s' % (
            REGISTRY, TENANT, APP, release['image_digest']))
        self.assertEqual(running[0]['Image'], ENV['image'])
        labels = running[0]['Labels']
        self.assertEqual(
            [labels['cameleer.' + name] for name in (
                'app', 'env', 'release', 'jar.sha256')],
            [APP, 'dev', str(shown['release']), jar()[1]])

    def test_registry_has_exactly_that_image(self):
        digest = ENV['image'].partition('@')[2]
        tag = 'v1-' + jar()[1][:12]
        self.assertIn(tag, tags('%s/%s' % (TENANT, APP)))
        self.assertEqual(json.loads(skopeo())['Digest'], digest)
        self.assertEqual('sha256:' + hashlib.sha256(
            skopeo('--raw')).hexdigest(), digest)
        config = json.loads(skopeo('--config'))['config']
        self.assertEqual(config['User'], '65532:65532')
        self.assertIn('-javaagent:/opt/cameleer/agent.jar',
                      config['Entrypoint'])
        image = podman('image', 'inspect', ENV['image'])[0]
        self.assertEqual(image['Digest'], digest)

    def check_confined(self, container, memory, millis):
        """Checks that the container is confined, by the engine and by the
        kernel."""
        details = inspect(container)
        host = details['HostConfig']
        self.assertFalse(details['EffectiveCaps'])
        self.assertFalse(details['BoundingCaps'])
        self.assertEqual((host['ReadonlyRootfs'], host['Privileged']),
                         (True, False))
        self.assertIn('no-new-privileges', host['SecurityOpt'])
        self.assertEqual((host['Memory'], host['MemorySwap'],
                          host['NanoCpus'], host['PidsLimit']),
                         (memory, memory, millis * 1000000, 512))
        self.assertEqual(details['Config']['User'], '65532:65532')
        self.assertFalse(any(host['PortBindings'].values()), 'published')
        pid = details['State']['Pid']
        status = status_of(pid)
        for name in ('CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'):
            self.assertEqual(int(status[name], 16), 0, name)
        self.assertEqual(status['NoNewPrivs'], '1')
        self.assertEqual(status['Seccomp'], '2')
        self.assertEqual(status['Uid'].split(), ['65532'] * 4)
        self.assertEqual(status['Gid'].split(), ['65532'] * 4)
        root = [line.split() for line in read(
            '/proc/%d/mountinfo' % pid).splitlines()
            if line.split()[4] == '/'][-1]
        self.assertIn('ro', root[5].split(','))
        self.assertIn(str(memory), (
            limit(pid, 'memory', 'memory.max'),
            limit(pid, 'memory', 'memory.limit_in_bytes')))
        self.assertEqual(limit(pid, 'pids', 'pids.max'), '512')
        self.assertIn('%d' % (millis * 100), (
            (limit(pid, 'cpu', 'cpu.max') or '').split(' ')[0],
            limit(pid, 'cpu', 'cpu.cfs_quota_us')))

    def test_application_is_confined(self):
        self.check_confined(ENV['container'], 512 * MIB, 1000)

    def test_server_is_confined(self):
        server = containers(tenant=TENANT, role='server')[0]
        self.check_confined(server['Id'], 384 * MIB, 1000)


def secrets_of(pid):
    """Returns {name: value} of the files in the container's /run/secrets."""
    found = {}
    for path in glob.glob('/proc/%d/root/run/secrets/*' % pid):
        name = os.path.basename(path)
        if name != 'ca.pem':
            found[name] = read(path).strip()
    return found


class Secrets(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.found = {}
        cls.texts = []
        for container in containers(tenant=TENANT):
            details = inspect(container['Id'])
            cls.texts.append(json.dumps(details))
            for name, value in secrets_of(details['State']['Pid']).items():
                cls.found['%s of %s' % (name, details['Name'])] = value
        for path in glob.glob(STATE + '/cred/*/*'):
            for i, line in enumerate(read(path).splitlines()):
                cls.found['%s line %d' % (path, i)] = line.split()[-1]
        cls.found["the owner's password"] = ENV['owner_password']

    def nowhere(self, where, text):
        """Checks that no secret is in the text; a failure does not print the
        secret."""
        for name, value in self.found.items():
            self.assertFalse(value in text, '%s is in %s' % (name, where))

    def test_there_are_secrets_to_look_for(self):
        names = {name.split(' ')[0] for name in self.found}
        self.assertLessEqual({'bootstrap-token', 'db-password'}, names)
        self.assertTrue(all(len(v) >= 16 for v in self.found.values()))

    def test_not_in_inspect(self):
        for text in self.texts:
            self.nowhere('inspect', text)
        for container in containers(tenant=TENANT):
            self.nowhere('the list', json.dumps(container))

    def test_not_in_any_environment_or_command_line(self):
        seen = 0
        for path in glob.glob('/proc/[0-9]*/environ') + \
                glob.glob('/proc/[0-9]*/cmdline'):
            try:
                self.nowhere(path, read(path))
                seen += 1
            except (FileNotFoundError, ProcessLookupError):
                continue
            except PermissionError:     # root may not look at all of init's
                self.assertNotIn(STATE, read(os.path.dirname(path) +
                                             '/cmdline'))
        self.assertGreater(seen, 40)

    def test_not_in_any_log(self):
        paths = glob.glob(STATE + '/log/*')
        self.assertGreater(len(paths), 10)
        for path in paths:
            self.nowhere(path, read(path))
            self.assertNotIn('eyJ', read(path), 'a token in ' + path)

    def test_not_in_what_the_application_says(self):
        user = owner()
        lines = user.get('/api/apps/%s/logs?environment=dev&limit=100' % APP)
        self.nowhere('the log', json.dumps(lines))


class Uploads(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.user = owner()
        cls.tenant = query('SELECT id FROM tenant WHERE slug = $1',
                           TENANT)[0][0]
        cls.data, cls.sha = jar()

    def digest(self, app):
        """Uploads without deploying; returns the digest of the image."""
        got = self.user.upload(app + '/releases?deploy=false', self.data)
        release = got['release']['number']
        self.user.follow(got['operation'])
        shown = self.user.get('/api/apps/%s/releases/%d' % (app, release))
        self.assertEqual(shown['state'], 'ready')
        return shown['image_digest']

    @staticmethod
    def blobs():
        """Returns every blob of the registry with its size."""
        return {path: os.path.getsize(path) for path in glob.glob(
            STATE + '/registry/docker/registry/v2/blobs/sha256/*/*/data')}

    @staticmethod
    def received():
        """Returns the bytes that the registry has read from files and
        connections."""
        text = read('/proc/%d/io' % main_pid('registry'))
        return int(text.splitlines()[0].split()[1])

    def test_same_jar_is_the_same_image_and_moves_no_layer(self):
        first, second = self.user.new_app(), self.user.new_app()
        digests = {self.digest(first)}
        blobs, read_before = self.blobs(), self.received()
        began = time.monotonic()
        digests.add(self.digest(first))
        say('the same JAR again: ready after %.2f s, registry read %d bytes'
            ' (the JAR has %d)' % (time.monotonic() - began,
                                   self.received() - read_before,
                                   len(self.data)))
        self.assertLess(self.received() - read_before, len(self.data) // 10)
        digests.add(self.digest(second))
        self.assertEqual(digests, {ENV['image'].partition('@')[2]})
        self.assertEqual(self.blobs(), blobs)
        tag = '-' + self.sha[:12]
        self.assertEqual(tags('%s/%s' % (TENANT, first)),
                         ['v1' + tag, 'v2' + tag])
        for app in (first, second):
            self.user.want(202, 'DELETE', '/api/apps/' + app)
        settled(self.tenant)

    def refused(self, app, body, status, code):
        """Checks that the upload is refused within a second, with a reason;
        tries twice more when the machine was slow. Returns the shortest
        duration."""
        took = []
        while not took or (took[-1] > 1 * SLOW and len(took) < 3):
            answer = self.user.call('POST', '/api/apps/%s/releases' % app,
                                    body)
            self.assertAnswer(answer, status, code)
            self.assertTrue(answer.json()['detail'])
            took.append(answer.seconds)
        return min(took)

    def test_bad_jars_are_refused_within_a_second(self):
        app = self.user.new_app()
        times = [
            self.refused(app, b'\x00' * 100000, 422, 'jar_not_zip'),
            self.refused(app, self.data[:len(self.data) // 2], 422,
                         'jar_truncated'),
            self.refused(app, self.data[:-7], 422, 'jar_truncated'),
            self.refused(app, b'#!/bin/sh\n' + self.data, 422,
                         'jar_prefix'),
        ] + [self.refused(app, body, 422, code)
             for _, code, body in corpus() if code != 'ok']
        say('%d bad JARs, the slowest answer after %.3f s' % (
            len(times), max(times)))
        self.assertLess(max(times), 1 * SLOW)
        self.nothing_left(app)

    def test_too_large_for_the_tier(self):
        app = self.user.new_app()
        room = number('SELECT jar_bytes FROM plan p JOIN tenant t'
                      ' ON t.tier = p.tier WHERE t.slug = $1', TENANT)
        took = self.refused(app, filler(room), 413, 'jar_too_large')
        say('%d MiB refused after %.2f s, sending included' % (
            room >> 20, took))
        self.nothing_left(app)

    def nothing_left(self, app):
        """Checks that no file, no row and no job is left of the upload."""
        eventually(5, lambda: not leftovers(), 'nothing left of it')
        self.assertEqual(self.user.get('/api/apps/%s/releases' % app)[
            'items'], [])
        settled(self.tenant, 10)
        self.user.want(202, 'DELETE', '/api/apps/' + app)
        settled(self.tenant)


if __name__ == '__main__':
    unittest.main()
