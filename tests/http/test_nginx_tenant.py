# SPDX-License-Identifier: Apache-2.0
"""The proxy to tenants' servers: who is let through, with which headers, and
for how long. The server is a test server on loopback; auth.fcgi decides."""
import base64
import hashlib
import http.server
import json
import threading
import time
import unittest

from edge import (BASE, ENV, Answer, ask, ask_json, connect, owner_token,
                  read_all, superuser_sql)

TENANT = ENV['tenant']
HEALTH = '/t/%s/api/v1/health' % TENANT
MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'


# Browsers apply these to the whole origin: reports of all requests to a
# stranger, another address for it, a session of the origin's.
OF_THE_ORIGIN = {
    'NEL': '{"report_to": "x", "max_age": 9999, "success_fraction": 1}',
    'Report-To': '{"group": "x", "max_age": 9999, "endpoints": '
                 '[{"url": "https://evil.example/"}]}',
    'Reporting-Endpoints': 'default="https://evil.example/"',
    'Alt-Svc': 'h3="evil.example:443"; ma=9999', 'Accept-CH': 'Device-Memory',
    'Critical-CH': 'Device-Memory', 'Origin-Agent-Cluster': '?0',
    'Expect-CT': 'max-age=9999, report-uri="https://evil.example/"',
    'Origin-Trial': 'x', 'Public-Key-Pins': 'max-age=9999',
    'Permissions-Policy-Report-Only': 'camera=()', 'Set-Login': 'logged-out',
    'Secure-Session-Registration': '(ES256); path="/x"',
    'Sec-Session-Registration': '(ES256); path="/x"',
    'Speculation-Rules': '"/x"', 'Use-As-Dictionary': 'match="/*"'}


