# SPDX-License-Identifier: Apache-2.0
"""The authorization matrix: every route is asked by every kind of actor.

The expected status is computed from the permission of the route and the rows of
role_preset. Each cell is also looked up in the audit trail."""
import re
import unittest
import uuid

from support import TestCase
from support_http import request
from support_probe import Fixture, name_of, probe_of, probes
from support_schema import routes
from support_sql import DB
from support_token import claims_of, expired, other_audience, other_purpose
from support_world import ROLES, TENANT_HEADER, Account

# Who has no valid sign-in is refused alike, whatever is wrong with it.
UNSIGNED = ('anonymous', 'expired', 'audience', 'purpose', 'revoked')
# A role that a tenant made.
DEPLOYER = {'tenant.read', 'member.read', 'app.read', 'app.deploy',
            'audit.export'}
# Public by their permission, and ask for a proof of their own.
PROOFS = {'GET /api/license/{tenant}': 401,
          'POST /api/sso/logout/{tenant}': 400}
# API tokens of the owner: with all scopes that they can give, and with all
# that only read.
READS = {'tenant.read', 'member.read', 'audit.read', 'audit.export',
         'app.read', 'log.read', 'billing.read', 'license.read'}
TOKENS = ('token', 'reader')
# A token ends itself and no other; who removes others wants more scopes.
BEYOND = {('token', 'DELETE /api/auth/tokens/{id}'),
          ('reader', 'DELETE /api/auth/tokens/{id}'),
          ('reader', 'DELETE /api/tenants/members/{id}')}
ACTORS = 16


def grown_old(session):
    """Makes the session's sign-in eleven minutes old; returns the session."""
    DB.run("UPDATE session SET authenticated_at = now() - interval '11 min'"
           ' WHERE id = $1', claims_of(session.access)['sid'])
    return session


def api_token(tenant, scopes):
    """Returns an API token of the owner."""
    answer = tenant.login().post('/api/auth/tokens', {
        'name': 'matrix', 'scopes': sorted(scopes), 'expires_in_days': 1})
    assert answer.status == 201, answer.describe()
    return answer.json()['token']


def join_as(tenant, account, grants):
    """Makes the account a member with a custom role."""
    role = str(uuid.uuid4())
    DB.run('INSERT INTO role (tenant_id, id, name, grants)'
           " VALUES ($1, $2, 'deployer', $3)", tenant.id, role,
           '{%s}' % ','.join(sorted(grants)))
    DB.run('INSERT INTO membership (tenant_id, account_id, custom_role)'
           ' VALUES ($1, $2, $3)', tenant.id, account.id, role)


class Actor:
    """Someone who asks: an account in a role, or an invalid token."""

    def __init__(self, name, account=None, tenant=None, role=None,
                 token=None):
        self.name, self.account, self.tenant = name, account, tenant
        self.role, self.token = role, token
        # In turn: a token that carries the tenant, or a header that names it.
        self.headers = {}

    def named(self, session):
        """Lets the actor use the session's token and name the tenant in a
        header."""
        self.token = session.root
        self.headers = {TENANT_HEADER: self.tenant.slug}
        return self

    def spare(self):
        """Returns another session of the same account."""
        session = self.account.login(
            tenant=self.tenant.slug if self.tenant else None)
        return grown_old(session) if self.name == 'stale' else session


