# SPDX-License-Identifier: Apache-2.0
"""Paths (T22): an unambiguous path passes byte for byte, and one that two
programs could read differently is refused with the true reason."""
import http.server
import threading
import unittest

from edge import ENV, ask, owner_token, superuser_sql
from support import TestCase

TENANT = ENV['tenant']

# Behind /t/TENANT/api, as sent and as the server must see it.
PASSES = (
    '/v1/routes/r%C3%BCckgabe', '/v1/agents/x-%E6%B3%A8-0/heartbeat',
    '/v1/%D1%84', '/v1/%c3%bc', '/v1/%F0%9F%90%AB', '/v1/%ED%9F%BF',
    '/v1/%EE%80%80', '/v1/%F4%8F%BF%BF', '/v1/%E2%80%AE',
    '/v1/routes/%7Eme', '/v1/routes/~me', '/v1/routes/route%2D1',
    '/v1/%5F', '/v1/%41%7a%30', '/v1/%61pi', '/v1/direct%3Astart',
    '/v1/a%20b', '/v1/me%40x.org', '/v1/a+b', '/v1/a%2Bb', '/v1/a&b=c',
    "/v1/!$'()*,:@", '/v1/%21%24%27%28%29%2A%2C%3D%26', '/v1/%5B%7B%22%3C%7C',
    '/v1/%3Fx', '/v1/a%23b', '/v1/', '/v1/.hidden', '/v1/a..b', '/v1/...',
    '/v1/x?q=%C3%BC&p=a%2Fb', '/v1/x?q=a;b&r=1//2', '/v1/x?%7E=1&u=..%2F',
    '/v1/x?%00%ff%zz', '/v1/x?', '/v1/' + '%C3%BC' * 1900)
REFUSED = (
    '/v1//x', '//v1', '/v1/./x', '/v1/../x', '/v1/..', '/v1/.',
    '/v1/%2e%2e/x', '/v1/%2E/x', '/v1/.%2e/x', '/v1/v1%2E2',
    '/v1/orders%2Fnew', '/v1/orders%2fnew', '/v1/50%25', '/v1/a%3Bb',
    '/v1/a;v=1', '/v1/a%5Cb', '/v1/a\\b', '/v1/%0a', '/v1/%1F', '/v1/%7F',
    '/v1/%', '/v1/%2', '/v1/%zz', '/v1/%u0041', '/v1/\xfc',
    # no UTF-8: cut off, overlong, a surrogate, too high, a lone part
    '/v1/%C3', '/v1/%C3/%BC', '/v1/%C3x', '/v1/%BC', '/v1/%C0%AE',
    '/v1/%C1%9C', '/v1/%E0%80%AF', '/v1/%E0%9F%BF', '/v1/%ED%A0%80',
    '/v1/%F0%80%80%AF', '/v1/%F0%8F%BF%BF', '/v1/%F4%90%80%80',
    '/v1/%F5%80%80%80', '/v1/%FF', '/v1/%E6%B3', '/v1/%F0%9F%90')


class Seen(http.server.BaseHTTPRequestHandler):
    """A server that remembers the target of each request line."""
    protocol_version = 'HTTP/1.1'
    targets = []

    def do_GET(self):
        self.targets.append(self.path)
        self.send_response(200)
        self.send_header('Content-Length', '0')
        self.end_headers()

    def log_message(self, *_args):
        pass


class Paths(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Seen)
        cls.server.daemon_threads = True
        threading.Thread(target=cls.server.serve_forever,
                         daemon=True).start()
        cls.addClassCleanup(cls.server.shutdown)
        superuser_sql(
            "UPDATE cameleer.tenant SET state = 'active' WHERE slug = '%s';"
            "DELETE FROM cameleer.tenant_endpoint WHERE tenant_id = (SELECT"
            " id FROM cameleer.tenant WHERE slug = '%s');"
            'INSERT INTO cameleer.tenant_endpoint (tenant_id, upstream)'
            " SELECT id, '127.0.0.1:%d' FROM cameleer.tenant"
            " WHERE slug = '%s';" % (
                TENANT, TENANT, cls.server.server_address[1], TENANT))
        cls.token = owner_token(TENANT)

    def get(self, path):
        return ask('GET', path, [('Authorization', 'Bearer ' + self.token)])

    def test_the_server_sees_what_was_sent(self):
        for path in PASSES:
            del Seen.targets[:]
            with self.subTest(path=path):
                answer = self.get('/t/%s/api%s' % (TENANT, path))
                self.assertEqual(answer.status, 200, answer.body)
                self.assertEqual(Seen.targets, ['/api' + path])

    def refused(self, path):
        answer = self.get(path)
        self.assertEqual(answer.status, 400, path)
        document = answer.json()
        self.assertEqual(document['code'], 'path_refused', path)
        for part in '//', ';', '%2F', '%25', 'UTF-8':
            self.assertIn(part, document['detail'])

    def test_what_can_be_read_in_two_ways_is_refused(self):
        del Seen.targets[:]
        for path in REFUSED:
            with self.subTest(path=path):
                self.refused('/t/%s/api%s' % (TENANT, path))
                self.refused('/api/apps' + path)
        self.assertEqual(Seen.targets, [])

    def test_the_tenant_and_the_prefix_are_written_plainly(self):
        for path in ('/t/%%64%s/api/v1' % TENANT[1:],
                     '/t/%s/%%61pi/v1' % TENANT, '/%%74/%s/api/v1' % TENANT):
            answer = self.get(path)
            self.assertEqual(answer.status, 404, path)
        self.assertEqual(self.get('/t/%s/api/v1' % TENANT).status, 200)

    def test_ours_are_read_by_their_meaning(self):
        self.assertEqual(self.get('/api/%61uth/me').status, 200)
        self.assertEqual(self.get('/api/auth/%6De').status, 200)
        answer = self.get('/api/apps/r%C3%BCckgabe')
        self.coded(answer, 404, 'no_such_app')
        answer = self.get('/r%C3%BCckgabe')      # a page of the console
        self.assertEqual(answer.status, 200)

    def coded(self, answer, status, code):
        self.assertEqual((answer.status, answer.json()['code']),
                         (status, code))

    def test_limits_know_another_spelling(self):
        """Limits apply to the decoded path, so that another spelling does not
        evade them."""
        answer = ask('GET', '/api/apps/x/%72eleases',
                     [('Content-Length', '9000000')])
        self.assertEqual(answer.status, 400)

    def test_sentences_of_400_are_true(self):
        for headers, path, code in (
                ([], '/t/x//y', 'path_refused'),
                ([('Content-Length', '1')], '/index.html', 'body_refused'),
                ([('Content-Length', '+1')], '/api/apps', 'body_refused'),
                ([('Host', 'two')], '/index.html', 'bad_input')):
            answer = ask('GET', path, headers)
            self.coded(answer, 400, code)
        for length in '+1', '-1', '9' * 23, '1, 2':
            self.coded(ask('POST', '/api/apps', [
                ('Content-Length', length)]), 400, 'bad_input')


if __name__ == '__main__':
    unittest.main()
