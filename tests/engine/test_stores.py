# SPDX-License-Identifier: Apache-2.0
"""New passwords for a tenant's store while its credentials are in use: a real
server, a real PostgreSQL, and clients that must not notice."""
import threading
import time
import unittest

from support_stack import (SLOW, TestCase, containers, database_role, engine,
                           eventually, new_owner, number, query, say,
                           tenants_session, tenants_sql)

CONNECTIONS = 20        # tenant_db_connections


def credentials(slug):
    """Returns the login and the password of the running server, as it reads
    them; None while there is none."""
    found = containers(tenant=slug, role='server')
    if len(found) != 1:
        return None
    # It may be gone by now: then it is being replaced.
    status, details = engine(
        'GET', '/v4.0.0/libpod/containers/%s/json' % found[0]['Id'])
    if status != 200:
        return None
    pid = details['State']['Pid']
    env = dict(one.partition('=')[::2] for one in details['Config']['Env'])
    try:
        with open('/proc/%d/root/run/secrets/db-password' % pid,
                  encoding='utf-8') as f:
            return env['SPRING_DATASOURCE_USERNAME'], f.read().strip()
    except OSError:
        return None


class Load(threading.Thread):
    """A client of the tenant's schema, as a server is one: it asks over a
    connection that it keeps, and over a new one each time. It looks for the
    server's credentials meanwhile, and keeps those it has until there are
    others."""

    def __init__(self, slug):
        super().__init__()
        self.slug, self.known, self.kept = slug, credentials(slug), None
        self.asked, self.failed, self.logins = 0, [], set()
        self.ending, self.error = threading.Event(), None

    def fresh(self):
        """Asks over a connection of its own."""
        session = tenants_session(*self.known, 'SELECT count(*) FROM load;')
        self.check(session.communicate(timeout=60)[0])

    def check(self, said):
        """Counts a question and what was wrong with its answer."""
        self.asked += 1
        if not said.strip().isdigit():
            self.failed.append((self.known[0], said))

    def held(self):
        """Asks over the connection that is kept."""
        if self.kept is None:
            self.kept = tenants_session(*self.known, '')
        try:
            self.kept.stdin.write('INSERT INTO load VALUES (1) RETURNING 1;\n')
            self.kept.stdin.flush()
            self.check(self.kept.stdout.readline())
        except OSError as error:
            self.check(repr(error))

    def drop(self):
        """Ends the connection that is kept."""
        if self.kept is not None:
            self.kept.communicate(timeout=60)
            self.kept = None

    def run(self):
        try:
            self.ask_on()
        except Exception as error:      # pylint: disable=broad-except
            self.error = error

    def ask_on(self):
        """Asks until the end."""
        while not self.ending.is_set():
            now = credentials(self.slug)
            if now is not None and now != self.known:
                self.drop()
                self.known = now
            self.logins.add(self.known[0])
            self.fresh()
            self.held()
        self.drop()