class Cell:
    """One route asked by one actor."""

    def __init__(self, route, actor, fixture, presets):
        self.route, self.actor, self.fixture = route, actor, fixture
        self.status = self.due(presets)
        self.permitted = self.status == route['status']

    def actor_tenant(self):
        """Returns the actor's tenant, or else the fixture's."""
        return self.actor.tenant or self.fixture.tenant

    def due(self, presets):
        """Returns the expected status."""
        route, actor = self.route, self.actor
        if 'internal' in route['flags']:
            return 404
        if name_of(route) in PROOFS:
            return PROOFS[name_of(route)]
        if route['permission'] == 'public':
            return route['status']
        if actor.name in UNSIGNED:
            return 401
        if route['permission'].startswith('platform.'):
            return 403      # nobody here is an operator
        if actor.name in TOKENS and not route['tenant'] and \
                'token' not in route['flags']:
            return 403
        if actor.name == 'reader' and route['tenant'] and \
                route['permission'] not in READS:
            return 403
        if actor.name in TOKENS and 'write' in route['flags'] and \
                route['permission'] in READS and \
                'token' not in route['flags']:
            return 403      # a scope that only reads is none for a write
        if (actor.name, name_of(route)) in BEYOND:
            return 403
        if route['tenant'] and actor.tenant is None:
            return 400
        if route['tenant'] and route['permission'] not in presets[
                actor.role]:
            return 403
        if 'fresh' in route['flags'] and (
                actor.name == 'stale' or actor.name in TOKENS and
                'token' not in route['flags']):
            return 403
        if actor.name == 'suspended' and route['tenant'] and \
                'write' in route['flags'] and \
                'suspended' not in route['flags']:
            return 423
        if actor.name == 'foreign' and (
                '{' in route['path'] or route['path'].endswith('/switch')):
            return 404      # a session that names its own, and asks for that
        return route['status']

    def ask(self):
        """Sends the probe."""
        probe = probe_of(self.route)(self)
        token, headers = self.actor.token, dict(self.actor.headers)
        if probe.session:
            token, headers = probe.session.access, {}
        headers.update(probe.headers or {})
        self.answer = request(self.route['method'],
                              probe.path(self.route['path']), probe.body,
                              headers=headers, token=token)
        return self.answer

    def trail(self):
        """Returns the [(action, result)] that the audit trail must hold for
        this request."""
        route, status = self.route, self.status
        if 'internal' in route['flags']:
            return []
        if 'audit' in route:
            # The probe of a first sign-in makes somebody a member.
            first = [('member.join', 'done')] \
                if route['path'] == '/api/auth/sso/finish' and \
                route['method'] == 'POST' and status < 300 else []
            return first + [(route['audit'],
                             'done' if status < 300 else 'refused')]
        return [(route['path'], 'refused')] if status in (401, 403) else []


