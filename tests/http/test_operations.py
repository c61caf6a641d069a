# SPDX-License-Identifier: Apache-2.0
"""Operations step by step: what customers see and may expect, and what
operators decide about one. No engine runs here, so that what needs one
waits."""
import datetime
import unittest
import uuid

from support import TestCase, counter, eventually
from support_http import together
from support_probe import Request
from support_sql import DB, SqlError, audit_rows, as_worker
from support_world import Tenant, mails
from test_license_life import licensed
from test_platform import EVERYTHING, PATH, Operator
from test_tenant_approval import ctl

REASON = 'The disk of the place was full.'
STEPS = ('secrets', 'database', 'license', 'server', 'readiness', 'activate')
OPERATIONS = PATH + 'operations/'


def failed(at='readiness', kind='tenant.provision', tenant=None):
    """Makes an operation that has failed at this step; returns its id."""
    tenant = tenant or Tenant()
    operation = str(uuid.uuid4())
    DB.run('INSERT INTO operation (tenant_id, id, kind, subject_id, state,'
           ' attempt, failures, error_code, error, finished_at) VALUES'
           " ($1, $2, $3, $1, 'failed', 10, 10, 'server_not_ready',"
           " 'health: it answers 503, not 200', now())", tenant.id, operation,
           kind)
    for i, name in enumerate(STEPS):
        place = STEPS.index(at)
        DB.run('INSERT INTO operation_step (tenant_id, operation_id, position,'
               ' name, state, skippable, started_at) VALUES ($1, $2, $3, $4,'
               " $5, $6, CASE $5 WHEN 'pending' THEN NULL ELSE now() -"
               " interval '1 hour' END)", tenant.id, operation, i,
               name, 'done' if i < place else
               'failed' if i == place else 'pending', name == 'readiness')
    DB.run("BEGIN; SELECT pin($1, NULL); SELECT operation_note($2, $3,"
           " 'failed', 'health: it answers 503, not 200'); COMMIT", tenant.id,
           operation, at)
    return operation


def at(text):
    """Returns the moment of an RFC 3339 text."""
    return datetime.datetime.fromisoformat(text.replace('Z', '+00:00'))


