# SPDX-License-Identifier: Apache-2.0
"""A tenant that its owner deletes leaves for 7 days, and can have it back."""
import json
import unittest

from support import TestCase, counter, eventually
from support_http import together
from support_probe import Request
from support_sql import DB, as_worker, audit_rows
from support_world import Tenant, app, mails
from test_platform import PATH, Operator
from test_tenant_approval import ctl

HERE = '/api/tenants/deletion'
REASON = 'The contract ends today.'


def leaving(**given):
    """Creates a tenant whose owner has deleted it; returns it and the owner's
    session."""
    tenant = Tenant(**given)
    session = tenant.login()
    answer = session.delete('/api/tenants/current')
    assert answer.status == 202, answer.describe()
    return tenant, session


def state(tenant):
    """Returns the tenant's state from the database."""
    return DB.value('SELECT state FROM tenant WHERE id = $1', tenant.id)


def jobs(tenant):
    """Returns the kinds of the tenant's operations, the oldest first."""
    return [kind for (kind,) in DB.rows(
        'SELECT kind FROM operation WHERE tenant_id = $1 ORDER BY id',
        tenant.id)]


def mail(tenant, words):
    """Waits for the owner's mail that contains these words; returns it."""
    return eventually(20, lambda: [
        text for text in mails(tenant.owner.email) if words in text],
        'the mail')[0][0]


def ends(tenant, interval):
    """Sets when the tenant is removed, as an interval from now."""
    DB.run('UPDATE tenant_deletion SET ends_at = now() + $2::interval'
           ' WHERE tenant_id = $1', tenant.id, interval)


def worked():
    """Runs the worker's round of deletions and waits for its end."""
    start = DB.value("UPDATE schedule SET next_at = now()"
                     " WHERE kind = 'deletions' RETURNING now()")
    eventually(20, lambda: DB.value(
        "SELECT ran_at > $1 FROM schedule WHERE kind = 'deletions'",
        start) == 't', 'a round')
    assert DB.value("SELECT error FROM schedule WHERE kind = 'deletions'") \
        is None


