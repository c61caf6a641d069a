# SPDX-License-Identifier: Apache-2.0
"""An operator gives a tenant another plan: up at once, down when what it uses
fits."""
import json
import unittest
import uuid

from support import TestCase, eventually, unique
from support_http import together
from support_probe import Request
from support_sql import DB
from support_world import Tenant, app, mails
from test_platform import PATH, Operator
from test_quota import fill
from test_tenant_approval import ctl

REASON = 'Contract 2026-18'


class Change(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.operator = Operator().login()

    def setUp(self):
        self.tenant = Tenant('low')
        self.session = self.tenant.login()

    def change(self, tier, **more):
        """Asks for another plan as an operator; returns the answer."""
        return self.operator.call('PUT', '%stenants/%s/plan' % (
            PATH, self.tenant.id), {'tier': tier, 'reason': REASON, **more})

    def tier(self):
        """Returns the tenant's plan from the database."""
        return DB.value('SELECT tier FROM tenant WHERE id = $1',
                        self.tenant.id)

    def environments(self):
        """Returns the names of the environments, in their order."""
        return [name for (name,) in DB.rows(
            'SELECT name FROM environment WHERE tenant_id = $1'
            ' ORDER BY position', self.tenant.id)]

    def refused(self, tier, words):
        """Checks that the plan is refused with these words, and that nothing
        is changed."""
        before = (self.tier(), self.environments())
        answer = self.assertAnswer(self.change(tier), 409, 'plan_too_small')
        self.assertIn(words, answer.json()['detail'])
        self.assertEqual((self.tier(), self.environments()), before)

    def test_a_larger_plan_brings_what_it_has(self):
        answer = self.assertAnswer(self.change('high'), 200)
        self.assertEqual(answer.json()['tier'], 'high')
        self.assertEqual((self.tier(), self.environments()),
                         ('high', ['dev', 'staging', 'prod']))
        self.assertEqual(self.session.get('/api/tenants/current').json()[
            'tier'], 'high')
        row = DB.rows('SELECT action, facts FROM audit_event WHERE'
                      ' request_id = $1', answer.request_id)[0]
        facts = json.loads(row[1])
        self.assertEqual((row[0], facts['old'], facts['new'],
                          facts['reason']),
                         ('plan.change', 'low', 'high', REASON))
        self.assertEqual(DB.value(
            'SELECT kind FROM operation WHERE tenant_id = $1'
            ' ORDER BY id DESC LIMIT 1', self.tenant.id), 'tenant.provision')
        text = eventually(20, lambda: [
            text for text in mails(self.tenant.owner.email)
            if 'has plan high now' in text], 'the mail')[0][0]
        self.assertIn(REASON, text)

    def test_a_smaller_plan_takes_environments_that_were_never_used(self):
        self.assertAnswer(self.change('mid'), 200)
        self.assertEqual(self.environments(), ['dev', 'prod'])
        self.assertAnswer(self.change('low'), 200)
        self.assertEqual((self.tier(), self.environments()),
                         ('low', ['prod']))

    def test_one_that_is_used_is_named(self):
        self.assertAnswer(self.change('mid'), 200)
        name = app(self.session)
        self.tenant.release(name)
        self.tenant.deployment(name)
        self.refused('low', 'environment dev')

    def test_more_applications_than_the_plan_has(self):
        self.assertAnswer(self.change('mid'), 200)
        fill(self.tenant, 'application', 21)
        self.refused('low', '21 applications of 20')
        DB.run("INSERT INTO plan_override (tenant_id, id, key, value, reason)"
               " VALUES ($1, $2, 'max_apps', '30', 'contract')",
               self.tenant.id, str(uuid.uuid4()))
        self.assertAnswer(self.change('low'), 200)

    def test_features_that_are_used_are_named(self):
        self.assertAnswer(self.change('high'), 200)
        self.assertAnswer(self.session.post('/api/tenants/roles', {
            'name': 'deployers', 'permissions': ['app.read']}), 201)
        DB.run('INSERT INTO sso_provider (tenant_id, issuer, client_id,'
               ' secret_box, default_role, group_claim, group_roles) VALUES'
               " ($1, 'https://idp.example', 'app', 'box', 'viewer',"
               " 'groups', '{}')", self.tenant.id)
        self.refused('mid', 'custom roles deployers')
        self.refused('mid', 'single sign-on by https://idp.example')

    def test_the_same_plan_changes_nothing(self):
        self.assertAnswer(self.change('low'), 409, 'plan_same')

    def test_only_an_active_tenant_changes(self):
        self.assertAnswer(self.session.delete('/api/tenants/current'), 202)
        self.assertAnswer(self.change('mid'), 409, 'tenant_not_active')
        self.assertEqual(self.tier(), 'low')

    def test_of_two_at_once_one_wins(self):
        answers = together(2, lambda i: self.change('mid'))
        self.assertEqual(sorted(a.status for a in answers), [200, 409])

    def test_bad_input_is_refused(self):
        for tier, more in (('huge', {}), ('', {}), ('mid', {'reason': ''}),
                           ('mid', {'reason': 'two\nlines'}),
                           ('mid', {'more': 1})):
            self.assertAnswer(self.change(tier, **more), 400)
        self.assertAnswer(self.operator.call(
            'PUT', '%stenants/%s/plan' % (PATH, uuid.uuid4()),
            {'tier': 'mid', 'reason': REASON}), 404, 'no_such_tenant')
        reader = Operator(('platform.tenant.read',)).login()
        self.assertAnswer(reader.call(
            'PUT', '%stenants/%s/plan' % (PATH, self.tenant.id),
            {'tier': 'mid', 'reason': REASON}), 403)
        self.assertEqual(self.tier(), 'low')

    def test_the_command_changes_it_too(self):
        slug = self.tenant.slug
        status, said = ctl('tenants', 'set-tier', slug, 'mid', REASON)
        self.assertEqual((status, self.tier()), (0, 'mid'), said)
        fill(self.tenant, 'application', 21)
        for words, code in (((slug, 'low', REASON), 1),
                            ((slug, 'mid', REASON), 1),
                            ((unique(), 'mid', REASON), 1),
                            ((slug, 'huge', REASON), 2),
                            ((slug, 'high', ''), 2)):
            status, said = ctl('tenants', 'set-tier', *words)
            self.assertEqual(status, code, said)
        self.assertEqual(self.tier(), 'mid')


def _changed(_cell):
    """Returns a change of the plan of a new tenant."""
    return Request({'tier': 'mid', 'reason': REASON}, id=Tenant('low').id)


PROBES = {
    'PUT /api/auth/platform/tenants/{id}/plan': _changed,
}


if __name__ == '__main__':
    unittest.main()
