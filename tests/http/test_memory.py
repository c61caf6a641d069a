# SPDX-License-Identifier: Apache-2.0
"""What a request takes it gives back."""
import os
import time
import unittest

from support import MODULES, SLOW, TestCase, children
from support_http import request
from support_jar import corpus, good
from support_world import Account, Tenant, app

ROUNDS = int(os.environ.get('CAMELEER_ROUNDS', '60'))
# Of a child, over all rounds after the first.  Sanitizers and valgrind keep
# what was freed for a while, and find leaks themselves.
GROWTH_MAX_KB = 512 if SLOW == 1 else 300000


def resident(module):
    """{pid: KiB} of a module's children; a sanitizer's shadow counts too."""
    found = {}
    for pid in children(module):
        with open('/proc/%d/smaps_rollup' % pid, encoding='ascii') as f:
            for line in f:
                if line.startswith('Pss_Anon:'):
                    found[pid] = int(line.split()[1])
    return found


def descriptors(module):
    """{pid: number of open files}, once the last request is cleared away:
    its files are closed after its answer."""
    last = None
    while True:
        found = {pid: len(os.listdir('/proc/%d/fd' % pid))
                 for pid in children(module)}
        if found == last:
            return found
        last = found
        time.sleep(0.2)


class Growth(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.tenant = Tenant()
        cls.session = cls.tenant.login()
        cls.app = app(cls.session)
        cls.account = Account()
        cls.bad = [body for _, code, body in corpus() if code != 'ok'][:3]

    def round(self):
        """A little of everything, good and bad."""
        session, path = self.session, '/api/apps/' + self.app
        session.get('/api/auth/me')
        session.get('/api/tenants/audit?limit=100')
        session.get(path + '/releases?limit=100')
        session.get('/api/billing/plans')
        session.get('/api/license')
        session.get('/api/apps/nobody')
        session.post('/api/apps', {'name': 'X', 'zzz': 1})
        session.patch(path, {'display_name': 'X'}, 99)
        session.post('/api/auth/verify', {'token': 'x'})
        request('GET', '/api/apps', token='a.b.c')

    def measured(self, modules, action, rounds):
        """Growth of each module's fattest child after the first rounds."""
        for _ in range(20):
            action()
        before = {module: resident(module) for module in modules}
        files = {module: descriptors(module) for module in modules}
        for _ in range(rounds):
            action()
        grown = {}
        for module in modules:
            after = resident(module)
            self.assertEqual(set(before[module]), set(after), module)
            self.assertEqual(descriptors(module), files[module])
            grown[module] = max(after[pid] - before[module][pid]
                                for pid in after)
        return grown

    def test_children_do_not_grow(self):
        grown = self.measured(MODULES, self.round, ROUNDS)
        print('# grown over %d rounds: %s KiB' % (ROUNDS, grown))
        self.assertLess(max(grown.values()), GROWTH_MAX_KB)

    def test_uploads_give_back_what_they_took(self):
        path = '/api/apps/%s/releases?deploy=false' % self.app

        def action():
            for body in self.bad:
                self.session.post(path, body)
        grown = self.measured(['apps'], action, 20)
        self.assertLess(grown['apps'], GROWTH_MAX_KB)
        self.assertAnswer(self.session.post(path, good()), 202)

    def test_sign_ins_give_back_what_they_took(self):
        grown = self.measured(['auth'], self.account.login, 30)
        self.assertLess(grown['auth'], GROWTH_MAX_KB)


if __name__ == '__main__':
    unittest.main()
