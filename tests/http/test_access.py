# SPDX-License-Identifier: Apache-2.0
"""Permissions are listed and decisions are explained; a tenant demands a
sign-in policy of its members."""
import unittest
import uuid

from support import TestCase
from support_http import together
from support_probe import Request
from support_schema import routes
from support_sql import DB, audit_rows
from support_world import ROLES, Account, Tenant, app

POLICY = '/api/tenants/sign-in-policy'


def why(session, permission, **scope):
    """Returns the body of GET /api/tenants/why."""
    query = ''.join('&%s=%s' % pair for pair in scope.items())
    answer = session.get('/api/tenants/why?permission=%s%s' % (
        permission, query))
    assert answer.status == 200, answer.describe()
    return answer.json()


def prove(account, *methods):
    """Sets the sign-in methods of all sessions of the account."""
    DB.run('UPDATE session SET methods = $1::text[] WHERE account_id = $2',
           '{%s}' % ','.join(methods), account.id)


class Permissions(TestCase):

    def test_every_permission_is_listed_with_a_sentence(self):
        items = Tenant().login('viewer').get(
            '/api/tenants/permissions').json()['items']
        names = [i['name'] for i in items]
        granted = {name for (name,) in DB.rows(
            "SELECT unnest(permissions) FROM role_preset"
            " WHERE name = 'owner'")}
        asked = {r['permission'] for r in routes() if r['tenant']}
        self.assertEqual(set(names), granted)
        self.assertLessEqual(asked, set(names))
        self.assertEqual(len(names), len(set(names)))
        for item in items:
            self.assertRegex(item['about'], r'^[A-Z].{10,}\.$')
        scopes = {i['name']: i['scope'] for i in items}
        self.assertEqual(
            [scopes[n] for n in ('app.deploy', 'log.read', 'app.read',
                                 'member.manage')],
            ['environment', 'environment', 'application', 'tenant'])


