# SPDX-License-Identifier: Apache-2.0
"""The platform under test: where it is, and its processes."""
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
    """What the processes read, as a dictionary."""
    found = {}
    with open(STATE + '/conf/cameleer.conf', encoding='utf-8') as f:
        for line in f:
            name, sign, value = line.partition('=')
            if sign and not line.startswith('#'):
                found[name.strip()] = value.strip()
    return found


def unique(prefix='t'):
    """A slug that nobody had before."""
    return prefix + ''.join(random.choices(
        string.ascii_lowercase + string.digits, k=12))


def eventually(seconds, condition, what):
    """Waits until condition() is true; returns what it gave, and how long
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
    """The process that the supervisor keeps running."""
    words = []
    while not words:        # just being written
        with open('%s/run/%s.main' % (STATE, service),
                  encoding='ascii') as f:
            words = f.read().split()
    return int(words[0])


def children(service):
    """The children of a service's master, oldest first."""
    main = main_pid(service)
    try:
        with open('/proc/%d/task/%d/children' % (main, main),
                  encoding='ascii') as f:
            return [int(pid) for pid in f.read().split()]
    except FileNotFoundError:
        return []


def kill(pid, number=signal.SIGKILL):
    """One process of the platform, by its number."""
    os.kill(pid, number)


def log_text(service):
    """Everything that a service has said so far."""
    with open('%s/log/%s.log' % (STATE, service), 'rb') as f:
        return f.read()


def metrics(service):
    """Counters as {'name{labels}': number}."""
    url = '%s/metrics/%s' % (ENV['status_url'], service)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=20) as answer:
        text = answer.read().decode()
    return {line.rsplit(' ', 1)[0]: float(line.rsplit(' ', 1)[1])
            for line in text.splitlines() if line and line[0] != '#'}


def counter(service, name, label=None):
    """One counter; label as in class="2xx"."""
    labels = 'service="%s"' % service + (',' + label if label else '')
    return metrics(service)['%s{%s}' % (name, labels)]


def openssl(*args, data=None):
    """What openssl gives."""
    return subprocess.run(('openssl',) + args, input=data, check=True,
                          stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout


class TestCase(unittest.TestCase):
    """With long texts in failures."""

    maxDiff = None

    def assertAnswer(self, answer, status, code=None):
        """The status, and the stable code of a problem."""
        self.assertEqual(
            (answer.status, code if code is None else answer.code),
            (status, code), answer.describe())
        return answer
