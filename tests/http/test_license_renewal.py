# SPDX-License-Identifier: Apache-2.0
"""Licences last 30 days and are renewed while their tenant is active."""
import unittest

from support import TestCase, eventually, unique
from support_sql import DB, as_worker
from support_world import Tenant


def days_left(tenant):
    """Returns the remaining whole days of each version, oldest first."""
    return [int(days) for (days,) in DB.rows(
        "SELECT round(extract(epoch FROM valid_until - now()) / 86400)"
        ' FROM license WHERE tenant_id = $1 ORDER BY version', tenant.id)]


def with_days(days, state='active'):
    """Creates a tenant whose licence ends in so many days."""
    tenant = Tenant('low')
    tenant.license()
    DB.run('UPDATE license SET valid_until = now() + make_interval(days =>'
           ' $2), state = $3 WHERE tenant_id = $1', tenant.id, days, state)
    return tenant


def worked():
    """Runs the worker's round of renewals and waits for its end."""
    start = DB.value("UPDATE schedule SET next_at = now()"
                     " WHERE kind = 'licenses' RETURNING now()")
    eventually(20, lambda: DB.value(
        "SELECT ran_at > $1 FROM schedule WHERE kind = 'licenses'",
        start) == 't', 'a round')
    assert DB.value("SELECT error FROM schedule WHERE kind = 'licenses'") \
        is None


class Renewal(TestCase):

    def test_a_week_before_the_end_comes_the_next(self):
        soon, over, later = with_days(6), with_days(-3), with_days(8)
        worked()
        self.assertEqual(days_left(soon), [6, 30])
        self.assertEqual(days_left(over), [-3, 30])
        self.assertEqual(days_left(later), [8])
        worked()
        self.assertEqual(len(days_left(soon)), 2)
        self.assertEqual(DB.rows(
            "SELECT tenant_id, subject_id, result, facts->>'version'"
            " FROM audit_event WHERE action = 'license.renew'"
            ' AND tenant_id IN ($1, $2)', soon.id, later.id),
            [(soon.id, soon.id, 'done', '2')])
        self.assertEqual(soon.login().get('/api/license').json()['version'],
                         2)

    def test_many_that_are_due_at_once_are_renewed_at_once(self):
        prefix = unique()[:20]
        DB.run('INSERT INTO tenant (id, slug, name, tier, created_by, state)'
               " SELECT gen_random_uuid(), $1 || n, 'Demo Ltd', 'low',"
               " gen_random_uuid(), 'active' FROM generate_series(1, 250) n",
               prefix)
        self.addCleanup(DB.run, "UPDATE tenant SET state = 'deleted'"
                        " WHERE slug ~ ('^' || $1 || '[0-9]+$')", prefix)
        DB.run('INSERT INTO license (tenant_id, version, tier, state,'
               ' valid_until, grace_until, token, file)'
               " SELECT id, 1, tier, 'active', now(), now(), 't', 'f'"
               " FROM tenant WHERE slug ~ ('^' || $1 || '[0-9]+$')", prefix)
        worked()
        self.assertEqual(DB.value(
            'SELECT count(*) FROM license l JOIN tenant t ON t.id ='
            " l.tenant_id WHERE t.slug ~ ('^' || $1 || '[0-9]+$')"
            ' AND l.version = 2', prefix), '250')

    def test_time_goes_by_and_it_goes_on(self):
        tenant = with_days(1)
        for version in (2, 3, 4):
            worked()
            self.assertEqual(len(days_left(tenant)), version)
            DB.run("UPDATE license SET valid_until = valid_until -"
                   " interval '24 days' WHERE tenant_id = $1", tenant.id)

    def test_not_of_a_tenant_that_is_not_active(self):
        found = []
        for state in ('suspended', 'failed', 'deleting', 'requested'):
            tenant = with_days(2)
            DB.run('UPDATE tenant SET state = $1 WHERE id = $2', state,
                   tenant.id)
            found.append(tenant)
        worked()
        self.assertEqual([days_left(tenant) for tenant in found], [[2]] * 4)
        as_worker(found[0].id, "UPDATE tenant SET state = 'active'"
                  ' WHERE id = $1', found[0].id)
        worked()
        self.assertEqual(days_left(found[0]), [2, 30])

    def test_not_a_licence_that_is_suspended(self):
        tenant = with_days(2, 'suspended')
        worked()
        self.assertEqual(days_left(tenant), [2])


if __name__ == '__main__':
    unittest.main()
