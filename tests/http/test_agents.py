# SPDX-License-Identifier: Apache-2.0
"""Agents outside of the platform: what nginx lets through for them to the server
of their tenant, and what it does not."""
import base64
import http.server
import json
import threading
import time
import unittest

from support import STATE, TestCase, eventually, unique
from support_http import request
from support_sql import DB, as_worker, audit_rows
from support_world import Tenant, digest
from test_agent_tokens import PATH, aged, make

REGISTER = '/api/v1/agents/register'
HEARTBEAT = '/api/v1/agents/a-1/heartbeat'


def part(value):
    """Returns base64url without padding."""
    return base64.urlsafe_b64encode(value).rstrip(b'=').decode()


def own_token(issued=None, **claims):
    """Returns a token as a tenant's server makes them for its agents."""
    issued = int(time.time()) if issued is None else issued
    return '%s.%s.%s' % (
        part(b'{"alg":"HS256","typ":"JWT"}'),
        part(json.dumps(dict(claims, iat=issued)).encode()), part(b'mac'))


class Server:
    """The server of a tenant: it takes one bootstrap token, gives out tokens of
    its own, and verifies those, as cameleer-server does."""

    def __init__(self, tenant):
        server = self
        self.tenant = tenant
        self.asked, self.given, self.refuse = [], set(), None

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

            def answer(self):
                body = self.rfile.read(
                    int(self.headers.get('Content-Length') or 0))
                shown = (self.headers.get('Authorization') or '')[7:]
                server.asked.append((self.command, self.path, shown,
                                     len(body), dict(self.headers)))
                register = self.path == '/api/v1/agents/register'
                if server.refuse:
                    self.say(server.refuse, b'{"error":"of the server"}')
                elif not (server.takes(shown) if register
                          else shown in server.given):
                    self.say(401, b'{"by":"the server"}')
                elif register:
                    token = own_token(n=len(server.given))
                    server.given.add(token)
                    self.say(200, json.dumps(
                        {'accessToken': token}).encode())
                else:
                    self.say(200, b'{}')

            def say(self, status, body):
                self.send_response(status)
                self.send_header('Content-Length', str(len(body)))
                self.send_header('Content-Type', 'application/json')
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0),
                                                      Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()
        as_worker(tenant.id, 'INSERT INTO tenant_endpoint (tenant_id,'
                  ' upstream) VALUES ($1, $2)', tenant.id,
                  '127.0.0.1:%d' % self.server.server_address[1])

    def takes(self, shown):
        """Is this the bootstrap token that the worker made for the server?"""
        return DB.rows("SELECT count(*) FROM tenant_secret WHERE name ="
                       " 'bootstrap-token' AND tenant_id = $1"
                       ' AND digest = $2', self.tenant.id,
                       digest(shown)) == [('1',)]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Gate(TestCase):
    """What nginx lets through without a session, and what it does not."""

    @classmethod
    def setUpClass(cls):
        cls.tenant = Tenant.with_token()
        cls.server = Server(cls.tenant)
        cls.session = cls.tenant.login()
        made = make(cls.session, 'opens the door')
        # The gate publishes its key, and the worker seals for it.
        eventually(20, lambda: cls.ask(
            REGISTER, made['token'], {}).status == 200, 'the sealed token')

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    @classmethod
    def ask(cls, path, token, body=None, method='POST', tenant=None, **more):
        return request(method, '/t/%s%s' % (tenant or cls.tenant.slug, path),
                       {} if body is None and method == 'POST' else body,
                       token=token, check=False, **more)

    def joined(self):
        """Makes a token and registers with it; returns both tokens. For some
        seconds after the end of another token no registration counts."""
        made = make(self.session, unique('north '))

        def lets_in():
            answer = self.assertAnswer(self.ask(REGISTER, made['token']), 200)
            own = answer.json()['accessToken']
            if self.ask('/api/v1/agents/config', own,
                        method='GET').status == 200:
                return own
            time.sleep(0.5)
            return None
        return made, eventually(12, lets_in, 'a registration that counts')[0]

    def token_of(self, made):
        return [i for i in self.session.get(PATH + '?limit=100')
                .json()['items'] if i['id'] == made['id']][0]

    def test_an_agent_registers_and_reports(self):
        made, own = self.joined()
        self.assertNotIn(made['token'], repr(self.server.asked))
        for method, path in (
                ('POST', HEARTBEAT), ('POST', '/api/v1/agents/a-1/refresh'),
                ('POST', '/api/v1/agents/a-1/deregister'),
                ('POST', '/api/v1/agents/a-1/commands/c.1/ack'),
                ('GET', '/api/v1/agents/config'),
                ('GET', '/api/v1/agents/a-1/events'),
                ('POST', '/api/v1/data/metrics'),
                ('POST', '/api/v1/data/executions'),
                ('POST', '/api/v1/data/diagrams'),
                ('POST', '/api/v1/data/logs')):
            with self.subTest(path=path):
                self.assertAnswer(self.ask(path, own, method=method), 200)
                self.assertEqual(self.server.asked[-1][:3],
                                 (method, path, own))

    def test_nothing_else_is_let_through(self):
        made, own = self.joined()
        before = len(self.server.asked)
        for method, path, token in (
                ('GET', REGISTER, made['token']),
                ('POST', REGISTER, own),
                ('POST', REGISTER + '/', made['token']),
                ('POST', REGISTER + '?x=1', made['token']),
                ('POST', '/api/v1/agents/%72egister', made['token']),
                ('POST', HEARTBEAT, made['token']),
                ('GET', HEARTBEAT, own), ('DELETE', HEARTBEAT, own),
                ('POST', '/api/v1/agents/a-1/debug', own),
                ('POST', '/api/v1/agents/a-1/replay', own),
                ('POST', '/api/v1/agents/commands', own),
                ('POST', '/api/v1/agents/%s/heartbeat' % ('a' * 129), own),
                ('POST', '/api/v1/data/other', own),
                ('GET', '/api/v1/agents', own),
                ('GET', '/api/v1/admin/license', own),
                ('GET', '/api/v1/health', made['token']),
                ('POST', REGISTER, made['token'][:-1]),
                ('POST', REGISTER, 'clb_' + 'a' * 43),
                ('POST', REGISTER, None)):
            with self.subTest(method=method, path=path):
                self.assertAnswer(self.ask(path, token, method=method), 401)
        self.assertEqual(len(self.server.asked), before)
        self.assertAnswer(request('GET', '/api/tenants/current', token=own),
                          401)
        self.assertAnswer(request('GET', '/api/tenants/current',
                                  token=made['token']), 401)

    def test_a_stranger_cannot_tell_whether_there_is_a_tenant(self):
        for path, token, method in (
                (REGISTER, 'clb_' + 'b' * 43, 'POST'),
                (HEARTBEAT, own_token(), 'POST'),
                ('/api/v1/agents/config', own_token(), 'GET'),
                ('/api/v1/agents/a-1/events', own_token(), 'GET')):
            here = self.ask(path, token, method=method)
            nowhere = self.ask(path, token, method=method, tenant=unique())
            with self.subTest(path=path):
                self.assertAnswer(here, 401)
                self.assertEqual(here.plain(), nowhere.plain())
                self.assertEqual(here.headers.get('www-authenticate'),
                                 nowhere.headers.get('www-authenticate'))

    def test_door_is_shut_while_no_token_is_in_use(self):
        tenant = Tenant.with_token()
        server = Server(tenant)
        self.addCleanup(server.close)
        session = tenant.login()

        def ask():
            return self.ask(HEARTBEAT, own_token(int(time.time()) + 60),
                            tenant=tenant.slug)
        self.assertAnswer(ask(), 401)
        made = make(session)
        self.assertAnswer(ask(), 401)
        self.assertEqual(server.asked, [])
        eventually(20, lambda: self.ask(
            REGISTER, made['token'], {}, tenant=tenant.slug).status == 200,
            'a registration')
        before = len(server.asked)
        self.assertAnswer(ask(), 401)       # by the server
        self.assertEqual(len(server.asked), before + 1)
        self.assertAnswer(session.delete(PATH + '/' + made['id']), 204)
        self.assertAnswer(ask(), 401)
        self.assertEqual(len(server.asked), before + 1)

    def test_revoked_token_ends_its_agents_and_no_others(self):
        made, own = self.joined()
        other, _ = self.joined()
        self.assertAnswer(self.ask(HEARTBEAT, own), 200)
        answer = self.session.delete(PATH + '/' + made['id'])
        self.assertAnswer(answer, 204)
        self.assertAnswer(self.ask(HEARTBEAT, own), 401)
        # of an address whose refusals are not only counted yet
        refused = self.assertAnswer(self.ask(
            REGISTER, made['token'], source='127.0.2.1'), 401)
        rows = audit_rows(refused.request_id)
        self.assertEqual([(row[0], row[2], row[3]) for row in rows],
                         [(self.tenant.id, 'agent.enroll', 'refused')])
        # Whoever holds another token registers again, and goes on.

        def again():
            fresh = self.ask(REGISTER, other['token']).json()['accessToken']
            return self.ask(HEARTBEAT, fresh).status == 200
        eventually(12, again, 'the other agent')

    def test_expired_token_ends_at_its_time(self):
        made, own = self.joined()
        aged(made, 'expires_at', '1 hour')
        self.assertAnswer(self.ask(HEARTBEAT, own), 200)
        aged(made, 'expires_at', '1 ms')
        eventually(5, lambda: self.ask(HEARTBEAT, own).status == 401,
                   'its end')
        self.assertAnswer(self.ask(REGISTER, made['token']), 401)

    def test_a_token_that_nobody_used_ends_nobody(self):
        _, own = self.joined()
        unused = make(self.session, unique('unused '))
        self.session.delete(PATH + '/' + unused['id'])
        self.assertAnswer(self.ask(HEARTBEAT, own), 200)

    def test_both_tokens_of_an_overlap_register(self):
        made, own = self.joined()
        new = self.session.post('%s/%s/rotate' % (PATH, made['id']), {
            'overlap_hours': 1}).json()
        for one in (made, new):
            self.assertAnswer(self.ask(REGISTER, one['token']), 200)
        self.assertAnswer(self.ask(HEARTBEAT, own), 200)

    def test_last_use_is_recorded_once_a_minute(self):
        made = make(self.session, unique('used '))
        self.ask(REGISTER, made['token'])
        first = self.token_of(made)
        self.assertEqual(first['used_from'], '127.0.0.1')
        aged(made, 'used_at', '-50 s')
        before = self.token_of(made)['used_at']
        self.ask(REGISTER, made['token'])
        self.assertEqual(self.token_of(made)['used_at'], before)
        aged(made, 'used_at', '-61 s')
        self.ask(REGISTER, made['token'])
        self.assertGreater(self.token_of(made)['used_at'], before)

    def test_large_bodies_are_refused_where_none_is_needed(self):
        made, own = self.joined()
        body = {'instanceId': 'x' * 70000}
        self.assertAnswer(self.ask(REGISTER, made['token'], body), 413)
        self.assertAnswer(self.ask('/api/v1/data/metrics', own, body), 200)

    def test_refusal_of_the_server_is_told(self):
        made, own = self.joined()
        self.server.refuse = 403
        try:
            answer = self.ask(REGISTER, made['token'])
            self.assertAnswer(answer, 403, 'agent_refused')
            self.server.refuse = 404
            self.assertAnswer(self.ask(HEARTBEAT, own), 404)
        finally:
            self.server.refuse = None

    def test_tenant_that_is_not_active_lets_nobody_in(self):
        made, own = self.joined()
        self.tenant.set_state('suspended')
        try:
            self.assertAnswer(self.ask(REGISTER, made['token']), 503,
                              'server_not_running')
            self.assertAnswer(self.ask(HEARTBEAT, own), 503,
                              'server_not_running')
        finally:
            self.tenant.set_state('active')

    def test_licence_in_its_grace_lets_agents_read_only(self):
        made, own = self.joined()
        self.tenant.license()
        DB.run("UPDATE license SET valid_until = now() - interval '1 day',"
               " grace_until = now() + interval '6 days'"
               ' WHERE tenant_id = $1', self.tenant.id)
        try:
            self.assertAnswer(self.ask(REGISTER, made['token']), 403,
                              'license_read_only')
            self.assertAnswer(self.ask('/api/v1/data/logs', own), 403,
                              'license_read_only')
            self.assertAnswer(self.ask('/api/v1/agents/config', own,
                                       method='GET'), 200)
        finally:
            DB.run('DELETE FROM license WHERE tenant_id = $1', self.tenant.id)

    def test_an_address_registers_so_often(self):
        answers = [self.ask(REGISTER, 'clb_' + 'c' * 43, source='127.0.0.77')
                   for _ in range(70)]
        self.assertEqual({a.status for a in answers}, {401, 429})
        self.assertEqual({a.status for a in answers[:55]}, {401})
        made, _ = self.joined()         # others are not held back
        self.assertAnswer(self.ask(REGISTER, made['token']), 200)

    def test_tokens_are_in_no_log(self):
        made, own = self.joined()
        self.ask(HEARTBEAT, own)
        time.sleep(1.5)         # nginx writes its log each second
        with open(STATE + '/log/access.log', encoding='utf-8') as f:
            text = f.read()
        self.assertNotIn(made['token'], text)
        self.assertNotIn(own, text)


if __name__ == '__main__':
    unittest.main()
