# SPDX-License-Identifier: Apache-2.0
"""A suspended tenant runs nothing and keeps everything, a reactivated one runs
as before, and a creation that is stopped leaves nothing: also when the worker
is killed between an effect and its record, twice, and when the engine or the
tenants' database does not answer."""
import os
import subprocess
import unittest

import support_points
from support_once import check_audit, check_tenant, settled
from support_points import Point
from support_stack import (ENGINE, STATE, TestCase, User, containers,
                           database_role, eventually, jar, networks_of,
                           new_owner, number, query, say, tenants_sql)

SUSPEND = ('state', 'containers', 'records')
REACTIVATE = ('server', 'readiness', 'activate')
PROVISION = ('secrets', 'database', 'license', 'server', 'readiness',
             'activate')
BACK = 90
REASON = 'The invoice of March is not paid.'


def ctl(*args):
    """Runs cameleerctl as the operator."""
    subprocess.run(
        (STATE + '/bin/cameleerctl', '-c', STATE + '/conf/cameleer.conf') +
        args, check=True, stdout=subprocess.DEVNULL,
        env=dict(os.environ, CREDENTIALS_DIRECTORY=STATE + '/cred/ctl'))


def state_of(tenant):
    """Returns the tenant's state."""
    return query('SELECT state FROM tenant WHERE id = $1', tenant)[0][0]


def step_of(tenant, kind):
    """Returns the newest operation of the kind: id, state, running step and
    its detail."""
    rows = query(
        'SELECT o.id, o.state, s.name, coalesce(s.detail, o.error)'
        ' FROM operation o LEFT JOIN operation_step s ON'
        " s.operation_id = o.id AND s.state IN ('running', 'failed')"
        ' WHERE o.tenant_id = $1 AND o.kind = $2 ORDER BY o.id DESC LIMIT 1',
        tenant, kind)
    return rows[0] if rows else (None,) * 4


class Stage(TestCase):
    """A tenant with a running application, which all tests share."""

    user = slug = app = tenant = None

    def states(self):
        """Returns the states of all containers of the tenant, by name."""
        return {c['Names'][0]: c['State']
                for c in containers(tenant=self.slug)}

    def decide(self, what, state):
        """Suspends or reactivates the tenant, and waits for its state."""
        ctl('license', what, self.slug, REASON)
        self.until(state)

    def until(self, state):
        """Waits until the tenant, and all of it, is in the state."""
        eventually(BACK, lambda: state_of(self.tenant) == state, state)
        settled(self.tenant, BACK)
        if state == 'suspended':
            self.assertEqual({s for s in self.states().values()
                              if s == 'running'}, set())
            self.assertEqual(number('SELECT count(*) FROM tenant_endpoint'
                                    ' WHERE tenant_id = $1', self.tenant), 0)
            self.assertEqual(query('SELECT state, wanted FROM deployment'
                                   ' WHERE tenant_id = $1', self.tenant),
                             [('stopped', 'running')])
        else:
            self.user.running(self.app)
            self.assertEqual(set(self.states().values()), {'running'})
            settled(self.tenant, BACK)


def setUpModule():
    """Provisions the shared tenant; unittest calls this by its name."""
    user, Stage.slug, Stage.tenant = new_owner()
    Stage.app = user.new_app()
    user.upload(Stage.app, jar()[0])
    user.running(Stage.app)
    Stage.user = user
    support_points.setup()


def tearDownModule():
    """Deletes the shared tenant; unittest calls this by its name."""
    support_points.teardown()
    Stage.user.delete_tenant()
    eventually(BACK, lambda: state_of(Stage.tenant) == 'deleted', 'its end')


class Suspend(Stage):

    def test_suspended_and_back(self):
        before = self.states()
        marks = tenants_sql("SELECT count(*) FROM pg_class c JOIN"
                            " pg_namespace n ON n.oid = c.relnamespace WHERE"
                            " n.nspname = '%s'" % database_role(self.tenant))
        self.decide('suspend', 'suspended')
        answer = self.user.call('GET', '/t/%s/api/v1/health' % self.slug)
        self.assertAnswer(answer, 403, 'tenant_suspended')
        self.assertIn(REASON, answer.json()['detail'])
        self.assertAnswer(self.user.call(
            'POST', '/api/apps', {'name': 'other'}), 423, 'tenant_suspended')
        self.user.get('/api/apps')
        self.assertEqual(set(self.states()), set(before))
        self.assertEqual(tenants_sql(
            "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON"
            " n.oid = c.relnamespace WHERE n.nspname = '%s'"
            % database_role(self.tenant)), marks)
        self.decide('reactivate', 'active')
        self.user.get('/t/%s/api/v1/health' % self.slug)
        check_audit(self, self.tenant)

    def test_the_last_decision_wins(self):
        for what in ('suspend', 'reactivate', 'suspend', 'reactivate'):
            ctl('license', what, self.slug, REASON)
        self.until('active')

    def test_killed_at_each_effect(self):
        differ, n = [], 0
        plan = [('suspend', 'suspended', step, to) for step in SUSPEND
                for to in ('running', 'done')]
        plan += [('reactivate', 'active', step, to) for step in REACTIVATE
                 for to in ('running', 'done')]
        pairs = list(zip(plan[:6], plan[6:]))
        for what, state, step, to in [one for pair in pairs for one in pair]:
            point = Point('tenant.' + what, step, to)
            ctl('license', what, self.slug, REASON)
            point.kill()
            point.kill()
            point.leave()
            n += 1
            try:
                self.until(state)
            except AssertionError as error:
                differ.append((what, step, to, str(error)))
        say('crash: %d points x 2, %d differ' % (n, len(differ)))
        self.assertEqual(differ, [])
        check_audit(self, self.tenant)


