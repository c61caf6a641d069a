# SPDX-License-Identifier: Apache-2.0
"""A tenant's role is limited in what it sees and uses of the tenants'
database."""
import unittest

from support_stack import (ENV, TestCase, database_role, eventually, query,
                           tenants_session, tenants_sql)

ROLE, PASSWORD = 't_00000000000000aa', 'only-for-this-test'


class TenantDatabase(TestCase):
    """A role made as the worker makes the roles of tenants."""

    @classmethod
    def setUpClass(cls):
        tenants_sql("CREATE ROLE %s LOGIN NOINHERIT PASSWORD '%s';"
                    ' GRANT %s TO cameleer_provisioner;'
                    ' GRANT CONNECT ON DATABASE tenants TO %s' % (
                        ROLE, PASSWORD, ROLE, ROLE))
        # Both have lifted the limits that their role's settings give.
        cls.busy = tenants_session(
            ROLE, PASSWORD, 'SET statement_timeout = 0;'
            ' SELECT pg_sleep(600);')
        cls.idle = tenants_session(
            ROLE, PASSWORD, 'SET idle_in_transaction_session_timeout = 0;'
            ' BEGIN;')
        eventually(30, lambda: cls.sessions() == '2', 'both sessions')

    @classmethod
    def sessions(cls):
        """Returns how many sessions the role has."""
        return tenants_sql('SELECT count(*) FROM pg_stat_activity'
                           " WHERE usename = '%s'" % ROLE)

    @classmethod
    def tearDownClass(cls):
        for session in (cls.busy, cls.idle):
            session.kill()
            session.communicate()
        tenants_sql('REVOKE CONNECT ON DATABASE tenants FROM %s;'
                    ' DROP ROLE %s' % (ROLE, ROLE))

    def seen(self, text):
        """Returns what the role's session prints for the SQL."""
        session = tenants_session(ROLE, PASSWORD, text)
        return session.communicate(timeout=30)[0]

    def test_names_of_other_customers_are_not_seen(self):
        slugs = [slug for (slug,) in query('SELECT slug FROM tenant')]
        self.assertIn(ENV['tenant'], slugs)
        everything = self.seen(
            'SELECT rolname FROM pg_roles UNION ALL'
            ' SELECT nspname FROM pg_namespace UNION ALL'
            ' SELECT datname FROM pg_database UNION ALL'
            ' SELECT pg_stat_activity::text FROM pg_stat_activity;')
        tenant = query('SELECT id FROM tenant WHERE slug = $1',
                       ENV['tenant'])[0][0]
        # it looks where the names would be
        self.assertIn(database_role(tenant), everything)
        for slug in slugs:
            self.assertNotIn(slug, everything)

    def test_session_that_lifted_its_limits_is_ended(self):
        """A session that lifted its own limit of 60 s is ended by the worker,
        which looks every 15 s and allows 5 s more."""
        eventually(120, lambda: self.sessions() == '0',
                   'the end of the sessions')
        self.assertIn('terminating connection',
                      self.busy.communicate(timeout=60)[0])


if __name__ == '__main__':
    unittest.main()
