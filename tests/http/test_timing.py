# SPDX-License-Identifier: Apache-2.0
"""The time of an answer does not reveal whether an address has an account (T6)
or a tenant exists (T1)."""
import contextlib
import statistics
import threading
import time
import unittest

from support import SLOW, TestCase, unique
from support_http import request
from support_sql import DB, Sql
from support_world import Account, Tenant

# Under valgrind and the like a password takes a second and its time says
# nothing: there the requests are made for what those find.
SAMPLES = 200 if SLOW == 1 else 10
APART = 0.05 if SLOW == 1 else 10   # of the medians
# Of the pairs, measured one after the other, how many more than half may have
# the same slower side: two standard deviations of 200 tosses of a coin.
UNEVEN = 0.07
TRIES = 6           # a busy machine may disturb some
BUSY = 6            # who ask all the time, at load
WRONG = 'not the password of anybody'


class Timing(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.accounts = [Account() for _ in range(40)]

    def compare(self, ask):
        """Measures known and unknown names in turn.  Either the medians are
        alike, or neither side is slower in most pairs: on a busy machine the
        medians drift by more than 5 %, to either side."""
        for turn in range(TRIES):
            time.sleep(3 * turn)    # other lanes end meanwhile
            DB.run('DELETE FROM login_guess')
            known, unknown = [], []
            for i in range(SAMPLES):
                account = self.accounts[i % len(self.accounts)]
                pair = ((known, account.email),
                        (unknown, 'n%02d%s@example.test' % (
                            i % len(self.accounts), account.id[:8])))
                for times, email in pair if i % 2 else reversed(pair):
                    times.append(ask(email).seconds)
            ratio = statistics.median(known) / statistics.median(unknown)
            slower = sum(k > u for k, u in zip(known, unknown)) / SAMPLES
            print('# %s: known %.2f ms, unknown %.2f ms, slower in %.2f' % (
                self.id().rpartition('.')[2],
                1000 * statistics.median(known),
                1000 * statistics.median(unknown), slower))
            if abs(ratio - 1) <= APART or abs(slower - 0.5) <= UNEVEN:
                return
        self.fail('known takes %.3f of unknown, and is slower in %.2f of'
                  ' the pairs' % (ratio, slower))

    def recover(self, email):
        """Asks for a recovery link."""
        return self.assertAnswer(request(
            'POST', '/api/auth/recover', {'email': email}), 202)

    def register(self, email):
        """Asks for a registration; replaces an address that begins with n by a
        new one."""
        if email.startswith('n'):
            email = unique('n') + '@example.test'
        return self.assertAnswer(request('POST', '/api/auth/register', {
            'email': email}), 202)

    @contextlib.contextmanager
    def load(self, ask):
        """Measures while other clients send the same kind of request."""
        done = threading.Event()

        def others(i):
            while not done.is_set():
                ask(self.accounts[i].email)
                ask('n%02d@example.test' % i)
        threads = [threading.Thread(target=others, args=(i,))
                   for i in range(BUSY)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            done.set()
            for thread in threads:
                thread.join()

    def test_login(self):
        def ask(email):
            answer = request('POST', '/api/auth/login',
                             {'email': email, 'password': WRONG})
            return self.assertAnswer(answer, 401, 'wrong_credentials')
        self.compare(ask)

    def test_recover(self):
        self.compare(self.recover)

    def test_recover_at_load(self):
        with self.load(self.recover):
            self.compare(self.recover)

    def test_name_of_a_tenant(self):
        session, foreign = Tenant().owner.login(), Tenant()

        def ask(email):
            return self.assertAnswer(session.named(
                'nobody42' if email.startswith('n') else foreign.slug).get(
                    '/api/apps'), 404, 'no_such_tenant')
        self.compare(ask)

    def test_register(self):
        self.compare(self.register)

    def test_answer_does_not_wait_for_any_account(self):
        """The answer does not wait for the lookup of an account: it comes while
        the tables are locked."""
        other = Sql()
        self.addCleanup(other.close)
        for ask in (self.recover, self.register):
            other.run('BEGIN')
            other.run('LOCK TABLE account, one_time_token, mail'
                      ' IN ACCESS EXCLUSIVE MODE')
            for email in (self.accounts[0].email, 'nobody@example.test'):
                ask(email)      # 202; a wait for a lock ends with 503
            other.run('COMMIT')


if __name__ == '__main__':
    unittest.main()