class Renewal(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.user, cls.slug, cls.tenant = new_owner()
        cls.role = database_role(cls.tenant)

    def sql_as(self, known, text):
        """Returns what a session with these credentials prints."""
        return tenants_session(*known, text).communicate(timeout=60)[0].strip()

    def renew(self):
        """Renews, and returns the finished operation."""
        got = self.user.want(202, 'POST', '/api/tenants/stores/renew')
        return self.user.follow(got['operation'])

    def test_1_nobody_notices_two_renewals(self):
        first = credentials(self.slug)
        self.assertEqual(first[0], self.role)
        self.assertEqual(self.sql_as(
            first, 'CREATE TABLE load (n integer);'), '')
        load = Load(self.slug)
        load.start()
        try:
            began = time.monotonic()
            operation = self.renew()
            second = credentials(self.slug)
            self.renew()
            third = credentials(self.slug)
            took = time.monotonic() - began
            time.sleep(2)
        finally:
            load.ending.set()
            load.join(120 * SLOW)
        self.assertIsNone(load.error)
        say('%d queries during two renewals in %.1f s, %d failed' % (
            load.asked, took, len(load.failed)))
        self.assertEqual(load.failed, [])
        self.assertGreater(load.asked, 20)
        self.assertEqual(load.logins, {self.role, self.role + 'b'})
        self.assertEqual([step['state'] for step in operation['steps']],
                         ['done'] * 4)
        self.assertEqual((second[0], third[0]), (self.role + 'b', self.role))
        self.assertEqual(len({first[1], second[1], third[1]}), 3)
        for old in (first, second):
            self.assertIn('FATAL', self.sql_as(old, 'SELECT 1;'))
        self.assertEqual(self.sql_as(third, 'SELECT 1;'), '1')
        self.assertEqual(tenants_sql(
            "SELECT count(*) FROM pg_roles WHERE rolname = '%sb'"
            % self.role), '0')
        self.assertEqual(query(
            'SELECT turn, turning, turned_at IS NOT NULL FROM store_login'
            ' WHERE tenant_id = $1', self.tenant), [('2', 'f', 't')])
        self.assertEqual(query(
            'SELECT name FROM tenant_secret WHERE tenant_id = $1'
            " AND name LIKE 'db-password%'", self.tenant), [('db-password',)])

    def test_2_the_second_login_is_the_role_with_its_limits(self):
        self.renew()
        known = credentials(self.slug)
        self.assertEqual(known[0], self.role + 'b')
        self.assertEqual(self.sql_as(
            known, 'CREATE TABLE made (n integer);'
            ' SELECT current_user, session_user, current_schema();'),
            '%s|%sb|%s' % (self.role, self.role, self.role))
        # A pool that resets its sessions, and then makes something.
        self.assertEqual(self.sql_as(
            known, 'DISCARD ALL; SELECT count(*) FROM made;'
            ' CREATE TABLE reset (n integer);').splitlines()[-1], '0')
        sessions = [tenants_session(*known, 'SELECT pg_sleep(5);')
                    for _ in range(CONNECTIONS + 1)]
        said = [session.communicate(timeout=60)[0] for session in sessions]
        self.assertTrue(any('too many connections' in text for text in said),
                        said)
        self.renew()
        self.assertEqual(tenants_sql(
            'SELECT count(*), min(tableowner::text), max(tableowner::text)'
            " FROM pg_tables WHERE tablename IN ('made', 'reset', 'load')"),
            '3|%s|%s' % (self.role, self.role))
        self.assertEqual(tenants_sql(
            "SELECT count(*) FROM pg_roles WHERE rolname = '%sb'"
            % self.role), '0')

    def test_3_a_statement_of_the_old_login_is_not_cut_off(self):
        known = credentials(self.slug)
        slow = tenants_session(*known, 'SELECT 7 FROM pg_sleep(25);')
        time.sleep(1)
        self.renew()
        self.assertEqual(slow.communicate(timeout=60)[0].strip(), '7')

    def test_4_another_tenant_reads_nothing_with_either_login(self):
        other, slug, tenant = new_owner()
        got = other.want(202, 'POST', '/api/tenants/stores/renew')
        other.follow(got['operation'])
        known = credentials(slug)
        self.assertEqual(known[0], database_role(tenant) + 'b')
        for text in ('SELECT * FROM %s.load' % self.role,
                     'SET ROLE %s' % self.role,
                     'SET ROLE %sb' % self.role,
                     'ALTER ROLE %s PASSWORD NULL' % self.role,
                     'CREATE TABLE %s.mine (n integer)' % self.role):
            self.assertIn('ERROR', self.sql_as(known, text + ';'), text)

    def test_5_a_deleted_tenant_leaves_neither_login(self):
        owner, slug, tenant = new_owner()
        got = owner.want(202, 'POST', '/api/tenants/stores/renew')
        owner.follow(got['operation'])
        known = credentials(slug)
        self.assertEqual(self.sql_as(
            known, 'SET ROLE NONE; CREATE TABLE left_over (n integer);'), '')
        owner.delete_tenant()
        role = database_role(tenant)
        eventually(120, lambda: number(
            "SELECT count(*) FROM tenant WHERE id = $1 AND state = 'deleted'",
            tenant) == 1, 'the removal')
        self.assertEqual(tenants_sql(
            "SELECT (SELECT count(*) FROM pg_roles WHERE rolname LIKE '%s%%')"
            " + (SELECT count(*) FROM pg_namespace WHERE nspname LIKE '%s%%')"
            % (role, role)), '0')
        self.assertEqual(number('SELECT count(*) FROM store_login'
                                ' WHERE tenant_id = $1', tenant), 0)


if __name__ == '__main__':
    unittest.main()
