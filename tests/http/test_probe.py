# SPDX-License-Identifier: Apache-2.0
"""What the isolation probe found is shown to its tenant without addresses, and
to operators with them.

No engine runs here, so the runs are rows that the test writes as the worker
does."""
import json
import unittest
import uuid

from support import SOURCE, TestCase, eventually, metrics
from support_probe import Request
from support_sql import DB, as_worker, audit_rows
from support_world import Tenant, mails
from test_platform import Operator
from test_tenant_approval import ctl

PATH = '/api/auth/platform/isolation'
CHECK = {'check': 'machine', 'about': 'ports of the machine',
         'expected': 'closed', 'seen': 'silent', 'good': True, 'tries': 3,
         'ms': 3001}
ADDRESS = '10.99.88.77'


def run(tenant, outcome, ago=0, **given):
    """Writes a finished run; returns its id."""
    identity = str(uuid.uuid1())
    as_worker(tenant.id, 'INSERT INTO isolation_run (tenant_id, id, place_id,'
              ' started_at, next_at, finished_at, outcome, error, checks,'
              ' paths) SELECT id, $2, place_id, now() - $3::interval,'
              ' now() + $4::interval, now() - $3::interval, $5, $6,'
              ' $7::jsonb, $8::text[] FROM tenant WHERE id = $1',
              tenant.id, given.get('id', identity), '%d s' % ago, '1 day',
              outcome, given.get('error'), json.dumps([CHECK]),
              '{%s}' % ','.join('"%s"' % path
                                for path in given.get('paths', ())))
    return given.get('id', identity)


def opened(tenant, **given):
    """Writes a run that found something open."""
    return run(tenant, 'open', paths=['machine: tcp %s 5432' % ADDRESS],
               **given)


