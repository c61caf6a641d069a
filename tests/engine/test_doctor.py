# SPDX-License-Identifier: Apache-2.0
"""Faults are planted one by one in the running quickstart: doctor names the
cause and the remedy, and is content before and afterwards."""
import contextlib
import os
import re
import signal
import socket
import subprocess
import tempfile
import unittest

from support_stack import (ENV, REGISTRY, SOURCE, STATE, TestCase, eventually,
                           kill, main_pid, query, unique)
from support_http import request

CONF = STATE + '/conf/cameleer.conf'
with open(CONF, encoding='utf-8') as _file:
    CONTENT = _file.read()
ZEROS = 'sha256:' + '0' * 64


def doctor():
    """Runs doctor; returns its exit status and the lines of both streams."""
    done = subprocess.run(['sh', SOURCE + '/packaging/quickstart', 'doctor'],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False, timeout=300)
    return done.returncode, done.stdout.splitlines()


def shell(text):
    """Runs shell functions of the quickstart."""
    subprocess.run(
        ['sh', '-euc', 'top=$1; program=test; . "$top/packaging/lib/load.sh";'
         ' state_path; state_env; exec 3>&1; ' + text, 'sh', SOURCE],
        check=True, stdout=subprocess.DEVNULL)


def superuser(text):
    """Runs SQL in the platform's database as its superuser."""
    shell("superuser_sql cameleer <<'SQL'\n%s;\nSQL" % text)


@contextlib.contextmanager
def written(path, content):
    """Replaces the content of a file in place, keeping owner and mode."""
    with open(path, 'rb') as f:
        before = f.read()
    with open(path, 'r+b') as f:
        f.truncate()
        f.write(content(before) if callable(content) else content)
    try:
        yield
    finally:
        with open(path, 'r+b') as f:
            f.truncate()
            f.write(before)


def setting(name, value):
    """Changes a value in the settings file, which doctor reads."""
    return written(CONF, lambda before: b''.join(
        b'%s = %s\n' % (name.encode(), value.encode())
        if line.split(b'=')[0].strip() == name.encode() else line
        for line in before.splitlines(True) + (
            [] if b'\n%s =' % name.encode() in before
            else [b'%s =\n' % name.encode()])))


@contextlib.contextmanager
def moved(path):
    """Moves a file away."""
    os.rename(path, path + '.away')
    try:
        yield
    finally:
        os.rename(path + '.away', path)


@contextlib.contextmanager
def mode(path, bits):
    """Changes the mode of a file."""
    before = os.stat(path).st_mode & 0o7777
    os.chmod(path, bits)
    try:
        yield
    finally:
        os.chmod(path, before)


@contextlib.contextmanager
def group(path, number):
    """Gives a directory to a group."""
    before = os.stat(path)
    os.chown(path, -1, number)
    try:
        yield
    finally:
        os.chown(path, -1, before.st_gid)
        os.chmod(path, before.st_mode & 0o7777)


@contextlib.contextmanager
def stopped(service, start):
    """Stops a service; `start` starts it again."""
    shell('service_stop ' + service)
    try:
        yield
    finally:
        shell(start)


@contextlib.contextmanager
def sql(plant, mend):
    """Changes the platform's database by one statement, and back by another."""
    superuser(plant)
    try:
        yield
    finally:
        superuser(mend)


@contextlib.contextmanager
def unguarded():
    """Deletes netguard's table and stops netguard from making it again."""
    pid = main_pid('netguard')
    kill(pid, signal.SIGSTOP)
    subprocess.run(['nft', 'delete', 'table', 'inet', 'cameleer'], check=True)
    try:
        yield
    finally:
        kill(pid, signal.SIGCONT)
        eventually(30, lambda: subprocess.run(
            ['nft', 'list', 'table', 'inet', 'cameleer'], check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL).returncode == 0, 'the table')


