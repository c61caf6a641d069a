# SPDX-License-Identifier: Apache-2.0
"""A tenant demands a second factor of its members: who is refused, where, how
soon, and what ends the refusal."""
import time
import unittest
import uuid

from support import TestCase, eventually
from support_factor import Enrolled, code_at, enrol, older, step_now
from support_http import request
from support_peer import Peer
from support_sql import DB, audit_rows
from support_world import Account, Session, Tenant

POLICY = '/api/tenants/sign-in-policy'
TOTP = '/api/auth/factors/totp'
# one route of each responder that is of the tenant, for every role
EVERYWHERE = ('/api/tenants/current', '/api/apps', '/api/auth/tokens')


def ask(tenant, *roles):
    """Demands a second factor of these roles, as the owner, who enrols one
    first when the policy includes them."""
    session = tenant.owner.session = tenant.login()
    if {'*', 'owner'} & set(roles):
        enrol(tenant.owner)
    version = session.get(POLICY).json()['version']
    answer = session.patch(POLICY, {'second_factor': list(roles)}, version)
    assert answer.status == 200, answer.describe()


class Asked(TestCase):

    def setUp(self):
        self.tenant = Tenant('high')
        self.peer = Peer(self.tenant)
        self.proxied = '/t/%s/api/v1/health' % self.tenant.slug

    def tearDown(self):
        self.peer.close()

    def refused(self, session):
        """Checks that every responder refuses at once, naming the rule and who
        can change it, and that the proxy refuses within 5 s."""
        began = time.monotonic()
        for path in EVERYWHERE:
            answer = self.assertAnswer(session.get(path), 403,
                                       'second_factor_required')
            self.assertIn('sign-in policy', answer.json()['detail'])
            self.assertIn('owner can change', answer.json()['detail'])
        eventually(5, lambda: session.get(self.proxied).status == 403,
                   'the refusal at /t/')
        before = len(self.peer.asked)
        self.assertAnswer(session.get(self.proxied), 403)
        self.assertAnswer(session.post(self.proxied, {}), 403)
        self.assertEqual(len(self.peer.asked), before)
        print('# refused at /t/ after %.2f s' % (time.monotonic() - began))

    def let_in(self, session):
        """Checks that every responder lets the session in, and the proxy within
        5 s."""
        for path in EVERYWHERE:
            self.assertAnswer(session.get(path), 200)
        eventually(5, lambda: session.get(self.proxied).status == 200,
                   'the way through /t/')

    def test_policy_refuses_open_sessions_everywhere(self):
        account = self.tenant.member('developer')
        session = account.login(tenant=self.tenant.slug)
        self.let_in(session)
        ask(self.tenant, 'developer')
        self.refused(session)

    def test_member_sets_a_factor_up_and_goes_on_in_his_session(self):
        account = self.tenant.member('developer')
        ask(self.tenant, 'developer')
        account.session = account.login(tenant=self.tenant.slug)
        self.refused(account.session)
        enrol(account)
        self.let_in(account.session)

    def test_sign_in_with_a_code_is_let_in(self):
        account = Enrolled()
        self.tenant.join(account, 'viewer')
        ask(self.tenant, 'viewer')
        self.let_in(account.login(tenant=self.tenant.slug))

    def test_recovery_code_is_no_second_factor(self):
        """A recovery code does not meet the policy; it opens the account so
        that a new app can be enrolled."""
        account = Enrolled()
        self.tenant.join(account, 'viewer')
        ask(self.tenant, 'viewer')
        account.session = Session(account.second(
            recovery_code=account.recovery[0])).switch(self.tenant.slug)
        self.refused(account.session)
        enrol(account)
        self.let_in(account.session)

    def test_step_up_by_a_code_satisfies_the_policy(self):
        account = Account()
        account.session = account.login()
        self.tenant.join(account, 'viewer')
        ask(self.tenant, 'viewer')
        other = account.login(tenant=self.tenant.slug)  # before the app
        enrol(account)
        self.refused(other)
        DB.run('UPDATE totp SET last_step = 0 WHERE account_id = $1',
               account.id)
        self.assertAnswer(other.post('/api/auth/step-up', {
            'code': code_at(account.secret, step_now())}), 204)
        self.let_in(other)

    def test_other_roles_are_not_asked(self):
        ask(self.tenant, 'developer', 'admin')
        self.let_in(self.tenant.login('viewer'))
        self.let_in(self.tenant.login('owner'))
        self.refused(self.tenant.login('admin'))

    def test_star_is_everybody(self):
        session = self.tenant.login('owner')
        ask(self.tenant, '*')
        self.refused(session)
        self.refused(self.tenant.login('viewer'))

    def test_owner_changes_it_with_his_factor_only(self):
        before = self.tenant.login('owner')
        ask(self.tenant, '*')
        version = self.tenant.owner.session.get(POLICY).json()['version']
        change = {'second_factor': []}
        self.assertAnswer(before.patch(POLICY, change, version), 403,
                          'second_factor_required')
        self.assertAnswer(self.tenant.owner.session.patch(
            POLICY, change, version), 200)
        self.let_in(before)

    def test_nobody_shuts_himself_out(self):
        session = self.tenant.login('owner')
        version = session.get(POLICY).json()['version']
        self.assertAnswer(session.patch(POLICY, {'second_factor': ['*']},
                                        version), 409, 'locks_you_out')

    def test_custom_role_is_asked_by_its_name(self):
        account = Account()
        role = str(uuid.uuid4())
        DB.run('INSERT INTO role (tenant_id, id, name, grants) VALUES'
               " ($1, $2, 'deployer', '{tenant.read,app.read,server.use}')",
               self.tenant.id, role)
        DB.run('INSERT INTO membership (tenant_id, account_id, custom_role)'
               ' VALUES ($1, $2, $3)', self.tenant.id, account.id, role)
        session = account.login(tenant=self.tenant.slug)
        self.let_in(session)
        ask(self.tenant, 'deployer')
        self.refused(session)

    def test_other_tenants_do_not_ask(self):
        account, other = self.tenant.member('developer'), Tenant()
        other.join(account, 'developer')
        ask(self.tenant, '*')
        session = account.login(tenant=other.slug)
        self.assertAnswer(session.get('/api/apps'), 200)
        session.switch(self.tenant.slug)
        self.refused(session)

    def test_refusal_is_in_the_tenants_trail(self):
        session = self.tenant.login('developer')
        ask(self.tenant, 'developer')
        answer = session.post('/api/apps', {'name': 'orders'})
        self.assertAnswer(answer, 403, 'second_factor_required')
        row = audit_rows(answer.request_id)[0]
        self.assertEqual((row[0], row[3], row[4]),
                         (self.tenant.id, 'refused',
                          'second_factor_required'))

    def test_refresh_and_switch_do_not_get_around_it(self):
        session = self.tenant.login('developer')
        ask(self.tenant, 'developer')
        session.take(request('POST', '/api/auth/refresh', {
            'refresh_token': session.refresh}))
        session.switch(self.tenant.slug)
        self.refused(session)