class Seen(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.operator = Operator().login()

    def setUp(self):
        self.tenant = Tenant()

    def state(self):
        """Returns what operators see of the tenant."""
        rows = self.assertAnswer(self.operator.get(PATH), 200).json()['items']
        return next(row for row in rows if row['tenant'] == self.tenant.id)

    def test_a_tenant_sees_checks_and_no_addresses(self):
        session = self.tenant.login('viewer')
        self.assertEqual(session.get('/api/tenants/isolation').json()['items'],
                         [])
        opened(self.tenant, error='a secret of operators')
        answer = self.assertAnswer(session.get('/api/tenants/isolation'), 200)
        (row,) = answer.json()['items']
        self.assertEqual((row['outcome'], row['checks']), ('open', [CHECK]))
        for hidden in (ADDRESS, 'secret of operators'):
            self.assertNotIn(hidden, answer.body.decode())

    def test_runs_come_newest_first_page_by_page(self):
        session = self.tenant.login()
        ids = ['00000000-0000-7000-8000-%012d' % n for n in (1, 2, 3)]
        for identity in ids:
            run(self.tenant, 'isolated', id=identity)
        first = session.get('/api/tenants/isolation?limit=2').json()
        self.assertEqual([row['id'] for row in first['items']],
                         [ids[2], ids[1]])
        rest = session.get('/api/tenants/isolation?limit=2&after=' +
                           first['next']).json()
        self.assertEqual([row['id'] for row in rest['items']], [ids[0]])

    def test_another_tenant_sees_nothing_of_it(self):
        identity = opened(self.tenant)
        other = Tenant().login()
        self.assertEqual(other.get('/api/tenants/isolation').json()['items'],
                         [])
        self.assertEqual(other.get('/api/tenants/isolation?after=' +
                                   'ffffffff-0000-7000-8000-000000000000')
                         .json()['items'], [])
        self.assertNotIn(identity, other.get(
            '/api/tenants/isolation').body.decode())

    def test_operators_see_what_is_open_first(self):
        self.assertIsNone(self.state()['outcome'])
        opened(self.tenant)
        state = self.state()
        self.assertEqual((state['outcome'], state['paths'], state['running']),
                         ('open', ['machine: tcp %s 5432' % ADDRESS], False))
        rows = self.operator.get(PATH).json()['items']
        words = [row['outcome'] == 'open' for row in rows]
        self.assertEqual(words, sorted(words, reverse=True))

    def test_a_probe_that_could_not_run_is_told_with_its_reason(self):
        run(self.tenant, 'failed', error='the place does not answer')
        state = self.state()
        self.assertEqual((state['outcome'], state['error']),
                         ('failed', 'the place does not answer'))

    def test_an_operator_has_it_run_at_once(self):
        run(self.tenant, 'isolated')
        where = '/api/auth/platform/tenants/%s/isolation' % self.tenant.id
        answer = self.assertAnswer(self.operator.post(where), 204)
        self.assertEqual(
            [row[2:4] + row[5:] for row in audit_rows(answer.request_id)],
            [('isolation.run', 'done', 'tenant', self.tenant.id)])
        self.assertEqual(DB.number(
            'SELECT count(*) FROM isolation_run WHERE tenant_id = $1'
            " AND next_at = '-infinity'", self.tenant.id), 1)

    def test_only_who_may(self):
        where = '/api/auth/platform/tenants/%s/isolation' % self.tenant.id
        reader = Operator(['platform.tenant.read']).login()
        self.assertAnswer(reader.get(PATH), 200)
        self.assertAnswer(reader.post(where), 403, 'not_permitted')
        owner = self.tenant.login()
        self.assertAnswer(owner.get(PATH), 403, 'operators_only')
        self.assertAnswer(owner.post(where), 403, 'operators_only')
        self.assertAnswer(self.operator.post(
            '/api/auth/platform/tenants/%s/isolation' % uuid.uuid4()), 404,
            'no_such_tenant')

    def test_a_tenant_that_is_not_active_has_nothing_to_probe(self):
        self.tenant.set_state('deleting')
        answer = self.operator.post(
            '/api/auth/platform/tenants/%s/isolation' % self.tenant.id)
        self.assertAnswer(answer, 409, 'tenant_not_active')
        self.assertEqual([row[2:5] for row in audit_rows(answer.request_id)],
                         [('isolation.run', 'refused', 'tenant_not_active')])

    def test_runs_of_a_deleted_tenant_go(self):
        run(self.tenant, 'isolated')
        self.tenant.set_state('deleting')
        self.tenant.set_state('deleted')
        eventually(20, lambda: DB.number(
            'SELECT count(*) FROM isolation_run WHERE tenant_id = $1',
            self.tenant.id) == 0, 'the sweep')

    def test_a_run_says_open_or_names_no_path(self):
        """What the table refuses, whoever writes it."""
        with self.assertRaisesRegex(Exception, 'isolation_run'):
            run(self.tenant, 'isolated', paths=['machine: tcp a 1'])
        with self.assertRaisesRegex(Exception, 'isolation_run'):
            run(self.tenant, 'fine')

    def test_the_metric_counts_open_paths(self):
        opened(self.tenant)
        name = ('cameleer_place_isolation_open_paths{service="worker",'
                'place="local"}')
        eventually(30, lambda: metrics('worker').get(name, 0) > 0,
                   'the gauge')

    def test_operators_are_mailed(self):
        operator = Operator(['platform.tenant.manage'])
        reader = Operator(['platform.tenant.read'])
        as_worker(self.tenant.id, 'SELECT isolation_tell($1, $2, $3)',
                  self.tenant.id, 'machine: tcp %s 5432' % ADDRESS,
                  'https://console.test')
        text = eventually(20, lambda: mails(operator.email), 'a mail')[0][-1]
        self.assertIn(ADDRESS, text)
        self.assertIn(self.tenant.slug, text)
        self.assertEqual(mails(reader.email), [])


class Command(TestCase):

    def setUp(self):
        self.tenant = Tenant()

    def listed(self):
        return ctl('isolation', 'list', '--tenant', self.tenant.slug)

    def test_the_list_fails_unless_it_is_proven(self):
        status, said = self.listed()
        self.assertEqual((status, 'not probed yet' in said), (1, True), said)
        run(self.tenant, 'isolated',
            id='00000000-0000-7000-8000-000000000001')
        status, said = self.listed()
        self.assertEqual((status, 'isolated' in said), (0, True), said)
        opened(self.tenant, id='00000000-0000-7000-8000-000000000002')
        status, said = self.listed()
        self.assertEqual((status, ADDRESS in said), (1, True), said)
        shown = json.loads(ctl('--json', 'isolation', 'list', '--tenant',
                               self.tenant.slug)[1])
        self.assertEqual([(row['slug'], row['outcome']) for row in shown],
                         [(self.tenant.slug, 'open')])

    def test_an_unknown_tenant_is_said(self):
        for words in (('list', '--tenant', 'nobody42'), ('run', 'nobody42')):
            status, said = ctl('isolation', *words)
            self.assertEqual((status, 'there is no active tenant' in said),
                             (1, True), said)
        self.assertEqual(ctl('isolation', 'run')[0], 2)

    def test_the_document_has_the_checks_of_the_program(self):
        status, said = ctl('isolation', 'checks')
        self.assertEqual(status, 0)
        with open(SOURCE + '/docs/isolation.md', encoding='utf-8') as f:
            text = ' '.join(f.read().split())
        for line in said.splitlines():
            self.assertIn(' '.join(line.split()), text)
        self.assertEqual(len(json.loads(
            ctl('--json', 'isolation', 'checks')[1])),
            len(said.splitlines()))


PROBES = {
    'POST /api/auth/platform/tenants/{id}/isolation': lambda cell: Request(
        id=cell.fixture.tenant.id),
}


if __name__ == '__main__':
    unittest.main()
