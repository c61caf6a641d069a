# SPDX-License-Identifier: Apache-2.0
"""The platform recovers from faults within a bounded time."""
import os
import re
import signal
import threading
import time
import unittest

from support import (MODULES, SLOW, STATE, TestCase, children, eventually,
                     kill, log_text, main_pid, metrics, unique)
from support_http import BASE, connect, disconnect, request, together
from support_peer import Peer
from support_sql import DB, Sql
from support_world import Tenant, app

RETRY = (502, 503, 504)


def comm(pid):
    """Returns the name of a process, as ps shows it."""
    with open('/proc/%d/comm' % pid, encoding='ascii') as f:
        return f.read().strip()


class Load:
    """Clients that create applications, each repeated until acknowledged."""

    def __init__(self, session, count=4):
        self.session, self.made, self.odd = session, [], []
        self.refused, self.good_at = 0, []
        self.stopped = threading.Event()
        self.threads = [threading.Thread(target=self.run)
                        for _ in range(count)]
        for thread in self.threads:
            thread.start()

    def run(self):
        while not self.stopped.is_set():
            self.one(unique('app-'), unique('key-'))
        disconnect()

    def one(self, name, key):
        for _ in range(200):
            answer = self.session.post('/api/apps', {'name': name}, key=key,
                                       check=False)
            if answer.status == 201:
                self.made.append(name)
                self.good_at.append(time.monotonic())
                return
            self.refused += 1
            if answer.status not in RETRY + (409,) or \
                    answer.status == 503 and \
                    'retry-after' not in answer.headers:
                self.odd.append(answer.describe())
                return
            time.sleep(0.05)
        self.odd.append('never made: ' + name)

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join()


