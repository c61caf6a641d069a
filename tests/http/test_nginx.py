# SPDX-License-Identifier: Apache-2.0
"""nginx refuses, limits and adds headers before any module is asked."""
import contextlib
import json
import os
import re
import socket
import ssl
import threading
import time
import unittest
import urllib.request

from edge import (BASE, ENV, Answer, ask, at_once, connect, read_all,
                  read_answer, written)
from support_schema import CATALOGUE

SECURITY = {
    'strict-transport-security': r'max-age=\d{7,}',
    'content-security-policy': r"default-src '(self|none)'; .*"
                               r"frame-ancestors 'none'.*",
    'x-content-type-options': 'nosniff',
    'referrer-policy': r'no-referrer',
    'permissions-policy': r'.*camera=\(\).*',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'x-request-id': r'[0-9a-f]{32}',
}
MIB = 1 << 20


class Checks(unittest.TestCase):
    def problem(self, answer, status, code=None):
        self.assertEqual(answer.status, status, answer.body[:300])
        self.assertEqual(answer.one('content-type'),
                         'application/problem+json')
        document = answer.json()
        self.assertEqual(document['status'], status)
        for field in ('type', 'title', 'detail', 'code', 'request_id'):
            self.assertTrue(document[field], field)
        self.assertEqual(document['request_id'], answer.one('x-request-id'))
        self.assertEqual(answer.one('cache-control'), 'no-store')
        self.secure(answer)
        if code:
            self.assertEqual(document['code'], code)

    def secure(self, answer):
        for name, pattern in SECURITY.items():
            self.assertRegex(answer.one(name), '^' + pattern + '$')


class PathTable(Checks):
    """An ambiguous path is refused with 400 (T22)."""

    def test_refuses_odd_paths(self):
        for path in (
                '/api//auth/me', '//api/auth/me', '/api/auth/me//',
                '/api/auth/./me', '/api/auth/../auth/me', '/api/auth/..',
                '/../etc/passwd', '/api/auth;x=1/me', '/api/auth/me;',
                '/api/auth%2fme', '/api/auth%2Fme', '/api/auth/%2e%2e/me',
                '/api/auth/%2E/me', '/api/auth/me%00', '/api/auth/me%0a',
                '/api/auth/me%0D%0Ax', '/api/auth/me%3b', '/api/auth%5cme',
                '/api/auth\\me', '/api/auth/me%25', '/api/auth/me%7f',
                '/api/auth/%zz', '/api/auth/%', '/api/auth/m\xe9',
                '/api/auth/me#x', '/t/demo//api/v1/health',
                '/t/demo/../other/api/v1/health',
                '/t/demo/api/v1%2fhealth'):
            with self.subTest(path=path):
                self.problem(ask('GET', path), 400, 'path_refused')

    def test_query_may_hold_what_a_path_may_not(self):
        answer = ask('GET', '/api/auth/health?x=//%2f..;%00')
        self.assertNotEqual(answer.status, 404)
        self.assertIn(answer.status, (200, 400))
        if answer.status == 400:    # the module knows no query here
            self.assertNotEqual(answer.json()['detail'],
                                'The request is not well-formed.')

    def test_unknown_prefixes_are_404(self):
        for path in ('/api', '/api/', '/api/authx', '/api/nothing', '/t',
                     '/t/', '/t/demo', '/t/demo/', '/t/DEMO/api/v1/health',
                     '/t/a-b/api/v1/health', '/t/demo/apix/v1',
                     '/internal/authz', '/internal/stream',
                     '/internal/enroll', '/internal/agent',
                     '/internal/agent-stream',
                     '/internal/problem/500', '/internal/auth/metrics',
                     '/.well-known/nothing', '/.git/config',
                     '/assets/none.js', '/none.php'):
            with self.subTest(path=path):
                self.problem(ask('GET', path), 404, 'not_found')

    def test_module_prefixes_reach_their_module(self):
        for module in ('auth', 'tenants', 'apps', 'billing', 'license', 'sso'):
            with self.subTest(module=module):
                answer = ask('GET', '/api/%s/health' % module)
                self.assertEqual(answer.status, 200)
                self.secure(answer)


