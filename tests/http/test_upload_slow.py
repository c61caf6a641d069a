# SPDX-License-Identifier: Apache-2.0
"""The right to upload is checked before the body, and slow senders lose their
place soon (T20)."""
import contextlib
import threading
import time
import unittest

from edge import Answer, read_answer
from support import SLOW, TestCase, children, eventually, kill
from support_http import BASE, connect
from support_jar import good
from support_sql import DB
from support_world import Account, Tenant, app
from test_upload import JAR, spooled

ALL, TENANT, ACCOUNT = 16, 3, 4     # modules/apps: uploads, SLOTS_*


def head(path, token=None, length=50 << 20):
    """Returns the head of an upload request."""
    lines = ['POST %s HTTP/1.1' % path, 'Host: ' + BASE.partition('//')[2],
             'Content-Type: ' + JAR, 'Content-Length: %d' % length]
    if token:
        lines.append('Authorization: Bearer ' + token)
    return ('\r\n'.join(lines) + '\r\n\r\n').encode()


class Sender:
    """A client that holds an upload's place by sending a little each second."""

    def __init__(self, stack, session, path, source=None):
        self.tls = stack.enter_context(connect(source))
        self.tls.sendall(head(path, session.access) + b'PK')

    def answer(self, wait=20):
        self.tls.settimeout(wait)
        return read_answer(self.tls)

    def refused(self, wait=0.5):
        """Returns the answer if one has come, else None."""
        self.tls.settimeout(wait)
        try:
            return Answer(self.tls.recv(65536))
        except TimeoutError:
            return None


class Slow(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.tenant = Tenant('mid')
        cls.session = cls.tenant.login('developer')
        cls.path = '/api/apps/%s/releases' % app(cls.session)

    def other(self, owner=None):
        """Creates a tenant with an application; returns a session and the
        upload path."""
        session = Tenant('mid', owner).login()
        return session, '/api/apps/%s/releases' % app(session)

    def held(self, senders):
        """Checks that none of the senders has been refused."""
        for sender in senders:
            answer = sender.refused()
            self.assertIsNone(answer, answer and answer.body)

    def test_strangers_send_no_byte_and_hold_nobody_up(self):
        spool = spooled()
        with contextlib.ExitStack() as stack:
            for i in range(60):
                tls = stack.enter_context(connect('127.0.1.%d' % (i + 1)))
                tls.sendall(head(self.path) + b'PK')
                if i % 20 == 0:
                    self.assertEqual(read_answer(tls).status, 401)
            began = time.monotonic()
            self.assertAnswer(self.session.post(self.path, good()), 202)
            self.assertLess(time.monotonic() - began, 2 * SLOW)
        self.assertEqual(len(spooled()), len(spool) + 1)

    def test_a_tenant_has_so_many_at_a_time_and_others_theirs(self):
        other, path = self.other()
        with contextlib.ExitStack() as stack:
            held = [Sender(stack, self.tenant.login('developer'), self.path)
                    for _ in range(TENANT)]
            self.held(held)
            answer = self.session.post(self.path, good())
            self.assertAnswer(answer, 429, 'too_many_uploads')
            self.assertIn(str(TENANT), answer.json()['detail'])
            self.assertRegex(answer.headers['retry-after'], r'^[1-9]\d*$')
            self.assertAnswer(other.post(path, good()), 202)
        eventually(15, lambda: self.session.post(
            self.path, good()).status == 202, 'a place that is free again')

    def test_an_account_has_so_many_in_all_its_tenants(self):
        owner = Account()
        places = [self.other(owner) for _ in range(3)]
        with contextlib.ExitStack() as stack:
            held = [Sender(stack, *places[i % 2]) for i in range(ACCOUNT)]
            self.held(held)
            session, path = places[2]
            self.assertAnswer(session.post(path, good()), 429,
                              'too_many_uploads')

    def test_when_all_are_taken_that_is_said_at_once(self):
        places = [self.other() for _ in range(ALL // TENANT + 1)]
        with contextlib.ExitStack() as stack:
            self.held([Sender(stack, *places[i // TENANT],
                              source='127.0.2.%d' % (i + 1))
                       for i in range(ALL)])
            answer = self.session.post(self.path, good())
            self.assertAnswer(answer, 503, 'uploads_busy')
            self.assertLess(answer.seconds, 1 * SLOW)
        eventually(15, lambda: self.session.post(
            self.path, good()).status == 202, 'a place that is free again')

    def test_a_killed_receiver_leaves_its_place(self):
        with contextlib.ExitStack() as stack:
            held = [Sender(stack, self.tenant.login('developer'), self.path)
                    for _ in range(TENANT)]
            self.held(held)
            for pid in children('apps'):
                kill(pid)
            eventually(15, lambda: self.session.post(
                self.path, good()).status == 202, 'places that are free')

    def test_what_waits_for_the_worker_is_bounded(self):
        tenant = Tenant('mid')
        session = tenant.login()
        name = app(session)
        release = tenant.release(name, state='assembling')
        most = 4 * DB.number("SELECT jar_bytes FROM plan WHERE tier = 'mid'")
        for size, status, code in ((most, 202, None),
                                   (most + 1, 429, 'uploads_waiting')):
            DB.run('UPDATE release SET jar_size = $1 WHERE id = $2', size,
                   release)
            DB.run("UPDATE release SET state = 'ready' WHERE tenant_id = $1"
                   ' AND id <> $2', tenant.id, release)
            self.assertAnswer(session.post(
                '/api/apps/%s/releases' % name, good()), status, code)

    def drip(self, sender, size, end):
        """Sends one small part a second; returns the answer."""
        while time.monotonic() < end:
            answer = sender.refused(1)
            if answer:
                return answer
            with contextlib.suppress(OSError):
                sender.tls.sendall(b'x' * size)
        self.fail('still taken')

    def test_who_is_slow_or_stops_is_told_so(self):
        with contextlib.ExitStack() as stack:
            stops = Sender(stack, self.session, self.path)
            slow = Sender(stack, self.session, self.path)
            began = time.monotonic()
            answer = self.drip(slow, 8 << 10, began + 40 * SLOW)
            self.assertIn('slower than 16 KiB', answer.json()['detail'])
            for one in answer, stops.answer():
                self.assertEqual((one.status, one.json()['code']),
                                 (408, 'upload_too_slow'))


if __name__ == '__main__':
    unittest.main()
