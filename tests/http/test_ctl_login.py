# SPDX-License-Identifier: Apache-2.0
"""cameleerctl login shows a code and stores the token in a file."""
import json
import os
import re
import stat
import subprocess
import tempfile
import unittest

from support import ENV, STATE, TestCase
from support_http import request
from support_sql import DB
from support_world import Tenant


class Terminal:
    """A running `cameleerctl login` with a home directory of its own."""

    def __init__(self, home, url=ENV['base_url'], **env):
        self.process = subprocess.Popen(
            [STATE + '/bin/cameleerctl', 'login', url, '--ca',
             ENV['ca_cert']], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, env=dict({'PATH': '/usr/bin:/bin', 'HOME': home},
                                **env))

    def code(self):
        """Waits for the code that the command shows, and returns it."""
        self.line = self.process.stderr.readline()
        found = re.search(r'enter ([A-Z]{4}-[A-Z]{4}),', self.line)
        assert found, self.line
        return found.group(1)

    def end(self):
        """Waits for the end; returns (exit status, standard output, the rest of
        standard error)."""
        out, err = self.process.communicate(timeout=120)
        return self.process.returncode, out, err


class Login(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.tenant = Tenant()

    def setUp(self):
        DB.run('DELETE FROM device_login')
        home = tempfile.TemporaryDirectory()
        self.addCleanup(home.cleanup)
        self.home = home.name
        self.file = self.home + '/.config/cameleer/session.json'

    def decide(self, terminal, yes=True):
        code = terminal.code()
        self.assertAnswer(self.tenant.login().post(
            '/api/auth/device/approve', {'user_code': code, 'approve': yes}),
            204)

    def test_the_tokens_are_kept_for_their_owner_alone(self):
        old = os.umask(0)
        try:
            terminal = Terminal(self.home)
        finally:
            os.umask(old)
        self.decide(terminal)
        self.assertIn('%s/device#code=' % ENV['base_url'], terminal.line)
        status, out, err = terminal.end()
        self.assertEqual((status, err), (0, ''))
        self.assertIn(self.file, out)
        for path, mode in ((self.file, 0o600),
                           (os.path.dirname(self.file), 0o700)):
            self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), mode)
        self.assertEqual(os.listdir(os.path.dirname(self.file)),
                         ['session.json'])
        with open(self.file, encoding='utf-8') as f:
            kept = json.load(f)
        self.assertEqual(set(kept), {'url', 'access_token', 'refresh_token',
                                     'expires_at'})
        self.assertEqual(kept['url'], ENV['base_url'])
        self.assertAnswer(request('GET', '/api/apps', headers={
            'Cameleer-Tenant': self.tenant.slug},
            token=kept['access_token']), 200)
        self.assertAnswer(request('POST', '/api/auth/refresh', {
            'refresh_token': kept['refresh_token']}), 200)
        # none of it was on the terminal
        for name in ('access_token', 'refresh_token'):
            self.assertNotIn(kept[name], out + err + terminal.line)
        agent = DB.value('SELECT user_agent FROM session WHERE account_id ='
                         ' $1 ORDER BY created_at DESC LIMIT 1',
                         self.tenant.owner.id)
        self.assertEqual(agent.split('/')[0], 'cameleerctl')

    def test_a_second_sign_in_takes_the_place_of_the_first(self):
        config = self.home + '/elsewhere'
        os.makedirs(config + '/cameleer')
        path = config + '/cameleer/session.json'
        # not even a link leads the secret to another place
        os.symlink(self.home + '/stolen', path)
        terminal = Terminal(self.home, XDG_CONFIG_HOME=config)
        self.decide(terminal)
        self.assertEqual(terminal.end()[0], 0)
        self.assertFalse(os.path.islink(path))
        self.assertFalse(os.path.exists(self.home + '/stolen'))
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)

    def test_refused_by_the_person(self):
        terminal = Terminal(self.home)
        self.decide(terminal, False)
        status, _, err = terminal.end()
        self.assertEqual(status, 1)
        self.assertIn('the person has refused', err)
        self.assertFalse(os.path.exists(self.file))

    def test_expired_while_it_waited(self):
        terminal = Terminal(self.home)
        terminal.code()
        DB.run('UPDATE device_login SET expires_at = now()')
        status, _, err = terminal.end()
        self.assertEqual(status, 1)
        self.assertIn('expired', err)

    def test_what_is_no_platform(self):
        for url in ('http://localhost', 'https://', 'localhost',
                    'https://localhost/path', ENV['base_url'] + '//'):
            status, _, err = Terminal(self.home, url).end()
            self.assertEqual(status, 1, url)
            self.assertIn('give it as https://HOST', err)
        status, _, err = Terminal(self.home, 'https://127.0.0.1:1').end()
        self.assertEqual(status, 1)
        self.assertNotEqual(err, '')

    def test_a_stranger_behind_the_name_is_not_believed(self):
        process = subprocess.run(
            [STATE + '/bin/cameleerctl', 'login', ENV['base_url']],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={'PATH': '/usr/bin:/bin', 'HOME': self.home}, timeout=60)
        self.assertEqual(process.returncode, 1)
        self.assertIn('--ca FILE', process.stderr)
        self.assertEqual(DB.number('SELECT count(*) FROM device_login'), 0)


if __name__ == '__main__':
    unittest.main()