class Matrix(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.presets = {name: set(text[1:-1].split(',')) for name, text in
                       DB.rows('SELECT name, permissions FROM role_preset')}
        cls.home, cls.abroad = Fixture(), Fixture()
        cls.suspended = Fixture('suspended')
        cls.actors = cls.everybody()
        cls.cells = [Cell(route, actor, cls.suspended
                          if actor.name == 'suspended' else cls.home,
                          cls.presets)
                     for route in routes() for actor in cls.actors]

    @classmethod
    def everybody(cls):
        tenant = cls.home.tenant
        actors = [Actor('anonymous')]
        lost = Account()        # in two tenants, so that none is chosen
        for fixture in (cls.home, cls.abroad):
            fixture.tenant.join(lost, 'owner')
        actors.append(Actor('account', lost, token=lost.login().access))
        for role in ROLES:
            account = tenant.owner if role == 'owner' else \
                tenant.member(role)
            session = account.login(tenant=tenant.slug)
            actors.append(Actor(role, account, tenant, role, session.access))
            if role in ('admin', 'viewer'):
                actors[-1].named(session)
        custom = Account('Deployer')
        join_as(tenant, custom, DEPLOYER)
        cls.presets['deployer'] = DEPLOYER
        actors.append(Actor('custom', custom, tenant, 'deployer',
                            custom.login(tenant=tenant.slug).access))
        actors.append(Actor('stale', tenant.owner, tenant, 'owner',
                            grown_old(tenant.login()).access))
        for name, scopes in (('token', cls.presets['owner']),
                             ('reader', READS)):
            actors.append(Actor(name, tenant.owner, tenant, 'owner',
                                api_token(tenant, scopes)))
        good = session = tenant.login()
        for name, fixture in (('foreign', cls.abroad),
                              ('suspended', cls.suspended)):
            owner = fixture.tenant.owner
            session = owner.login(tenant=fixture.tenant.slug)
            actors.append(Actor(name, owner, fixture.tenant, 'owner',
                                session.access).named(session))
        for name, change in (('expired', expired),
                             ('audience', other_audience),
                             ('purpose', other_purpose)):
            actors.append(Actor(name, tenant.owner, tenant, 'owner',
                                change(good.access)))
        ended = tenant.login()
        assert ended.post('/api/auth/logout').status == 204
        actors.append(Actor('revoked', tenant.owner, tenant, 'owner',
                            ended.access))
        return actors

    def test_1_every_route_has_a_probe_and_every_probe_a_route(self):
        self.assertEqual([name_of(r) for r in routes() if not probe_of(r)],
                         [])
        self.assertEqual(set(probes()) - set(map(name_of, routes())), set())
        self.assertGreater(len(routes()), 40)

    def test_2_presets_are_the_four_roles(self):
        self.assertEqual(sorted(self.presets), sorted(ROLES + ('deployer',)))
        asked = {r['permission'] for r in routes() if r['tenant']}
        self.assertLessEqual(asked, self.presets['owner'])

    def test_3_every_cell(self):
        leaks, wrong = [], []
        for cell in self.cells:
            # Strangers in plenty are counted: here each is a new one.
            DB.run('DELETE FROM audit_flood')
            answer = cell.ask()
            what = '%s by %s: %d, due %d: %r' % (
                name_of(cell.route), cell.actor.name, answer.status,
                cell.status, answer.body[:200])
            if answer.status != cell.status:
                (leaks if answer.status < 400 else wrong).append(what)
            if cell.actor.name == 'foreign':
                leaks += ['%s: %r' % (what, marker)
                          for marker in self.home.markers()
                          if marker in answer.body]
        print('# matrix: %d cells, %d leaks' % (len(self.cells), len(leaks)))
        self.assertEqual((leaks, wrong), ([], []))
        self.assertEqual(len(self.cells), len(routes()) * ACTORS)

    def test_4_every_cell_is_in_the_trail_once(self):
        found = {}
        for request_id, action, result, tenant in DB.rows(
                'SELECT request_id, action, result, tenant_id'
                ' FROM audit_event'):
            found.setdefault(request_id, []).append((action, result, tenant))
        wrong = []
        for cell in self.cells:
            rows = found.get(cell.answer.request_id, [])
            if [row[:2] for row in rows] != cell.trail():
                wrong.append('%s by %s: %s, due %s' % (
                    name_of(cell.route), cell.actor.name, rows,
                    cell.trail()))
            if cell.actor.name in UNSIGNED + ('account',):
                wrong += ['%s by %s in the trail of %s' % (
                    name_of(cell.route), cell.actor.name, row[2])
                    for row in rows if row[2] == self.home.tenant.id]
        self.assertEqual(wrong, [])

    def test_6_token_that_only_reads_writes_nowhere(self):
        """A token with read scopes is refused by every route that writes."""
        asked = [cell for cell in self.cells if cell.actor.name == 'reader'
                 and 'write' in cell.route['flags']
                 and cell.route['permission'] != 'public']
        self.assertGreater(len(asked), 40)
        self.assertEqual([name_of(cell.route) for cell in asked
                          if cell.answer.status != 403], [])
        # Those that ask for more in their handler.
        self.assertEqual({name_of(cell.route) for cell in asked
                          if cell.route['permission'] in READS
                          and 'token' in cell.route['flags']},
                         {'DELETE /api/auth/tokens/{id}',
                          'DELETE /api/tenants/members/{id}'})

    def test_7_nor_does_it_write_what_is_its_owners(self):
        """A token with read scopes is refused when a path has the id of its
        owner."""
        tenant = self.home.tenant
        account = tenant.member('admin')
        session = account.login(tenant=tenant.slug)
        scopes = sorted(READS & self.presets['admin'])
        token = session.post('/api/auth/tokens', {
            'name': 'reader', 'scopes': scopes,
            'expires_in_days': 1}).json()['token']
        asked = 0
        for route in routes():
            if 'write' not in route['flags'] or \
                    route['permission'] == 'public' or \
                    re.findall('{([a-z_]+)}', route['path']) != ['id']:
                continue
            answer = request(route['method'], route['path'].replace(
                '{id}', account.id), {}, token=token, check=False)
            self.assertGreaterEqual(answer.status, 400, name_of(route))
            asked += 1
        self.assertGreater(asked, 10)
        self.assertAnswer(session.get('/api/apps'), 200)

    def test_5_refusals_of_members_are_in_their_tenants_trail(self):
        refused = [cell for cell in self.cells if cell.status == 403 and
                   cell.actor.name in ROLES and cell.route['tenant']]
        self.assertGreater(len(refused), 15)
        for cell in refused:
            self.assertEqual(DB.value(
                'SELECT tenant_id FROM audit_event WHERE request_id = $1',
                cell.answer.request_id), self.home.tenant.id)
            self.assertEqual(cell.answer.code, 'not_permitted')
            self.assertIn(cell.route['permission'],
                          cell.answer.json()['detail'])


if __name__ == '__main__':
    unittest.main()
