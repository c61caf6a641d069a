# SPDX-License-Identifier: Apache-2.0
"""A request releases its memory and its descriptors."""
import os
import time
import unittest

from support import MODULES, SLOW, TestCase, children
from support_http import request
from support_jar import corpus, good
from support_world import Account, Tenant, app

# A child that has just been started grows for a while, so the least growth of
# a few spans counts: what leaks does so in each.
SPANS = 3
PAGE = 100
ROUNDS = int(os.environ.get('CAMELEER_ROUNDS', '25'))
# Sanitizers and valgrind keep what was freed for a while, and find leaks
# themselves.
GROWTH_MAX_KB = 48 if SLOW == 1 else 100000


def resident(module):
    """Returns {pid: KiB} of anonymous memory for a module's children; a
    sanitizer's shadow memory counts too."""
    found = {}
    for pid in children(module):
        with open('/proc/%d/smaps_rollup' % pid, encoding='ascii') as f:
            for line in f:
                if line.startswith('Pss_Anon:'):
                    found[pid] = int(line.split()[1])
    return found


def descriptors(module):
    """Returns the most files that a child of the module has open, once the
    numbers are stable, since files are closed after the answer.

    A child that has answered nothing yet has fewer: it connects to the
    database at its first request, which may be any request of a test."""
    last = None
    for _ in range(100):
        found = {pid: len(os.listdir('/proc/%d/fd' % pid))
                 for pid in children(module)}
        if found == last:
            return max(found.values())
        last = found
        time.sleep(0.2)
    raise AssertionError('%s: open files never settled: %s' % (module, found))


class Growth(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.tenant = Tenant()
        cls.session = cls.tenant.login()
        cls.app = app(cls.session)
        cls.account = Account()
        cls.bad = [body for _, code, body in corpus() if code != 'ok'][:3]
        # a full page of the trail from the start: answers do not grow either
        for _ in range(PAGE):
            cls.session.post('/api/apps', {'name': 'X'})

    def round(self):
        """Sends a mix of valid and refused requests."""
        session, path = self.session, '/api/apps/' + self.app
        session.get('/api/auth/me')
        session.get('/api/tenants/audit?limit=%d' % PAGE)
        session.get('/api/tenants/current')
        session.get('/api/billing/plan')
        session.get(path)
        session.get(path + '/releases?limit=100')
        session.get('/api/billing/plans')
        session.get('/api/license')
        session.get('/api/apps/nobody')
        session.post('/api/apps', {'name': 'X', 'zzz': 1})
        session.patch(path, {'display_name': 'X'}, 99)
        session.post('/api/auth/verify', {
            'token': 'x', 'name': 'N', 'password': 'a good long password'})
        request('GET', '/api/apps', token='a.b.c')

    def measured(self, modules, action, rounds):
        """Returns for each module the growth of its largest child in the best
        of several spans."""
        for _ in range(10):
            action()
        files = {module: descriptors(module) for module in modules}
        sizes = [{module: resident(module) for module in modules}]
        for _ in range(SPANS):
            for _ in range(rounds):
                action()
            sizes.append({module: resident(module) for module in modules})
        grown = {}
        for module in modules:
            self.assertEqual(descriptors(module), files[module], module)
            self.assertEqual(set(sizes[0][module]), set(sizes[-1][module]))
            grown[module] = min(
                max(after[module][pid] - before[module][pid]
                    for pid in after[module])
                for before, after in zip(sizes, sizes[1:]))
        return grown

    def test_children_do_not_grow(self):
        grown = self.measured(MODULES, self.round, ROUNDS)
        print('# grown in %d rounds: %s KiB' % (ROUNDS, grown))
        self.assertLess(max(grown.values()), GROWTH_MAX_KB)

    def test_uploads_give_back_what_they_took(self):
        path = '/api/apps/%s/releases?deploy=false' % self.app

        def action():
            for body in self.bad:
                self.session.post(path, body)
        grown = self.measured(['apps'], action, 8)
        self.assertLess(grown['apps'], GROWTH_MAX_KB)
        self.assertAnswer(self.session.post(path, good()), 202)

    def test_sign_ins_give_back_what_they_took(self):
        grown = self.measured(['auth'], self.account.login, 12)
        self.assertLess(grown['auth'], GROWTH_MAX_KB)


if __name__ == '__main__':
    unittest.main()
