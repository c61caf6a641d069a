# SPDX-License-Identifier: Apache-2.0
"""The kernel confines each child process of the prefork services."""
import unittest

from support import MODULES, TestCase, children
from support_world import Tenant, app


def facts(pid):
    """Returns the fields of /proc/PID/status as a dictionary."""
    with open('/proc/%d/status' % pid, encoding='utf-8') as f:
        return dict(line.split(':\t', 1) for line in f.read().splitlines()
                    if ':\t' in line)


def limits(pid):
    """Returns the hard limits of /proc/PID/limits as a dictionary."""
    with open('/proc/%d/limits' % pid, encoding='utf-8') as f:
        return {line[:26].strip(): line[47:68].strip()
                for line in f.read().splitlines()[1:]}


class Confine(TestCase):

    def test_each_child_is_confined(self):
        app(Tenant().login())       # it works all the same
        for name in MODULES:
            pids = children(name)
            self.assertTrue(pids, name)
            for pid in pids:
                status = facts(pid)
                self.assertEqual((status['Seccomp'], status['NoNewPrivs']),
                                 ('2', '1'), name)
                self.assertEqual(status['CapEff'].strip('0'), '', name)
                self.assertEqual(limits(pid)['Max core file size'], '0')


if __name__ == '__main__':
    unittest.main()
