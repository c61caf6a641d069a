# SPDX-License-Identifier: Apache-2.0
"""Key rotation under load loses no request (T27)."""
import json
import os
import subprocess
import threading
import time
import unittest

from support import STATE, TestCase, eventually
from support_http import disconnect, request
from support_token import header_of
from support_world import Tenant

SEEN_S, MAX_AGE_S = 60, 30      # modules/ctl/keys.c, libshared/skeleton/process.c


def ctl(*args):
    """Runs cameleerctl as root, which may write others' credentials; returns
    its JSON."""
    out = subprocess.run(
        [STATE + '/bin/cameleerctl', '-c', STATE + '/conf/cameleer.conf',
         '--json', *args],
        env={'PATH': '/usr/bin:/bin',
             'CREDENTIALS_DIRECTORY': STATE + '/cred/ctl'},
        check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(out)


class Load(threading.Thread):
    """A client that works until told to stop and records every failure."""

    def __init__(self, tenant, stop):
        super().__init__()
        self.tenant, self.stop = tenant, stop
        self.asked, self.wrong, self.kids = 0, [], set()

    def ask(self, session, path):
        answer = session.get(path)
        self.asked += 1
        if answer.status != 200:
            self.wrong.append('%s: %s' % (path, answer.describe()))

    def run(self):
        try:
            old = self.tenant.login()
            while not self.stop.is_set():
                new = self.tenant.login()
                self.kids.add(header_of(new.access)['kid'])
                for session in (old, new):
                    for path in ('/api/auth/me', '/api/tenants/current',
                                 '/api/apps', '/api/billing/plan'):
                        self.ask(session, path)
                # An account has 50 sessions at most.
                new.post('/api/auth/logout')
                time.sleep(0.2)
        except Exception as error:      # pylint: disable=broad-except
            self.wrong.append(repr(error))
        finally:
            disconnect()


class Rotation(TestCase):

    def test_rotation_no_failure(self):
        stop = threading.Event()
        loads = [Load(Tenant(), stop) for _ in range(3)]
        for load in loads:
            load.start()
        try:
            self.rotate(loads)
        finally:
            stop.set()
            for load in loads:
                load.join()
        for load in loads:
            self.assertEqual(load.wrong, [])
            self.assertGreater(load.asked, 100)
        print('# %d requests' % sum(load.asked for load in loads))

    def rotate(self, loads):
        """Rotates the access key: pending, published everywhere, active, and
        used everywhere."""
        made = ctl('keys', 'rotate', 'access', '--holder', 'auth', '--out',
                   STATE + '/cred')
        owner = os.stat(STATE + '/cred/auth')
        os.chown(STATE + '/cred/auth/signing.keys', owner.st_uid,
                 owner.st_gid)
        jwks = request('GET', '/.well-known/jwks.json').json()['keys']
        self.assertIn(made['kid'], [key['kid'] for key in jwks])
        time.sleep(SEEN_S)
        ctl('keys', 'promote', made['kid'])
        eventually(MAX_AGE_S + 5, lambda: all(
            made['kid'] in load.kids for load in loads),
            'the new key signs for everybody')
        before = {load: load.asked for load in loads}
        eventually(10, lambda: all(load.asked > before[load] + 30
                                   for load in loads), 'more requests')
        self.assertFalse([load.wrong for load in loads if load.wrong])


if __name__ == '__main__':
    unittest.main()
