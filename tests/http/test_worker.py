# SPDX-License-Identifier: Apache-2.0
"""The worker from outside: its metrics, and when it refuses to start."""
import os
import subprocess
import time
import unittest
import uuid

from support import ENV, STATE, TestCase, counter, eventually, unique
from support_http import request
from support_sql import DB


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

    def ask(self, digest, email):
        """Inserts a request for a link; returns its id."""
        at = '%012x' % (time.time_ns() // 10 ** 6)
        asked = str(uuid.UUID(at + '7' + uuid.uuid4().hex[13:]))
        DB.run(
            'INSERT INTO account_request (id, purpose, email, link, digest,'
            " expires_at) VALUES ($1, 'verify', $2, 'x', $3,"
            " now() + interval '1 hour'); NOTIFY cameleer_jobs, 'mail'",
            asked, email, digest)
        return asked

    def mailed(self, email):
        return DB.number('SELECT count(*) FROM mail WHERE address = $1',
                         email) == 1

    def test_request_that_cannot_be_settled_holds_up_no_other(self):
        first, bad, good = (unique() + '@example.test' for _ in range(3))
        digest = unique()
        self.ask(digest, first)
        eventually(20, lambda: self.mailed(first), 'the first mail')
        name = 'cameleer_requests_unsettled_total'
        before = counter('worker', name)
        # The digest is taken: no token can be made of it.
        asked = self.ask(digest, bad)
        self.ask(unique(), good)
        eventually(20, lambda: self.mailed(good), 'the mail of another')
        eventually(20, lambda: counter('worker', name) > before,
                   'a failure that is counted')
        self.assertFalse(self.mailed(bad))
        self.assertEqual(DB.number(
            'SELECT count(*) FROM mail_limit WHERE digest ='
            " encode(sha256(convert_to($1, 'UTF8')), 'hex')", bad), 0)
        eventually(30, lambda: DB.number(
            'SELECT attempts FROM account_request WHERE id = $1',
            asked) >= 2, 'a second attempt')
        self.assertEqual(DB.number(
            'SELECT count(*) FROM audit_event WHERE subject_id = $1',
            asked), 0)
        DB.run('UPDATE account_request SET attempts = 7, next_at = now()'
               ' WHERE id = $1', asked)
        DB.run("NOTIFY cameleer_jobs, 'mail'")
        eventually(20, lambda: DB.number(
            'SELECT count(*) FROM account_request WHERE id = $1',
            asked) == 0, 'the end of it')
        self.assertEqual(DB.rows(
            "SELECT action, result, code, facts->>'attempts',"
            " facts->>'why' FROM audit_event WHERE subject_id = $1", asked),
            [('account.request', 'failed', 'internal', '8',
              '23505 one_time_token_pkey')])
        self.assertFalse(self.mailed(bad))

    def start(self, **changed):
        """Starts a second worker with changed settings; returns its exit status
        and output."""
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
