# SPDX-License-Identifier: Apache-2.0
"""The quickstart is run again, stopped and started. The tier itself checks what
a reset leaves, since no test can run after it."""
import os
import subprocess
import time
import unittest
import urllib.parse

from support_stack import (CONF, DB, ENV, SOURCE, STATE, TestCase,
                           containers, eventually, owner, query, say)

COUNTED = ('account', 'tenant', 'membership', 'license', 'application',
           'release', 'deployment', 'environment', 'tenant_secret')


def quickstart(*args):
    """Runs the quickstart; returns exit status, output and duration."""
    began = time.monotonic()
    done = subprocess.run(
        ['sh', SOURCE + '/packaging/quickstart', *args], check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        env=dict(os.environ, CAMELEER_STATE=STATE))
    return done.returncode, done.stdout.decode(), time.monotonic() - began


class Usage(TestCase):

    def test_each_command_is_explained_and_a_wrong_one_is_named(self):
        status, text, _ = quickstart('help')
        self.assertEqual((status, text), quickstart('--help')[:2])
        self.assertEqual(status, 0)
        for command in ('start', 'build', 'status', 'doctor', 'stop', 'reset'):
            self.assertRegex(text, r'(?m)^  %s +\w' % command)
        for words, said in ((('strat',), 'there is no command strat'),
                            (('stop', 'now'), 'takes one command, not 2')):
            status, text, _ = quickstart(*words)
            self.assertEqual(status, 2)
            self.assertTrue(text.startswith('quickstart: ' + said), text)


def out(*command):
    """Returns the output of a command, also when it fails."""
    return subprocess.run(command, check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout.decode()


def above():
    """Returns the pids of this process and its ancestors."""
    pid, found = os.getpid(), set()
    while pid > 1:
        found.add(pid)
        with open('/proc/%d/stat' % pid, encoding='ascii') as f:
            pid = int(f.read().rpartition(')')[2].split()[1])
    return found


def ours():
    """Returns the processes that use the state directory, except the tests."""
    found, tests = [], above()
    for pid in map(int, filter(str.isdigit, os.listdir('/proc'))):
        try:
            with open('/proc/%d/cmdline' % pid, 'rb') as f:
                line = f.read().replace(b'\0', b' ').decode()
        except OSError:
            continue
        if STATE in line and pid not in tests:
            found.append(line)
    return found


class Quickstart(TestCase):

    @staticmethod
    def counts():
        """Returns the row counts of tables that a second run could fill
        again."""
        return [(table, query('SELECT count(*) FROM ' + table)[0][0])
                for table in COUNTED]

    @staticmethod
    def running():
        """Returns the ids of the containers that run."""
        return sorted(c['Id'] for c in containers(role='server') +
                      containers(role='app') if c['State'] == 'running')

    def test_again_is_quick_and_makes_nothing_twice(self):
        before = self.counts(), self.running()
        code, text, took = quickstart()
        self.assertEqual(code, 0, text[-3000:])
        say('again: %.1f s' % took)
        self.assertLess(took, 90)
        self.assertEqual((self.counts(), self.running()), before)

    def test_build_and_status_change_nothing(self):
        before = self.running()
        for command in ('build', 'status'):
            code, text, _ = quickstart(command)
            self.assertEqual(code, 0, text[-3000:])
        self.assertEqual(self.running(), before)

    def check_stopped(self):
        """Checks that no process, address, table, mount, bridge or listener of
        the platform is left."""
        self.assertEqual(ours(), [])
        address = CONF['tenant_db_host']
        self.assertNotIn(address + '/', out('ip', '-o', '-4', 'addr'))
        self.assertNotIn('cameleer', out('nft', 'list', 'tables'))
        with open('/proc/self/mountinfo', encoding='ascii') as f:
            self.assertNotIn(' %s/' % STATE, f.read())
        self.assertNotIn('cml', out('ip', '-o', 'link', 'show', 'type',
                                    'bridge'))
        ports = [urllib.parse.urlsplit(ENV['base_url']).port,
                 urllib.parse.urlsplit(ENV['database_url']).port,
                 int(ENV['registry'].rpartition(':')[2])]
        for port in ports:
            self.assertEqual(out('ss', '-Htln', 'sport = :%d' % port), '')
        self.assertEqual(quickstart('status')[0], 1)

    def test_stop_leaves_nothing_running_and_start_brings_it_back(self):
        user = owner()
        counts, shown = self.counts(), user.deployment('orders')
        DB.close()
        code, text, took = quickstart('stop')
        self.assertEqual(code, 0, text)
        say('stop: %.1f s' % took)
        self.check_stopped()
        self.assertEqual(quickstart('stop')[0], 0, 'stop again')
        code, text, took = quickstart()
        self.assertEqual(code, 0, text[-3000:])
        say('start: %.1f s' % took)
        user.sign_in()
        eventually(60, lambda: user.deployment('orders')['state'] ==
                   'running', 'orders runs')
        self.assertEqual(user.deployment('orders')['container'],
                         shown['container'])
        self.assertEqual(user.get('/t/%s/api/v1/health' % ENV['tenant'])[
            'status'], 'UP')
        self.assertEqual(self.counts(), counts)
        self.assertEqual(quickstart('status')[0], 0)


if __name__ == '__main__':
    unittest.main()
