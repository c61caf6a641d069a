# SPDX-License-Identifier: Apache-2.0
"""The worker from outside: its counters, and when it refuses to start."""
import os
import subprocess
import unittest

from support import ENV, STATE, TestCase, counter, eventually, unique
from support_http import request


class Worker(TestCase):

    def test_counters_of_the_worker_are_printed(self):
        name = 'cameleer_mails_sent_total'
        before = counter('worker', name)
        self.assertAnswer(request('POST', '/api/auth/register', {
            'email': unique() + '@example.test'}), 202)
        eventually(20, lambda: counter('worker', name) > before,
                   'a mail that is counted')
        self.assertGreaterEqual(
            counter('worker', 'cameleer_child_starts_total'), 3)

    def test_counters_of_the_worker_are_not_public(self):
        self.assertAnswer(request('GET', '/internal/worker/metrics'), 404,
                          'not_found')

    def test_nothing_else_is_answered(self):
        done = subprocess.run(
            ['curl', '-s', '-o', '/dev/null', '-w', '%{http_code}',
             ENV['status_url'] + '/metrics/worker/x'],
            stdout=subprocess.PIPE, check=True, text=True)
        self.assertEqual(done.stdout, '404')

    def start(self, **changed):
        """A second worker that reads other settings: its exit status, and
        what it said."""
        path = STATE + '/conf/second.conf'
        with open(STATE + '/conf/cameleer.conf', encoding='utf-8') as f:
            text = f.read()
        with open(path, 'w', encoding='utf-8') as f:
            f.write(text + ''.join(
                '%s = %s\n' % pair for pair in changed.items()))
        try:
            done = subprocess.run(
                [STATE + '/bin/cameleer-worker', '-c', path], check=False,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                timeout=60, env={
                    'CREDENTIALS_DIRECTORY': STATE + '/cred/worker'})
        finally:
            os.unlink(path)
        return done.returncode, done.stdout

    def test_more_connections_than_postgresql_has_stop_the_start(self):
        status, said = self.start(tenant_db_connections_all=2000)
        self.assertEqual(status, 78, said)
        self.assertIn('platform and tenants together may get 20', said)
        self.assertIn('PostgreSQL has room for 147; raise its max_connections'
                      ' by ', said)


if __name__ == '__main__':
    unittest.main()