class Fault:
    """Something outside that does not answer."""

    def __init__(self, kind):
        self.kind = kind

    def begin(self):
        """Takes it away."""
        if self.kind == 'engine':
            os.rename(ENGINE, ENGINE + '.away')
            return
        query('ALTER ROLE cameleer_provisioner NOLOGIN')
        query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity'
              " WHERE usename = 'cameleer_provisioner'")

    def end(self):
        """Brings it back."""
        if self.kind == 'engine':
            os.rename(ENGINE + '.away', ENGINE)
        else:
            query('ALTER ROLE cameleer_provisioner LOGIN')


class Faults(Stage):

    def check(self, kind, step, fault, begin):
        """Takes something away when the step begins: meanwhile the operation
        is in a legal state and says what it waits for, and afterwards it ends
        well. begin() asks for it, and returns the tenant."""
        point = Point(kind, step, 'running')
        tenant = begin()
        point.reached()
        fault.begin()
        try:
            point.kill()    # its connections would outlive the socket
            point.leave()
            legal = eventually(30, lambda: [
                row for row in [step_of(tenant, kind)]
                if row[1] == 'done' or row[3]], 'a reason')[0][0]
        finally:
            fault.end()
        say('%s at %s without the %s: %s' % (kind, step, fault.kind,
                                             legal[3] or legal[1]))
        self.assertIn(legal[1], ('queued', 'running', 'done'))
        eventually(BACK, lambda: step_of(tenant, kind)[1] == 'done', kind)
        settled(tenant, BACK)

    def decided(self, what):
        """Returns what asks for the suspension, or for its end."""
        def begin():
            ctl('license', what, self.slug, REASON)
            return self.tenant
        return begin

    @staticmethod
    def made(new):
        """Returns what asks for a new tenant; `new` gets (user, slug)."""
        def begin():
            user = User().sign_in()
            slug, _ = user.new_tenant()
            new.append((user, slug))
            return query('SELECT id FROM tenant WHERE slug = $1', slug)[0][0]
        return begin

    def test_everything_outside_goes_away_at_each_step(self):
        new = []
        rows = [('tenant.provision', step, self.made(new), None)
                for step in PROVISION]
        for pair in zip(SUSPEND, REACTIVATE):
            rows += [('tenant.suspend', pair[0], self.decided('suspend'),
                      'suspended'),
                     ('tenant.reactivate', pair[1],
                      self.decided('reactivate'), 'active')]
        stuck, n = [], 0
        for outside in ('engine', 'database'):
            for kind, step, begin, state in rows:
                n += 1
                try:
                    self.check(kind, step, Fault(outside), begin)
                    if state:
                        self.until(state)
                except AssertionError as error:
                    stuck.append((kind, step, outside, str(error)))
        say('faults: %d, %d stuck' % (n, len(stuck)))
        self.assertEqual(stuck, [])
        for user, slug in new:
            check_tenant(self, slug)
            user.delete_tenant()


class Abort(Stage):

    def test_a_creation_that_is_stopped_leaves_nothing_and_can_be_retried(
            self):
        point = Point('tenant.provision', 'activate', 'running')
        user = User().sign_in()
        slug, operation = user.new_tenant()
        tenant = query('SELECT id FROM tenant WHERE slug = $1', slug)[0][0]
        point.reached()
        self.assertEqual(len(containers(tenant=slug)), 1)
        fault = Fault('engine')
        fault.begin()
        try:
            point.kill()    # its connections would outlive the socket
            point.leave()
            ctl('provision', 'abort', operation, REASON)
            eventually(30, lambda: query(
                'SELECT error_code FROM operation WHERE id = $1',
                operation) == [('engine_failed',)], 'the clean-up')
            self.assertEqual(state_of(tenant), 'provisioning')
        finally:
            fault.end()
        eventually(BACK, lambda: state_of(tenant) == 'failed', 'the end')
        self.assertEqual(query(
            'SELECT state, error_code, error FROM operation WHERE id = $1',
            operation), [('failed', 'operation_aborted',
                          'an operator stopped it: ' + REASON)])
        self.assertEqual(containers(tenant=slug), [])
        self.assertEqual(networks_of(slug), [])
        self.assertEqual(tenants_sql(
            "SELECT (SELECT count(*) FROM pg_roles WHERE rolname = '%s')"
            " + (SELECT count(*) FROM pg_namespace WHERE nspname = '%s')"
            % ((database_role(tenant),) * 2)), '0')
        ctl('provision', 'retry', operation, REASON)
        eventually(BACK, lambda: state_of(tenant) == 'active', 'active')
        settled(tenant)
        shown = user.get('/api/tenants/operations/' + operation)
        self.assertEqual([(e['what'], e['step']) for e in shown['events']
                          if e['what'] in ('undone', 'aborted', 'retried')],
                         [('aborted', 'activate'), ('undone', 'server'),
                          ('undone', 'database'), ('retried', 'activate')])
        check_tenant(self, slug)
        user.delete_tenant()


if __name__ == '__main__':
    unittest.main()