class Database(TestCase):

    def test_pg_restart_loop(self):
        """PostgreSQL is shut down fast and killed under load: clients see only
        a 5xx with Retry-After, service is back within 5 s, and no acknowledged
        write is lost."""
        tenant = Tenant('business')     # whose plan has room for so many
        load = Load(tenant.login())
        worst = 0.0
        try:
            time.sleep(1)
            for number in (signal.SIGINT, signal.SIGKILL):
                old, began = main_pid('postgres'), time.monotonic()
                kill(old, number)
                eventually(20, lambda p=old: main_pid('postgres') != p,
                           'a new postmaster')
                up, _ = eventually(
                    20, lambda b=began: [t for t in list(load.good_at)
                                         if t > b + 0.2], 'an answer')
                worst = max(worst, up[0] - began)
                time.sleep(2)
        finally:
            load.stop()
            DB.close()
        self.assertEqual(load.odd, [])
        kept = {name for (name,) in DB.rows(
            'SELECT name FROM application WHERE tenant_id = $1', tenant.id)}
        self.assertEqual(set(load.made) - kept, set())
        self.assertEqual(len(load.made), len(set(load.made)))
        self.assertGreater(load.refused, 0)
        self.assertLess(worst, 5 * SLOW)
        print('# PostgreSQL restarted: back after %.2f s at worst,'
              ' %d made, %d asked again' % (worst, len(load.made),
                                            load.refused))

    def test_terminated_sessions_are_made_anew_unseen(self):
        session = Tenant().login()
        for _ in range(3):
            DB.run('SELECT pg_terminate_backend(pid) FROM pg_stat_activity'
                   " WHERE usename LIKE 'cameleer_%' AND usename <>"
                   " 'cameleer_worker'")
            for path in ('/api/auth/me', '/api/tenants', '/api/apps',
                         '/api/billing/plans', '/api/license'):
                self.assertIn(session.get(path).status, (200, 404), path)
            app(session)

    def test_statement_whose_first_use_failed_works_afterwards(self):
        session = Tenant().login()
        name = app(session)
        DB.run('SELECT pg_terminate_backend(pid) FROM pg_stat_activity'
               " WHERE usename = 'cameleer_apps'")
        for _ in range(6):
            self.assertAnswer(session.post('/api/apps', {'name': name}), 409,
                              'name_taken')
        for _ in range(6):
            app(session)

    def deadlock(self, tenant, session, name, deployment):
        """Causes a deadlock: holds the row that the request needs, then asks
        for the key that the request has claimed. Returns the request's answer.
        PostgreSQL ends the session whose wait lasted a second first: the
        request's, unless the machine is slow."""
        key, answers, holder = unique('key-'), [], Sql()
        holder.run("BEGIN; SET LOCAL deadlock_timeout = '20s';"
                   ' SELECT 1 FROM deployment WHERE id = $1 FOR UPDATE',
                   deployment)
        thread = threading.Thread(target=lambda: answers.append(session.post(
            '/api/apps/%s/deployments/dev/stop' % name, key=key)))
        thread.start()
        eventually(2, lambda: DB.number(
            "SELECT count(*) FROM pg_stat_activity WHERE usename ="
            " 'cameleer_apps' AND wait_event_type = 'Lock'"), 'a wait')
        holder.run('INSERT INTO idempotency (account_id, tenant_id, route,'
                   " key, fingerprint) VALUES ($1, $2, '/api/apps/{app}/"
                   "deployments/{environment}/stop', $3, 'x')",
                   tenant.owner.id, tenant.id, key)
        holder.run('ROLLBACK')
        holder.close()
        thread.join()
        return answers[0]

    def test_deadlock_is_tried_again(self):
        """A request whose transaction PostgreSQL ended is run again as a
        whole."""
        deadlocks = 0
        for _ in range(5):
            tenant = Tenant()
            session = tenant.login()
            name = app(session)
            tenant.release(name)
            at = len(log_text('postgres'))
            answer = self.deadlock(tenant, session, name,
                                   tenant.deployment(name))
            deadlocks = log_text('postgres')[at:].count(b'deadlock detected')
            if deadlocks and answer.status == 202:
                break       # else we let go too late for its patience
        self.assertAnswer(answer, 202)
        self.assertLess(answer.seconds, 5)
        # twice when it comes back before we have let go
        self.assertIn(deadlocks, (1, 2))
        self.assertEqual(DB.number(
            'SELECT count(*) FROM operation WHERE tenant_id = $1 AND kind'
            " = 'deployment.apply'", tenant.id), 1)

    def test_lock_that_is_held_gives_503_in_time(self):
        tenant = Tenant()
        session = tenant.login()
        name = app(session)
        holder = Sql()
        holder.run('BEGIN; SELECT 1 FROM application WHERE name = $1'
                   ' FOR UPDATE', name)
        try:
            answer = session.patch('/api/apps/' + name,
                                   {'display_name': 'X'}, 1)
        finally:
            holder.run('ROLLBACK')
            holder.close()
        self.assertAnswer(answer, 503, 'database_busy')
        self.assertLess(answer.seconds, 10)

    def test_reading_cannot_write(self):
        """PostgreSQL runs the transaction of each GET as read only."""
        session = Tenant().login()
        name = app(session)
        roles = ['cameleer_' + module for module in MODULES]
        for role in roles:
            DB.run("ALTER ROLE %s SET log_statement = 'all'" % role)
        try:
            DB.run('SELECT pg_terminate_backend(pid) FROM pg_stat_activity'
                   " WHERE usename = ANY ('{%s}')" % ','.join(roles))
            at = len(log_text('postgres'))
            for path in ('/api/auth/me', '/api/auth/sessions',
                         '/api/tenants', '/api/tenants/current',
                         '/api/tenants/audit', '/api/tenants/members',
                         '/api/apps', '/api/apps/' + name,
                         '/api/apps/%s/releases' % name,
                         '/api/apps/%s/logs?environment=dev' % name,
                         '/api/billing/plan', '/api/license'):
                self.assertIn(session.get(path).status, (200, 404))
            text = log_text('postgres')[at:].decode()
            begun = re.findall(r'execute [^:]*: (BEGIN.*)', text)
            self.assertEqual(set(begun), {'BEGIN READ ONLY'})
            self.assertGreaterEqual(len(begun), 12)
            self.assertNotRegex(text, r': (INSERT|UPDATE|DELETE) ')
            app(session)
            text = log_text('postgres')[at:].decode()
            self.assertRegex(text, r'execute [^:]*: BEGIN\n')
        finally:
            for role in roles:
                DB.run('ALTER ROLE %s RESET log_statement' % role)
            DB.run('SELECT pg_terminate_backend(pid) FROM pg_stat_activity'
                   " WHERE usename = ANY ('{%s}')" % ','.join(roles))

    def test_read_only_transaction_stops_a_writer(self):
        from support_sql import SqlError
        tenant = Tenant()
        with self.assertRaises(SqlError) as caught:
            DB.run('BEGIN READ ONLY; SET LOCAL ROLE cameleer_apps;'
                   " SELECT pin($1, NULL); UPDATE application SET name = 'x'",
                   tenant.id)
        self.assertEqual(caught.exception.state, '25006')