class Console(Checks):
    def test_any_page_is_the_console(self):
        for path in ('/', '/sign-in', '/apps/orders/releases'):
            with self.subTest(path=path):
                answer = ask('GET', path)
                self.assertEqual(answer.status, 200)
                self.assertEqual(answer.one('content-type'), 'text/html')
                self.assertEqual(answer.one('cache-control'), 'no-cache')
                self.secure(answer)

    def test_each_code_of_a_problem_has_a_page(self):
        problem = ask('GET', '/api/no/such').json()
        answer = ask('GET', problem['type'])
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.one('content-type'), 'text/html')
        self.assertIn(problem['title'], answer.body.decode())
        self.secure(answer)
        for code in CATALOGUE:
            self.assertEqual(ask('GET', '/problems/' + code).status, 200)
        index = ask('GET', '/problems/')
        self.assertEqual(index.status, 200)
        self.assertIn('href="/problems/wrong_code"', index.body.decode())
        self.assertEqual(ask('GET', '/problems/page.css').one('content-type'),
                         'text/css')
        for path in ('/problems/no_such_code_at_all', '/problems/../secret',
                     '/problems/x/y'):
            self.assertIn(ask('GET', path).status, (400, 404), path)

    def test_policy_allows_no_inline_script(self):
        policy = ask('GET', '/').one('content-security-policy')
        self.assertIn("script-src 'self';", policy)
        self.assertNotIn('unsafe', policy)

    def test_hashed_assets_are_kept_for_ever(self):
        page = ask('GET', '/').body.decode()
        found = re.findall(r'/assets/[^"\']+\.js', page)
        path = found[0] if found else '/assets/page-0.js'
        answer = ask('GET', path)
        self.assertEqual(answer.status, 200)
        self.assertIn('immutable', answer.one('cache-control'))
        self.assertEqual(answer.one('content-type'), 'text/javascript')

    def test_twins_made_by_the_build_are_sent_as_they_are(self):
        place = os.path.dirname(os.environ['CAMELEER_TEST_ENV']) + \
            '/web/assets/twin-%d.js' % os.getpid()
        for suffix, text in (('', 'plain'), ('.gz', 'gzip'), ('.br', 'br')):
            with open(place + suffix, 'w', encoding='ascii') as f:
                f.write(text)
            self.addCleanup(os.unlink, place + suffix)
        for accepted, coding in (
                ('gzip, deflate, br', 'br'), ('br;q=1.0, gzip;q=0.8', 'br'),
                ('gzip', 'gzip'), ('identity', None), (None, None)):
            with self.subTest(accepted=accepted):
                answer = ask('GET', '/assets/' + os.path.basename(place), [
                    ('Accept-Encoding', accepted)] if accepted else [])
                self.assertEqual(answer.status, 200)
                self.assertEqual(answer.body.decode(), coding or 'plain')
                self.assertEqual(answer.headers.get('content-encoding', []),
                                 [coding] if coding else [])
                self.assertEqual(answer.one('vary'), 'Accept-Encoding')

    def test_writes_to_files_are_405(self):
        for method in ('POST', 'PUT', 'DELETE', 'TRACE'):
            with self.subTest(method=method):
                answer = ask(method, '/index.html')
                self.problem(answer, 405, 'method_not_allowed')
                self.assertEqual(answer.one('allow'), 'GET, HEAD')

    def test_methods_that_nginx_refuses_are_told_what_is_taken(self):
        answer = ask('TRACE', '/api/auth/login')
        self.problem(answer, 405, 'method_not_allowed')
        self.assertIn('POST', answer.one('allow'))


