# SPDX-License-Identifier: Apache-2.0
"""A tenant's stores, and the request for new passwords: the route, the command
and what doctor says. tests/engine/test_stores.py has the worker do it."""
import json
import unittest
import uuid

from support import TestCase
from support_http import together
from support_probe import Request
from support_sql import DB, as_worker, audit_rows
from support_world import Tenant
from test_tenant_approval import ctl

STORES = '/api/tenants/stores'
RENEW = STORES + '/renew'


def at_rest(tenant):
    """Ends the tenant's renewals as the worker does; the higher attempt number
    fences off the real one."""
    as_worker(tenant.id, "UPDATE operation SET state = 'done', attempt ="
              ' attempt + 100, finished_at = now(), lease_until = NULL'
              " WHERE tenant_id = $1 AND kind = 'store.renew'"
              " AND state IN ('queued', 'running')", tenant.id)


def turned(tenant, turn, turning, age='1 day'):
    """Records the turn of the tenant's logins as the worker does."""
    as_worker(tenant.id, 'INSERT INTO store_login (tenant_id, turn, turning,'
              ' begun_at, turned_at) VALUES ($1, $2, $3, now() -'
              ' $4::interval, now() - $4::interval) ON CONFLICT (tenant_id)'
              ' DO UPDATE SET turn = excluded.turn, turning ='
              ' excluded.turning, begun_at = excluded.begun_at', tenant.id,
              turn, turning, age)


class Stores(TestCase):

    def setUp(self):
        self.tenant = Tenant()
        self.session = self.tenant.login()
        self.addCleanup(at_rest, self.tenant)

    def jobs(self):
        """Returns how many renewals were ever queued."""
        return DB.number('SELECT count(*) FROM operation WHERE tenant_id = $1'
                         " AND kind = 'store.renew'", self.tenant.id)

    def test_a_new_tenant_has_a_store_that_was_never_renewed(self):
        shown = self.assertAnswer(self.session.get(STORES), 200).json()
        self.assertEqual(shown['items'], [
            {'kind': 'postgres', 'renewing': False, 'renewed_at': None}])

    def test_a_renewal_is_queued_with_its_audit_row(self):
        answer = self.assertAnswer(self.session.post(RENEW), 202)
        self.assertEqual(DB.value(
            'SELECT kind FROM operation WHERE id = $1',
            answer.json()['operation']), 'store.renew')
        self.assertEqual([row[2:5] for row in audit_rows(answer.request_id)],
                         [('store.ask_renewal', 'done', None)])

    def test_one_renewal_at_a_time(self):
        self.assertAnswer(self.session.post(RENEW), 202)
        answer = self.assertAnswer(self.session.post(RENEW), 409,
                                   'store_renewing')
        self.assertEqual([row[2:5] for row in audit_rows(answer.request_id)],
                         [('store.ask_renewal', 'refused',
                           'store_renewing')])
        self.assertEqual(self.jobs(), 1)
        at_rest(self.tenant)
        self.assertAnswer(self.session.post(RENEW), 202)

    def test_of_many_at_once_there_is_one_job(self):
        answers = together(6, lambda _: self.session.post(RENEW))
        self.assertLessEqual({a.status for a in answers}, {202, 409})
        self.assertIn(202, {a.status for a in answers})
        self.assertEqual(self.jobs(), 1)

    def test_a_tenant_that_does_not_run_has_nothing_to_renew(self):
        self.tenant.set_state('failed')
        self.assertAnswer(self.session.post(RENEW), 409, 'tenant_not_active')
        self.assertEqual(self.jobs(), 0)

    def test_of_another_tenant_nothing_is_seen(self):
        turned(self.tenant, 3, True)
        shown = self.assertAnswer(Tenant().login().get(STORES), 200).json()
        self.assertEqual([one['renewing'] for one in shown['items']], [False])

    def test_no_secret_is_shown(self):
        text = self.assertAnswer(self.session.get(STORES), 200).body
        for word in (b'password', b'box', b't_'):
            self.assertNotIn(word, text)


class Command(TestCase):

    def setUp(self):
        self.tenant = Tenant()
        self.addCleanup(at_rest, self.tenant)

    def row(self):
        """Returns what the command lists of the tenant."""
        status, said = ctl('--json', 'stores', 'list')
        self.assertEqual(status, 0, said)
        return [one for one in json.loads(said)
                if one['slug'] == self.tenant.slug]

    def test_operator_renews_and_sees_it(self):
        self.assertEqual([(one['kind'], one['renewed_at'], one['under_way'])
                          for one in self.row()], [('postgres', None, False)])
        status, said = ctl('stores', 'renew', self.tenant.slug)
        self.assertEqual(status, 0, said)
        self.assertIn('gets new passwords', said)
        self.assertEqual([one['under_way'] for one in self.row()], [True])
        self.assertEqual(DB.rows(
            'SELECT action, result FROM audit_event WHERE tenant_id = $1'
            " AND action = 'store.ask_renewal'", self.tenant.id),
            [('store.ask_renewal', 'done')])
        status, said = ctl('stores', 'renew', self.tenant.slug)
        self.assertEqual(status, 1, said)
        self.assertIn('being made already', said)

    def test_tenants_that_cannot_are_named(self):
        for slug, words in ((uuid.uuid4().hex[:8], 'there is no tenant'),
                            ("x'; DROP TABLE tenant; --", 'is no tenant')):
            status, said = ctl('stores', 'renew', slug)
            self.assertEqual(status, 1, said)
            self.assertIn(words, said)
        self.tenant.set_state('suspended')
        status, said = ctl('stores', 'renew', self.tenant.slug)
        self.assertEqual(status, 1, said)
        self.assertIn('is suspended', said)

    def said(self):
        """Returns what doctor says about stores; None: all is well."""
        _, said = ctl('--json', 'doctor')
        return {one['check']: one['detail'] for one in json.loads(
            said.splitlines()[-1])}['stores']

    def test_doctor_names_a_renewal_that_is_not_finished(self):
        self.addCleanup(turned, self.tenant, 1, False)
        turned(self.tenant, 1, True, '5 minutes')
        self.assertIsNone(self.said())
        turned(self.tenant, 1, True, '1 day')
        said = self.said()
        self.assertIn(self.tenant.slug, said)
        self.assertIn('1440 minutes', said)
        self.assertIn('stores renew', said)


def _renewal(cell):
    at_rest(cell.fixture.tenant)
    return Request()


PROBES = {'POST ' + RENEW: _renewal}


if __name__ == '__main__':
    unittest.main()
