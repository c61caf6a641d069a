# SPDX-License-Identifier: Apache-2.0
"""The client over SSH, with a real sshd."""
import os
import pwd
import socket
import subprocess
import time
import unittest

from support_git import GitCase, read, run, write

PATH = 'tenants/eu1/acme'
USER = pwd.getpwuid(os.getuid()).pw_name


class Ssh(GitCase):

    def key(self, name, kind='ed25519'):
        """Makes a key pair; returns the path of the private one."""
        path = '%s/%s' % (self.dir, name)
        run('ssh-keygen', '-q', '-t', kind, '-N', '', '-f', path)
        return path

    def setUp(self):
        super().setUp()
        with socket.socket() as free:
            free.bind(('127.0.0.1', 0))
            self.port = free.getsockname()[1]
        self.host = self.key('host')
        self.client_key = self.key('user')
        write(self.dir + '/authorized', read(self.client_key + '.pub'))
        os.makedirs('/run/sshd', exist_ok=True)
        sshd = subprocess.Popen([    # pylint: disable=consider-using-with
            '/usr/sbin/sshd', '-D', '-e', '-f', '/dev/null', '-h', self.host,
            '-o', 'ListenAddress=127.0.0.1', '-o', 'Port=%d' % self.port,
            '-o', 'AuthorizedKeysFile=%s/authorized' % self.dir,
            '-o', 'StrictModes=no', '-o', 'PidFile=none', '-o', 'UsePAM=no',
            '-o', 'PasswordAuthentication=no',
            '-o', 'PermitRootLogin=prohibit-password'],
            stderr=subprocess.DEVNULL)
        self.addCleanup(sshd.wait)
        self.addCleanup(sshd.terminate)
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(('127.0.0.1', self.port)) == 0:
                    break
            time.sleep(0.1)
        self.hosts = write(self.dir + '/hosts', '[localhost]:%d %s' % (
            self.port, read(self.host + '.pub')))
        self.ssh(git_known_hosts=self.hosts)
        self.give(self.client_key)

    def ssh(self, **settings):
        """Lets the client use SSH."""
        self.use('ssh://%s@localhost:%d%s' % (USER, self.port, self.bare),
                 **settings)

    def give(self, path):
        """Gives the client this private key."""
        text = read(path)
        if os.path.exists(self.dir + '/cred/git.key'):
            os.remove(self.dir + '/cred/git.key')
        self.credential('git.key', text)

    def test_commits_with_an_ed25519_key(self):
        one = self.committed(PATH, a='1')
        self.assertEqual(self.head(), one)
        self.assertEqual(self.call('read', PATH)['files'], {'a.yaml': '1'})
        self.assertIsNone(self.call('check')['code'])

    def test_host_key_that_is_unknown(self):
        for settings in ({}, {'git_known_hosts': self.dir + '/none'},
                         {'git_known_hosts': write(
                             self.dir + '/others',
                             read(self.client_key + '.pub'))}):
            self.ssh(**settings)
            self.refused(self.commit(PATH, a='1'), 'git_untrusted',
                         'git_known_hosts')
            self.refused(self.call('check'), 'git_untrusted')
        self.assertEqual(self.head(), '')

    def test_host_key_that_is_revoked(self):
        write(self.hosts, '@revoked ' + read(self.hosts))
        self.refused(self.call('check'), 'git_untrusted')

    def test_key_that_is_refused(self):
        self.give(self.key('stranger'))
        self.refused(self.call('check'), 'git_denied', 'git.key')
        os.remove(self.dir + '/cred/git.key')
        self.refused(self.call('check'), 'git_denied', 'git.key')

    def test_repository_that_is_not_there(self):
        self.bare += '.none'
        self.ssh(git_known_hosts=self.hosts)
        self.refused(self.call('check'), 'git_missing', 'git_url')

    def test_server_that_hangs_is_given_up(self):
        silent = socket.create_server(('127.0.0.1', 0))
        self.addCleanup(silent.close)
        self.port = silent.getsockname()[1]
        self.ssh(git_known_hosts=self.hosts, git_timeout_s='5')
        self.refused(self.commit(PATH, a='1'), 'git_slow')


class File(GitCase):

    def test_repository_of_this_machine(self):
        self.use('file://' + self.bare)
        one = self.committed(PATH, a='1')
        self.assertEqual(self.head(), one)
        self.assertIsNone(self.call('check')['code'])
        self.use('file://' + self.bare + '.none')
        self.refused(self.commit(PATH, a='1'), 'git_missing')


if __name__ == '__main__':
    unittest.main()
