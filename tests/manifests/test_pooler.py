# SPDX-License-Identifier: Apache-2.0
"""The pool of the chart, as PgBouncer and PostgreSQL run it: its rendered
settings are used as they are, but for the folder that a pod mounts."""
import os
import socket
import struct
import subprocess
import tempfile
import time
import unittest

from support_manifest import example, objects_of, render

BIN = '/usr/lib/postgresql/15/bin/'
PG_PORT = 5439
POOL = 2
ROLE, PASSWORD = 't_0011223344556677', 'password-of-acme'
# The pods' user.
USER = 65532


def config_map(text):
    """Returns the settings file of the rendered ConfigMap."""
    lines = text.partition('  pgbouncer.ini: |\n')[2].splitlines()
    kept = []
    for line in lines:
        if line and not line.startswith('    '):
            break
        kept.append(line[4:])
    return '\n'.join(kept) + '\n'


class Pooler(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(dir='/var/tmp')
        os.chmod(cls.folder.name, 0o755)
        cls.started = []
        try:
            cls.postgres()
            cls.pooler()
        except BaseException:
            cls.tearDownClass()
            raise

    @classmethod
    def tearDownClass(cls):
        for one in reversed(cls.started):
            one.terminate()
            one.wait(timeout=30)
        cls.folder.cleanup()

    @classmethod
    def path(cls, name):
        """Returns a path in the folder of this test."""
        return os.path.join(cls.folder.name, name)

    @classmethod
    def start(cls, user, *command):
        """Starts a program as a user."""
        with open(cls.path('log'), 'a', encoding='utf-8') as log:
            cls.started.append(subprocess.Popen(
                ('setpriv', '--reuid', user, '--regid', user,
                 '--clear-groups') + command, stdout=log, stderr=log))

    @classmethod
    def wait_port(cls, port):
        """Waits until something listens."""
        for _ in range(300):
            try:
                socket.create_connection(('127.0.0.1', port), 1).close()
                return
            except OSError:
                time.sleep(0.1)
        with open(cls.path('log'), encoding='utf-8') as f:
            raise AssertionError('port %d: %s' % (port, f.read()))

    @classmethod
    def postgres(cls):
        """Starts PostgreSQL with the tenant's role and schema."""
        data = cls.path('pg')
        os.mkdir(data)
        subprocess.run(['chown', 'postgres:postgres', data], check=True)
        subprocess.run(
            ['setpriv', '--reuid', 'postgres', '--regid', 'postgres',
             '--clear-groups', BIN + 'initdb', '-D', data, '-U', 'postgres',
             '--auth-local=peer', '--auth-host=scram-sha-256'],
            check=True, stdout=subprocess.DEVNULL)
        cls.start('postgres', BIN + 'postgres', '-D', data, '-p',
                  str(PG_PORT), '-k', data, '-h', '127.0.0.1')
        cls.wait_port(PG_PORT)
        while subprocess.run([BIN + 'pg_isready', '-q', '-h', '127.0.0.1',
                              '-p', str(PG_PORT)], check=False).returncode:
            time.sleep(0.1)
        cls.superuser('postgres', 'CREATE DATABASE tenants')
        cls.superuser(
            'tenants', "CREATE ROLE %s LOGIN PASSWORD '%s';"
            'CREATE SCHEMA %s AUTHORIZATION %s;'
            'ALTER ROLE %s IN DATABASE tenants SET search_path = %s;'
            "CREATE ROLE other LOGIN PASSWORD 'other'" % (
                ROLE, PASSWORD, ROLE, ROLE, ROLE, ROLE))

    @classmethod
    def superuser(cls, base, sql):
        """Runs SQL as PostgreSQL's superuser."""
        return subprocess.run(
            ['setpriv', '--reuid', 'postgres', '--regid', 'postgres',
             '--clear-groups', BIN + 'psql', '-X', '-A', '-t', '-q', '-h',
             cls.path('pg'), '-p', str(PG_PORT), '-d', base, '-c', sql],
            check=True, text=True, stdout=subprocess.PIPE)

    @classmethod
    def pooler(cls):
        """Starts PgBouncer with what the chart renders."""
        release = objects_of(example('low'), 'HelmRelease')[0]
        values = release['spec']['values']['pgbouncer']
        values['poolSize'] = POOL
        values['postgres'].update(host='127.0.0.1', port=PG_PORT,
                                  sslmode='disable')
        text = config_map(render(release, cls.folder.name))
        assert '/etc/pgbouncer/' in text
        cls.port = values['port']
        mounted = cls.path('mounted')
        os.makedirs(mounted + '/secret')
        with open(mounted + '/pgbouncer.ini', 'w', encoding='utf-8') as f:
            f.write(text.replace('/etc/pgbouncer/', mounted + '/'))
        # As manifest_flux.c seals it; test_seal.py opens that.
        with open(mounted + '/secret/userlist.txt', 'w',
                  encoding='utf-8') as f:
            f.write('"%s" "%s"\n' % (ROLE, PASSWORD))
        cls.start(str(USER), 'pgbouncer', mounted + '/pgbouncer.ini')
        cls.wait_port(cls.port)

    def ask(self, sql, user=ROLE, password=PASSWORD):
        """Asks through the pool; returns exit status, output and errors."""
        done = subprocess.run(
            [BIN + 'psql', '-X', '-A', '-t', '-q', '-h', '127.0.0.1', '-p',
             str(self.port), '-U', user, '-d', 'tenants'],
            input=sql, check=False, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=dict(os.environ, PGPASSWORD=password))
        return done.returncode, done.stdout.strip(), done.stderr

    def test_role_of_the_tenant_is_in_its_schema(self):
        status, said, wrong = self.ask(
            'SHOW search_path; SELECT current_user;')
        self.assertEqual((status, said), (0, ROLE + '\n' + ROLE), wrong)

    def test_named_statement_outlives_its_transaction(self):
        status, said, wrong = self.ask(
            'PREPARE one AS SELECT 41 + $1; BEGIN; COMMIT; EXECUTE one (1);')
        self.assertEqual((status, said), (0, '42'), wrong)

    def test_wrong_password_and_other_roles_are_refused(self):
        for user, password in ((ROLE, 'wrong'), ('other', 'other'),
                               ('postgres', '')):
            status, _, wrong = self.ask('SELECT 1;', user, password)
            self.assertNotEqual(status, 0, user)
            self.assertIn('FATAL', wrong)

    def test_startup_parameter_of_jdbc_is_taken(self):
        """JDBC names its schema (currentSchema) when it connects."""
        words = b''.join(word.encode() + b'\0' for word in (
            'user', ROLE, 'database', 'tenants', 'search_path', ROLE,
            'extra_float_digits', '2', 'application_name', ROLE)) + b'\0'
        with socket.create_connection(('127.0.0.1', self.port), 5) as peer:
            peer.sendall(struct.pack('!II', len(words) + 8, 196608) + words)
            self.assertEqual(peer.recv(1), b'R')   # asks for SCRAM

    def sessions(self):
        """Returns how many sessions of the role PostgreSQL has."""
        done = self.superuser(
            'tenants', 'SELECT count(*) FROM pg_stat_activity'
            " WHERE usename = '%s'" % ROLE)
        return int(done.stdout)

    def test_pool_has_an_end(self):
        """More clients than it may have sessions wait for their turn."""
        clients = [subprocess.Popen(
            [BIN + 'psql', '-X', '-q', '-h', '127.0.0.1', '-p',
             str(self.port), '-U', ROLE, '-d', 'tenants', '-c',
             'SELECT pg_sleep(1)'], stdout=subprocess.DEVNULL,
            env=dict(os.environ, PGPASSWORD=PASSWORD)) for _ in range(5)]
        seen = set()
        while any(one.poll() is None for one in clients):
            seen.add(self.sessions())
            time.sleep(0.1)
        self.assertEqual([one.returncode for one in clients], 5 * [0])
        self.assertEqual(max(seen), POOL)


if __name__ == '__main__':
    unittest.main()
