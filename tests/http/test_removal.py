# SPDX-License-Identifier: Apache-2.0
"""Access to the tenant's server ends within five seconds after a member's right
ends, also while a stream is open and while nginx caches the decision (T5)."""
import time
import unittest
import uuid

from support import ENV, SLOW, TestCase
from support_http import connect, request
from support_peer import Peer
from support_sql import DB
from support_token import claims_of
from support_world import Tenant

WITHIN_S = 5


class Stream:
    """An open request for GET /t/<tenant>/api/v1/events."""

    def __init__(self, tenant, session):
        self.sock = connect()
        self.sock.sendall((
            'GET /t/%s/api/v1/events HTTP/1.1\r\nHost: %s\r\n'
            'Accept: text/event-stream\r\nAuthorization: Bearer %s\r\n\r\n'
            % (tenant.slug, ENV['base_url'].split('/')[2],
               session.access)).encode())
        self.sock.settimeout(5 * SLOW)

    def status(self):
        """Returns the status of the stream's answer."""
        return int(self.sock.recv(4096).split(b' ')[1])

    def ticks(self):
        """Reads until an event; tells whether one came."""
        data = b''
        while b'data: tick' not in data:
            got = self.sock.recv(4096)
            if not got:
                return False
            data += got
        return True

    def close(self):
        self.sock.close()


class Removal(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.tenant = Tenant('high')
        cls.owner = cls.tenant.login()
        cls.peer = Peer(cls.tenant)

    @classmethod
    def tearDownClass(cls):
        cls.peer.close()

    def setUp(self):
        self.account = self.tenant.member('developer')
        self.session = self.account.login(tenant=self.tenant.slug)
        self.path = '/api/tenants/members/' + self.account.id

    def ask(self):
        """Sends one request to the tenant's server as the member."""
        return self.session.get('/t/%s/api/v1/x' % self.tenant.slug,
                                check=False)

    def refused_after(self, end, status):
        """Sends requests while end() runs and for two seconds after the first
        refusal; no request may succeed after it."""
        stream = Stream(self.tenant, self.session)
        try:
            self.assertEqual(stream.status(), 200)
            self.assertTrue(stream.ticks())
            for _ in range(5):
                self.assertEqual(self.ask().status, 200)
            end()
            began = time.monotonic()
            while self.ask().status == 200:
                self.assertLess(time.monotonic() - began, WITHIN_S * SLOW)
                time.sleep(0.02)
            refused = time.monotonic()
            while time.monotonic() - refused < 2:
                answer = self.ask()
                self.assertEqual(answer.status, status, answer.describe())
                time.sleep(0.02)
            again = Stream(self.tenant, self.session)
            self.assertEqual(again.status(), status)
            again.close()
        finally:
            stream.close()
        print('# refused after %.2f s' % (refused - began))

    def test_member_who_is_removed(self):
        def end():
            self.assertAnswer(self.owner.delete(self.path), 204)

        self.refused_after(end, 404)

    def test_member_who_leaves(self):
        def end():
            self.assertAnswer(self.session.delete(self.path), 204)

        self.refused_after(end, 404)

    def test_role_that_does_not_use_the_server(self):
        role = str(uuid.uuid4())
        DB.run('INSERT INTO role (tenant_id, id, name, grants) VALUES'
               " ($1, $2, 'r' || left($2, 8), '{tenant.read}')",
               self.tenant.id, role)

        def end():
            self.assertAnswer(self.owner.patch(
                self.path, {'custom_role': role}, 1), 200)

        self.refused_after(end, 403)

    def test_role_that_loses_the_server(self):
        made = self.owner.post('/api/tenants/roles', {
            'name': 'r' + self.account.id[:8],
            'permissions': ['server.use', 'app.read']}).json()
        self.owner.patch(self.path, {'custom_role': made['id']}, 1)

        def end():
            self.assertAnswer(self.owner.patch(
                '/api/tenants/roles/' + made['id'],
                {'permissions': ['app.read']}, 1), 200)

        self.refused_after(end, 403)

    def test_policy_that_asks_for_more(self):
        path = '/api/tenants/sign-in-policy'
        version = self.owner.get(path).json()['version']

        def end():
            self.assertAnswer(self.owner.patch(
                path, {'second_factor': ['developer']}, version), 200)

        try:
            self.refused_after(end, 403)
        finally:
            self.owner.patch(path, {'second_factor': []}, version + 1)

    def test_session_that_ends(self):
        def end():
            self.assertAnswer(self.session.post('/api/auth/logout'), 204)

        self.refused_after(end, 401)

    def test_account_that_is_disabled(self):
        def end():
            DB.run("UPDATE account SET state = 'disabled' WHERE id = $1",
                   self.account.id)

        self.refused_after(end, 401)

    def test_smaller_role_reaches_the_server_with_less(self):
        def scope():
            self.assertEqual(self.ask().status, 200)
            token = self.peer.asked[-1][2]['Authorization']
            return claims_of(token[len('Bearer '):])['scope']

        self.assertEqual(scope(), 'server:operator')
        self.assertAnswer(self.owner.patch(
            self.path, {'role': 'viewer'}, 1), 200)
        began = time.monotonic()
        while scope() != 'server:viewer':
            self.assertLess(time.monotonic() - began, WITHIN_S * SLOW)
            time.sleep(0.02)
        self.assertEqual(request(
            'GET', '/t/%s/api/v1/x' % self.tenant.slug, check=False,
            token=self.session.access).status, 200)


if __name__ == '__main__':
    unittest.main()
