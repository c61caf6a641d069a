# SPDX-License-Identifier: Apache-2.0
"""Tenants cannot reach each other, even with known ids or forged headers."""
import unittest
import uuid

from support import TestCase, unique
from support_http import request
from support_probe import Fixture, name_of, probe_of
from support_schema import resolved, routes
from support_sql import DB, columns
from support_token import claims_of
from support_world import ROLES, TENANT_HEADER, Account, Tenant, app
from test_platform import Operator

BATCH = 12      # fields that one answer names, with room to spare
# A name in a path that nobody has, by parameter.
NOBODY = {'id': lambda: str(uuid.uuid4()), 'app': lambda: unique('app-'),
          'number': lambda: '1', 'environment': lambda: 'dev',
          'tenant': unique, 'token': lambda: str(uuid.uuid4()),
          'domain': lambda: unique('d') + '.example',
          'user_code': lambda: 'BBBBBBBB',
          'account': lambda: str(uuid.uuid4()),
          'fingerprint': lambda: uuid.uuid4().hex, 'key': lambda: 'replay'}
# What the path names is proven by a secret of its own.
PROVEN = ('/api/license/{tenant}', '/api/tenants/certificates/{token}')
# Asked by a browser that a provider sends here: any answer is a page, and a
# provider may add parameters of its own.
PAGES = ('GET /api/sso/start', 'GET /api/sso/callback/{tenant}')


class Stranger:
    """The cell of an actor who uses ids of another tenant."""

    permitted = True

    def __init__(self, route, fixture, tenant, role='owner'):
        self.route, self.role = route, role
        self.fixture, self.tenant = fixture, tenant
        self.actor = self
        self.name, self.account = 'foreign', fixture.tenant.owner

    def actor_tenant(self):
        return self.tenant


