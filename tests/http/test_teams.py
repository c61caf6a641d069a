# SPDX-License-Identifier: Apache-2.0
"""Custom roles and teams: created, changed, used, and limited by the tier."""
import unittest
import uuid

from support import TestCase, unique
from support_http import together
from support_probe import Request
from support_sql import DB, audit_rows
from support_world import Tenant, app

ROLES, TEAMS = '/api/tenants/roles', '/api/tenants/teams'


def make(session, *grants, name=None, **body):
    """Creates a custom role; returns the answer."""
    return session.post(ROLES, dict(body, name=name or unique('r'),
                                    permissions=list(grants)))


def change(session, made, **body):
    """Changes a custom role by its first version; returns the answer."""
    return session.patch('%s/%s' % (ROLES, made['id']), body,
                         made['version'])


class Custom(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.tenant = Tenant('high')
        cls.session = cls.tenant.login()

    def holder(self, role):
        """Returns a session of a member with that custom role."""
        account = self.tenant.member('viewer')
        answer = self.session.patch('/api/tenants/members/' + account.id,
                                    {'custom_role': role}, 1)
        self.assertAnswer(answer, 200)
        return account.login(tenant=self.tenant.slug)

    def test_role_is_made_listed_and_used(self):
        answer = self.assertAnswer(make(
            self.session, 'app.read', 'app.deploy@dev', 'app.read',
            name='dev-only', about='Deploys to dev.'), 201)
        made = answer.json()
        self.assertEqual(
            (made['name'], made['about'], made['permissions'],
             made['members'], made['version']),
            ('dev-only', 'Deploys to dev.',
             ['app.deploy@dev', 'app.read', 'tenant.read'], 0, 1))
        self.assertEqual(audit_rows(answer.request_id), [(
            self.tenant.id, self.tenant.owner.id, 'role.create', 'done',
            None, 'role', made['id'])])
        session = self.holder(made['id'])
        name = app(self.session)
        self.tenant.release(name)
        for environment, status in (('dev', 202), ('prod', 403)):
            self.assertEqual(session.post(
                '/api/apps/%s/deployments' % name,
                {'release': 1, 'environment': environment}).status, status)
        listed = self.session.get(ROLES).json()['items']
        self.assertEqual([r['name'] for r in listed[:4]],
                         ['owner', 'admin', 'developer', 'viewer'])
        self.assertEqual([(r['id'], r['members']) for r in listed
                          if r['name'] == 'dev-only'], [(made['id'], 1)])
        self.assertEqual([(r['id'], r['version']) for r in listed[:4]],
                         [(None, 0)] * 4)

    def test_grants_must_be_possible(self):
        for grant, code in (
                ('no.such', 'no_such_permission'),
                ('account', 'no_such_permission'),
                ('public', 'no_such_permission'),
                ('platform.audit.read', 'no_such_permission'),
                ('tenant.delete@dev', 'no_such_permission'),
                ('app.read@dev', 'no_such_permission'),
                ('app.deploy:orders', 'no_such_permission'),
                ('app.deploy@', 'no_such_environment'),
                ('app.deploy@nowhere', 'no_such_environment')):
            self.assertAnswer(make(self.session, 'app.read', grant), 422,
                              code)
        self.assertAnswer(make(self.session), 400, 'invalid_fields')
        self.assertAnswer(make(self.session, *['app.read'] * 200), 400,
                          'invalid_fields')
        self.assertAnswer(make(self.session, *['app.read'] * 199), 201)

    def test_names_are_checked(self):
        for name in ('owner', 'admin', 'developer', 'viewer'):
            self.assertAnswer(make(self.session, 'app.read', name=name), 422,
                              'name_reserved')
        for name in ('x', 'X-ray', 'a_b', 'x' * 40, '-a', 'a-'):
            self.assertAnswer(make(self.session, 'app.read', name=name), 400,
                              'invalid_fields')
        self.assertAnswer(make(self.session, 'app.read', name='x' * 39), 201)
        self.assertAnswer(make(self.session, 'app.read', name='x' * 39), 409,
                          'name_taken')

    def test_nobody_makes_more_than_he_has(self):
        admin = self.tenant.login('admin')
        self.assertAnswer(make(admin, 'app.manage'), 201)
        answer = self.assertAnswer(make(admin, 'tenant.delete'), 403,
                                   'role_above_yours')
        self.assertIn('tenant.delete', answer.json()['detail'])
        made = make(self.session, 'billing.read').json()
        for answer in (change(admin, made, permissions=['app.read']),
                       change(admin, made, about='x'),
                       admin.delete('%s/%s' % (ROLES, made['id']))):
            self.assertAnswer(answer, 403, 'role_above_yours')
        within = make(admin, 'app.read').json()
        self.assertAnswer(change(admin, within,
                                 permissions=['billing.read']), 403,
                          'role_above_yours')

    def test_change_holds_for_the_next_request(self):
        made = make(self.session, 'app.read').json()
        session = self.holder(made['id'])
        self.assertAnswer(session.get('/api/apps'), 200)
        answer = self.assertAnswer(change(
            self.session, made, permissions=['log.read']), 200)
        self.assertEqual((answer.json()['permissions'],
                          answer.json()['version']),
                         (['log.read', 'tenant.read'], 2))
        self.assertAnswer(session.get('/api/apps'), 403, 'not_permitted')
        self.assertAnswer(change(self.session, made, about='late'), 412,
                          'changed_meanwhile')

    def test_policy_follows_the_name(self):
        made = make(self.session, 'app.read').json()
        DB.run('INSERT INTO sign_in_policy (tenant_id, second_factor)'
               ' VALUES ($1, ARRAY[$2]) ON CONFLICT (tenant_id) DO UPDATE'
               ' SET second_factor = excluded.second_factor',
               self.tenant.id, made['name'])
        policy = '/api/tenants/sign-in-policy'
        renamed = change(self.session, made, name='renamed').json()
        self.assertEqual(self.session.get(policy).json()['second_factor'],
                         ['renamed'])
        self.assertAnswer(self.session.delete('%s/%s' % (
            ROLES, renamed['id'])), 204)
        self.assertEqual(self.session.get(policy).json()['second_factor'],
                         [])

    def test_role_in_use_stays(self):
        made = make(self.session, 'app.read').json()
        self.holder(made['id'])
        self.assertAnswer(self.session.delete('%s/%s' % (
            ROLES, made['id'])), 409, 'role_in_use')

    def test_role_is_given_and_deleted_at_once(self):
        for _ in range(6):
            made = make(self.session, 'app.read').json()
            account = self.tenant.member('viewer')
            sessions = [self.tenant.login() for _ in range(2)]
            gone, given = together(2, lambda i: sessions[i].delete(
                '%s/%s' % (ROLES, made['id'])) if i == 0 else
                sessions[i].patch('/api/tenants/members/' + account.id,
                                  {'custom_role': made['id']}, 1))
            self.assertIn((gone.status, given.status),
                          ((204, 404), (409, 200)))

    def test_hundred_roles(self):
        tenant = Tenant('high')
        session = tenant.login()
        DB.run('INSERT INTO role (tenant_id, id, name, grants) SELECT $1,'
               " gen_random_uuid(), 'r' || i, '{tenant.read}'"
               ' FROM generate_series(1, 99) i', tenant.id)
        self.assertAnswer(make(session, 'app.read'), 201)
        self.assertAnswer(make(session, 'app.read'), 422, 'too_many_roles')
        self.assertEqual(len(session.get(ROLES).json()['items']), 104)

    def test_unknown_and_foreign_roles_are_the_same(self):
        foreign = make(Tenant('high').login(), 'app.read').json()['id']
        for call in (lambda i: self.session.delete('%s/%s' % (ROLES, i)),
                     lambda i: self.session.patch('%s/%s' % (ROLES, i),
                                                  {'about': 'x'}, 1)):
            answers = [call(i) for i in (foreign, str(uuid.uuid4()), 'x')]
            for answer in answers:
                self.assertAnswer(answer, 404, 'no_such_role')
                self.assertEqual(answer.plain(), answers[0].plain())

    def test_tiers(self):
        for tier, status in (('low', 403), ('mid', 403), ('business', 201)):
            answer = make(Tenant(tier).login(), 'app.read')
            self.assertEqual(answer.status, status)
            if status == 403:
                self.assertEqual(answer.code, 'not_entitled')
                self.assertIn('plan High does', answer.json()['detail'])


class Teams(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.tenant = Tenant('high')
        cls.session = cls.tenant.login()
        cls.app = app(cls.session)

    def team(self, session=None, **body):
        """Creates a team; returns the answer."""
        return (session or self.session).post(TEAMS, dict(
            {'name': unique('Team '), 'role': 'developer'}, **body))

    def put(self, team, kind, which, method='PUT', session=None):
        """Adds a member or an application to the team; returns the answer."""
        return (session or self.session).call(method, '%s/%s/%s/%s' % (
            TEAMS, team, kind, which))

    def test_team_gives_and_takes(self):
        account = self.tenant.member('viewer')
        session = account.login(tenant=self.tenant.slug)
        answer = self.assertAnswer(self.team(name='Payments'), 201)
        team = answer.json()
        self.assertEqual(audit_rows(answer.request_id)[0][2:6],
                         ('team.create', 'done', None, 'team'))
        path = '/api/apps/' + self.app

        def edit():
            version = self.session.get(path).json()['version']
            return session.patch(path, {'display_name': 'Ours'}, version)

        self.assertAnswer(edit(), 403, 'not_permitted')
        for _ in range(2):
            self.assertAnswer(self.put(team['id'], 'members', account.id),
                              204)
            self.assertAnswer(self.put(team['id'], 'applications', self.app),
                              204)
        self.assertAnswer(edit(), 200)
        whole = self.session.get('%s/%s' % (TEAMS, team['id'])).json()
        self.assertEqual(
            (whole['name'], whole['members'], whole['applications']),
            ('Payments', [{'id': account.id, 'name': 'Viewer',
                           'email': account.email}], [{'name': self.app}]))
        self.assertAnswer(self.session.patch(
            '%s/%s' % (TEAMS, team['id']), {'role': 'viewer'}, 1), 200)
        self.assertAnswer(edit(), 403, 'not_permitted')
        self.assertAnswer(self.session.patch(
            '%s/%s' % (TEAMS, team['id']), {'role': 'admin'}, 1), 412,
            'changed_meanwhile')
        answer = self.session.patch('%s/%s' % (TEAMS, team['id']), {
            'role': 'admin', 'name': 'Payers'}, 2)
        self.assertEqual((answer.json()['name'], answer.json()['role']),
                         ('Payers', 'admin'))
        self.assertAnswer(edit(), 200)
        for kind, which in (('applications', self.app),
                            ('members', account.id)):
            self.assertAnswer(self.put(team['id'], kind, which, 'DELETE'),
                              204)
            self.assertAnswer(edit(), 403, 'not_permitted')
            self.assertAnswer(self.put(team['id'], kind, which), 204)
            self.assertAnswer(edit(), 200)
        self.assertAnswer(self.session.delete('%s/%s' % (
            TEAMS, team['id'])), 204)
        self.assertAnswer(edit(), 403, 'not_permitted')

    def test_team_holds_members_and_applications_of_the_tenant(self):
        team, other = self.team().json()['id'], Tenant('high')
        foreign = app(other.login())
        for kind, names, code in (
                ('members', (other.owner.id, str(uuid.uuid4()), 'x'),
                 'no_such_member'),
                ('applications', (foreign, unique('app-'), '!'),
                 'no_such_app')):
            for method in ('PUT', 'DELETE'):
                answers = [self.put(team, kind, name, method)
                           for name in names]
                for answer in answers:
                    self.assertAnswer(answer, 404, code)
                    self.assertEqual(answer.plain(), answers[0].plain())

    def test_unknown_and_foreign_teams_are_the_same(self):
        foreign = self.team(Tenant('high').login()).json()['id']
        for call in (
                lambda i: self.session.get('%s/%s' % (TEAMS, i)),
                lambda i: self.session.delete('%s/%s' % (TEAMS, i)),
                lambda i: self.session.patch('%s/%s' % (TEAMS, i),
                                             {'name': 'x'}, 1),
                lambda i: self.put(i, 'applications', self.app),
                lambda i: self.put(i, 'members', self.tenant.owner.id)):
            answers = [call(i) for i in (foreign, str(uuid.uuid4()), 'x')]
            for answer in answers:
                self.assertAnswer(answer, 404, 'no_such_team')
                self.assertEqual(answer.plain(), answers[0].plain())

    def test_nobody_gives_a_team_more_than_he_has(self):
        role = make(self.session, 'member.read', 'team.manage',
                    'app.read').json()['id']
        account = self.tenant.member('viewer')
        self.session.patch('/api/tenants/members/' + account.id,
                           {'custom_role': role}, 1)
        manager = account.login(tenant=self.tenant.slug)
        self.assertAnswer(self.team(manager), 403, 'role_above_yours')
        answer = manager.post(TEAMS, {'name': 'Readers',
                                      'custom_role': role})
        self.assertAnswer(answer, 201)
        strong = self.team().json()['id']
        for answer in (
                self.put(strong, 'members', account.id, session=manager),
                self.put(strong, 'applications', self.app, session=manager),
                manager.delete('%s/%s' % (TEAMS, strong))):
            self.assertAnswer(answer, 403, 'role_above_yours')

    def test_names_and_roles_are_checked(self):
        self.assertAnswer(self.team(name='Twice'), 201)
        self.assertAnswer(self.team(name='Twice'), 409, 'name_taken')
        for body in ({'name': ''}, {'name': 'x' * 61}, {'role': 'king'}):
            self.assertAnswer(self.team(**body), 400, 'invalid_fields')
        self.assertAnswer(self.team(name='x' * 60), 201)
        self.assertAnswer(self.team(role=None), 400, 'role_required')

    def test_lower_tiers_have_one_team_with_a_preset_role(self):
        for tier in ('low', 'mid'):
            tenant = Tenant(tier)
            sessions = [tenant.login() for _ in range(3)]
            answers = together(3, lambda i: self.team(sessions[i]))
            self.assertEqual(sorted(a.status for a in answers),
                             [201, 403, 403])
            for answer in answers:
                if answer.status == 403:
                    self.assertEqual(answer.code, 'not_entitled')
                    self.assertIn('plan High does', answer.json()['detail'])

    def test_hundred_teams_page_by_page(self):
        tenant = Tenant('business')
        session = tenant.login()
        DB.run('INSERT INTO team (tenant_id, id, name, role) SELECT $1,'
               " gen_random_uuid(), 't' || i, 'viewer'"
               ' FROM generate_series(1, 99) i', tenant.id)
        self.assertAnswer(self.team(session), 201)
        self.assertAnswer(self.team(session), 422, 'too_many_teams')
        page = session.get(TEAMS + '?limit=60').json()
        rest = session.get(TEAMS + '?limit=60&after=' + page['next']).json()
        self.assertEqual((len(page['items']), len(rest['items']),
                          rest['next']), (60, 40, None))


def _own_role(tenant):
    """Creates a custom role by SQL; returns its id."""
    identity = str(uuid.uuid4())
    DB.run('INSERT INTO role (tenant_id, id, name, grants) VALUES'
           " ($1, $2, $3, '{tenant.read}')", tenant.id, identity,
           unique('r'))
    return identity


def _team(cell, body=None, headers=None, **params):
    """Returns a request about a new team; `params` fills the rest of the
    path."""
    tenant, identity = cell.fixture.tenant, str(uuid.uuid4())
    DB.run('INSERT INTO team (tenant_id, id, name, role) VALUES'
           " ($1, $2, $2, 'viewer')", tenant.id, identity)
    return Request(body, headers, id=identity, **params)


def _whole_team(cell):
    """Returns a request about a new team with a member and an application."""
    request = _team(cell)
    tenant, team = cell.fixture.tenant, request.params['id']
    DB.run('INSERT INTO team_member VALUES ($1, $2, $3);'
           'INSERT INTO team_application SELECT tenant_id, $2, id FROM'
           ' application WHERE tenant_id = $1 AND name = $4', tenant.id,
           team, cell.fixture.bystander.id, cell.fixture.app)
    return request


PROBES = {
    'POST /api/tenants/roles': lambda cell: Request(
        {'name': unique('r'), 'permissions': ['tenant.read']}),
    'PATCH /api/tenants/roles/{id}': lambda cell: Request(
        {'about': 'Edited'}, {'If-Match': '"1"'},
        id=_own_role(cell.fixture.tenant)),
    'DELETE /api/tenants/roles/{id}': lambda cell: Request(
        id=_own_role(cell.fixture.tenant)),
    'POST /api/tenants/teams': lambda cell: Request(
        {'name': unique('t'), 'role': 'viewer'}),
    'GET /api/tenants/teams/{id}': _whole_team,
    'PATCH /api/tenants/teams/{id}': lambda cell: _team(
        cell, {'name': unique('t')}, {'If-Match': '"1"'}),
    'DELETE /api/tenants/teams/{id}': _team,
    'PUT /api/tenants/teams/{id}/members/{account}': lambda cell: _team(
        cell, account=cell.fixture.bystander.id),
    'DELETE /api/tenants/teams/{id}/members/{account}': lambda cell: _team(
        cell, account=cell.fixture.bystander.id),
    'PUT /api/tenants/teams/{id}/applications/{app}': lambda cell: _team(
        cell, app=cell.fixture.app),
    'DELETE /api/tenants/teams/{id}/applications/{app}': lambda cell: _team(
        cell, app=cell.fixture.app),
}


if __name__ == '__main__':
    unittest.main()