class Kept(TestCase):
    """A factor cannot be removed while a policy demands it."""

    def setUp(self):
        self.tenant = Tenant('high')
        self.account = Enrolled()
        self.tenant.join(self.account, 'developer')

    def remove(self):
        return self.account.session.delete(TOTP)

    def test_app_is_not_removed_while_a_tenant_asks(self):
        ask(self.tenant, 'developer')
        answer = self.assertAnswer(self.remove(), 403, 'factor_required')
        self.assertIn(self.tenant.slug, answer.json()['detail'])
        self.assertIn('owner can change', answer.json()['detail'])
        self.account.login()
        ask(self.tenant)
        self.assertAnswer(self.remove(), 204)

    def test_tenant_that_asks_others_keeps_nothing(self):
        ask(self.tenant, 'admin')
        self.assertAnswer(self.remove(), 204)

    def test_app_can_be_replaced_while_a_tenant_asks(self):
        ask(self.tenant, '*')
        enrol(self.account)
        self.account.login(tenant=self.tenant.slug)

    def test_deleted_tenant_keeps_nothing(self):
        ask(self.tenant, '*')
        self.tenant.set_state('deleted')
        self.assertAnswer(self.remove(), 204)

    def test_operator_keeps_a_factor(self):
        DB.run("DELETE FROM membership WHERE account_id = $1",
               self.account.id)
        DB.run("UPDATE account SET kind = 'operator' WHERE id = $1",
               self.account.id)
        answer = self.assertAnswer(self.remove(), 403, 'factor_required')
        self.assertIn('operator', answer.json()['detail'])

    def test_refused_removal_still_asks_for_a_fresh_sign_in(self):
        ask(self.tenant, '*')
        older(self.account.session)
        self.assertAnswer(self.remove(), 403, 'fresh_login_required')


if __name__ == '__main__':
    unittest.main()
