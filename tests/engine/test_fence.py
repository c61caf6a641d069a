# SPDX-License-Identifier: Apache-2.0
"""A worker that slept through its lease has lost the job, and cannot undo what
others did since.

The children of a second worker stop in the middle of their jobs, each with an
answer of the engine that it has not read yet (sleeper.c). When their leases or
their sessions end, the first worker takes over: the tenant that was being made
is deleted, and the application gets another release. Then the sleepers
continue."""
import os
import re
import signal
import subprocess
import tempfile
import time
import unittest

from support_once import check_audit, check_tenant, settled
from support_stack import (STATE, Account, TestCase, User, children,
                           containers, database_role, eventually, jar, kill,
                           networks_of, number, query, say, tenants_sql)

HERE = os.path.dirname(os.path.abspath(__file__))
# Periodic work that asks the engine, too: a sleeper falls asleep in a job.
ROUNDS = "kind IN ('watch', 'logs', 'sessions', 'isolation')"
WORKER_UID, SPOOL_GID = 63106, 63110


def _stopped(pid):
    with open('/proc/%d/stat' % pid, encoding='ascii') as f:
        return f.read().rpartition(')')[2].split()[0] == 'T'


class Sleeper:
    """A second cameleer-worker with the settings of the first, whose children
    stop at their first call to the outside. It has one child for each job that
    is to sleep, since another child would take and stop later jobs, such as the
    round that watches tenants."""

    def __init__(self, place, jobs):
        os.chmod(place, 0o755)
        library = place + '/sleeper.so'
        subprocess.run(['cc', '-D_GNU_SOURCE', '-shared', '-fPIC', '-o',
                        library, HERE + '/sleeper.c', '-ldl'], check=True)
        with open(STATE + '/conf/cameleer.conf', encoding='utf-8') as conf:
            text = re.sub(r'(?m)^worker_processes = .*$',
                          'worker_processes = %d' % jobs, conf.read())
        assert 'worker_processes = %d\n' % jobs in text
        text = re.sub(r'(?m)^run_dir = .*$', 'run_dir = %s/run' % place, text)
        os.mkdir(place + '/run')
        os.chown(place + '/run', WORKER_UID, -1)
        with open(place + '/conf', 'w', encoding='utf-8') as conf:
            conf.write(text)
        self.name = place + '/log'
        with open(self.name, 'wb') as log:
            self.process = subprocess.Popen(
                ['setpriv', '--reuid', str(WORKER_UID), '--regid',
                 str(WORKER_UID), '--groups', str(SPOOL_GID),
                 '--no-new-privs', '--pdeathsig', 'KILL',
                 STATE + '/bin/cameleer-worker', '-c',
                 place + '/conf'], cwd='/',
                env={'CREDENTIALS_DIRECTORY': STATE + '/cred/worker',
                     'LD_PRELOAD': library},
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def children(self):
        """Returns the pids of the worker's children."""
        path = '/proc/%d/task/%d/children' % ((self.process.pid,) * 2)
        with open(path, encoding='ascii') as f:
            return [int(pid) for pid in f.read().split()]

    def asleep(self, n):
        """Tells whether exactly n children have stopped."""
        return sum(_stopped(pid) for pid in self.children()) == n

    def wake(self):
        """Lets all children continue."""
        for pid in self.children():
            kill(pid, signal.SIGCONT)

    def lost(self, operation):
        """Tells whether the log says that the worker lost this job."""
        with open(self.name, 'rb') as f:
            return any(b'"job_lost"' in line and operation.encode() in line
                       for line in f)

    def end(self):
        """Kills the worker and its children, stopped or not."""
        if self.process.poll() is None:
            for pid in self.children():
                kill(pid, signal.SIGKILL)
            self.process.kill()
        self.process.wait()


class Fence(TestCase):

    def setUp(self):
        place = tempfile.TemporaryDirectory(dir='/var/tmp')
        self.addCleanup(place.cleanup)
        self.place = place.name
        self.sleeper = None
        self.first = children('worker')
        self.addCleanup(self.as_before)

    def as_before(self):
        """Ends the sleeper and lets the first worker continue, also after a
        failure."""
        if self.sleeper:
            self.sleeper.end()
        self.signal_first(signal.SIGCONT)
        query('UPDATE schedule SET next_at = now() WHERE ' + ROUNDS)

    def signal_first(self, number_of_signal):
        """Sends the signal to the children of the first worker."""
        for pid in self.first:
            try:
                kill(pid, number_of_signal)
            except ProcessLookupError:
                pass

    def begin(self, actions):
        """Runs the actions while only the sleeper works; returns their
        results."""
        query("UPDATE schedule SET next_at = now() + interval '1 hour' WHERE "
              + ROUNDS)
        time.sleep(1)
        self.signal_first(signal.SIGSTOP)
        self.sleeper = Sleeper(self.place, len(actions))
        given = [action() for action in actions]
        eventually(30, lambda: self.sleeper.asleep(len(actions)),
                   'all asleep')
        self.signal_first(signal.SIGCONT)
        query('UPDATE schedule SET next_at = now() WHERE ' + ROUNDS)
        return given

    def test_sleepers_spoil_nothing(self):
        user = User(Account()).sign_in()
        slug, operation = user.new_tenant()
        user.follow(operation)
        tenant = check_tenant(self, slug)
        app = user.new_app()
        data, _ = jar()
        user.upload(app, data)
        user.running(app, 1)
        user.upload(app + '/releases?deploy=false', data)
        settled(tenant)
        victim = User(user.account).sign_in()

        (doomed, provision), deploy = self.begin((
            victim.new_tenant,
            lambda: user.want(202, 'POST', '/api/apps/%s/deployments' % app, {
                'release': 2, 'environment': 'dev'})['operation']))
        began = time.monotonic()
        victim.follow(provision)
        user.follow(deploy)
        user.running(app, 2)
        say('taken over after %.1f s' % (time.monotonic() - began))

        gone = query('SELECT id FROM tenant WHERE slug = $1', doomed)[0][0]
        victim.delete_tenant()
        eventually(60, lambda: query(
            'SELECT state FROM tenant WHERE id = $1', gone) ==
            [('deleted',)], 'the removal')
        user.want(202, 'POST', '/api/apps/%s/deployments' % app, {
            'release': 1, 'environment': 'dev'})
        user.running(app, 1)
        settled(tenant)
        before = containers(tenant=slug, app=app)
        self.assertEqual([c['State'] for c in before], ['running'])

        self.assertTrue(self.sleeper.asleep(2))
        self.sleeper.wake()
        self.watch(5, doomed, (slug, app, before))
        self.check_gone(doomed, gone)
        self.check_fenced((deploy,), (provision,))
        check_audit(self, tenant)

    def test_sleepers_without_a_session_spoil_nothing(self):
        """When the session of a sleeper ends, others take over at once, before
        the lease ends, and the sleeper changes nothing."""
        user = User(Account()).sign_in()
        ((doomed, provision),) = self.begin((user.new_tenant,))
        gone = query('SELECT id FROM tenant WHERE slug = $1', doomed)[0][0]
        user.delete_tenant()
        self.assertEqual(tenants_sql(
            'SELECT count(pg_terminate_backend(pid)) FROM pg_locks'
            " WHERE locktype = 'advisory' AND classid = 4204"), '1')
        _, took = eventually(60, lambda: query(
            'SELECT state FROM tenant WHERE id = $1', gone) ==
            [('deleted',)], 'the removal')
        self.assertTrue(self.sleeper.asleep(1))
        self.sleeper.wake()
        say('taken over and removed after %.1f s' % took)
        self.watch(5, doomed)
        self.check_gone(doomed, gone)
        self.check_fenced((), (provision,))

    def test_removal_waits_for_a_deployment_under_way(self):
        """A removal waits while the lease of a deployment holds; then it
        removes everything."""
        user = User(Account()).sign_in()
        slug, operation = user.new_tenant()
        user.follow(operation)
        tenant = check_tenant(self, slug)
        app = user.new_app()
        user.upload(app + '/releases?deploy=false', jar()[0])
        settled(tenant)
        self.begin((lambda: user.want(
            202, 'POST', '/api/apps/%s/deployments' % app, {
                'release': 1, 'environment': 'dev'}),))
        removal = user.want(202, 'DELETE', '/api/apps/' + app)['operation']
        eventually(30, lambda: query(
            'SELECT detail FROM operation_step WHERE operation_id = $1'
            " AND name = 'runtime'", removal) == [
                ('waits for a deployment that is under way',)],
            'a removal that waits')
        self.sleeper.wake()
        user.follow(removal)
        settled(tenant)
        self.assertEqual(containers(tenant=slug, app=app), [])
        check_audit(self, tenant)

    def watch(self, seconds, doomed, kept=None):
        """Checks for some seconds that the deleted tenant stays away and the
        kept application stays as it is."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.assertEqual(networks_of(doomed), [])
            self.assertEqual(containers(tenant=doomed), [])
            if kept:
                slug, app, before = kept
                self.assertEqual(
                    [(c['Id'], c['State']) for c in containers(
                        tenant=slug, app=app)],
                    [(c['Id'], 'running') for c in before])
            time.sleep(0.5)

    def check_gone(self, doomed, gone):
        """Checks that the databases have nothing left of the tenant."""
        self.assertEqual(tenants_sql(
            "SELECT (SELECT count(*) FROM pg_roles WHERE rolname = '%s')"
            " + (SELECT count(*) FROM pg_namespace WHERE nspname = '%s')"
            % ((database_role(gone),) * 2)), '0')
        self.assertEqual(query('SELECT state FROM tenant WHERE id = $1',
                               gone), [('deleted',)])
        for table in ('tenant_endpoint', 'tenant_secret'):
            self.assertEqual(number('SELECT count(*) FROM %s WHERE'
                                    ' tenant_id = $1' % table, gone), 0)

    def check_fenced(self, operations, gone=()):
        """Checks that a later attempt did each operation, and that it was
        audited once. Of a tenant that is gone only the trail tells."""
        for operation in operations + gone:
            rows = query('SELECT state, attempt > 1 FROM operation'
                         ' WHERE id = $1', operation)
            self.assertEqual(rows, [] if operation in gone else
                             [('done', 't')])
            self.assertEqual(number(
                'SELECT count(*) FROM audit_event WHERE subject_id = $1'
                " AND result = 'done'", operation), 1)
            if operation not in gone:
                eventually(30, lambda o=operation: self.sleeper.lost(o),
                           'notice of the loss of ' + operation)


if __name__ == '__main__':
    unittest.main()
