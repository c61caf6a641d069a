# SPDX-License-Identifier: Apache-2.0
"""Programs are replaced on disk while the platform runs: readiness shows what
new sessions can do, and stale processes are restarted in order."""
import os
import shutil
import signal
import subprocess
import unittest

from support import (MODULES, STATE, TestCase, eventually, kill, log_text,
                     main_pid)
from support_http import disconnect, request
from support_sql import DB
from support_world import Tenant

PG = '/usr/lib/postgresql/15'
# As in an update from 15.18 to 15.20: PL/pgSQL needs a function that the
# running server does not have.
SYMBOL = b'\0heap_form_tuple\0'


def ready(module):
    """Returns the status of the module's readiness."""
    return request('GET', '/api/%s/ready' % module).status


class Replaced:
    """Another PostgreSQL installation at the same path, in this lane only."""

    def __init__(self, name, broken=False):
        self.top = '%s/pg-%s' % (STATE, name)
        shutil.copytree(PG, self.top, symlinks=True)
        if broken:
            path = self.top + '/lib/plpgsql.so'
            with open(path, 'rb') as f:
                text = f.read()
            assert text.count(SYMBOL) == 1
            with open(path, 'wb') as f:
                f.write(text.replace(SYMBOL, b'\0heap_form_tuplx\0'))

    def put(self):
        """Mounts the replacement over the installation."""
        subprocess.run(['mount', '--bind', self.top, PG], check=True)

    def close(self):
        subprocess.run(['umount', '-l', PG], check=True)


class Update(TestCase):

    def test_update_of_postgresql_under_the_platform(self):
        session = Tenant().login()
        renew, postgres = main_pid('renew'), main_pid('postgres')
        at = len(log_text('renew'))
        kill(renew, signal.SIGSTOP)
        first, second = Replaced('broken', broken=True), Replaced('whole')
        first.put()
        try:
            # the old server goes on, and old sessions work
            self.assertEqual(DB.number('SELECT 1'), 1)
            for module in MODULES:
                eventually(20, lambda m=module: ready(m) == 503,
                           module + ' is not ready')
            DB.run('SELECT pg_terminate_backend(pid) FROM pg_stat_activity'
                   " WHERE usename LIKE 'cameleer_%'")
            self.assertNotEqual(session.get('/api/apps', check=False).status,
                                200)
            for module in MODULES:
                self.assertEqual(ready(module), 503)
            self.assertEqual(main_pid('postgres'), postgres)
        finally:
            second.put()
            kill(renew, signal.SIGCONT)
        try:
            eventually(60, lambda: main_pid('postgres') != postgres,
                       'another PostgreSQL')
            for module in MODULES:
                eventually(30, lambda m=module: ready(m) == 200,
                           module + ' is ready')
            DB.close()
            self.assertAnswer(session.get('/api/apps'), 200)
            self.assertIn(b'postgres: its program was replaced',
                          log_text('renew')[at:])
        finally:
            second.close()
            first.close()
            postgres = main_pid('postgres')
            kill(postgres, signal.SIGINT)
            eventually(60, lambda: main_pid('postgres') != postgres,
                       'the first PostgreSQL')
            eventually(30, lambda: ready('auth') == 200, 'auth is ready')
            for tree in (first, second):
                shutil.rmtree(tree.top)
            DB.close()

    def test_replaced_program_of_ours_is_restarted_alone(self):
        before = {name: main_pid(name) for name in MODULES}
        path = STATE + '/bin/billing.fcgi'
        shutil.copy2(path, path + '.new')
        os.rename(path + '.new', path)
        eventually(60, lambda: main_pid('billing') != before['billing'],
                   'another billing')
        eventually(20, lambda: ready('billing') == 200, 'billing is ready')
        self.assertEqual(
            {name: main_pid(name) for name in MODULES if name != 'billing'},
            {name: pid for name, pid in before.items() if name != 'billing'})

    def test_nothing_is_restarted_while_a_run_is_at_work(self):
        """Nothing is restarted while the quickstart holds the lock, since it
        restarts the programs that it has replaced itself."""
        before = main_pid('license')
        path = STATE + '/bin/license.fcgi'
        with open(STATE + '/lock', 'w', encoding='ascii') as lock:
            held = subprocess.Popen(['flock', STATE + '/lock', 'sleep', '5'])
            shutil.copy2(path, path + '.new')
            os.rename(path + '.new', path)
            held.wait()
            self.assertEqual(main_pid('license'), before)
            lock.close()
        eventually(60, lambda: main_pid('license') != before,
                   'another license')


class Unrecorded(TestCase):
    """While the audit trail cannot be written, a refusal becomes 503 and the
    module is not ready (M1.4)."""

    def test_refusal_without_its_row_is_503(self):
        wrong = {'token': 'x'}
        self.assertAnswer(request('GET', '/api/apps', **wrong), 401,
                          'invalid_token')
        DB.run('REVOKE INSERT ON audit_event FROM cameleer_apps')
        try:
            answer = request('GET', '/api/apps', **wrong)
            self.assertAnswer(answer, 503, 'refusal_unrecorded')
            self.assertIn('retry-after', answer.headers)
            self.assertEqual(ready('apps'), 503)
        finally:
            DB.run('GRANT INSERT ON audit_event TO cameleer_apps')
        self.assertAnswer(request('GET', '/api/apps', **wrong), 401,
                          'invalid_token')
        self.assertEqual(ready('apps'), 200)
        disconnect()


if __name__ == '__main__':
    unittest.main()