class Why(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.tenant = Tenant('high')
        cls.owner = cls.tenant.login()
        cls.app = app(cls.owner)
        cls.other = app(cls.owner)

    def scoped(self, *grants):
        """Returns a session of a member with a custom role, and the account."""
        role, account = str(uuid.uuid4()), self.tenant.member('viewer')
        DB.run('INSERT INTO role (tenant_id, id, name, grants) VALUES'
               " ($1, $2, 'r' || left($2, 8), $3::text[]);"
               ' UPDATE membership SET role = NULL, custom_role = $2'
               ' WHERE tenant_id = $1 AND account_id = $4', self.tenant.id,
               role, '{%s}' % ','.join(grants), account.id)
        return account.login(tenant=self.tenant.slug), account

    def test_yes_names_the_role(self):
        said = why(self.owner, 'tenant.delete')
        self.assertEqual((said['allowed'], said['rule']), (True, 'role'))
        self.assertIn('role owner', said['detail'])

    def test_no_names_the_rule_and_who_can_lift_it(self):
        said = why(self.tenant.login('viewer'), 'app.manage')
        self.assertEqual((said['allowed'], said['rule']),
                         (False, 'not_permitted'))
        self.assertIn('role viewer', said['detail'])
        self.assertIn('an owner', said['detail'])

    def test_no_is_what_the_route_says_word_for_word(self):
        session = self.tenant.login('viewer')
        said = why(session, 'member.read')
        refused = session.get('/api/tenants/members')
        self.assertAnswer(refused, 403, said['rule'])
        self.assertEqual(refused.json()['detail'], said['detail'])

    def test_environment_decides(self):
        session, _ = self.scoped('tenant.read', 'app.deploy@dev')
        self.assertTrue(why(session, 'app.deploy', environment='dev')[
            'allowed'])
        said = why(session, 'app.deploy', environment='prod')
        self.assertFalse(said['allowed'])
        self.assertIn('in environment prod', said['detail'])

    def test_team_is_named(self):
        session, account = self.scoped('tenant.read')
        team = str(uuid.uuid4())
        DB.run('INSERT INTO team (tenant_id, id, name, role) VALUES'
               " ($1, $2, 'Payments', 'developer');"
               ' INSERT INTO team_member VALUES ($1, $2, $3);'
               ' INSERT INTO team_application SELECT $1, $2, id FROM'
               ' application WHERE tenant_id = $1 AND name = $4',
               self.tenant.id, team, account.id, self.app)
        said = why(session, 'app.deploy', application=self.app)
        self.assertEqual((said['allowed'], said['rule']), (True, 'team'))
        self.assertIn('Payments', said['detail'])
        said = why(session, 'app.deploy', application=self.other)
        self.assertEqual((said['allowed'], said['rule']),
                         (False, 'not_permitted'))
        self.assertIn(self.other, said['detail'])

    def test_who_is_in_no_tenant_hears_that(self):
        session = Account().login()
        self.assertEqual(why(session, 'app.read')['rule'],
                         'tenant_required')
        self.assertEqual(why(session, 'account')['rule'], 'signed_in')
        self.assertEqual(why(session, 'platform.audit.read')['rule'],
                         'operators_only')

    def test_who_was_removed_hears_that(self):
        account = self.tenant.member('viewer')
        session = account.login(tenant=self.tenant.slug)
        DB.run('DELETE FROM membership WHERE account_id = $1', account.id)
        self.assertEqual(why(session, 'app.read')['rule'], 'not_a_member')

    def test_odd_questions_are_refused(self):
        for query in ('', '?permission=', '?permission=no.such',
                      '?permission=app.read&environment=X',
                      '?permission=app.read&application=../x'):
            self.assertEqual(self.owner.get(
                '/api/tenants/why' + query).status, 400, query)


class Policy(TestCase):

    def setUp(self):
        self.tenant = Tenant('high')
        self.session = self.tenant.login()

    def put(self, *roles, version=1):
        """Changes the policy to require a second factor of these roles."""
        return self.session.patch(POLICY, {'second_factor': list(roles)},
                                  version)

    def test_nothing_is_asked_at_first(self):
        answer = self.assertAnswer(self.session.get(POLICY), 200)
        self.assertEqual(answer.json(), {
            'second_factor': [], 'sso_enforced': False, 'break_glass': None,
            'version': 1})
        self.assertRegex(answer.headers['etag'], r'^"1\.[0-9a-f]{16}"$')

    def test_role_is_asked_from_the_next_request_on(self):
        session = self.tenant.login('developer')
        admin = self.tenant.login('admin')
        answer = self.assertAnswer(self.put('developer', 'developer'), 200)
        self.assertEqual((answer.json()['second_factor'],
                          answer.json()['version']), (['developer'], 2))
        refused = self.assertAnswer(session.get('/api/apps'), 403,
                                    'second_factor_required')
        self.assertIn('an owner can change', refused.json()['detail'])
        self.assertEqual(why(session, 'app.read')['rule'],
                         'second_factor_required')
        self.assertAnswer(admin.get('/api/apps'), 200)
        self.assertAnswer(self.put(version=2), 200)
        self.assertAnswer(session.get('/api/apps'), 200)

    def test_second_factor_that_was_shown_is_enough(self):
        prove(self.tenant.owner, 'pwd', 'otp')
        self.assertAnswer(self.put('*'), 200)
        self.assertAnswer(self.session.get('/api/apps'), 200)
        self.assertAnswer(self.tenant.login('viewer').get('/api/apps'), 403,
                          'second_factor_required')

    def test_nobody_locks_himself_out(self):
        for roles in (('*',), ('owner',)):
            answer = self.assertAnswer(self.put(*roles), 409,
                                       'locks_you_out')
            self.assertIn('second_factor_required', answer.json()['detail'])
        self.assertEqual(self.session.get(POLICY).json()['version'], 1)
        self.assertAnswer(self.session.get('/api/apps'), 200)

    def test_roles_must_exist(self):
        answer = self.assertAnswer(self.put('viewer', 'king'), 422,
                                   'no_such_role')
        self.assertIn("'king'", answer.json()['detail'])
        DB.run('INSERT INTO role (tenant_id, id, name, grants) VALUES'
               " ($1, gen_random_uuid(), 'king', '{tenant.read}')",
               self.tenant.id)
        self.assertAnswer(self.put('viewer', 'king'), 200)
        self.assertAnswer(self.put(*['viewer'] * 101, version=2), 400,
                          'invalid_fields')
        self.assertAnswer(self.put(*['viewer'] * 100, version=2), 200)

    def test_of_two_editors_one_wins(self):
        answers = together(2, lambda i: self.put('viewer'))
        self.assertEqual(sorted(a.status for a in answers), [200, 412])

    def test_owners_edit_and_those_who_see_members_read(self):
        for role in ROLES:
            session = self.tenant.login(role)
            self.assertEqual(session.get(POLICY).status,
                             200 if role in ('owner', 'admin') else 403)
            answer = session.patch(POLICY, {'second_factor': []}, 1)
            self.assertEqual(answer.status, 200 if role == 'owner' else 403)

    def test_edit_wants_a_fresh_sign_in_and_is_audited(self):
        answer = self.put('viewer')
        self.assertEqual(audit_rows(answer.request_id), [(
            self.tenant.id, self.tenant.owner.id, 'policy.edit', 'done',
            None, 'tenant', self.tenant.id)])
        DB.run("UPDATE session SET authenticated_at = now() - interval"
               " '1801 s' WHERE account_id = $1", self.tenant.owner.id)
        self.assertAnswer(self.put(version=2), 403, 'fresh_login_required')


def _policy_version(cell):
    return {'If-Match': '"%s"' % (DB.value(
        'SELECT version FROM sign_in_policy WHERE tenant_id = $1',
        cell.actor_tenant().id) or 1)}


PROBES = {
    'PATCH /api/tenants/sign-in-policy': lambda cell: Request(
        {'second_factor': []}, _policy_version(cell)),
    'GET /api/tenants/why': lambda cell: Request(
        query='?permission=app.read'),
}


if __name__ == '__main__':
    unittest.main()