class Bodies(Checks):
    def test_body_over_64_kib_is_413(self):
        self.problem(ask('POST', '/api/tenants', body=b'x' * 65537), 413,
                     'too_large')

    def test_announced_size_is_enough_to_refuse(self):
        for path, size in (('/api/tenants', 65537),
                           ('/api/apps/orders/config', 256 * 1024 + 1),
                           ('/api/apps/orders/releases', 256 * MIB + 1)):
            with self.subTest(path=path):
                began = time.monotonic()
                self.problem(ask('POST', path,
                                 [('Content-Length', str(size))]), 413)
                self.assertLess(time.monotonic() - began, 1)

    def test_chunked_body_is_counted_too(self):
        chunk = b'8000\r\n' + b'x' * 0x8000 + b'\r\n'
        with connect() as sock:
            sock.sendall(b'POST /api/tenants HTTP/1.1\r\nHost: localhost\r\n'
                         b'Connection: close\r\n'
                         b'Transfer-Encoding: chunked\r\n\r\n' +
                         chunk * 3 + b'0\r\n\r\n')
            self.problem(read_answer(sock), 413, 'too_large')

    def test_body_of_a_get_is_400(self):
        self.problem(ask('GET', '/api/tenants', body=b'x'), 400)

    def test_two_lengths_are_400(self):
        answer = ask('POST', '/api/tenants',
                     [('Transfer-Encoding', 'chunked'),
                      ('Content-Length', '5')], b'0\r\n\r\n')
        self.assertEqual(answer.status, 400)

    def test_long_address_and_long_header(self):
        self.problem(ask('GET', '/api/tenants?x=' + 'a' * 13000), 414)
        self.problem(ask('GET', '/api/tenants', [('X-A', 'a' * 13000)]), 431)


