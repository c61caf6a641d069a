# SPDX-License-Identifier: Apache-2.0
"""A responder's socket: FastCGI as nginx sends it, and as nobody should."""
import os
import socket
import struct
import time
import unittest

from support import MODULES, SLOW, STATE, TestCase, children
from support_http import request


def record(kind, body):
    """Returns a FastCGI record of request 1."""
    return struct.pack('>BBHHBx', 1, kind, 1, len(body), 0) + body


BEGIN = record(1, struct.pack('>HB5x', 1, 0))


def pair(name, value):
    """Returns a FastCGI parameter; name and value are below 128 bytes."""
    return bytes((len(name), len(value))) + name + value


def asked(**params):
    """Returns the parameter records of a whole request."""
    text = b''.join(pair(name.encode(), value.encode())
                    for name, value in params.items())
    return record(4, text) + record(4, b'')


HEALTH = {'CAM_METHOD': 'GET', 'CAM_PATH': '/api/license/health',
          'CAM_REQUEST_ID': 'f' * 32, 'CAM_CLIENT_IP': '127.0.0.1'}


def talk(data, seconds=3, module='license'):
    """Sends records as nginx would; returns all bytes received."""
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(seconds * SLOW)
        sock.connect('%s/sock/%s.sock' % (STATE, module))
        got = b''
        try:
            sock.sendall(data)
            while True:
                piece = sock.recv(65536)
                if not piece:
                    return got
                got += piece
        except (socket.timeout, ConnectionError, BrokenPipeError):
            return got


class FastCgi(TestCase):

    def test_whole_request_is_answered(self):
        got = talk(BEGIN + asked(**HEALTH) + record(5, b''))
        self.assertIn(b'Status: 200', got)

    def test_fcgi_hold_open(self):
        """A half-sent request holds one child; the others serve, and that child
        is free again after its deadline of ten seconds."""
        held = socket.socket(socket.AF_UNIX)
        held.connect(STATE + '/sock/license.sock')
        began = time.monotonic()
        held.sendall(BEGIN + record(4, pair(b'CAM_METHOD', b'GET'))[:9])
        time.sleep(0.1)
        slow = [request('GET', '/api/license/health').seconds
                for _ in range(30)]
        self.assertLess(max(slow), 1 * SLOW)
        held.settimeout(30 * SLOW)
        try:
            self.assertEqual(held.recv(1), b'')
        except ConnectionError:
            pass
        freed = time.monotonic() - began
        held.close()
        print('# half-sent request let go after %.1f s' % freed)
        self.assertTrue(5 < freed < 15 * SLOW, freed)
        self.assertEqual(len(children('license')), 2)

    def test_all_children_held_open(self):
        """Half-sent requests in all children delay others only until the
        deadline."""
        held = []
        for _ in range(2):
            sock = socket.socket(socket.AF_UNIX)
            sock.connect(STATE + '/sock/license.sock')
            sock.sendall(BEGIN + record(4, b'\x0a\x03CAM')[:9])
            held.append(sock)
        time.sleep(0.1)
        answer = request('GET', '/api/license/health')
        self.assertAnswer(answer, 200)
        self.assertLess(answer.seconds, 14 * SLOW)
        for sock in held:
            sock.close()

    def test_odd_records_end_the_request_and_nothing_else(self):
        long = struct.pack('>I', 0x80000000 | 0x7fffffff)
        for name, data in (
                ('nothing', b''),
                ('another version', b'\x07' + BEGIN[1:]),
                ('no begin', asked(**HEALTH)),
                ('an unknown type', BEGIN + record(77, b'abc')),
                ('an unknown role', record(1, struct.pack('>HB5x', 9, 0))),
                ('a name of 2 GiB', BEGIN + record(4, long + long + b'x')),
                ('a name longer than its record',
                 BEGIN + record(4, b'\x7f\x7fabc') + record(4, b'')),
                ('bytes', bytes(range(256)) * 20)):
            with self.subTest(name=name):
                talk(data, 0.5)
                for _ in range(4):
                    self.assertAnswer(request(
                        'GET', '/api/license/health'), 200)

    def test_body_shorter_or_longer_than_announced(self):
        for length, body in (('10', b'{}'), ('2', b'{}' * 9), ('-1', b'{}'),
                             ('x', b'{}'), ('99999999999999999999', b'{}')):
            got = talk(BEGIN + asked(
                CAM_METHOD='POST', CAM_PATH='/api/auth/verify',
                CAM_REQUEST_ID='e' * 32, CAM_CLIENT_IP='127.0.0.1',
                CONTENT_TYPE='application/json', CONTENT_LENGTH=length) +
                record(5, body) + record(5, b''), module='auth')
            self.assertIn(b'Status: 400', got, (length, got))

    def test_request_without_parameters(self):
        got = talk(BEGIN + record(4, b'') + record(5, b''))
        self.assertIn(b'Status: 404', got)

    def test_socket_is_for_nginx_alone(self):
        for module in MODULES:
            about = os.stat('%s/sock/%s.sock' % (STATE, module))
            self.assertEqual(about.st_mode & 0o777, 0o660)


if __name__ == '__main__':
    unittest.main()