class Leaving(TestCase):

    def setUp(self):
        self.tenant = Tenant()
        self.session = self.tenant.login()

    def leave(self):
        return self.assertAnswer(
            self.session.delete('/api/tenants/current'), 202)

    def test_it_stops_and_waits_for_seven_days(self):
        answer = self.leave()
        self.assertEqual(answer.json()['tenant']['state'], 'leaving')
        operation = self.session.get('/api/tenants/operations/' +
                                     answer.json()['operation']).json()
        self.assertEqual(operation['kind'], 'tenant.leave')
        self.assertEqual([row[2:4] for row in audit_rows(answer.request_id)],
                         [('tenant.delete', 'done')])
        seen = self.assertAnswer(self.session.get(HERE), 200).json()
        self.assertEqual((seen['before'], seen['asked_by']),
                         ('active', self.tenant.owner.id))
        self.assertEqual(DB.value(
            "SELECT ends_at = asked_at + interval '7 days'"
            ' FROM tenant_deletion WHERE tenant_id = $1', self.tenant.id),
            't')
        text = mail(self.tenant, 'is deleted')
        self.assertIn('/tenants/' + self.tenant.slug, text)
        self.assertIn(seen['ends_at'][:10], text)

    def test_it_can_be_read_and_not_changed(self):
        name = app(self.session)
        self.leave()
        for path in ('/api/tenants/current', '/api/apps', '/api/apps/' + name,
                     '/api/tenants/members', '/api/tenants/audit'):
            self.assertAnswer(self.session.get(path), 200)
        for answer in (
                self.session.post('/api/apps', {'name': 'other'}),
                self.session.patch('/api/tenants/current', {'name': 'X'}, 1),
                self.session.post('/api/tenants/invitations', {
                    'email': 'x@example.test', 'role': 'viewer'})):
            self.assertAnswer(answer, 423, 'tenant_leaving')

    def test_its_server_is_cut_off_with_the_reason(self):
        self.leave()
        as_worker(self.tenant.id, 'INSERT INTO tenant_endpoint (tenant_id,'
                  " upstream) VALUES ($1, '127.0.0.1:9')", self.tenant.id)
        answer = self.session.get('/t/%s/api/v1/health' % self.tenant.slug)
        self.assertAnswer(answer, 403, 'tenant_leaving')

    def test_the_owner_takes_it_back(self):
        self.leave()
        answer = self.assertAnswer(self.session.delete(HERE), 202)
        self.assertEqual(answer.json()['tenant']['state'], 'active')
        operation = self.session.get('/api/tenants/operations/' +
                                     answer.json()['operation']).json()
        self.assertEqual(operation['kind'], 'tenant.return')
        self.assertEqual([row[2:4] for row in audit_rows(answer.request_id)],
                         [('tenant.keep', 'done')])
        mail(self.tenant, 'was taken back')
        self.assertAnswer(self.session.get(HERE), 404, 'tenant_not_leaving')
        self.assertAnswer(self.session.delete(HERE), 404,
                          'tenant_not_leaving')
        self.assertAnswer(self.session.post('/api/apps', {'name': 'other'}),
                          201)

    def test_it_is_afterwards_what_it_was_before(self):
        for before in ('suspended', 'failed'):
            tenant = Tenant(active=before == 'suspended')
            tenant.set_state(before)
            session = tenant.login()
            self.assertAnswer(session.delete('/api/tenants/current'), 202)
            self.assertEqual(state(tenant), 'leaving')
            self.assertAnswer(session.delete(HERE), 202)
            self.assertEqual(state(tenant), before)

    def test_twice_is_refused_and_again_is_not(self):
        self.leave()
        self.assertAnswer(self.session.delete('/api/tenants/current'), 409,
                          'tenant_leaving')
        self.assertAnswer(self.session.delete(HERE), 202)
        self.leave()
        self.assertEqual(state(self.tenant), 'leaving')
        self.tenant.set_state('deleting')
        self.assertAnswer(self.session.delete('/api/tenants/current'), 409,
                          'tenant_deleting')

    def test_of_two_at_once_one_wins(self):
        answers = together(2, lambda i: self.session.delete(
            '/api/tenants/current'))
        self.assertEqual(sorted(a.status for a in answers), [202, 409])
        self.assertEqual([a.json()['code'] for a in answers
                          if a.status == 409], ['tenant_leaving'])
        answers = together(2, lambda i: self.session.delete(HERE))
        self.assertEqual(sorted(a.status for a in answers), [202, 404])
        self.assertEqual(len(jobs(self.tenant)), 3)

    def test_one_that_never_ran_is_removed_at_once(self):
        tenant = Tenant('high', approve=False)
        answer = tenant.login().delete('/api/tenants/current')
        self.assertAnswer(answer, 202)
        self.assertEqual(answer.json()['tenant']['state'], 'deleting')
        self.assertEqual(jobs(tenant), ['tenant.remove'])

    def test_its_owner_gets_what_there_is_before_and_while_it_leaves(self):
        name, secret = app(self.session), 'sealed-by-the-worker'
        as_worker(self.tenant.id, 'INSERT INTO tenant_secret (tenant_id, name,'
                  " box) VALUES ($1, 'planted', $2)", self.tenant.id, secret)
        member = self.tenant.member('viewer')
        other = Tenant()
        for _ in range(2):
            answer = self.assertAnswer(self.session.get('/api/tenants/data'),
                                       200)
            data = answer.json()
            self.assertEqual(data['tenant']['slug'], self.tenant.slug)
            self.assertEqual([a['name'] for a in data['applications']],
                             [name])
            self.assertEqual({m['email'] for m in data['members']},
                             {self.tenant.owner.email, member.email})
            self.assertIn('attachment', answer.headers['content-disposition'])
            for hidden in (secret, other.slug, 'digest', 'secret_box'):
                self.assertNotIn(hidden.encode(), answer.body)
            self.assertEqual([row[2:4] for row in audit_rows(
                answer.request_id)], [('tenant.data', 'done')])
            if state(self.tenant) == 'active':
                self.leave()
        self.assertAnswer(member.login(tenant=self.tenant.slug).get(
            '/api/tenants/data'), 403, 'not_permitted')

    def test_only_an_owner_takes_it_back(self):
        admin = self.tenant.member('admin').login(tenant=self.tenant.slug)
        self.leave()
        self.assertAnswer(admin.delete(HERE), 403, 'not_permitted')
        self.assertAnswer(admin.get(HERE), 200)
        stranger = Tenant().login()
        self.assertAnswer(stranger.get(HERE), 404, 'tenant_not_leaving')


class Ends(TestCase):

    def setUp(self):
        self.tenant, self.session = leaving()

    def test_a_day_before_the_owners_are_told_once(self):
        ends(self.tenant, '23 hours')
        worked()
        text = mail(self.tenant, 'is removed at')
        self.assertIn('/tenants/' + self.tenant.slug, text)
        worked()
        self.assertEqual(DB.number(
            "SELECT count(*) FROM mail WHERE template = 'tenant_leaving_soon'"
            ' AND address = $1', self.tenant.owner.email), 1)
        self.assertEqual(state(self.tenant), 'leaving')

    def test_two_days_before_nothing_happens(self):
        ends(self.tenant, '25 hours')
        worked()
        self.assertEqual(state(self.tenant), 'leaving')
        self.assertIsNone(DB.value('SELECT warned_at FROM tenant_deletion'
                                   ' WHERE tenant_id = $1', self.tenant.id))

    def test_after_seven_days_it_is_removed(self):
        ends(self.tenant, '-1 second')
        worked()
        self.assertEqual(jobs(self.tenant)[-1], 'tenant.remove')
        self.assertIn(state(self.tenant), ('deleting', 'deleted'))
        self.assertEqual(DB.number('SELECT count(*) FROM tenant_deletion'
                                   ' WHERE tenant_id = $1', self.tenant.id),
                         0)
        self.assertEqual(DB.rows(
            "SELECT result FROM audit_event WHERE tenant_id = $1"
            " AND action = 'tenant.leave_end'", self.tenant.id), [('done',)])
        self.assertAnswer(self.session.delete(HERE), 404,
                          'tenant_not_leaving')

    def test_one_taken_back_in_time_is_not_removed(self):
        ends(self.tenant, '-1 second')
        self.assertAnswer(self.session.delete(HERE), 202)
        worked()
        self.assertEqual(state(self.tenant), 'active')

    def test_the_worker_counts_them(self):
        worked()
        self.assertEqual(counter('worker', 'cameleer_tenants_leaving'),
                         DB.number('SELECT count(*) FROM tenant'
                                   " WHERE state = 'leaving'"))


