# SPDX-License-Identifier: Apache-2.0
"""Requests that are too large, malformed, or not strict JSON are refused."""
import re
import unittest

from edge import at_once
from support import TestCase, unique
from support_http import BASE, connect, request
from support_schema import routes
from support_world import Tenant, app


def raw(text, source=None):
    """Sends raw bytes; returns the status of the answer, or 0."""
    with connect(source) as tls:
        tls.sendall(text)
        got = tls.recv(65536)
        return int(got.split(b' ', 2)[1][:3]) if got else 0


class Json(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.session = Tenant().login()

    def send(self, body):
        return request('POST', '/api/apps', body, token=self.session.access,
                       headers={'Content-Type': 'application/json'})

    def test_only_strict_json_is_taken(self):
        """Only strict JSON is accepted, though json-c would take more."""
        name = unique('app-').encode()
        good = b'{"name":"%s"}' % name
        for what, body in (
                ('nothing', b''), ('blanks', b'  '), ('null', b'null'),
                ('an array', b'[]'), ('a string', b'"x"'),
                ('NaN', b'{"name":NaN}'), ('Infinity', b'{"name":Infinity}'),
                ('-Infinity', b'{"name":-Infinity}'),
                ('single quotes', good.replace(b'"', b"'")),
                ('no quotes', b'{name:"x1"}'),
                ('a raw newline', b'{"name":"a\nb"}'),
                ('a raw tab', b'{"name":"a\tb"}'),
                ('2.', b'{"name":2.}'), ('.5', b'{"name":.5}'),
                ('01', b'{"name":01}'), ('+1', b'{"name":+1}'),
                ('a key twice', b'{"name":"x1","name":"x2"}'),
                ('a key twice, escaped',
                 b'{"name":"x1","n\\u0061me":"x2"}'),
                ('NUL', b'{"name":"x\\u0000y"}'),
                ('a raw NUL', b'{"name":"x\x00y"}'),
                ('a lone surrogate', b'{"name":"\\ud800"}'),
                ('bad UTF-8', b'{"name":"\xff"}'),
                ('overlong UTF-8', b'{"name":"\xc0\xaf"}'),
                ('a BOM', b'\xef\xbb\xbf' + good),
                ('a comment', b'/* */' + good),
                ('a comma too many', good[:-1] + b',}'),
                ('something behind', good + b'x'),
                ('two of them', good + good),
                ('cut off', good[:-1]),
                ('a big number', b'{"name":1' + b'0' * 400 + b'}'),
                ('an exponent', b'{"name":1e400}'),
                ('depth', b'{"name":' + b'[' * 17 + b']' * 17 + b'}'),
                ('great depth', b'{"name":' + b'[' * 30000),
                ('True', b'{"name":True}')):
            with self.subTest(what=what):
                self.assertEqual(self.send(body).status, 400, what)
        self.assertAnswer(self.send(good), 201)

    def test_escapes_are_read(self):
        name = unique('app-')
        body = '{"name":"%s","display_name":"\\u20ac \\ud83d\\udc2a \\"\\\\"}'
        answer = self.send((body % name).encode())
        self.assertAnswer(answer, 201)
        self.assertEqual(answer.json()['display_name'], '\u20ac \U0001f42a '
                         '"\\')

    def test_body_of_64_kib_is_the_most(self):
        name = unique('app-')
        body = b'{"name":"%s"}' % name.encode()
        fits = body[:-1] + b' ' * (65536 - len(body)) + b'}'
        self.assertAnswer(self.send(fits), 201)
        self.assertAnswer(self.send(fits + b' '), 413, 'too_large')
        self.assertAnswer(self.send(b' ' * (1 << 20)), 413, 'too_large')

    def test_wrong_kinds_name_their_field(self):
        for value in (1, True, None, [], {}, 1.5):
            answer = self.session.post('/api/apps', {'name': value})
            self.assertAnswer(answer, 400, 'invalid_fields')
            self.assertEqual(answer.json()['errors'][0]['field'], 'name')

    def test_more_wrong_fields_than_are_named(self):
        answer = self.session.post('/api/apps', {
            'field%d' % i: i for i in range(200)})
        self.assertAnswer(answer, 400, 'invalid_fields')
        self.assertEqual(len(answer.json()['errors']), 64)

    def test_a_name_is_not_echoed_whole(self):
        answer = self.session.post('/api/apps', {'x' * 5000: 1})
        self.assertLess(len(answer.body), 1500)


def taken_by(pattern, path):
    """Tells whether a path matches the pattern of a route."""
    return re.fullmatch(re.sub(r'\{[a-z_]+\}', '[^/]+', pattern), path)


class Addresses(TestCase):

    def test_every_path_takes_its_methods_and_no_other(self):
        session, known = Tenant().login(), {}
        name = app(session)
        for route in routes():
            if 'internal' not in route['flags']:
                known.setdefault(route['path'], set()).add(route['method'])
        for pattern, methods in known.items():
            path = pattern
            for part, value in (('{app}', name), ('{id}', 'x'),
                                ('{number}', '1'), ('{tenant}', 'abc'),
                                ('{environment}', 'dev'), ('{token}', 'x'),
                                ('{domain}', 'x.example'),
                                ('{user_code}', 'BBBBBBBB')):
                path = path.replace(part, value)
            for method in ('GET', 'POST', 'PUT', 'PATCH', 'DELETE'):
                if method in methods:
                    continue
                if any(method in known[other] and taken_by(other, path)
                       for other in known if other != pattern):
                    continue        # as /api/apps/{app} takes .../health
                answer = session.call(method, path)
                with self.subTest(method=method, path=path):
                    self.assertAnswer(answer, 405, 'method_not_allowed')
                    if method in ('POST', 'PUT'):
                        allowed = set(answer.headers['allow'].split(', '))
                        self.assertLessEqual(methods, allowed)

    def test_unknown_methods(self):
        session = Tenant().login()
        for method in ('OPTIONS', 'TRACE', 'CONNECT', 'PROPFIND', 'get'):
            answer = session.call(method, '/api/apps', check=False)
            self.assertIn(answer.status, (400, 405), method)

    def test_head_is_get_without_a_body(self):
        session = Tenant().login()
        answer = session.call('HEAD', '/api/apps', check=False)
        self.assertEqual((answer.status, answer.body), (200, b''))

    def test_unknown_paths(self):
        session = Tenant().login()
        for path in ('/api/apps/a/b/c/d', '/api/tenants/', '/api/apps/',
                     '/api/auth', '/api/tenants/current/x', '/api/nothing',
                     '/api/auth/login/', '/api/Apps', '/api'):
            answer = session.get(path)
            self.assertEqual(answer.status, 404, path)

    def test_path_table(self):
        """Ambiguous paths are refused, not repaired (T22)."""
        session = Tenant().login()
        for path in ('/api//apps', '/api/./apps', '/api/x/../apps',
                     '/api/%2e%2e/apps', '/api/apps%2fx', '/api/apps%00',
                     '/api/apps;x=1', '/api/apps%3bx', '/api/apps%',
                     '/api/apps%2', '/api/apps%5cx', '/api/apps/%0d%0ax'):
            answer = session.get(path)
            self.assertAnswer(answer, 400, 'path_refused')

    def test_long_addresses_and_headers(self):
        session = Tenant().login()
        self.assertEqual(session.get('/api/apps?x=' + 'a' * 20000,
                                     check=False).status, 414)
        self.assertAnswer(session.get('/api/apps', headers={
            'X-Long': 'a' * 20000}), 431, 'headers_too_large')
        self.assertEqual(session.get('/api/apps', headers={
            'X-%d' % i: 'a' * 3000 for i in range(40)}).status, 431)

    def test_smuggling(self):
        host = BASE.partition('//')[2].encode()
        head = b'POST /api/apps HTTP/1.1\r\nHost: ' + host + b'\r\n'
        for what, lines in (
                ('both lengths', b'Content-Length: 4\r\n'
                 b'Transfer-Encoding: chunked\r\n'),
                ('two lengths', b'Content-Length: 4\r\nContent-Length: 5\r\n'),
                ('a list of lengths', b'Content-Length: 4, 5\r\n'),
                ('a negative length', b'Content-Length: -1\r\n'),
                ('an unknown encoding', b'Transfer-Encoding: x\r\n'),
                ('no host', None)):
            text = head + (lines or b'') + b'\r\nabcd'
            if lines is None:
                text = b'GET /api/apps HTTP/1.1\r\n\r\n'
            self.assertIn(raw(text), (400, 501), what)

    def test_body_where_none_belongs(self):
        session = Tenant().login()
        answer = session.call('GET', '/api/apps', {'x': 1})
        self.assertAnswer(answer, 400, 'bad_input')


class Flood(TestCase):

    def test_guesses_of_one_address_are_slowed(self):
        """Guesses from one address are rate limited; the test's usual address
        is exempt, so it sends from 127.0.0.2."""
        answers = at_once(60, 'POST', '/api/auth/verify',
                          [('Content-Type', 'application/json')],
                          b'{"token":"x","name":"N","password":'
                          b'"a good long password"}', source='127.0.0.2')
        statuses = [answer.status for answer in answers]
        self.assertEqual(set(statuses), {422, 429})
        self.assertGreaterEqual(statuses.count(422), 20)
        for answer in answers:
            self.assertEqual('retry-after' in answer.headers,
                             answer.status == 429)
        self.assertAnswer(request('POST', '/api/auth/verify', {
            'token': 'x', 'name': 'N',
            'password': 'a good long password'}), 422)


if __name__ == '__main__':
    unittest.main()