class Customers(TestCase):

    def operation(self, tenant, session, until, what):
        """Waits until the operation of the tenant is so; returns it."""
        path = '/api/tenants/operations/' + tenant.operation
        return eventually(30, lambda: until(session.get(path).json()) and
                          session.get(path).json(), what)[0]

    @staticmethod
    def usual(took):
        """Makes the last 20 runs of the steps from the server on take so
        many milliseconds."""
        other = Tenant()
        DB.run('INSERT INTO provisioning_event (tenant_id, operation_id, kind,'
               ' step, attempt, what, took_ms, place_id) SELECT t.id, $2,'
               " 'tenant.provision', s, 1, 'done', $3, t.place_id FROM"
               " tenant t, unnest('{server,readiness,activate}'::text[]) s,"
               ' generate_series(1, 20) WHERE t.id = $1', other.id,
               other.operation, took)

    def test_what_happens_is_told_step_by_step(self):
        tenant = Tenant(active=False)
        session = tenant.owner.login(tenant=tenant.slug)
        found = self.operation(tenant, session, lambda o: [
            e for e in o['events'] if e['step'] == 'server' and
            e['what'] == 'failed'], 'the engine that is not there')
        self.assertEqual(found['state'], 'running')
        told = [(e['step'], e['what']) for e in found['events']]
        for step in STEPS[:3]:
            self.assertLess(told.index((step, 'started')),
                            told.index((step, 'done')))
        self.assertEqual({e['by'] for e in found['events']}, {'platform'})
        self.assertTrue(found['events'][-1]['detail'])
        moments = [e['at'] for e in found['events']]
        self.assertEqual(moments, sorted(moments))
        # what is the same each second is said once
        as_worker(tenant.id, "SELECT operation_note($1, 'server', 'waiting',"
                  " 'the same'), operation_note($1, 'server', 'waiting',"
                  " 'the same')", tenant.operation)
        self.assertEqual(DB.number(
            "SELECT count(*) FROM provisioning_event WHERE detail = 'the same'"
            ' AND operation_id = $1', tenant.operation), 1)

    def test_the_worker_counts_them(self):
        def told():
            return counter('worker', 'cameleer_operations',
                           'kind="tenant.provision",state="failed"') == \
                DB.number("SELECT count(*) FROM operation WHERE kind ="
                          " 'tenant.provision' AND state = 'failed' AND"
                          " finished_at > now() - interval '1 day'") > 0
        failed()
        DB.run("UPDATE schedule SET next_at = '-infinity'"
               " WHERE kind = 'operations'")
        eventually(20, told, 'the gauge')
        self.assertGreaterEqual(counter(
            'worker', 'cameleer_operation_oldest_seconds',
            'kind="tenant.provision"'), 0)
        self.assertGreaterEqual(counter(
            'worker', 'cameleer_steps_failed_total'), 0)

    def test_waits_are_bounded_and_the_end_is_not(self):
        tenant = Tenant()
        for i in range(220):
            as_worker(tenant.id, "SELECT operation_note($1, 'server',"
                      " 'waiting', $2)", tenant.operation, str(i))
        as_worker(tenant.id, "SELECT operation_note($1, 'server', 'done',"
                  ' NULL)', tenant.operation)
        self.assertEqual(DB.number('SELECT count(*) FROM provisioning_event'
                                   ' WHERE operation_id = $1',
                                   tenant.operation), 201)

    def test_nobody_changes_what_happened(self):
        tenant = Tenant()
        as_worker(tenant.id, "SELECT operation_note($1, 'server', 'done',"
                  ' NULL)', tenant.operation)
        for role in ('worker', 'gate', 'tenants', 'auth'):
            with self.assertRaises(SqlError) as caught:
                DB.run('BEGIN; SET LOCAL ROLE cameleer_%s; UPDATE'
                       " provisioning_event SET what = 'failed'" % role)
            DB.run('ROLLBACK')
            self.assertEqual(caught.exception.state, '42501', role)
        as_worker(tenant.id, 'DELETE FROM provisioning_event')
        self.assertEqual(DB.number('SELECT count(*) FROM provisioning_event'
                                   ' WHERE operation_id = $1',
                                   tenant.operation), 1)

    def test_when_it_will_be_done(self):
        self.usual(90000)
        tenant = Tenant(active=False)
        session = tenant.owner.login(tenant=tenant.slug)
        found = self.operation(tenant, session, lambda o: [
            s for s in o['steps'] if s['name'] == 'server' and
            s['state'] == 'running'], 'the server')
        steps = {s['name']: s for s in found['steps']}
        self.assertEqual([steps[n]['typical_ms'] for n in STEPS[3:]],
                         [90000] * 3)
        self.assertIsNotNone(steps['secrets']['typical_ms'])
        self.assertIsNone(found['late_since'])
        now = datetime.datetime.now(datetime.timezone.utc)
        left = [(at(steps[n]['eta_at']) - now).total_seconds()
                for n in STEPS[3:]]
        for i, seconds in enumerate(left):
            self.assertTrue(90 * i + 60 < seconds <= 90 * i + 91, left)
        self.assertEqual(found['eta_at'], steps['activate']['eta_at'])

    def test_it_is_late_and_never_done_in_the_past(self):
        self.usual(1)
        tenant = Tenant(active=False)
        session = tenant.owner.login(tenant=tenant.slug)
        found = self.operation(tenant, session, lambda o: o['late_since'],
                               'the delay')
        steps = {s['name']: s for s in found['steps']}
        self.assertIsNone(found['eta_at'])
        self.assertEqual(steps['server']['late_since'], found['late_since'])
        self.assertLess(at(found['late_since']),
                        datetime.datetime.now(datetime.timezone.utc))
        self.assertEqual([steps[n]['eta_at'] for n in STEPS[3:]], [None] * 3)
        DB.run("DELETE FROM provisioning_event WHERE step = 'activate' AND"
               " what = 'done'")
        found = self.operation(tenant, session, lambda o: o, 'it')
        self.assertIsNone([s for s in found['steps']
                           if s['name'] == 'activate'][0]['typical_ms'])