class Processes(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.tenant = Tenant()
        cls.session = cls.tenant.login()
        cls.path = {'auth': '/api/auth/me', 'sso': '/api/sso/health',
                    'tenants': '/api/tenants',
                    'apps': '/api/apps', 'billing': '/api/billing/plans',
                    'license': '/api/license/health'}

    def recovered(self, module, began):
        def well():
            return all(self.session.get(self.path[module]).status == 200
                       for _ in range(6))
        eventually(5, well, module)
        return time.monotonic() - began

    def at_best(self, seconds, module, once):
        """Checks the best of up to three measurements, because other load on
        the machine can delay one of them."""
        best = once(module)
        for _ in range(2):
            if best < seconds * SLOW:
                break
            best = min(best, once(module))
        self.assertLess(best, seconds * SLOW, module)
        return best

    def kill_child(self, module):
        old, began = children(module), time.monotonic()
        kill(old[0])
        took = eventually(5, lambda: len(
            set(children(module)) - {old[0]}) == len(old), module)[1]
        return max(took, self.recovered(module, began))

    def test_killed_child_is_back_within_a_second(self):
        worst = max(self.at_best(1, m, self.kill_child) for m in MODULES)
        print('# child killed: whole again after %.2f s at worst' % worst)

    def kill_children(self, module):
        began, old = time.monotonic(), set(children(module))
        for pid in old:
            kill(pid)
        took = self.recovered(module, began)
        # a large one takes a while to die: the next test wants live ones
        eventually(5, lambda: not old & set(children(module)),
                   'the end of the children of ' + module)
        return took

    def test_all_children_killed_at_once(self):
        worst = max(self.at_best(1, m, self.kill_children) for m in MODULES)
        print('# both children killed: whole again after %.2f s' % worst)

    def test_killed_master_is_started_again(self):
        old, began = main_pid('billing'), time.monotonic()
        kids = children('billing')
        kill(old)
        eventually(10, lambda: main_pid('billing') != old, 'a new master')
        took = self.recovered('billing', began)
        eventually(2, lambda: not any(
            os.path.exists('/proc/%d' % pid) for pid in kids),
                   'the end of its children')
        print('# master killed: whole again after %.2f s' % took)
        self.assertLess(took, 3 * SLOW)

    def test_terminated_master_finishes_what_it_has(self):
        """On SIGTERM a master finishes its requests: no client gets half an
        answer, and the service is away for a moment at most."""
        statuses = []

        def ask(_):
            for _ in range(60):
                statuses.append(self.session.get('/api/billing/plans',
                                                 check=False).status)
        old = main_pid('billing')
        thread = threading.Thread(target=lambda: together(3, ask))
        thread.start()
        time.sleep(0.05)
        kill(old, signal.SIGTERM)
        thread.join()
        eventually(10, lambda: main_pid('billing') != old, 'a new master')
        self.recovered('billing', time.monotonic())
        self.assertLessEqual(set(statuses), {200, 502})

    def test_whoever_signs_in_does_not_hold_up_the_tenant_proxy(self):
        """The tenant proxy's access check has its own children: it answers
        while all others of auth are stopped (T20)."""
        tenant = Tenant()
        peer, session = Peer(tenant), tenant.login()
        quick = {pid for pid in children('auth')
                 if comm(pid) == 'auth-check'}
        slow = set(children('auth')) - quick
        self.assertEqual(len(quick), len(slow))
        for pid in slow:
            kill(pid, signal.SIGSTOP)
        try:
            for i in range(4):      # each is a question of its own
                self.assertAnswer(session.call(
                    ('GET', 'POST', 'PUT', 'DELETE')[i],
                    '/t/%s/api/v1/things' % tenant.slug), 200)
        finally:
            for pid in slow:
                kill(pid, signal.SIGCONT)
            peer.close()
        self.assertAnswer(session.get('/api/auth/me'), 200)

    def test_child_that_stands_still_holds_nobody_else_up(self):
        stopped = children('billing')[0]
        kill(stopped, signal.SIGSTOP)
        try:
            took = [self.session.get('/api/billing/plans').seconds
                    for _ in range(20)]
        except Exception:       # one may have been given to it
            took = []
        finally:
            kill(stopped, signal.SIGCONT)
        self.assertTrue(took == [] or max(took) < 16)


class Clients(TestCase):

    def test_slow_body_holds_nobody_up(self):
        """Twenty clients that send their bodies slowly occupy no responder,
        since nginx reads a body first."""
        slow = []
        try:
            for _ in range(20):
                tls = connect()
                tls.sendall(('POST /api/auth/login HTTP/1.1\r\nHost: %s\r\n'
                             'Content-Type: application/json\r\n'
                             'Content-Length: 100\r\n\r\n{' %
                             BASE.partition('//')[2]).encode())
                slow.append(tls)
            took = [request('GET', '/api/auth/health').seconds
                    for _ in range(20)]
            self.assertLess(max(took), 0.5 * SLOW)
        finally:
            for tls in slow:
                tls.close()

    def test_client_that_goes_away_does_not_undo_a_write(self):
        session = Tenant().login()
        name = unique('app-')
        body = b'{"name":"%s"}' % name.encode()
        with connect() as tls:
            tls.sendall(('POST /api/apps HTTP/1.1\r\nHost: %s\r\n'
                         'Authorization: Bearer %s\r\nContent-Type:'
                         ' application/json\r\nContent-Length: %d\r\n\r\n' % (
                             BASE.partition('//')[2], session.access,
                             len(body))).encode() + body)
        eventually(5, lambda: session.get('/api/apps/' + name).status == 200,
                   'the application')


class Survivors(TestCase):

    def test_no_child_died_unless_it_was_killed(self):
        """No child died of another signal than the 9 and 15 that tests sent."""
        for module in MODULES:
            for status in re.findall(
                    rb'"event":"child_ended","child":\d+,"status":(\d+)',
                    log_text(module)):
                self.assertIn(int(status), (9, 15), module)
            self.assertGreaterEqual(metrics(module)[
                'cameleer_child_starts_total{service="%s"}' % module], 2)


if __name__ == '__main__':
    unittest.main()
