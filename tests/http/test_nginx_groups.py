# SPDX-License-Identifier: Apache-2.0
"""nginx keeps connections to tenants' servers: requests of one tenant share
them, a closed one costs no answer, and a request that may not be repeated is
sent once."""
import os
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

from edge import ENV, ask, owner_token, superuser_sql

TENANT = ENV['tenant']
GROUPS = ENV['state'] + '/nginx/groups/groups.conf'
SCRIPT = ENV['state'] + '/bin/nginx-groups'
ANSWER = b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nup'


class Server:
    """A server that answers at once and records the connection of each request.
    When told, it reads a request and closes without an answer."""

    def __init__(self):
        self.socket = socket.create_server(('127.0.0.1', 0))
        self.at = '127.0.0.1:%d' % self.socket.getsockname()[1]
        self.seen = []              # (connection, method, path)
        self.mute_when = lambda _nth, _method: False
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        number = 0
        while True:
            try:
                conn, _ = self.socket.accept()
            except OSError:
                return
            number += 1
            threading.Thread(target=self.serve, args=(conn, number),
                             daemon=True).start()

    def serve(self, conn, number):
        nth = 0
        with conn, conn.makefile('rb') as lines:
            while True:
                line = lines.readline()
                if not line:
                    return
                method, path, _ = line.decode().split(' ')
                length = 0
                for header in iter(lines.readline, b'\r\n'):
                    if header.lower().startswith(b'content-length:'):
                        length = int(header.split(b':')[1])
                lines.read(length)
                nth += 1
                self.seen.append((number, method, path))
                if self.mute_when(nth, method):
                    return
                conn.sendall(ANSWER)

    def connections(self, since=0):
        return {number for number, _, _ in self.seen[since:]}

    def close(self):
        self.socket.close()


class KeptConnections(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.before = superuser_sql(
            "SELECT e.upstream FROM cameleer.tenant_endpoint e JOIN "
            "cameleer.tenant t ON t.id = e.tenant_id WHERE t.slug = '%s';"
            % TENANT).strip()
        superuser_sql("UPDATE cameleer.tenant SET state = 'active' "
                      "WHERE slug = '%s';" % TENANT)
        cls.token = owner_token(TENANT)

    @classmethod
    def tearDownClass(cls):
        cls.point_at(cls.before)

    @staticmethod
    def point_at(upstream):
        superuser_sql(
            "DELETE FROM cameleer.tenant_endpoint WHERE tenant_id = "
            "(SELECT id FROM cameleer.tenant WHERE slug = '%s');" % TENANT)
        if upstream:
            superuser_sql(
                "INSERT INTO cameleer.tenant_endpoint (tenant_id, upstream) "
                "SELECT id, '%s' FROM cameleer.tenant WHERE slug = '%s';"
                % (upstream, TENANT))

    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.close)
        self.point_at(self.server.at)
        time.sleep(2.1)             # what auth.fcgi said before

    def ask(self, method='GET', path='x'):
        return ask(method, '/t/%s/api/%s' % (TENANT, path),
                   [('Authorization', 'Bearer ' + self.token)],
                   b'body' if method in ('POST', 'PUT') else b'').status

    def grouped(self):
        """Sends requests until they share connections; each must succeed."""
        deadline = time.monotonic() + 20
        name = '"%s %s" ' % (TENANT, self.server.at)
        while True:
            self.assertEqual(self.ask(), 200)
            with open(GROUPS, encoding='ascii') as file:
                known = name in file.read()
            since = len(self.server.seen)
            for _ in range(4):
                self.assertEqual(self.ask(), 200)
            if known and len(self.server.connections(since)) < 4:
                return
            self.assertLess(time.monotonic(), deadline, 'no group')
            time.sleep(0.2)

    def test_reads_share_connections_and_writes_do_not(self):
        self.grouped()
        since = len(self.server.seen)
        for _ in range(20):
            self.assertEqual(self.ask(), 200)
        self.assertLessEqual(len(self.server.connections(since)), 4)
        for method in ('POST', 'PUT', 'PATCH', 'DELETE'):
            known = self.server.connections()
            for _ in range(3):
                self.assertEqual(self.ask(method), 200)
            with self.subTest(method=method):
                self.assertEqual(
                    len(self.server.connections() - known), 3)

    def test_a_kept_connection_that_was_closed_costs_no_answer(self):
        """A server that closes after each first request causes no failed
        answer."""
        self.grouped()
        self.server.mute_when = lambda nth, method: nth > 1
        for number in range(12):
            self.assertEqual(self.ask(path='again/%d' % number), 200)
        paths = [path for _, _, path in self.server.seen]
        self.assertTrue(any(paths.count('/api/again/%d' % number) > 1
                            for number in range(12)), paths)

    def test_a_write_that_is_not_answered_is_not_sent_again(self):
        self.grouped()
        self.server.mute_when = lambda _nth, method: method != 'GET'
        for method in ('POST', 'PUT', 'PATCH', 'DELETE'):
            for _ in range(3):
                self.assertEqual(self.ask(), 200)
            with self.subTest(method=method):
                self.assertEqual(self.ask(method, 'w/' + method), 502)
                self.assertEqual(
                    [path for _, _, path in self.server.seen].count(
                        '/api/w/' + method), 1)

    def test_a_new_address_counts_at_once(self):
        """A new address of the server is used at once, though the kept
        connections of the old address still exist."""
        self.grouped()
        other = Server()
        self.addCleanup(other.close)
        self.point_at(other.at)
        time.sleep(2.1)
        before = len(self.server.seen)
        for _ in range(10):
            self.assertEqual(self.ask(), 200)
        self.assertEqual(len(self.server.seen), before)
        self.assertEqual(len(other.seen), 10)


