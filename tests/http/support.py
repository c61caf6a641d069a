# SPDX-License-Identifier: Apache-2.0
"""Finds the platform under test, its settings and its processes."""
import json
import os
import random
import signal
import string
import subprocess
import time
import unittest
import urllib.request

with open(os.environ['CAMELEER_TEST_ENV'], encoding='utf-8') as _file:
    ENV = json.load(_file)
STATE = os.path.dirname(os.path.abspath(os.environ['CAMELEER_TEST_ENV']))
SOURCE = os.environ.get('CAMELEER_SOURCE') or os.path.dirname(
    os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MODULES = ('auth', 'tenants', 'apps', 'billing', 'license', 'sso')
# Sanitizers and valgrind are slower: waits and limits grow by this factor.
SLOW = float(os.environ.get('CAMELEER_SLOW', '1'))
NIL = '00000000-0000-0000-0000-000000000000'


def settings():
    """Returns the settings file of the processes as a dictionary."""
    found = {}
    with open(STATE + '/conf/cameleer.conf', encoding='utf-8') as f:
        for line in f:
            name, sign, value = line.partition('=')
            if sign and not line.startswith('#'):
                found[name.strip()] = value.strip()
    return found


def unique(prefix='t'):
    """Returns the prefix with random letters, a slug that is not in use."""
    return prefix + ''.join(random.choices(
        string.ascii_lowercase + string.digits, k=12))


def eventually(seconds, condition, what):
    """Waits until condition() is true; returns its result and the seconds that
    it took."""
    began = time.monotonic()
    while True:
        got = condition()
        took = time.monotonic() - began
        if got:
            return got, took
        if took > seconds * SLOW:
            raise AssertionError('%s: not within %.1f s' % (what, seconds))
        time.sleep(0.02)


def main_pid(service):
    """Returns the pid of the process that the supervisor keeps running."""
    words = []
    while not words:        # just being written
        with open('%s/run/%s.main' % (STATE, service),
                  encoding='ascii') as f:
            words = f.read().split()
    return int(words[0])


def children(service):
    """Returns the pids of a service's children, oldest first."""
    main = main_pid(service)
    try:
        with open('/proc/%d/task/%d/children' % (main, main),
                  encoding='ascii') as f:
            return [int(pid) for pid in f.read().split()]
    except FileNotFoundError:
        return []


def kill(pid, number=signal.SIGKILL):
    """Sends the signal with this number to a process of the platform."""
    os.kill(pid, number)


def log_text(service):
    """Returns the whole log of a service."""
    with open('%s/log/%s.log' % (STATE, service), 'rb') as f:
        return f.read()


def metrics(service):
    """Returns the metrics of a service as {'name{labels}': number}."""
    url = '%s/metrics/%s' % (ENV['status_url'], service)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=20) as answer:
        text = answer.read().decode()
    return {line.rsplit(' ', 1)[0]: float(line.rsplit(' ', 1)[1])
            for line in text.splitlines() if line and line[0] != '#'}


def counter(service, name, label=None):
    """Returns one counter; `label` is written like class="2xx"."""
    labels = 'service="%s"' % service + (',' + label if label else '')
    return metrics(service)['%s{%s}' % (name, labels)]


def openssl(*args, data=None):
    """Runs openssl and returns its standard output."""
    return subprocess.run(('openssl',) + args, input=data, check=True,
                          stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout


class TestCase(unittest.TestCase):
    """A test case that shows long differences in full."""

    maxDiff = None

    def assertAnswer(self, answer, status, code=None):
        """Checks the status and the problem code of an answer."""
        self.assertEqual(
            (answer.status, code if code is None else answer.code),
            (status, code), answer.describe())
        return answer