class Decisions(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.operator = Operator().login()

    def decide(self, operation, what, who=None, **body):
        """Sends a decision; returns the answer."""
        return (who or self.operator).post('%s%s/%s' % (
            OPERATIONS, operation, what), dict({'reason': REASON}, **body))

    def story(self, operation):
        """Returns the operation as operators see it."""
        return self.assertAnswer(self.operator.get(OPERATIONS + operation),
                                 200).json()

    def test_retried_it_goes_on_and_both_trails_know(self):
        tenant = Tenant()
        operation = failed('server', tenant=tenant)
        answer = self.assertAnswer(self.decide(operation, 'retry'), 200)
        told = answer.json()
        self.assertEqual((told['state'], told['failures'], told['error']),
                         ('queued', 0, None))
        self.assertEqual({s['name']: s['state'] for s in told['steps']}, {
            'secrets': 'done', 'database': 'done', 'license': 'done',
            'server': 'pending', 'readiness': 'pending',
            'activate': 'pending'})
        event = told['events'][-1]
        self.assertEqual((event['what'], event['reason'], event['actor']),
                         ('retried', REASON, self.operator.account['id']))
        rows = sorted(audit_rows(answer.request_id), key=lambda r: r[0] or '')
        self.assertEqual([r[:4] + r[6:] for r in rows], [
            (where, self.operator.account['id'], 'operation.retry', 'done',
             operation) for where in (None, tenant.id)])
        eventually(20, lambda: self.story(operation)['state'] == 'running',
                   'the worker')
        # the time of the step begins anew
        self.assertEqual(DB.number(
            "SELECT count(*) FROM operation_step WHERE name = 'server' AND"
            " operation_id = $1 AND started_at < now() - interval '1 minute'",
            operation), 0)

    def test_the_customer_sees_who_decided_and_why_but_no_name(self):
        tenant = Tenant()
        operation = failed('server', tenant=tenant)
        self.assertAnswer(self.decide(operation, 'retry'), 200)
        found = self.assertAnswer(tenant.login().get(
            '/api/tenants/operations/' + operation), 200)
        event = [e for e in found.json()['events']
                 if e['what'] == 'retried'][0]
        self.assertEqual((event['by'], event['reason']),
                         ('operator', REASON))
        self.assertNotIn(self.operator.account['id'].encode(), found.body)

    def test_a_step_is_skipped_where_that_is_possible(self):
        operation = failed('readiness')
        self.assertAnswer(self.decide(operation, 'skip', step='activate'),
                          409, 'step_not_due')
        told = self.assertAnswer(self.decide(
            operation, 'skip', step='readiness'), 200).json()
        self.assertEqual((told['state'], told['step']),
                         ('queued', 'activate'))
        self.assertEqual([s['state'] for s in told['steps']
                          if s['name'] == 'readiness'], ['skipped'])
        eventually(20, lambda: [s for s in self.story(operation)['steps']
                                if s['name'] == 'activate' and
                                s['state'] == 'running'], 'the next step')
        self.assertEqual([s['state'] for s in self.story(operation)['steps']
                          if s['name'] == 'readiness'], ['skipped'])
        for step in ('server', 'activate'):
            self.assertAnswer(self.decide(failed(step), 'skip', step=step),
                              409, 'step_required')

    def test_stopped_it_fails_and_the_owner_is_told(self):
        tenant = licensed()
        self.assertAnswer(self.operator.post(
            '%stenants/%s/license/suspend' % (PATH, tenant.id),
            {'reason': 'Not paid.'}), 200)
        def waiting():
            return DB.value(
                "SELECT o.id FROM operation o JOIN operation_step s ON"
                " s.operation_id = o.id WHERE o.kind = 'tenant.suspend' AND"
                " o.tenant_id = $1 AND s.name = 'containers' AND"
                " s.state = 'running'", tenant.id)
        operation = eventually(30, waiting, 'the suspension')[0]
        answer = self.assertAnswer(self.decide(operation, 'abort'), 200)
        self.assertTrue(answer.json()['ending'])
        eventually(20, lambda: self.story(operation)['state'] == 'failed',
                   'the end')
        told = self.story(operation)
        self.assertEqual((told['error_code'], told['error']), (
            'operation_aborted', 'an operator stopped it: ' + REASON))
        self.assertAnswer(self.decide(operation, 'abort'), 409,
                          'operation_state_differs')
        text = eventually(20, lambda: [
            t for t in mails(tenant.owner.email) if 'suspending it' in t],
                          'the mail')[0][0]
        self.assertIn(REASON, text.replace('=\n', ''))
        # who stopped it needs no mail about it
        self.assertEqual(DB.number(
            "SELECT count(*) FROM mail WHERE template = 'operation_failed'"
            " AND data->>'operation' = $1", operation), 0)
        self.assertEqual(DB.rows(
            'SELECT result, code FROM audit_event WHERE tenant_id = $1 AND'
            " action = 'tenant.suspend'", tenant.id),
            [('failed', 'operation_aborted')])

    def test_a_suspended_tenants_server_answers_with_the_reason(self):
        tenant = licensed()
        session = tenant.login()
        reason = 'Invoice "7" \\ März is not paid.'
        self.assertAnswer(self.operator.post(
            '%stenants/%s/license/suspend' % (PATH, tenant.id),
            {'reason': reason}), 200)
        eventually(30, lambda: session.get('/api/tenants/current').json()
                   ['state'] == 'suspended', 'the state')
        answer = tenant.login().get('/t/%s/api/v1/x' % tenant.slug)
        self.assertAnswer(answer, 403, 'tenant_suspended')
        self.assertIn(reason, answer.json()['detail'])
        self.assertIn('can be read until 20', answer.json()['detail'])
        self.assertAnswer(session.post('/api/apps', {'name': 'orders'}), 423,
                          'tenant_suspended')
        self.assertAnswer(session.get('/api/apps'), 200)

    def test_what_fails_for_good_is_mailed_once(self):
        tenant, chief = Tenant(), Operator()
        operation = failed('server', tenant=tenant)
        as_worker(tenant.id, "SELECT operation_alert($1,"
                  " 'https://cameleer.test')", operation)
        text = eventually(20, lambda: [
            t for t in mails(chief.email) if operation in t],
                          'the mail to operators')[0][0]
        self.assertIn('cameleerctl provision show', text)
        text = eventually(20, lambda: [
            t for t in mails(tenant.owner.email) if 'needs our help' in t],
                          'the mail to the owner')[0][0]
        self.assertIn('it answers 503, not 200', text.replace('=\n', ''))
        again = failed('server', tenant=tenant)
        as_worker(tenant.id, "SELECT operation_alert($1,"
                  " 'https://cameleer.test')", again)
        self.assertEqual(DB.number("SELECT count(*) FROM mail WHERE"
                                   " data->>'operation' = $1", again), 0)

    def test_who_may_look_and_decide(self):
        operation = failed('server')
        reader = Operator(['platform.operation.read']).login()
        nobody = Operator([p for p in EVERYTHING if
                           '.operation.' not in p]).login()
        self.assertAnswer(reader.get(OPERATIONS + operation), 200)
        self.assertIn(operation, [o['id'] for o in reader.get(
            PATH + 'operations?limit=100').json()['items']])
        for who, code in ((nobody, 'not_permitted'),
                          (Tenant().login(), 'operators_only')):
            self.assertAnswer(who.get(OPERATIONS + operation), 403, code)
            self.assertAnswer(who.get(PATH + 'operations'), 403, code)
        for who, code in ((reader, 'not_permitted'),
                          (nobody, 'not_permitted'),
                          (Tenant().login(), 'operators_only')):
            for what in ('retry', 'abort', 'skip'):
                self.assertAnswer(self.decide(
                    operation, what, who, **({'step': 'server'} if
                                             what == 'skip' else {})), 403,
                                  code)
        self.assertEqual(self.story(operation)['state'], 'failed')

    def test_bad_input(self):
        operation = failed('server')
        for reason in ('', 'ab', 'two\nlines', 'x' * 501, 7, None):
            self.assertAnswer(self.decide(operation, 'retry', reason=reason),
                              400)
        self.assertAnswer(self.decide(operation, 'skip'), 400)
        self.assertAnswer(self.decide(operation, 'skip', step='x' * 41), 400)
        self.assertAnswer(self.decide(operation, 'retry', step='server'), 400)
        for unknown in (str(uuid.uuid4()), 'nonsense'):
            self.assertAnswer(self.operator.get(OPERATIONS + unknown), 404,
                              'no_such_operation')
            self.assertAnswer(self.decide(unknown, 'retry'), 404,
                              'no_such_operation')
        for code, given in (
                ('operation_state_differs', failed('server')),
                ('operation_not_stoppable', failed('server'))):
            if code == 'operation_not_stoppable':
                DB.run("UPDATE operation SET kind = 'tenant.remove',"
                       " state = 'queued', run_at = 'infinity'"
                       ' WHERE id = $1', given)
            self.assertAnswer(self.decide(given, 'abort'), 409, code)
        self.assertEqual(self.story(operation)['state'], 'failed')

    def test_two_decisions_at_once_are_one(self):
        operation = failed('readiness')
        answers = together(4, lambda _: self.decide(
            operation, 'skip', step='readiness'))
        self.assertEqual(sorted(a.status for a in answers),
                         [200, 409, 409, 409])

    def test_the_command_lists_shows_and_decides(self):
        tenant = Tenant()
        operation = failed('readiness', tenant=tenant)
        status, said = ctl('provision', 'list')
        self.assertEqual(status, 0, said)
        line = [text for text in said.splitlines() if operation in text][0]
        for word in (tenant.slug, 'tenant.provision', 'failed',
                     'step readiness', 'server_not_ready'):
            self.assertIn(word, line)
        status, said = ctl('provision', 'show', operation)
        self.assertEqual(status, 0, said)
        self.assertIn('(can be skipped)', said)
        self.assertIn('it answers 503, not 200', said)
        for words, word in (
                (('skip', operation, 'server', REASON), 'at step readiness'),
                (('abort', operation, REASON), 'is failed'),
                (('retry', operation, 'ab'), 'REASON'),
                (('retry', 'x', REASON), 'is not a UUID'),
                (('show', str(uuid.uuid4())), 'there is no operation')):
            status, said = ctl('provision', *words)
            self.assertNotEqual(status, 0, words)
            self.assertIn(word, said)
        status, said = ctl('provision', 'skip', operation, 'readiness',
                           REASON)
        self.assertEqual(status, 0, said)
        self.assertEqual(self.story(operation)['events'][-1]['actor'], None)
        self.assertEqual(DB.number(
            "SELECT count(*) FROM audit_event WHERE subject_id = $1 AND"
            " action = 'operation.skip' AND actor_kind = 'platform'",
            operation), 2)


OPERATION = '/api/auth/platform/operations/{id}'
BODY = {'reason': REASON}


def _aborted(_cell):
    """A suspension that waits for an engine that is not there."""
    operation = failed('server')
    DB.run("UPDATE operation SET state = 'queued', run_at = 'infinity'"
           ' WHERE id = $1', operation)
    return Request(BODY, id=operation)


PROBES = {
    'GET /api/auth/platform/operations': lambda _cell: Request(),
    'GET ' + OPERATION: lambda _cell: Request(id=failed()),
    'POST %s/retry' % OPERATION: lambda _cell: Request(BODY, id=failed()),
    'POST %s/skip' % OPERATION: lambda _cell: Request(
        dict(BODY, step='readiness'), id=failed()),
    'POST %s/abort' % OPERATION: _aborted,
}


if __name__ == '__main__':
    unittest.main()