class Upstream(http.server.BaseHTTPRequestHandler):
    """A server that tells what it received; it can also stream, upgrade a
    connection, and break the protocol."""
    protocol_version = 'HTTP/1.1'

    def log_message(self, *_args):
        pass

    def answer(self, status, body, headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        length = int(self.headers.get('Content-Length') or 0)
        got = len(self.rfile.read(length))
        what = self.path.rpartition('/')[2].partition('?')[0]
        handler = getattr(self, 'on_' + what, None)
        if handler:
            handler()
            return
        self.answer(200, json.dumps({
            'path': self.path, 'method': self.command, 'body': got,
            'headers': [[k.lower(), v] for k, v in self.headers.items()],
        }).encode(), [('Content-Type', 'application/json')])

    do_POST = do_PUT = do_DELETE = do_GET

    def on_teapot(self):
        self.answer(418, b'short and stout')

    def on_forbidden(self):
        self.answer(403, b'{"by":"server"}', [('X-Cam-Code', 'not_found')])

    def on_hostile(self):
        self.answer(200, b'<script>1</script>', [
            ('Content-Type', 'text/html'),
            ('Set-Cookie', '__Host-cameleer-access=x; Secure; Path=/'),
            ('X-Accel-Redirect', '/index.html'),
            ('Content-Security-Policy', "script-src *"),
            ('Access-Control-Allow-Origin', '*'),
            ('Access-Control-Allow-Credentials', 'true'),
            ('Clear-Site-Data', '"*"'), ('Refresh', '0; url=https://x/'),
            ('WWW-Authenticate', 'Basic realm="type your password"'),
            ('Cache-Control', 'public, max-age=9999'),
            ('Service-Worker-Allowed', '/')] + list(OF_THE_ORIGIN.items()))

    def on_events(self):
        self.send_response(200)
        self.send_header('Content-Type', 'text/event-stream')
        self.send_header('Connection', 'close')
        self.end_headers()
        for number in range(4):
            self.wfile.write(b'data: %d\n\n' % number)
            self.wfile.flush()
            time.sleep(0.4)
        self.close_connection = True

    def on_ws(self):
        key = self.headers['Sec-WebSocket-Key'] + MAGIC
        accept = base64.b64encode(hashlib.sha1(key.encode()).digest())
        self.send_response(101)
        self.send_header('Upgrade', 'websocket')
        self.send_header('Connection', 'Upgrade')
        self.send_header('Sec-WebSocket-Accept', accept.decode())
        self.end_headers()
        while True:
            got = self.connection.recv(100)
            if not got:
                self.close_connection = True
                return
            self.connection.sendall(b'echo ' + got)


class TenantProxy(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = http.server.ThreadingHTTPServer(
            ('127.0.0.1', 0), Upstream)
        cls.server.daemon_threads = True
        threading.Thread(target=cls.server.serve_forever,
                         daemon=True).start()
        cls.at = '127.0.0.1:%d' % cls.server.server_address[1]
        cls.before = superuser_sql(
            "SELECT e.upstream FROM cameleer.tenant_endpoint e JOIN "
            "cameleer.tenant t ON t.id = e.tenant_id WHERE t.slug = '%s';"
            % TENANT).strip()
        cls.point_at(cls.at)
        superuser_sql("UPDATE cameleer.tenant SET state = 'active' "
                      "WHERE slug = '%s';" % TENANT)
        cls.token = owner_token(TENANT)

    @classmethod
    def tearDownClass(cls):
        cls.point_at(cls.before)
        cls.server.shutdown()
        cls.server.server_close()

    @staticmethod
    def point_at(upstream):
        superuser_sql(
            "DELETE FROM cameleer.tenant_endpoint WHERE tenant_id = "
            "(SELECT id FROM cameleer.tenant WHERE slug = '%s');" % TENANT)
        if upstream:
            superuser_sql(
                "INSERT INTO cameleer.tenant_endpoint (tenant_id, upstream) "
                "SELECT id, '%s' FROM cameleer.tenant WHERE slug = '%s';"
                % (upstream, TENANT))

    def get(self, target, token='', headers=(), method='GET', body=b''):
        headers = list(headers)
        if token is not None:
            headers.append(('Authorization',
                            'Bearer ' + (token or self.token)))
        return ask(method, target, headers, body)

    def test_no_token_is_401(self):
        answer = self.get(HEALTH, token=None)
        self.assertEqual(answer.status, 401)
        self.assertEqual(answer.one('www-authenticate'), 'Bearer')
        self.assertEqual(answer.json()['request_id'],
                         answer.one('x-request-id'))

    def test_changed_token_is_401_while_the_good_one_is_cached(self):
        self.assertEqual(self.get(HEALTH).status, 200)
        for place in (-1, -20, -60, len(self.token) // 2, 5):
            letter = 'A' if self.token[place] != 'A' else 'B'
            at = place % len(self.token)
            bad = self.token[:at] + letter + self.token[at + 1:]
            if place == -1:         # its low bits carry nothing: cut instead
                bad = self.token[:-1]
            with self.subTest(place=place):
                self.assertEqual(self.get(HEALTH, token=bad).status, 401)

    def test_unknown_and_foreign_tenant_look_the_same(self):
        """An unknown tenant and another tenant are indistinguishable, also for
        an owner whose token is for another of their tenants."""
        slug = 'edge%d' % time.time_ns()
        answer = ask_json('POST', '/api/tenants', {
            'slug': slug, 'name': 'Edge Ltd', 'tier': 'low'}, self.token)
        self.assertEqual(answer.status, 202, answer.body)
        other = owner_token(slug)
        answers = [self.get('/t/nosuchtenant/api/v1/health'),
                   self.get(HEALTH, token=other),
                   self.get('/t/nosuchtenant/api/v1/health', token=other)]
        seen = set()
        for answer in answers:
            self.assertEqual(answer.status, 404)
            request_id = answer.one('x-request-id')
            headers = {k: v for k, v in answer.headers.items()
                       if k not in ('date', 'x-request-id')}
            seen.add((answer.body.replace(request_id.encode(), b''),
                      repr(sorted(headers.items()))))
        self.assertEqual(len(seen), 1, seen)

    def test_server_sees_its_own_token_and_nothing_of_ours(self):
        answer = self.get(
            '/t/%s/api/v1/a%%20b?q=1&r=%%2F' % TENANT,
            headers=[('Cookie', '__Host-cameleer-refresh=r; a=b'),
                     ('X-Cam-Token', 'evil'), ('X-Cam-Upstream', 'evil:1'),
                     ('X-Real-IP', '9.9.9.9'), ('X-Forwarded-For', '9.9.9.9'),
                     ('Forwarded', 'for=9.9.9.9'), ('Proxy', 'evil'),
                     ('X-Forwarded-Host', 'evil'), ('Upgrade', 'h2c'),
                     ('X-Request-Id', 'evil')])
        self.assertEqual(answer.status, 200)
        got = answer.json()
        self.assertEqual(got['path'], '/api/v1/a%20b?q=1&r=%2F')
        headers = dict(got['headers'])
        self.assertEqual(len(headers), len(got['headers']))
        self.assertNotIn(self.token, json.dumps(got))
        self.assertNotIn('evil', json.dumps(got))
        self.assertNotIn('9.9.9.9', json.dumps(got))
        for name in ('cookie', 'upgrade', 'x-cam-token', 'proxy'):
            self.assertNotIn(name, headers)
        self.assertEqual(headers['x-real-ip'], '127.0.0.1')
        self.assertEqual(headers['x-forwarded-for'], '127.0.0.1')
        self.assertEqual(headers['x-request-id'], answer.one('x-request-id'))
        claims = headers['authorization'].split(' ')[1].split('.')[1]
        claims = json.loads(base64.urlsafe_b64decode(claims + '=='))
        self.assertEqual(claims['aud'], 'cameleer-server:' + TENANT)
        self.assertEqual(claims['roles'], ['server:admin'])

    def test_server_hears_no_host_but_ours(self):
        """The host of the request line counts, so the header is unchecked."""
        for target, host, heard in (
                ('https://localhost', 'evil.example', 'localhost'),
                ('https://localhost:1', 'localhost.evil', 'localhost'),
                ('https://localhost', 'xlocalhost:80', 'localhost'),
                ('https://LOCALHOST', 'localhost:80', 'localhost:80'),
                ('', 'localhost:%d' % BASE.port, 'localhost:%d' % BASE.port)):
            with connect() as sock:
                sock.sendall((
                    'GET %s/t/%s/api/v1/x HTTP/1.1\r\nHost: %s\r\n'
                    'Authorization: Bearer %s\r\nConnection: close\r\n\r\n'
                    % (target, TENANT, host, self.token)).encode())
                answer = Answer(read_all(sock))
            self.assertEqual(answer.status, 200, answer.body)
            self.assertEqual(dict(answer.json()['headers'])[
                'x-forwarded-host'], heard)

    def test_body_larger_than_ours_may_be_passes(self):
        answer = self.get('/t/%s/api/v1/data' % TENANT, method='POST',
                          body=b'x' * 300000)
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.json()['body'], 300000)

    def test_answers_of_the_server_pass_untouched(self):
        answer = self.get('/t/%s/api/v1/teapot' % TENANT)
        self.assertEqual((answer.status, answer.body),
                         (418, b'short and stout'))
        answer = self.get('/t/%s/api/v1/forbidden' % TENANT)
        self.assertEqual((answer.status, answer.body),
                         (403, b'{"by":"server"}'))

    def test_hostile_server_gains_nothing_on_our_origin(self):
        answer = self.get('/t/%s/api/v1/hostile' % TENANT)
        self.assertEqual(answer.body, b'<script>1</script>')
        for name in ('set-cookie', 'x-accel-redirect', 'clear-site-data',
                     'refresh', 'www-authenticate', 'service-worker-allowed',
                     'access-control-allow-origin',
                     'access-control-allow-credentials') + tuple(
                         name.lower() for name in OF_THE_ORIGIN):
            self.assertNotIn(name, answer.headers)
        policy = answer.one('content-security-policy')
        self.assertIn("default-src 'none'", policy)
        self.assertIn('sandbox', policy)
        self.assertEqual(answer.one('cache-control'), 'no-store')

    def test_event_stream_is_not_held_back(self):
        times = []
        with connect() as sock:
            sock.sendall((
                'GET /t/%s/api/v1/events HTTP/1.1\r\nHost: localhost\r\n'
                'Accept: text/event-stream\r\nAuthorization: Bearer %s\r\n'
                'Connection: close\r\n\r\n' % (TENANT, self.token)).encode())
            data = b''
            while True:
                got = sock.recv(4096)
                if not got:
                    break
                data += got
                times += [time.monotonic()] * got.count(b'data: ')
        self.assertEqual(data.count(b'data: '), 4)
        self.assertGreater(times[3] - times[0], 1.0)

    def test_websocket_is_passed_on(self):
        with connect() as sock:
            sock.sendall((
                'GET /t/%s/api/v1/ws HTTP/1.1\r\nHost: localhost\r\n'
                'Upgrade: websocket\r\nConnection: Upgrade\r\n'
                'Sec-WebSocket-Version: 13\r\nAuthorization: Bearer %s\r\n'
                'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'
                % (TENANT, self.token)).encode())
            head = sock.recv(4096)
            self.assertIn(b' 101 ', head.split(b'\r\n')[0])
            self.assertIn(b's3pPLMBiTxaQ9kYGzzhZRbK+xOo=', head)
            sock.sendall(b'hello')
            self.assertEqual(sock.recv(100), b'echo hello')

    def test_websocket_without_a_token_is_401(self):
        with connect() as sock:
            sock.sendall(b'GET /t/%s/api/v1/ws HTTP/1.1\r\nHost: localhost\r\n'
                         b'Upgrade: websocket\r\nConnection: Upgrade, close'
                         b'\r\n\r\n' % TENANT.encode())
            sock.settimeout(5)
            self.assertIn(b' 401 ', sock.recv(4096).split(b'\r\n')[0])

    def test_answer_of_auth_is_kept_for_a_second(self):
        def asked():
            with open(ENV['state'] + '/log/auth.log', 'rb') as f:
                return f.read().count(b'"route":"/internal/authz"')

        time.sleep(2.1)
        before = asked()
        for _ in range(20):
            self.assertEqual(self.get(HEALTH).status, 200)
        self.assertLessEqual(asked() - before, 3)

    def test_logout_ends_access_within_two_seconds(self):
        token = owner_token(TENANT)
        self.assertEqual(self.get(HEALTH, token=token).status, 200)
        answer = ask_json('POST', '/api/auth/logout', {}, token)
        self.assertIn(answer.status, (200, 204), answer.body)
        began = time.monotonic()
        while self.get(HEALTH, token=token).status == 200:
            self.assertLess(time.monotonic() - began, 2.5)
            time.sleep(0.05)
        for _ in range(20):
            self.assertEqual(self.get(HEALTH, token=token).status, 401)
            time.sleep(0.05)

    def test_server_that_is_away_is_502_and_unknown_one_503(self):
        try:
            self.point_at('127.0.0.1:9')
            time.sleep(2.1)
            answer = self.get(HEALTH)
            self.assertEqual(answer.status, 502)
            self.assertEqual(answer.one('content-type'),
                             'application/problem+json')
            self.point_at('')
            time.sleep(2.1)
            answer = self.get(HEALTH)
            self.assertEqual(answer.status, 503)
            self.assertEqual(answer.json()['code'], 'server_not_running')
        finally:
            self.point_at(self.at)
            time.sleep(2.1)


if __name__ == '__main__':
    unittest.main()
