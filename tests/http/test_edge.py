# SPDX-License-Identifier: Apache-2.0
"""netguard counts connections before their handshake, and the tenants'
containers have an nginx of their own (T20)."""
import contextlib
import os
import resource
import signal
import socket
import subprocess
import time
import unittest

from edge import BASE, ENV, ask
from support import STATE, TestCase, children, eventually, main_pid

BUILD = os.environ.get('CAMELEER_BUILD', '')
EACH = 256                              # edge_connections
HELLO = b'\x16\x03\x01\x02\x00\x01'     # the begin of a ClientHello


def open_half(stack, source, count):
    """Opens connections and leaves their handshake half done; returns them."""
    held = []
    for _ in range(count):
        sock = stack.enter_context(socket.socket())
        sock.settimeout(0.2)
        sock.bind((source, 0))
        with contextlib.suppress(OSError):
            sock.connect(('127.0.0.1', BASE.port))
            sock.sendall(HELLO)
            held.append(sock)
    return held


def standing(socks):
    """Returns how many connections the other side has not closed."""
    return sum(alive(sock) for sock in socks)


def alive(sock):
    """Tells whether a connection is still open."""
    sock.setblocking(False)
    try:
        return sock.recv(1) != b''
    except BlockingIOError:
        return True
    except OSError:
        return False


class Edge(TestCase):

    @classmethod
    def setUpClass(cls):
        resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
        with open(STATE + '/edge.log', 'wb') as log:
            cls.guard = subprocess.Popen(
                [BUILD + '/cameleer-netguard', '--remove-on-exit', '-c',
                 cls.settings()], stderr=log)
        cls.addClassCleanup(cls.end)
        eventually(10, lambda: subprocess.run(
            ['nft', 'list', 'chain', 'inet', 'cameleer_limits', 'edge'],
            capture_output=True, check=False).returncode == 0,
            "netguard's table")

    @classmethod
    def end(cls):
        """Ends netguard, whose tables are removed with it."""
        cls.guard.terminate()
        cls.guard.wait()

    @staticmethod
    def settings():
        """Writes the platform's settings with one load balancer; returns the
        path."""
        path = STATE + '/edge.conf'
        with open(STATE + '/conf/cameleer.conf', encoding='utf-8') as f:
            text = f.read()
        with open(path, 'w', encoding='utf-8') as f:
            f.write(text + 'edge_trusted = 127.0.9.0/24\n')
        return path

    def test_one_address_takes_its_share_and_no_more(self):
        with contextlib.ExitStack() as stack:
            held = open_half(stack, '127.0.8.1', 4 * EACH)
            self.assertLessEqual(standing(held), EACH)
            self.assertGreater(standing(held), EACH * 3 // 4)
            began = time.monotonic()
            self.assertEqual(ask('GET', '/api/auth/health',
                                 source='127.0.8.2').status, 200)
            self.assertLess(time.monotonic() - began, 1)
        eventually(20, lambda: ask('GET', '/api/auth/health',
                                   source='127.0.8.1').status == 200,
                   'the address to be let in again')

    def test_half_a_handshake_ends_within_five_seconds(self):
        with contextlib.ExitStack() as stack:
            held = open_half(stack, '127.0.8.3', 1)
            time.sleep(3)
            self.assertEqual(standing(held), 1)
            eventually(5, lambda: standing(held) == 0, 'its end')

    def test_load_balancers_are_not_counted(self):
        with contextlib.ExitStack() as stack:
            held = open_half(stack, '127.0.9.1', 2 * EACH)
            self.assertGreater(standing(held), EACH)


class Inside(TestCase):

    def test_containers_do_not_share_workers_with_the_world(self):
        where = ENV['internal_url'].split('/')[2].split(':')
        pids = [main_pid('nginx')] + children('nginx')
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            answer = ask('GET', '/.well-known/jwks.json', host=where[0],
                         port=int(where[1]))
            self.assertEqual(answer.status, 200)
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)
        self.assertEqual(ask('GET', '/api/auth/health').status, 200)


if __name__ == '__main__':
    unittest.main()
