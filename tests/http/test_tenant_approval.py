# SPDX-License-Identifier: Apache-2.0
"""A tenant whose plan needs approval waits until an operator decides."""
import json
import os
import subprocess
import unittest

from support import STATE, TestCase, counter, eventually, unique
from support_http import together
from support_sql import DB, audit_rows
from support_world import Account, Tenant, mails
from test_platform import EVERYTHING, PATH, Operator

REASON = 'Please write to sales first.'


def ctl(*args):
    """Runs cameleerctl; returns its exit status and output."""
    done = subprocess.run(
        (STATE + '/bin/cameleerctl', '-c', STATE + '/conf/cameleer.conf') +
        args, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True,
        env=dict(os.environ, CREDENTIALS_DIRECTORY=STATE + '/cred/ctl'))
    return done.returncode, done.stdout


def create(session, tier):
    """Asks for a tenant; returns the answer."""
    return session.post('/api/tenants', {
        'slug': unique(), 'name': 'Demo Ltd', 'tier': tier})


class Approval(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.operator = Operator().login()

    def setUp(self):
        self.tenant = Tenant('high', approve=False)
        self.session = self.tenant.owner.login(tenant=self.tenant.slug)

    def answer(self, what, body=None, tenant=None):
        """Sends an operator's decision; returns the answer."""
        return self.operator.post('%stenants/%s/%s' % (
            PATH, (tenant or self.tenant).id, what), body)

    def state(self):
        """Returns the tenant's state from the database."""
        return DB.value('SELECT state FROM tenant WHERE id = $1',
                        self.tenant.id)

    def made(self):
        """Returns the number of rows that provisioning creates."""
        return DB.number(
            'SELECT (SELECT count(*) FROM operation WHERE tenant_id = $1)'
            ' + (SELECT count(*) FROM license WHERE tenant_id = $1)'
            ' + (SELECT count(*) FROM tenant_secret WHERE tenant_id = $1)'
            ' + (SELECT count(*) FROM tenant_endpoint WHERE tenant_id = $1)',
            self.tenant.id)

    def mail(self, words):
        """Waits for the owner's mail that contains these words; returns its
        text."""
        return eventually(20, lambda: [
            text for text in mails(self.tenant.owner.email)
            if words in text], 'the mail')[0][0]

    def test_which_plans_need_a_yes(self):
        for tier, state in (('low', 'provisioning'), ('mid', 'provisioning'),
                            ('high', 'requested'),
                            ('business', 'requested')):
            body = self.assertAnswer(create(Account().login(), tier),
                                     202).json()
            self.assertEqual(body['tenant']['state'], state, tier)
            self.assertEqual(body['operation'] is None,
                             state == 'requested', tier)

    def test_nothing_is_made_before_the_answer(self):
        self.assertEqual((self.state(), self.made()), ('requested', 0))
        self.assertAnswer(self.session.get('/api/license'), 404,
                          'no_license')
        self.assertEqual(self.session.get(
            '/api/tenants/operations').json()['items'], [])
        self.assertEqual(self.session.get(
            '/api/tenants/current').json()['state'], 'requested')

    def test_a_tenant_that_waits_is_not_changed(self):
        for answer in (
                self.session.post('/api/apps', {'name': 'orders'}),
                self.session.patch('/api/tenants/current', {'name': 'X'}, 1),
                self.session.post('/api/tenants/invitations', {
                    'email': 'x@example.test', 'role': 'viewer'})):
            self.assertAnswer(answer, 423, 'tenant_requested')

    def test_approved_it_is_provisioned(self):
        answer = self.assertAnswer(self.answer('approve'), 200)
        self.assertEqual(answer.json()['state'], 'provisioning')
        self.assertEqual([row[0:4] + row[6:] for row in audit_rows(
            answer.request_id)], [(None, self.operator.account['id'],
                                   'tenant.approve', 'done',
                                   self.tenant.id)])
        operation = self.session.get(
            '/api/tenants/operations').json()['items'][0]
        self.assertEqual(operation['kind'], 'tenant.provision')
        text = self.mail('is approved')
        self.assertIn('with plan high', text)
        self.assertIn('/tenants/' + self.tenant.slug, text)
        self.assertAnswer(self.answer('approve'), 409,
                          'tenant_not_requested')
        self.assertAnswer(self.answer('refuse', {'reason': REASON}), 409,
                          'tenant_not_requested')

    def test_refused_it_is_removed_and_the_reason_is_mailed(self):
        answer = self.assertAnswer(self.answer('refuse', {
            'reason': REASON}), 200)
        self.assertEqual(answer.json()['state'], 'deleting')
        row = DB.rows('SELECT action, facts FROM audit_event WHERE'
                      ' request_id = $1', answer.request_id)[0]
        self.assertEqual((row[0], json.loads(row[1])['reason']),
                         ('tenant.refuse', REASON))
        self.assertIn(REASON, self.mail('is refused'))
        self.assertEqual(DB.rows(
            'SELECT kind FROM operation WHERE tenant_id = $1',
            self.tenant.id), [('tenant.remove',)])

    def test_a_refusal_has_a_reason(self):
        for body in ({}, {'reason': ''}, {'reason': 'two\nlines'},
                     {'reason': 'x' * 301}):
            self.assertAnswer(self.answer('refuse', body), 400)
        self.assertEqual(self.state(), 'requested')

    def test_unknown_tenants(self):
        for identity in (self.tenant.owner.id, 'nonsense'):
            self.assertAnswer(self.operator.post('%stenants/%s/approve' % (
                PATH, identity)), 404, 'no_such_tenant')

    def test_only_who_has_the_permission_answers(self):
        reader = Operator([p for p in EVERYTHING
                           if p != 'platform.tenant.manage']).login()
        for who, code in ((reader, 'not_permitted'),
                          (self.session, 'operators_only')):
            for what, body in (('approve', None),
                               ('refuse', {'reason': REASON})):
                self.assertAnswer(who.post('%stenants/%s/%s' % (
                    PATH, self.tenant.id, what), body), 403, code)
        self.assertEqual(self.state(), 'requested')

    def test_two_answers_at_once_are_one(self):
        answers = together(4, lambda _: self.answer('approve'))
        self.assertEqual(sorted(a.status for a in answers),
                         [200, 409, 409, 409])
        self.assertEqual(DB.number('SELECT count(*) FROM operation WHERE'
                                   ' tenant_id = $1', self.tenant.id), 1)

    def test_the_owner_withdraws_it(self):
        answer = self.assertAnswer(self.session.delete(
            '/api/tenants/current'), 202)
        self.assertEqual(answer.json()['tenant']['state'], 'deleting')

    def test_one_account_has_so_many_that_wait(self):
        session = self.tenant.owner.login()
        for tier in ('business', 'high'):
            self.assertAnswer(create(session, tier), 202)
        answer = self.assertAnswer(create(session, 'high'), 422,
                                   'too_many_requested')
        self.assertIn('at most 3', answer.json()['detail'])
        self.assertAnswer(create(session, 'low'), 202)
        self.assertAnswer(self.answer('approve'), 200)
        self.assertAnswer(create(session, 'high'), 202)

    def test_those_that_wait_count_for_the_cap_of_all(self):
        session = self.tenant.owner.login()
        DB.run("INSERT INTO tenant (id, slug, name, tier, created_by) SELECT"
               " gen_random_uuid(), $1 || chr(96 + i), 'x', 'low', $2 FROM"
               ' generate_series(1, 19) i', unique(), self.tenant.owner.id)
        DB.run("INSERT INTO membership (tenant_id, account_id, role) SELECT"
               " id, created_by, 'owner' FROM tenant WHERE created_by = $1"
               ' ON CONFLICT DO NOTHING', self.tenant.owner.id)
        self.assertAnswer(create(session, 'low'), 422, 'too_many_tenants')

    def test_operators_list_those_that_wait(self):
        def listed(state):
            answer = self.assertAnswer(self.operator.get(
                '%stenants?q=%s&state=%s' % (PATH, self.tenant.slug, state)),
                200).json()
            return [t['id'] for t in answer['items']], answer['total']
        self.assertEqual(listed('requested'), ([self.tenant.id], 1))
        self.assertEqual(listed('active'), ([], 0))
        self.assertAnswer(self.operator.get(PATH + 'tenants?state=waiting'),
                          400)

    def test_the_command_lists_and_answers(self):
        other = Tenant('business', approve=False)
        status, said = ctl('tenants', 'list', '--state', 'requested')
        self.assertEqual(status, 0, said)
        for tenant in (self.tenant, other):
            self.assertIn(tenant.slug, said)
            self.assertIn(tenant.owner.email, said)
        status, said = ctl('tenants', 'approve', self.tenant.slug)
        self.assertEqual(status, 0, said)
        self.assertEqual(DB.rows('SELECT kind FROM operation WHERE'
                                 ' tenant_id = $1', self.tenant.id),
                         [('tenant.provision',)])
        status, said = ctl('tenants', 'refuse', other.slug, REASON)
        self.assertEqual(status, 0, said)
        self.assertEqual(DB.rows(
            'SELECT action FROM audit_event WHERE subject_id IN ($1, $2)'
            " AND action IN ('tenant.approve', 'tenant.refuse')"
            ' ORDER BY id', self.tenant.id, other.id), [('tenant.approve',), ('tenant.refuse',)])
        self.mail('is approved')
        # once it is removed, nobody knows its name any more
        for args, words in ((('approve', other.slug),
                             'does not wait|there is no tenant'),
                            (('approve', 'nobody42'), 'no tenant'),
                            (('refuse', other.slug, 'a\nb'), 'REASON')):
            status, said = ctl('tenants', *args)
            self.assertNotEqual(status, 0)
            self.assertRegex(said, words)
        status, said = ctl('tenants', 'list', '--state', 'waiting')
        self.assertEqual(status, 2)

    def test_the_worker_counts_them(self):
        def told():
            # due once, so that it gets its turn among the other rounds
            DB.run("UPDATE schedule SET next_at = now()"
                   " WHERE kind = 'licenses' AND next_at > now()")
            return counter('worker', 'cameleer_tenants_requested') == \
                DB.number("SELECT count(*) FROM tenant"
                          " WHERE state = 'requested'") > 0
        eventually(20, told, 'the gauge')


if __name__ == '__main__':
    unittest.main()
