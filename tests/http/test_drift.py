# SPDX-License-Identifier: Apache-2.0
"""What differs from what a tenant should have is shown with who wanted it, and
restored when somebody asks for it.

No engine runs here, so the differences are rows that the test writes as the
worker does."""
import json
import unittest
import uuid

from support import TestCase, eventually, metrics
from support_probe import Request
from support_sql import DB, as_worker, audit_rows
from support_world import Tenant
from test_platform import Operator
from test_tenant_approval import ctl

PATH = '/api/auth/platform/drift'
OBJECT = 'container of a test'
REASON = 'changed by hand'


def differ(tenant, field='memory', object_name=OBJECT, subject=None):
    """Writes a difference; returns the object."""
    as_worker(tenant.id, 'INSERT INTO drift (tenant_id, object, field, wanted,'
              " live, subject_id) VALUES ($1, $2, $3, '384', '128', $4)"
              ' ON CONFLICT (tenant_id, object, field) DO UPDATE SET'
              ' restore_id = NULL', tenant.id, object_name, field, subject)
    return object_name


class Seen(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.operator = Operator().login()

    def setUp(self):
        self.tenant = Tenant()
        self.owner = self.tenant.login()

    def shown(self):
        """Returns what the tenant sees."""
        return self.assertAnswer(self.owner.get('/api/tenants/drift'),
                                 200).json()['items']

    def restore(self, session, **given):
        """Asks for a restoration; returns the answer."""
        return session.post('/api/tenants/drift/restore', {
            'object': OBJECT, 'reason': REASON, **given})

    def test_a_difference_says_who_wanted_it_otherwise(self):
        self.assertEqual(self.shown(), [])
        differ(self.tenant, subject=self.tenant.id)
        differ(self.tenant, 'existence', 'container intruder')
        rows = {row['object']: row for row in self.shown()}
        row = rows[OBJECT]
        self.assertEqual((row['field'], row['wanted'], row['live'],
                          row['restoring'], row['changed_by']),
                         ('memory', '384', '128', False,
                          DB.value('SELECT name FROM account WHERE id = $1',
                                   self.tenant.owner.id)))
        self.assertTrue(row['changed_at'])
        self.assertIsNone(rows['container intruder']['changed_by'])
        mine = [row for row in self.operator.get(PATH).json()['items']
                if row['tenant'] == self.tenant.id]
        self.assertEqual(len(mine), 2)

    def test_another_tenant_sees_and_restores_nothing_of_it(self):
        differ(self.tenant)
        other = Tenant().login()
        self.assertEqual(other.get('/api/tenants/drift').json()['items'], [])
        self.assertAnswer(self.restore(other), 404, 'no_such_drift')

    def test_a_restoration_is_a_job_with_its_reason_in_the_trail(self):
        differ(self.tenant)
        answer = self.assertAnswer(self.restore(self.owner), 202)
        operation = answer.json()['operation']
        self.assertEqual(
            [row[2:4] + row[5:] for row in audit_rows(answer.request_id)],
            [('drift.restore_ask', 'done', 'operation', operation)])
        self.assertEqual(DB.rows(
            'SELECT kind, subject_id, created_by FROM operation WHERE id = $1',
            operation), [('drift.restore', self.tenant.id,
                          self.tenant.owner.id)])
        self.assertIn(REASON, DB.value(
            'SELECT facts::text FROM audit_event WHERE request_id = $1',
            answer.request_id))
        # No engine runs here, so the job goes on trying.
        self.assertTrue(self.shown()[0]['restoring'])
        self.assertAnswer(self.restore(self.owner), 404, 'no_such_drift')

    def test_bad_input_is_refused(self):
        differ(self.tenant)
        for body, field in (({'reason': ''}, 'reason'),
                            ({'reason': 'x' * 301}, 'reason'),
                            ({'object': ''}, 'object'),
                            ({'object': 'x' * 161}, 'object'),
                            ({'object': 7}, 'object')):
            answer = self.assertAnswer(self.restore(self.owner, **body), 400,
                                       'invalid_fields')
            self.assertEqual([e['field'] for e in answer.json()['errors']],
                             [field])
        self.assertAnswer(self.restore(self.owner, object='nothing'), 404,
                          'no_such_drift')

    def test_only_who_may(self):
        differ(self.tenant)
        viewer = self.tenant.login('viewer')
        self.assertAnswer(viewer.get('/api/tenants/drift'), 200)
        self.assertAnswer(self.restore(viewer), 403, 'not_permitted')
        where = '/api/auth/platform/tenants/%s/drift/restore' % self.tenant.id
        body = {'object': OBJECT, 'reason': REASON}
        reader = Operator(['platform.tenant.read']).login()
        self.assertAnswer(reader.get(PATH), 200)
        self.assertAnswer(reader.post(where, body), 403, 'not_permitted')
        self.assertAnswer(self.owner.get(PATH), 403, 'operators_only')
        self.assertAnswer(self.operator.post(
            '/api/auth/platform/tenants/%s/drift/restore' % uuid.uuid4(),
            body), 404, 'no_such_tenant')
        self.assertAnswer(self.operator.post(where, body), 202)

    def test_it_goes_with_the_tenant(self):
        differ(self.tenant)
        self.tenant.set_state('deleting')
        self.tenant.set_state('deleted')
        eventually(30, lambda: DB.number(
            'SELECT count(*) FROM drift WHERE tenant_id = $1',
            self.tenant.id) == 0, 'the sweep')

    def test_the_metric_counts_fields(self):
        differ(self.tenant)
        name = 'cameleer_place_drift_fields{service="worker",place="local"}'
        eventually(30, lambda: metrics('worker').get(name, 0) > 0,
                   'the gauge')


class Command(TestCase):

    def test_listed_restored_and_mistakes(self):
        tenant = Tenant()
        words = ('drift', 'list', '--tenant', tenant.slug)
        status, said = ctl(*words)
        self.assertEqual((status, said), (0, ''))
        differ(tenant)
        status, said = ctl(*words)
        self.assertEqual(status, 1)
        self.assertIn('%s: memory: wanted 384, is 128' % OBJECT, said)
        shown = json.loads(ctl('--json', *words)[1])
        self.assertEqual([row['object'] for row in shown], [OBJECT])
        status, said = ctl('drift', 'restore', tenant.slug, OBJECT, REASON)
        self.assertEqual((status, 'is being restored' in said), (0, True),
                         said)
        for given, wrong in (
                ((tenant.slug, 'nothing', REASON), 'nothing differs there'),
                (('nobody42', OBJECT, REASON), 'there is no active tenant')):
            status, said = ctl('drift', 'restore', *given)
            self.assertEqual((status, wrong in said), (1, True), said)
        self.assertEqual(ctl('drift', 'restore', tenant.slug)[0], 2)

    def test_what_could_not_be_compared_is_not_called_well(self):
        tenant = Tenant()
        as_worker(tenant.id, 'INSERT INTO drift_look (tenant_id, error)'
                  " VALUES ($1, 'the place does not answer')", tenant.id)
        status, said = ctl('drift', 'list', '--tenant', tenant.slug)
        self.assertEqual(status, 1)
        self.assertIn('not known: the place does not answer', said)


def restorable(tenant):
    """Makes a difference in the tenant; returns the request's body."""
    return {'object': differ(tenant), 'reason': REASON}


PROBES = {
    'POST /api/tenants/drift/restore': lambda cell: Request(
        restorable(cell.actor_tenant())),
    'POST /api/auth/platform/tenants/{id}/drift/restore':
        lambda cell: Request(restorable(cell.fixture.tenant),
                             id=cell.fixture.tenant.id),
}


if __name__ == '__main__':
    unittest.main()