class Operators(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.operator = Operator().login()

    def setUp(self):
        self.tenant, self.session = leaving()

    def decide(self, what, body=None):
        """Sends an operator's decision; returns the answer."""
        return self.operator.post('%stenants/%s/%s' % (
            PATH, self.tenant.id, what), body or {'reason': REASON})

    def recorded(self, answer, action):
        """Checks that the trail has the decision with its reason."""
        row = DB.rows('SELECT action, facts FROM audit_event WHERE'
                      ' request_id = $1', answer.request_id)[0]
        self.assertEqual((row[0], json.loads(row[1])['reason']),
                         (action, REASON))

    def test_an_operator_takes_it_back(self):
        answer = self.assertAnswer(self.decide('keep'), 200)
        self.assertEqual(answer.json()['state'], 'active')
        self.recorded(answer, 'tenant.keep')
        self.assertIn(REASON, mail(self.tenant, 'was taken back'))
        self.assertEqual(jobs(self.tenant)[-1], 'tenant.return')
        self.assertAnswer(self.decide('keep'), 409, 'tenant_not_leaving')

    def test_an_operator_shortens_it(self):
        answer = self.assertAnswer(self.decide('shorten'), 200)
        self.assertIn(answer.json()['state'], ('deleting', 'deleted'))
        self.recorded(answer, 'tenant.shorten')
        self.assertIn(REASON, mail(self.tenant, 'has ended the 7 days'))
        self.assertEqual(jobs(self.tenant)[-1], 'tenant.remove')
        self.assertAnswer(self.decide('shorten'), 409, 'tenant_not_leaving')
        self.assertAnswer(self.session.delete(HERE), 404,
                          'tenant_not_leaving')

    def test_a_decision_has_a_reason(self):
        for what in ('keep', 'shorten'):
            for body in ({'reason': ''}, {'reason': 'two\nlines'},
                         {'why': REASON}, {'reason': 'x' * 301}):
                self.assertAnswer(self.decide(what, body), 400)
        self.assertEqual(state(self.tenant), 'leaving')

    def test_who_only_reads_decides_nothing(self):
        reader = Operator(('platform.tenant.read',)).login()
        for what in ('keep', 'shorten'):
            self.assertAnswer(reader.post('%stenants/%s/%s' % (
                PATH, self.tenant.id, what), {'reason': REASON}), 403)
        self.assertEqual(state(self.tenant), 'leaving')

    def test_the_commands_decide_as_well(self):
        status, said = ctl('tenants', 'list', '--state', 'leaving')
        self.assertEqual(status, 0, said)
        self.assertIn(self.tenant.slug, said)
        status, said = ctl('tenants', 'keep', self.tenant.slug, REASON)
        self.assertEqual(status, 0, said)
        self.assertEqual(state(self.tenant), 'active')
        other, _ = leaving()
        status, said = ctl('tenants', 'shorten', other.slug, REASON)
        self.assertEqual(status, 0, said)
        self.assertEqual(jobs(other)[-1], 'tenant.remove')
        self.assertEqual(DB.rows(
            'SELECT action FROM audit_event WHERE subject_id IN ($1, $2)'
            " AND action IN ('tenant.keep', 'tenant.shorten')"
            ' ORDER BY id', self.tenant.id, other.id),
            [('tenant.keep',), ('tenant.shorten',)])
        for args, words in ((('keep', self.tenant.slug, REASON),
                             'not leaving'),
                            (('shorten', 'nobody42', REASON), 'no tenant'),
                            (('shorten', other.slug, 'a\nb'), 'REASON')):
            status, said = ctl('tenants', *args)
            self.assertNotEqual(status, 0)
            self.assertIn(words, said)


def _leaving(cell):
    """Returns a request of an owner whose tenant is leaving, for an actor who
    may do this."""
    return Request(session=leaving()[1]) if cell.permitted else Request()


def decided(_cell):
    """Returns an operator's decision about a tenant that is leaving."""
    return Request({'reason': REASON}, id=leaving()[0].id)


PROBES = {
    'GET /api/tenants/deletion': _leaving,
    'DELETE /api/tenants/deletion': _leaving,
    'POST /api/auth/platform/tenants/{id}/keep': decided,
    'POST /api/auth/platform/tenants/{id}/shorten': decided,
}


if __name__ == '__main__':
    unittest.main()