@contextlib.contextmanager
def other_authority():
    """Lets ca_file hold a certificate that issued none of the platform's."""
    path = STATE + '/conf/other-ca.pem'
    subprocess.run(
        ['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
         'ec_paramgen_curve:P-256', '-noenc', '-keyout', '/dev/null', '-subj',
         '/CN=Other', '-days', '2', '-out', path], check=True,
        stderr=subprocess.DEVNULL)
    try:
        with setting('ca_file', path):
            yield
    finally:
        os.unlink(path)


def waiting():
    """Returns the errors of queued mails."""
    return query("SELECT error FROM mail WHERE state = 'queued'"
                 ' AND error IS NOT NULL')


@contextlib.contextmanager
def mail_login():
    """Gives the worker a wrong password for the mail server, and queues a
    mail."""
    with written(STATE + '/cred/worker/smtp.pass', b'wrong'):
        request('POST', '/api/auth/register', {
            'email': unique() + '@example.test'})
        eventually(60, waiting, 'a mail that fails')
        yield
    query('UPDATE mail SET next_at = now()')
    eventually(60, lambda: not waiting(), 'the mail')


@contextlib.contextmanager
def open_registry(*settings):
    """Starts a registry without authentication, and lets the settings name
    it."""
    with tempfile.TemporaryDirectory() as top, \
            contextlib.ExitStack() as stack:
        with socket.create_server(('127.0.0.1', 0)) as listener:
            address = '127.0.0.1:%d' % listener.getsockname()[1]
        with open(top + '/registry.yml', 'w', encoding='ascii') as f:
            f.write('version: 0.1\nhttp: {addr: "%s", secret: none}\n'
                    'storage: {filesystem: {rootdirectory: %s}}\n'
                    % (address, top))
        process = subprocess.Popen(
            ['docker-registry', 'serve', top + '/registry.yml'],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        stack.callback(process.wait)
        stack.callback(process.terminate)
        eventually(30, lambda: subprocess.run(
            ['curl', '-sf', '-o', '/dev/null', 'http://%s/v2/' % address],
            check=False).returncode == 0, 'an open registry')
        for name, value in settings:
            stack.enter_context(setting(name, value % address
                                        if '%' in value else value))
        yield


@contextlib.contextmanager
def open_gate():
    """Lets nginx announce that a password is needed, and serve images without
    one."""
    path = re.search('^base_image = (.*)@(.*)$', CONTENT, re.M)
    url = 'http://%s/v2/%s/manifests/%s' % ((REGISTRY,) + path.groups())

    def answers(status):
        kill(main_pid('registry-gate'), signal.SIGHUP)
        eventually(30, lambda: subprocess.run(
            ['curl', '-s', '-o', '/dev/null', '-w', '%{http_code}', '-H',
             'Accept: application/vnd.oci.image.manifest.v1+json', url],
            check=False, stdout=subprocess.PIPE).stdout == status, url)
    try:
        with written(STATE + '/conf/registry-gate.conf', lambda text: re.sub(
                b'auth_basic_user_file [^;]*/readers/[^;]*;',
                b'auth_basic off;', text)):
            answers(b'200')
            yield
    finally:
        answers(b'401')


@contextlib.contextmanager
def gitops(url):
    """Gives the worker a GitOps repository, and waits until it has looked."""
    def restart():
        shell('service_stop worker; worker_start')
        query("UPDATE schedule SET ran_at = NULL, next_at = now()"
              " WHERE kind = 'gitops'")
        eventually(60, lambda: query(
            "SELECT kind FROM schedule WHERE kind = 'gitops'"
            " AND ran_at IS NOT NULL"), 'a look at the repository')

    try:
        with setting('git_url', url):
            restart()
            yield
    finally:
        restart()


# Name, how to plant it, which check says so first, its cause, what to do.
FAULTS = [
    ('a setting that does not exist',
     lambda: written(CONF, lambda text: text + b'nonsense = 1\n'),
     None, 'nonsense', ''),
    ('a password that others read',
     lambda: mode(STATE + '/cred/ctl/db.pass', 0o444),
     'credentials', 'others may read', 'chmod 0400'),
    ('a wrong password of the database',
     lambda: written(STATE + '/cred/ctl/db.pass', b'wrong'),
     'database', 'password authentication failed', 'is db.pass right'),
    ('a migration that was not applied',
     lambda: sql('CREATE TABLE cameleer.kept AS SELECT * FROM'
                 ' cameleer.migration; DELETE FROM cameleer.migration WHERE'
                 ' version = (SELECT max(version) FROM cameleer.kept)',
                 'INSERT INTO cameleer.migration SELECT * FROM cameleer.kept'
                 ' ON CONFLICT DO NOTHING; DROP TABLE cameleer.kept'),
     'schema', '1 migrations are pending', 'cameleerctl db migrate'),
    ('an audit trail that can be changed',
     lambda: sql('GRANT UPDATE ON cameleer.audit_event TO cameleer_apps',
                 'REVOKE UPDATE ON cameleer.audit_event FROM cameleer_apps'),
     'audit trail', 'can be changed by cameleer_apps', 'revoke'),
    ('a purpose without a key',
     lambda: sql("UPDATE cameleer.signing_key SET state = 'pending'"
                 " WHERE purpose = 'license' AND state = 'active'",
                 "UPDATE cameleer.signing_key SET state = 'active'"
                 " WHERE purpose = 'license' AND state = 'pending'"),
     'signing keys', 'no active key for `license', 'keys init'),
    ('a responder that does not run',
     lambda: stopped('billing', 'module_start billing'),
     'responders', 'billing.sock', 'start billing.fcgi'),
    ('a worker that does not run',
     lambda: stopped('worker', 'worker_start'),
     'worker', 'worker.sock', 'start cameleer-worker'),
    ('a registry that does not run',
     lambda: stopped('registry', 'registry_start'),
     'registry', 'connect', 'start the registry'),
    ('a registry whose images everybody reads',
     lambda: open_registry(('registry_pull', '%s')),
     'registry', 'asks nobody for a password',
     'put nginx in front of it'),
    ('a registry that asks for a password and does without', open_gate,
     'registry', 'asks nobody for a password',
     'put nginx in front of it'),
    ('a registry whose images everybody replaces',
     lambda: open_registry(('registry_url', 'http://%s'),
                           ('registry_socket', '')),
     'registry', 'can replace the images', 'set registry_socket'),
    ('a base image that was never pushed',
     lambda: setting('base_image', 'platform/jre-base@' + ZEROS),
     'base image', 'answers 404', 'push the base image'),
    ("a server's image that was never pushed",
     lambda: setting('server_image', 'platform/cameleer-server@' + ZEROS),
     'server image', 'answers 404', 'push the image of cameleer-server'),
    ('an agent that is gone',
     lambda: moved(STATE + '/java/agent/agent.jar'),
     'agent', 'No such file', 'set agent_jar right'),
    ('an agent that is no JAR',
     lambda: written(STATE + '/java/agent/agent.jar', b'<html>'),
     'agent', 'is not a JAR', "put the agent's JAR there"),
    ('an engine without its socket',
     lambda: moved(STATE + '/run/engine/podman.sock'),
     'container engine', 'podman.sock', "start the container engine's API"),
    ('a place that does not answer',
     lambda: sql('INSERT INTO cameleer.place (id, name, kind, endpoint,'
                 ' next_check_at, checked_at, error) VALUES'
                 " (gen_random_uuid(), 'nowhere', 'engine',"
                 " 'unix:/run/nowhere.sock', 'infinity', now(),"
                 " 'nothing listens there')",
                 "DELETE FROM cameleer.place WHERE name = 'nowhere'"),
     'places', 'nothing listens there', 'run cameleerctl places check'),
    ('a tenant of which something can be reached',
     lambda: sql('INSERT INTO cameleer.isolation_run (tenant_id, id, place_id,'
                 ' next_at, finished_at, outcome, paths) SELECT id,'
                 " 'ffffffff-0000-7000-8000-000000000001', place_id,"
                 " now() + '1 day', now(), 'open', '{machine: tcp a 22}' FROM"
                 " cameleer.tenant WHERE state = 'active' LIMIT 1",
                 'DELETE FROM cameleer.isolation_run WHERE id ='
                 " 'ffffffff-0000-7000-8000-000000000001'"),
     'isolation', 'the isolation probe reached machine: tcp a 22',
     'cameleerctl isolation list'),
    ("a tenants' database that does not exist",
     lambda: setting('tenant_db_name', 'tenant'),
     "tenants' database", 'database tenant', 'tenant_db_host, _port and'),
    ('a renewal of passwords that was given up',
     lambda: sql('INSERT INTO cameleer.store_login (tenant_id, turn, begun_at)'
                 " SELECT id, 1, now() - interval '1 hour' FROM"
                 " cameleer.tenant WHERE slug = '%s'" % ENV['tenant'],
                 'DELETE FROM cameleer.store_login l USING cameleer.tenant t'
                 " WHERE t.id = l.tenant_id AND t.slug = '%s'"
                 % ENV['tenant']),
     'stores', 'its old and its new passwords', 'cameleerctl stores renew'),
    ('more connections than PostgreSQL has',
     lambda: setting('tenant_db_connections_all', '2000'),
     'connections', 'PostgreSQL has room for 147',
     'raise its max_connections by'),
    ('a mail server that does not run',
     lambda: stopped('mail', 'mail_start'),
     'mail', 'connect', 'start the mail server'),
    ('a mail server that refuses our password', mail_login,
     'mail', 'mails wait', 'smtp.pass'),
    ('a GitOps repository that does not exist',
     lambda: gitops('file:///nonexistent.git'),
     'GitOps repository', 'no such repository', 'set git_url right'),
    ("an authority that is not nginx's", other_authority,
     'certificates', 'ca_file: SSL certificate problem',
     'put the CA of the certificate at'),
    ('an authority that is gone',
     lambda: setting('ca_file', '/nonexistent/ca.pem'),
     'certificates', '/nonexistent/ca.pem: No such file',
     'put the file there'),
    ('a public address that nobody answers at',
     lambda: setting('base_url', 'https://localhost:1'),
     'public address', 'https://localhost:1', 'set base_url'),
    ('a public address under another name',
     lambda: setting('base_url', 'https://127.0.0.2:18443'),
     'public address', '127.0.0.2', 'base_url'),
    ('a spool that everybody may write to',
     lambda: mode(STATE + '/spool', 0o777),
     'spool', 'everybody on this machine', 'chmod 2770'),
    ('a spool that the worker cannot share',
     lambda: mode(STATE + '/spool', 0o700),
     'spool', 'cannot share', 'chgrp'),
    ('a spool of a group that the worker is not in',
     lambda: group(STATE + '/spool', 0),
     'spool', 'the worker is not in its group, 0', 'chgrp'),
    ('an nginx that does not run',
     lambda: stopped('nginx', 'nginx_start'),
     'nginx', 'it does not run', 'packaging/quickstart start'),
    ('a kernel without the table of netguard', unguarded,
     'netguard', 'does not what it is for', 'packaging/quickstart start'),
]


class Doctor(TestCase):

    def content(self):
        """Waits until doctor is content, after a test has restarted
        services."""
        def healthy():
            last[0] = doctor()
            return last[0][0] == 0
        last = [None]
        try:
            eventually(60, healthy, 'a healthy quickstart')
        except AssertionError:
            self.fail('alarms: %r' % (last[0],))

    def test_healthy_quickstart_raises_no_alarm(self):
        status, lines = doctor()
        self.assertEqual([line for line in lines
                          if not line.startswith('ok ')], [])
        self.assertEqual(status, 0)
        self.assertGreaterEqual(len(lines), 20)

    def test_each_planted_fault_is_named(self):
        for name, plant, check, cause, remedy in FAULTS:
            with self.subTest(name):
                with plant():
                    status, lines = doctor()
                self.assertNotEqual(status, 0, lines)
                wrong = [line for line in lines if not line.startswith('ok ')]
                if check:
                    self.assertTrue(wrong[0].startswith('FAIL %s: ' % check),
                                    wrong)
                self.assertIn(cause, wrong[0])
                self.assertIn(remedy, wrong[0])
                self.content()
        self.assertGreaterEqual(len(FAULTS), 16)


if __name__ == '__main__':
    unittest.main()
