# SPDX-License-Identifier: Apache-2.0
"""Answers through nginx: those of a tenant's server pass unchanged and without
delay, and nginx's own problems state the right reason."""
import http.server
import re
import socket
import threading
import time
import unittest

from edge import (BASE, ENV, Answer, ask, connect, owner_token, read_all,
                  read_answer, superuser_sql)
from support import SLOW, TestCase, unique
from support_http import request
from support_schema import CATALOGUE
from support_sql import as_worker
from support_world import Tenant

TENANT = ENV['tenant']
MIB = 1 << 20


class Server(http.server.BaseHTTPRequestHandler):
    """A tenant's server that answers in the ways real servers do."""
    protocol_version = 'HTTP/1.1'

    def log_message(self, *_args):
        pass

    def do_GET(self):
        what, _, size = self.path.rpartition('/')[2].partition('-')
        getattr(self, 'on_' + what)(int(size or 0))

    def do_POST(self):
        self.do_GET()

    def on_lines(self, _size):
        self.send_response(200)
        self.send_header('Content-Type', 'application/x-ndjson')
        self.send_header('X-Accel-Buffering', 'no')
        self.send_header('Connection', 'close')
        self.end_headers()
        for number in range(4):
            self.wfile.write(b'{"n":%d}\n' % number)
            self.wfile.flush()
            time.sleep(0.4)
        self.close_connection = True

    def on_early(self, _size):
        """Answers 413 and closes the connection without reading the body."""
        self.wfile.write(b'HTTP/1.1 413 Payload Too Large\r\n'
                         b'Content-Length: 2\r\nConnection: close\r\n\r\n{}')
        self.wfile.flush()
        time.sleep(0.05)
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def on_head(self, size):
        self.send_response(200)
        for number in range(size // 1024):
            self.send_header('X-Trace-%03d' % number, 'v' * 1009)
        self.send_header('Content-Length', '0')
        self.end_headers()

    def on_body(self, _size):
        length = int(self.headers.get('Content-Length') or 0)
        got = len(self.rfile.read(length))
        while 'chunked' in self.headers.get('Transfer-Encoding', ''):
            size = int(self.rfile.readline(), 16)
            self.rfile.read(size + 2)
            got += size
            if size == 0:
                break
        self.send_response(200)
        text = b'%d' % got
        self.send_header('Content-Length', str(len(text)))
        self.end_headers()
        self.wfile.write(text)


class Quiet(http.server.ThreadingHTTPServer):
    """A server that does not report connections that end early, which the tests
    cause on purpose."""
    daemon_threads = True

    def handle_error(self, *_args):
        pass


def point_at(upstream):
    """Makes the tenant active with its server at this address."""
    superuser_sql(
        "UPDATE cameleer.tenant SET state = 'active' WHERE slug = '%s';"
        "DELETE FROM cameleer.tenant_endpoint WHERE tenant_id = (SELECT id"
        " FROM cameleer.tenant WHERE slug = '%s');"
        'INSERT INTO cameleer.tenant_endpoint (tenant_id, upstream) SELECT'
        " id, '%s' FROM cameleer.tenant WHERE slug = '%s';" % (
            TENANT, TENANT, upstream, TENANT))


class FromServers(TestCase):

    @classmethod
    def setUpClass(cls):
        server = Quiet(('127.0.0.1', 0), Server)
        cls.addClassCleanup(server.server_close)
        cls.addClassCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        cls.at = '127.0.0.1:%d' % server.server_address[1]
        point_at(cls.at)
        cls.token = owner_token(TENANT)

    def head(self, method, path, *headers):
        return '\r\n'.join([
            '%s /t/%s/api/v1/%s HTTP/1.1' % (method, TENANT, path),
            'Host: localhost', 'Connection: close',
            'Authorization: Bearer ' + self.token] + list(headers)
            + ['', '']).encode()

    def get(self, path):
        return ask('GET', '/t/%s/api/v1/%s' % (TENANT, path),
                   [('Authorization', 'Bearer ' + self.token)])

    def test_what_is_not_to_be_buffered_comes_line_by_line(self):
        for accept in 'application/x-ndjson', '*/*':
            times, data = [], b''
            with connect() as sock:
                sock.sendall(self.head('GET', 'lines', 'Accept: ' + accept))
                while got := sock.recv(4096):
                    data += got
                    times += [time.monotonic()] * got.count(b'"n"')
            self.assertEqual(data.count(b'"n"'), 4)
            self.assertGreater(times[3] - times[0], 1.0, accept)
            self.assertNotIn(b'X-Accel', data)

    def test_an_early_answer_comes_before_the_body_is_sent(self):
        with connect() as sock:
            sock.sendall(self.head('POST', 'early', 'Content-Length: %d' %
                                   (12 * MIB)) + b'x' * 1000)
            began = time.monotonic()
            answer = read_answer(sock)
            self.assertEqual((answer.status, answer.body), (413, b'{}'))
            self.assertLess(time.monotonic() - began, 3 * SLOW)

    def test_an_early_answer_comes_while_the_body_is_sent(self):
        """An early answer reaches a client that still sends. Repeated, because
        it is a race."""
        for _ in range(30):
            answer = ask('POST', '/t/%s/api/v1/early' % TENANT,
                         [('Authorization', 'Bearer ' + self.token)],
                         b'x' * (2 * MIB))
            self.assertEqual((answer.status, answer.body), (413, b'{}'))

    def test_bodies_arrive_whole_however_they_are_framed(self):
        answer = ask('POST', '/t/%s/api/v1/body' % TENANT,
                     [('Authorization', 'Bearer ' + self.token)],
                     b'x' * (3 * MIB))
        self.assertEqual(answer.body, b'%d' % (3 * MIB))
        with connect() as sock:
            sock.sendall(self.head('POST', 'body',
                                   'Transfer-Encoding: chunked'))
            for _ in range(30):
                sock.sendall(b'8000\r\n' + b'x' * 0x8000 + b'\r\n')
            sock.sendall(b'0\r\n\r\n')
            self.assertEqual(read_answer(sock).body, b'%d' % (30 * 0x8000))

    def test_a_head_of_an_answer_may_have_32_kib(self):
        answer = self.get('head-%d' % (31 << 10))
        self.assertEqual(answer.status, 200)
        self.assertEqual(len(answer.one('x-trace-030')), 1009)
        answer = self.get('head-%d' % (34 << 10))
        self.assertEqual((answer.status, answer.json()['code']),
                         (502, 'server_answer_bad'))
        self.assertIn('32 KiB', answer.json()['detail'])

    def test_a_server_that_is_away_is_not_one_of_ours(self):
        point_at('127.0.0.1:9')
        time.sleep(2.1)
        try:
            answer = self.get('x')
            self.assertEqual((answer.status, answer.json()['code']),
                             (502, 'server_answer_bad'))
            self.assertNotIn('started again', answer.json()['detail'])
        finally:
            point_at(self.at)
            time.sleep(2.1)


class Refused(TestCase):
    """A 403 on the way to a tenant's server states its reason."""

    @classmethod
    def setUpClass(cls):
        cls.tenant = Tenant('high')
        as_worker(cls.tenant.id, 'INSERT INTO tenant_endpoint (tenant_id,'
                  " upstream) VALUES ($1, '127.0.0.1:9')", cls.tenant.id)
        cls.path = '/t/%s/api/v1/x' % cls.tenant.slug

    def test_of_a_browser(self):
        session = self.tenant.login(kind='cookie')
        for headers, code in (({}, 'csrf_header_missing'),
                              ({'X-Cameleer-Request': '1', 'Origin':
                                'https://evil.example'}, 'foreign_origin')):
            answer = request('POST', self.path, {}, headers=headers,
                             cookies=session.cookies())
            self.assertAnswer(answer, 403, code)
            self.assertNotEqual(answer.json()['detail'],
                                'You may not do this.')

    def test_of_a_token(self):
        made = self.tenant.login().post('/api/auth/tokens', {
            'name': unique(), 'scopes': ['app.read'], 'expires_in_days': 1})
        self.assertAnswer(made, 201)
        self.assertAnswer(request('GET', self.path, token=made.json()[
            'token']), 403, 'not_permitted')


def first_line(data):
    """Sends raw bytes; returns the status line of the answer."""
    with connect() as sock:
        sock.sendall(data)
        return read_all(sock).split(b'\r\n')[0].decode()


class Own(TestCase):

    def test_every_status_line_has_its_blank(self):
        """Every status line has the space before the reason (RFC 9112 4), also
        when the reason is empty."""
        seen = set()
        for path, more in (
                ('/', ''), ('/api/auth/health', ''), ('/api/auth/me', ''),
                ('/api/nothing', ''), ('/api/auth/login', 'X-A: %s\r\n' % (
                    'a' * 13000)), ('/api//x', ''), ('/x', 'Host: y\r\n')):
            line = first_line(('GET %s HTTP/1.1\r\nHost: localhost\r\n%s'
                               'Connection: close\r\n\r\n' % (
                                   path, more)).encode())
            self.assertRegex(line, r'^HTTP/1\.1 \d{3} [A-Za-z -]*$')
            seen.add(line[9:12])
        body = b'{"token":"x","name":"A","password":"fifteen letters"}'
        for kind, status in (('application/json', '422'),
                             ('text/plain', '415')):
            line = first_line(
                b'POST /api/auth/verify HTTP/1.1\r\nHost: localhost\r\n'
                b'Connection: close\r\nContent-Type: %s\r\n'
                b'Content-Length: %d\r\n\r\n%s' % (
                    kind.encode(), len(body), body))
            self.assertRegex(line, r'^HTTP/1\.1 %s [A-Z][A-Za-z ]+$' % status)

    def test_media_types_have_no_case(self):
        answer = request('POST', '/api/auth/verify',
                         b'{"token":"x","name":"A",'
                         b'"password":"fifteen letters"}',
                         headers={'Content-Type':
                                  'Application/JSON ; charset=utf-8'})
        self.assertAnswer(answer, 422)

    def problem(self, answer, status, code):
        self.assertEqual(answer.status, status, answer.body[:200])
        self.assertEqual(answer.one('content-type'),
                         'application/problem+json')
        self.assertEqual(answer.json()['code'], code)
        self.assertEqual(answer.json()['status'], status)
        self.assertIn(code, CATALOGUE)
        self.assertEqual(answer.json()['request_id'],
                         answer.one('x-request-id'))

    def raw(self, text):
        with connect() as sock:
            sock.sendall(text.encode())
            return Answer(read_all(sock))

    def test_whatever_nginx_refuses_is_a_problem(self):
        close = 'Connection: close\r\n\r\n'
        host = 'Host: localhost\r\n'
        self.problem(self.raw('POST /api/apps HTTP/1.1\r\n' + host +
                              'Transfer-Encoding: gzip\r\n' + close), 501,
                     'not_implemented')
        self.problem(self.raw('GET / HTTP/3.0\r\n' + host + close), 505,
                     'version_not_supported')
        # parts of our files are not given, so that none is missing (416)
        answer = ask('GET', '/index.html', [('Range', 'bytes=99999999-')])
        self.assertEqual(answer.status, 200)
        self.problem(ask('GET', '/index.html', [('If-Match', '"other"')]),
                     412, 'precondition_failed')
        self.problem(self.raw('GET / HTTP/1.1\r\n' + host + 'Host: y\r\n' +
                              close), 400, 'bad_input')

    def test_no_page_of_nginx_itself_is_ever_seen(self):
        """Every error of nginx has a problem document; its own HTML pages are
        never sent."""
        with open(ENV['state'] + '/nginx/snippets/problems.conf',
                  encoding='utf-8') as f:
            covered = set(re.findall(r'\d{3}', ' '.join(re.findall(
                r'(?m)^error_page (.*) =', f.read()))))
        missing = {'400', '401', '403', '404', '405', '408', '411', '412',
                   '413', '414', '421', '429', '431', '494', '495',
                   '496', '497', '500', '501', '502', '503', '504', '505',
                   '507'} - covered
        self.assertEqual(missing, set())

    def test_another_host_is_refused(self):
        """A request for another host name is refused (DNS rebinding)."""
        close = 'Connection: close\r\n\r\n'
        for host in ('evil.example', '127.0.0.1', 'localhost.evil.example',
                     '127.0.0.1:%d' % BASE.port, 'x', 'xlocalhost'):
            for path in '/', '/api/auth/health', '/t/demo/api/v1/x':
                self.problem(self.raw('GET %s HTTP/1.1\r\nHost: %s\r\n%s' % (
                    path, host, close)), 421, 'unknown_host')
        self.problem(self.raw('GET / HTTP/1.0\r\n\r\n'), 421, 'unknown_host')
        self.problem(self.raw('GET https://evil.example/ HTTP/1.1\r\n'
                              'Host: localhost\r\n' + close), 421,
                     'unknown_host')
        for host in 'localhost', 'LOCALHOST', 'localhost:%d' % BASE.port:
            self.assertEqual(self.raw(
                'GET /api/auth/health HTTP/1.1\r\nHost: %s\r\n%s' % (
                    host, close)).status, 200)

    def test_another_host_is_refused_where_the_state_is_shown(self):
        port = int(ENV['status_url'].rsplit(':', 1)[1])
        for host, status in (('localhost', 200), ('127.0.0.1', 200),
                             ('evil.example', 421)):
            with socket.create_connection(('127.0.0.1', port), 10) as sock:
                sock.sendall(('GET /nginx_status HTTP/1.1\r\nHost: %s\r\n'
                              'Connection: close\r\n\r\n' % host).encode())
                self.assertEqual(Answer(read_all(sock)).status, status)


if __name__ == '__main__':
    unittest.main()