class Ids(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.victim, cls.own = Fixture(), Fixture()
        cls.thieves = {'owner': cls.own.tenant.login()}
        for role in ROLES[1:]:
            cls.thieves[role] = cls.own.tenant.login(role)

    def state(self):
        """Returns all rows of the victim. Untouched applications and viewers
        that probes created are removed first."""
        identity = self.victim.tenant.id
        DB.run('DELETE FROM application WHERE tenant_id = $1 AND name <> $2'
               " AND state = 'active' AND version = 1", identity,
               self.victim.app)
        DB.run('DELETE FROM membership WHERE tenant_id = $1'
               " AND account_id NOT IN ($2, $3) AND role = 'viewer'"
               ' AND version = 1', identity, self.victim.tenant.owner.id,
               self.victim.bystander.id)
        return [DB.value(
            'SELECT string_agg(x::text, $1 ORDER BY x::text) FROM %s x'
            ' WHERE %s = $2' % (table, column), '\n', identity)
            for table, column in (
                ('tenant', 'id'), ('membership', 'tenant_id'),
                ('application', 'tenant_id'), ('release', 'tenant_id'),
                ('deployment', 'tenant_id'), ('environment', 'tenant_id'),
                ('license', 'tenant_id'), ('operation', 'tenant_id'))]

    def test_foreign_ids_answer_byte_for_byte_like_unknown_ones(self):
        before, compared = self.state(), 0
        for route in routes():
            if '{' not in route['path'] or route['path'] in PROVEN:
                continue
            for role, session in self.thieves.items():
                with self.subTest(route=name_of(route), role=role):
                    cell = Stranger(route, self.victim, self.own.tenant,
                                    role)
                    probe = probe_of(route)(cell)
                    answers = []
                    for unknown in (False, True):
                        if unknown:
                            probe.params = {
                                name: NOBODY[name]() if name in NOBODY
                                else value
                                for name, value in probe.params.items()}
                        given = dict(probe.params)
                        answers.append(request(
                            route['method'], probe.path(route['path']),
                            probe.body, headers=probe.headers,
                            token=session.access))
                        probe.params = given
                    foreign, unknown = answers
                    self.assertGreaterEqual(
                        foreign.status, 300 if name_of(route) in PAGES
                        else 400)
                    self.assertEqual(foreign.status, unknown.status)
                    self.assertEqual(foreign.plain(), unknown.plain())
                    self.assertEqual(self.headers(foreign),
                                     self.headers(unknown))
                    compared += 1
        self.assertEqual(self.state(), before)
        print('# foreign and unknown compared: %d' % compared)
        self.assertGreater(compared, 40)

    @staticmethod
    def headers(answer):
        """Returns the headers without those that differ in every answer.
        `connection` is one: nginx closes a connection after a thousand
        requests."""
        return {name: value.replace(answer.request_id, 'ID')
                for name, value in answer.headers.items()
                if name not in ('date', 'x-request-id', 'connection')}

    def test_lists_show_nothing_of_others(self):
        for route in routes():
            if not route['list'] or '{' in route['path'] or \
                    route['permission'].startswith('platform.'):
                continue
            answer = self.thieves['owner'].get(route['path'])
            self.assertAnswer(answer, 200)
            for marker in self.victim.markers():
                self.assertNotIn(marker, answer.body, route['path'])

    def cursor(self, path):
        """Returns a cursor into a list of the victim."""
        if path == '/api/tenants/operations':
            return self.victim.tenant.operation
        cursor = self.victim.session.get(path + '?limit=1').json()['next']
        self.assertTrue(cursor, path)
        return cursor

    def test_cursors_of_others_lead_nowhere(self):
        session = self.thieves['owner']
        self.victim.new_app()
        for path in ('/api/tenants/operations', '/api/tenants/members',
                     '/api/tenants/audit', '/api/apps'):
            cursor = self.cursor(path)
            answer = session.get('%s?after=%s' % (path, cursor))
            self.assertAnswer(answer, 200)
            for marker in self.victim.markers():
                self.assertNotIn(marker, answer.body, path)

    def test_idempotency_key_of_another_tenant_replays_nothing(self):
        key = unique('key-')
        name = unique('app-')
        first = self.victim.session.post('/api/apps', {'name': name}, key=key)
        second = self.thieves['owner'].post('/api/apps', {'name': name},
                                            key=key)
        self.assertAnswer(first, 201)
        self.assertAnswer(second, 201)
        self.assertNotIn('idempotency-replayed', second.headers)
        self.assertNotEqual(first.json()['id'], second.json()['id'])

    def test_member_of_both_sees_the_chosen_one_alone(self):
        account = Account()
        self.victim.tenant.join(account, 'admin')
        self.own.tenant.join(account, 'admin')
        session = account.login(tenant=self.own.tenant.slug)
        for path in ('/api/tenants/current', '/api/apps',
                     '/api/tenants/operations', '/api/tenants/audit',
                     '/api/license'):
            answer = session.get(path)
            self.assertAnswer(answer, 200)
            for marker in (self.victim.tenant.id, self.victim.app,
                           self.victim.tenant.operation):
                self.assertNotIn(marker.encode(), answer.body, path)

    def test_proxy_hides_foreign_tenants(self):
        session = self.thieves['owner']
        known = session.get('/t/%s/api/v1/x' % self.victim.tenant.slug)
        unknown = session.get('/t/nobody42/api/v1/x')
        self.assertAnswer(known, 404, 'not_found')
        self.assertEqual(known.plain(), unknown.plain())
        self.assertEqual(self.headers(known), self.headers(unknown))


class Pretence(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.victim, cls.own = Tenant(), Tenant()
        cls.session = cls.own.login('viewer')

    def test_header_spoof(self):
        """Headers from a client with the platform's internal names are ignored
        (T23)."""
        owner = self.victim.owner
        lies = {}
        for name in ('CAM_TENANT', 'CAM-Tenant', 'X-Cam-Tenant', 'Tenant',
                     'X-Tenant-Id', 'X-Cam-Upstream'):
            lies[name] = self.victim.slug
        for name in ('X-User', 'X-Account', 'Remote-User', 'X-Cam-Account',
                     'X-Forwarded-User', 'CAM_ACTOR'):
            lies[name] = owner.id
        lies.update({
            'CAM_PATH': '/internal/authz', 'CAM-Path': '/internal/authz',
            'CAM_METHOD': 'GET', 'X-HTTP-Method-Override': 'DELETE',
            'X-Original-URL': '/internal/authz', 'X-Rewrite-URL': '/x',
            'X-Role': 'owner', 'X-Forwarded-For': '203.0.113.9',
            'X-Real-IP': '203.0.113.9', 'CAM_CLIENT_IP': '203.0.113.9',
            'CAM-Client-IP': '203.0.113.9', 'Forwarded': 'for=203.0.113.9',
            'X-Request-Id': 'f' * 32, 'CAM_REQUEST_ID': 'f' * 32,
            'X-Forwarded-Host': 'evil.example', 'Proxy': 'http://evil'})
        answer = self.session.get('/api/tenants/current', headers=lies)
        self.assertEqual(answer.json()['id'], self.own.id)
        self.assertNotEqual(answer.request_id, 'f' * 32)
        answer = self.session.post('/api/apps', {'name': 'spoofed'},
                                   headers=lies)
        self.assertAnswer(answer, 403, 'not_permitted')
        self.assertEqual(DB.rows(
            'SELECT tenant_id, actor_id, audit_open(person)->'
            "'client_ip'->>'value' FROM audit_event"
            ' WHERE request_id = $1', answer.request_id),
            [(self.own.id, self.session.account['id'], '127.0.0.1')])
        self.assertEqual(request('GET', '/api/tenants/current',
                                 headers=lies).status, 401)

    def test_internal_addresses_are_not_public(self):
        for path in ('/internal/authz', '/internal/auth/metrics',
                     '/internal/stream', '/internal/problem/500'):
            for session in (self.session, self.victim.login()):
                self.assertAnswer(session.get(path), 404, 'not_found')

    def test_token_for_a_tenants_server_opens_nothing_of_ours(self):
        from support_peer import Peer
        peer = Peer(self.victim)
        try:
            session = self.victim.login()
            answer = session.get('/t/%s/api/v1/x' % self.victim.slug)
            self.assertAnswer(answer, 200)
            token = peer.asked[-1][2]['Authorization'][len('Bearer '):]
            self.assertEqual(claims_of(token)['tenant'], self.victim.slug)
            for path in ('/api/auth/me', '/api/tenants/current'):
                self.assertAnswer(request('GET', path, token=token), 401)
        finally:
            peer.close()


class Csrf(TestCase):

    def test_csrf_every_write(self):
        """A cookie without the CSRF header writes nothing, on any route
        (T9)."""
        tenant = Tenant()
        session = tenant.login(kind='cookie')
        name = app(session)
        asked = 0
        for route in routes():
            if 'write' not in route['flags'] or \
                    route['permission'] == 'public':
                continue
            path = route['path'].replace('{app}', name)
            for part, nobody in NOBODY.items():
                path = path.replace('{%s}' % part, nobody())
            self.assertNotIn('{', path)
            for headers, code in (
                    ({}, 'csrf_header_missing'),
                    ({'X-Cameleer-Request': '0'}, 'csrf_header_missing'),
                    ({'X-Cameleer-Request': '1',
                      'Origin': 'https://evil.example'}, 'foreign_origin'),
                    ({'X-Cameleer-Request': '1', 'Origin': 'null'},
                     'foreign_origin'),
                    ({'Origin': 'https://localhost.evil.example',
                      'X-Cameleer-Request': '1'}, 'foreign_origin')):
                answer = request(route['method'], path, {}, headers=headers,
                                 cookies=session.cookies())
                with self.subTest(route=name_of(route), headers=headers):
                    self.assertAnswer(answer, 403, code)
                asked += 1
        self.assertGreater(asked, 50)
        self.assertAnswer(session.get('/api/apps/' + name), 200)

    def test_reading_with_a_cookie_needs_no_header(self):
        session = Tenant().login(kind='cookie')
        self.assertAnswer(request(
            'GET', '/api/apps', cookies=session.cookies(), headers={
                TENANT_HEADER: session.tenant}), 200)

    def test_foreign_page_cannot_sign_a_browser_in(self):
        account = Account()
        answer = request('POST', '/api/auth/login', {
            'email': account.email, 'password': account.password,
            'session': 'cookie'}, headers={'Origin': 'https://evil.example'})
        self.assertAnswer(answer, 403, 'foreign_origin')
        self.assertEqual(answer.cookies, [])


class Fields(TestCase):

    def test_mass_assignment(self):
        """A body cannot set a column that the route does not list (T3)."""
        fixture, operator = Fixture(), Operator().login()
        names, asked = columns(), 0
        self.assertGreater(len(names), 80)
        for route in routes():
            known = resolved(route.get('input', {})).get('properties')
            if known is None:
                continue
            cell = Stranger(route, fixture, fixture.tenant)
            probe = probe_of(route)(cell)
            path = probe.path(route['path'])
            if 'Content-Type' in (probe.headers or {}):
                continue        # a form, by the protocol
            unknown = [name for name in names if name not in known]
            for start in range(0, len(unknown), BATCH):
                batch = unknown[start:start + BATCH]
                body = dict(probe.body or {},
                            **{name: 'owner' for name in batch})
                session = operator if route['permission'].startswith(
                    'platform.') else fixture.session
                answer = session.call(route['method'], path, body,
                                      headers=probe.headers)
                with self.subTest(route=name_of(route), batch=batch):
                    self.assertAnswer(answer, 400, 'invalid_fields')
                    self.assertEqual(sorted(
                        e['field'] for e in answer.json()['errors']),
                        sorted(batch))
                asked += len(batch)
        print('# names refused: %d' % asked)
        self.assertGreater(asked, 800)

    def test_unknown_names_in_queries_are_refused(self):
        fixture, asked = Fixture(), 0
        for route in routes():
            if 'query' not in route or name_of(route) in PAGES or \
                    route['permission'].startswith('platform.'):
                continue
            cell = Stranger(route, fixture, fixture.tenant)
            probe = probe_of(route)(cell)
            path = probe.path(route['path'])
            mark = '&' if '?' in path else '?'
            for name in ('tenant_id', 'account_id', 'role', 'order', 'LIMIT'):
                answer = fixture.session.call(
                    route['method'], '%s%s%s=1' % (path, mark, name),
                    probe.body)
                self.assertAnswer(answer, 400, 'invalid_fields')
                self.assertEqual(answer.json()['errors'][0]['field'], name)
                asked += 1
        self.assertGreater(asked, 25)


if __name__ == '__main__':
    unittest.main()