class Script(unittest.TestCase):
    """The script nginx/groups, with a test process in nginx's place that is
    told to reload and a configuration check that passes or fails."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.dir = scratch.name
        os.makedirs(self.dir + '/groups')
        self.told = []
        signal.signal(signal.SIGHUP, lambda *_: self.told.append(1))
        self.addCleanup(signal.signal, signal.SIGHUP, signal.SIG_DFL)
        self.write('pid', str(os.getpid()))
        self.nginx('exit 0')
        self.run_script(self.dir)
        self.script = None
        self.addCleanup(self.stop)

    def write(self, name, text, mode='w'):
        with open(self.dir + '/' + name, mode, encoding='ascii') as file:
            file.write(text)

    def nginx(self, line):
        self.write('nginx', '#!/bin/sh\n%s\n' % line)
        os.chmod(self.dir + '/nginx', 0o755)

    def run_script(self, *arguments, start=False):
        run = subprocess.Popen if start else subprocess.check_call
        return run(['sh', SCRIPT, *arguments], stderr=subprocess.DEVNULL,
                   env={'PATH': self.dir + ':/usr/bin:/bin'})

    def stop(self):
        if self.script:
            self.script.kill()
            self.script.wait()

    def groups(self):
        with open(self.dir + '/groups/groups.conf',
                  encoding='ascii') as file:
            return file.read()

    def want(self, *lines):
        """Lets the script read these lines; returns the file that it writes."""
        self.write('groups/wanted', ''.join(x + '\n' for x in lines), 'a')
        if not self.script:
            self.script = self.run_script(self.dir, self.dir + '/pid', '0',
                                          start=True)
        deadline = time.monotonic() + 20
        while os.path.getsize(self.dir + '/groups/wanted'):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)
        time.sleep(1)
        return self.groups()

    def test_a_group_for_each_tenant_at_its_last_address(self):
        text = self.want('acme 10.0.0.1:8081', 'beta 10.0.0.1:8081',
                         'acme 10.0.0.2:8081', 'acme 10.0.0.2:8081')
        self.assertEqual(text.count('upstream '), 2)
        self.assertIn('upstream acme-10.0.0.2-8081 {\n'
                      '\tserver 10.0.0.2:8081;', text)
        self.assertIn('"acme 10.0.0.2:8081" acme-10.0.0.2-8081;', text)
        self.assertIn('"beta 10.0.0.1:8081" beta-10.0.0.1-8081;', text)
        self.assertEqual(len(self.told), 1)
        self.assertEqual(self.want('beta 10.0.0.1:8081'), text)
        self.assertEqual(len(self.told), 1)
        text = self.want('acme 10.0.0.3:8081')
        self.assertNotIn('10.0.0.2', text)
        self.assertEqual(text.count('upstream '), 2)
        self.assertEqual(len(self.told), 2)

    def test_what_is_no_literal_address_makes_no_group(self):
        empty = self.groups()
        text = self.want(
            'acme server.example:8081', 'acme 10.0.0.256:8081',
            'acme 10.0.0.1', 'acme 10.0.0.1:0', 'acme 10.0.0.1:65536',
            'acme 010.0.0.1:8081', 'acme 10.0.0.1:8081;}', 'acme',
            'acme unix:/x:8081', 'Acme 10.0.0.1:8081', '1cme 10.0.0.1:8081',
            'ac-me 10.0.0.1:8081', 'a{ 10.0.0.1:8081', '" 10.0.0.1:8081',
            'a' * 32 + ' 10.0.0.1:8081', '# begun 5', '')
        self.assertEqual(text, empty)
        self.assertEqual(self.told, [])

    def test_what_nginx_refuses_changes_nothing(self):
        empty = self.groups()
        self.nginx('exit 1')
        self.assertEqual(self.want('acme 10.0.0.1:8081'), empty)
        self.assertEqual(self.told, [])
        self.nginx('exit 0')
        self.assertIn('acme', self.want('acme 10.0.0.1:8081'))

    def test_their_number_is_bounded(self):
        text = self.want(*('tenant%d 10.0.0.1:8081' % n for n in range(400)))
        self.assertEqual(text.count('upstream '), 256)
        self.assertEqual(self.want('later 10.0.0.1:8081'), text)
        moved = self.want('tenant7 10.0.0.9:8081')
        self.assertIn('"tenant7 10.0.0.9:8081"', moved)
        self.assertEqual(moved.count('upstream '), 256)
        begun = [x for x in moved.split('\n') if x.startswith('# begun ')][0]
        self.write('groups/groups.conf', moved.replace(
            begun, '# begun %d' % (int(begun.split()[2]) - 4000)))
        self.assertEqual(self.want('later 10.0.0.1:8081').count('upstream '),
                         1)


if __name__ == '__main__':
    unittest.main()