class Transport(Checks):
    def test_only_tls_1_3(self):
        with self.assertRaises(ssl.SSLError):
            connect(version=ssl.TLSVersion.TLSv1_2)

    def test_plain_http_is_told_so(self):
        with socket.create_connection(('127.0.0.1', BASE.port), 10) as raw:
            raw.sendall(b'GET /api/auth/me HTTP/1.1\r\nHost: localhost\r\n\r\n')
            data = b''
            while b'request_id' not in data:
                got = raw.recv(4096)
                self.assertTrue(got, data)
                data += got
        self.problem(Answer(data), 400, 'tls_required')

    def test_half_a_request_is_dropped(self):
        """An unfinished header is dropped after 5 s, a body after a pause of 15
        s (T20)."""
        took = {}

        def slow(name, start):
            with connect() as sock:
                began = time.monotonic()
                sock.sendall(start)
                read_all(sock)
                took[name] = time.monotonic() - began

        threads = [threading.Thread(target=slow, args=args) for args in (
            ('header', b'GET / HTTP/1.1\r\nHost: localhost\r\nX-A: '),
            ('body', b'POST /api/tenants HTTP/1.1\r\nHost: localhost\r\n'
                     b'Content-Length: 100\r\n\r\nabc'))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertLess(took['header'], 8)
        self.assertLess(took['body'], 20)

    def test_many_slow_clients_stop_nobody(self):
        """Many incomplete requests hold no responder."""
        held = []
        try:
            for _ in range(40):
                sock = connect()
                sock.sendall(b'POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\n'
                             b'Content-Type: application/json\r\n'
                             b'Content-Length: 1000\r\n\r\n{')
                held.append(sock)
            began = time.monotonic()
            self.assertEqual(ask('GET', '/api/auth/health').status, 200)
            self.assertLess(time.monotonic() - began, 1)
        finally:
            for sock in held:
                sock.close()


class Trust(Checks):
    """Headers in which a client describes itself are not trusted (T23)."""

    def logged(self, request_id):
        until = time.monotonic() + 5
        while time.monotonic() < until:
            with open(ENV['state'] + '/log/access.log',
                      encoding='utf-8') as f:
                for line in f:
                    if request_id in line:
                        return json.loads(line)
            time.sleep(0.05)
        raise AssertionError('not in the access log')

    def test_client_address_is_that_of_the_connection(self):
        answer = ask('GET', '/api/auth/health', [
            ('X-Forwarded-For', '9.9.9.9'), ('X-Real-IP', '9.9.9.9'),
            ('Forwarded', 'for=9.9.9.9'), ('CAM_CLIENT_IP', '9.9.9.9'),
            ('Cam-Client-Ip', '9.9.9.9')])
        line = self.logged(answer.one('x-request-id'))
        self.assertEqual(line['client'], '127.0.0.1')

    def test_request_id_is_ours(self):
        forged = 'f' * 32
        answer = ask('GET', '/api/auth/health', [
            ('X-Request-Id', forged), ('CAM_REQUEST_ID', forged)])
        self.assertNotEqual(answer.one('x-request-id'), forged)

    def test_identity_headers_identify_nobody(self):
        answer = ask('GET', '/api/auth/me', [
            ('X-Cam-Token', 'x'), ('CAM_TENANT', 'demo'),
            ('Cam-Account', 'x'), ('X-Remote-User', 'root'),
            ('Remote-User', 'root')])
        self.assertEqual(answer.status, 401)
        self.assertEqual(answer.headers['www-authenticate'], ['Bearer'])

    def test_log_has_no_query_and_no_secret(self):
        answer = ask('GET', '/api/auth/health?token=s3cr3t-marker', [
            ('Authorization', 'Bearer s3cr3t-marker'),
            ('Cookie', 'a=s3cr3t-marker'),
            ('Referer', 'https://x/?t=s3cr3t-marker')])
        line = self.logged(answer.one('x-request-id'))
        self.assertNotIn('s3cr3t-marker', json.dumps(line))
        self.assertEqual(line['path'], '/api/auth/health')


class Limits(Checks):
    """Rates are limited per address. 127.0.0.1 is exempt in tests; 127.0.0.2 is
    limited."""

    def test_guesses_are_limited(self):
        answers = at_once(60, 'POST', '/api/auth/login',
                          [('Content-Type', 'application/json')], b'{}',
                          source='127.0.0.2')
        refused = [a for a in answers if a.status == 429]
        self.assertGreater(len(refused), 10)
        self.problem(refused[0], 429, 'too_many_requests')
        self.assertRegex(refused[0].one('retry-after'), r'^\d+$')
        other = ask('GET', '/api/auth/health', source='127.0.0.3')
        self.assertEqual(other.status, 200)

    def test_ipv6_counts_by_its_network(self):
        """IPv6 addresses, as told by a load balancer, are limited by
        network."""
        def statuses(addresses):
            found = []
            with contextlib.ExitStack() as stack:
                socks = [stack.enter_context(connect('127.0.9.1'))
                         for _ in addresses]
                for sock, address in zip(socks, addresses):
                    sock.sendall(written('POST', '/api/auth/login', [
                        ('Content-Type', 'application/json'),
                        ('X-Forwarded-For', address)], b'{}'))
                for sock in socks:
                    found.append(read_answer(sock).status)
            return found

        within = statuses(['2001:db8:a:b:%x::1' % i for i in range(60)])
        self.assertGreater(within.count(429), 10)
        among = statuses(['2001:db8:a:%x::1' % (i + 99) for i in range(60)])
        self.assertEqual(among.count(429), 0)


class OtherServers(Checks):
    def test_containers_reach_keys_and_licence_only(self):
        port = int(ENV['internal_url'].rsplit(':', 1)[1])
        host = ENV['internal_url'].split('/')[2].split(':')[0]
        where = {'port': port, 'host': host}
        keys = ask('GET', '/.well-known/jwks.json', **where)
        self.assertEqual(keys.status, 200)
        self.assertTrue(keys.json()['keys'])
        for path in ('/', '/index.html', '/api/auth/me', '/api/tenants',
                     '/api/license', '/api/auth/login', '/t/demo/api/x',
                     '/internal/authz', '/nginx_status'):
            with self.subTest(path=path):
                self.problem(ask('GET', path, **where), 404)

    def test_metrics_of_each_module_on_loopback(self):
        for module in ('auth', 'tenants', 'apps', 'billing', 'license', 'sso',
                       'worker'):
            with self.subTest(module=module):
                with urllib.request.urlopen(
                        '%s/metrics/%s' % (ENV['status_url'], module),
                        timeout=10) as answer:
                    self.assertIn(b'# TYPE', answer.read())


if __name__ == '__main__':
    unittest.main()
