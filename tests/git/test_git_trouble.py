# SPDX-License-Identifier: Apache-2.0
"""Servers and disks that fail: what the client says, and what it leaves."""
import glob
import os
import shutil
import time
import unittest

from support_git import TOKEN, GitCase, run, write

PATH = 'tenants/eu1/acme'
SMALL = ('unshare', '--mount', 'sh', '-c',
         'mount -t tmpfs -o size=40k tmpfs "$0" && exec "$@"')


class Trouble(GitCase):

    def unavailable(self, said, *words):
        """Checks a failure that may pass, within the deadline."""
        self.refused(said, 'git_unavailable', *words)

    def test_unreachable_server(self):
        self.use('http://127.0.0.1:9/repo.git')
        self.unavailable(self.commit(PATH, a='1'), 'refused')
        self.unavailable(self.call('check'))
        self.use('https://nowhere.example/repo.git')
        self.unavailable(self.call('check'))

    def test_server_that_hangs_is_given_up(self):
        self.use(self.server.url(), git_timeout_s='5')
        self.server.hang = 60
        began = time.monotonic()
        self.refused(self.commit(PATH, a='1'), 'git_slow', 'git_timeout_s')
        self.assertLess(time.monotonic() - began, 15)
        self.server.hang = 0
        self.committed(PATH, a='1')

    def test_server_that_hangs_in_the_push_is_given_up(self):
        self.use(self.server.url(), git_timeout_s='5')
        self.server.before_push = [lambda: time.sleep(8)]
        self.refused(self.commit(PATH, a='1'), 'git_slow')
        time.sleep(4)   # the server goes on with what it got
        self.committed(PATH, a='2')

    def test_garbage(self):
        one = self.committed(PATH, a='1')
        for garbage in (b'', b'garbage', b'001e# service=git-upload-pack\n',
                        b'ffff' * 1000, b'\0' * 100, b'0004' * 10,
                        b'001e# service=git-upload-pack\n0000' + b'x' * 200,
                        b'001e# service=git-upload-pack\n0000003f' +
                        b'z' * 40 + b' refs/heads/main\n0000'):
            self.server.garbage = garbage
            self.unavailable(self.commit(PATH, a='2'))
            self.unavailable(self.call('check'))
        self.server.garbage = None
        self.assertEqual(self.head(), one)
        self.committed(PATH, a='2')

    def test_errors_of_the_server(self):
        for status, code in ((500, 'git_unavailable'),
                             (503, 'git_unavailable'),
                             (404, 'git_missing'), (403, 'git_denied')):
            self.server.status = status
            self.refused(self.commit(PATH, a='1'), code)
            self.refused(self.call('check'), code)

    def test_redirect_to_another_host_is_not_followed(self):
        other = self.serve()
        self.server.redirect = other.url('127.0.0.1').rpartition('/')[0]
        self.unavailable(self.call('check'))
        self.unavailable(self.commit(PATH, a='1'))
        self.assertEqual(other.seen, [])

    def test_push_that_the_server_forbids(self):
        self.git('config', 'http.receivepack', 'false')
        self.refused(self.commit(PATH, a='1'), 'git_denied', 'git.token')
        self.refused(self.call('check'), 'git_denied')

    def test_push_that_a_hook_declines(self):
        write(self.bare + '/hooks/pre-receive', '#!/bin/sh\nexit 1\n', 0o755)
        self.refused(self.commit(PATH, a='1'), 'git_rejected', 'hook',
                     'git_branch')
        self.assertEqual(self.head(), '')

    def test_clone_that_is_damaged_is_made_anew(self):
        self.committed(PATH, a='1')
        clone = self.dir + '/client.cache/clone'
        for damage in (
                lambda: shutil.rmtree(clone + '/objects'),
                lambda: write(clone + '/HEAD', 'nonsense'),
                lambda: write(clone + '/config', '[broken'),
                lambda: [write(name, 'x', 0o600) for name in
                         glob.glob(clone + '/objects/??/*')],
                lambda: write(clone + '/refs/remotes/origin/main', 'x'),
                lambda: write(clone + '/refs/remotes/origin/main.lock', ''),
                lambda: write(clone + '/refs/cameleer/pushed.lock', ''),
                lambda: (shutil.rmtree(clone), write(clone, 'a file'))):
            self.other_commits()
            damage()
            self.committed(PATH, a=str(time.time()))
        self.assertEqual(self.count(), 17)
        self.git('fsck', '--strict')

    def test_clone_of_another_repository_is_not_used(self):
        one = self.committed(PATH, a='1')
        run('git', 'init', '-q', '--bare', '-b', 'main',
            self.dir + '/served/other.git')
        self.use(self.server.url().replace('repo.git', 'other.git'))
        self.assertEqual(self.call('read', PATH)['files'], {})
        self.assertFalse(self.call('contains', one, one)['contains'])

    def test_full_disk(self):
        cache = self.dir + '/client.cache'
        said = self.commit(PATH, wrap=SMALL + (cache,), a='x' * 60000)
        self.refused(said, 'git_full', 'git_directory')
        self.assertEqual(self.head(), '')

    def test_directory_that_cannot_be_used(self):
        shutil.rmtree(self.dir + '/client.cache')
        self.refused(self.commit(PATH, a='1'), 'git_cache_failed',
                     'git_directory')

    def test_repository_that_is_larger_than_the_clone_may_be(self):
        self.other_commits('big', os.urandom(20 << 20))
        self.use(self.server.url(), git_cache_mib='16', git_timeout_s='60')
        self.refused(self.commit(PATH, a='1'), 'git_unavailable',
                     'git_cache_mib')

    def test_clone_that_has_grown_is_made_anew(self):
        self.committed(PATH, a='1')
        path = self.dir + '/client.cache/clone/objects/pack/tmp_pack_x'
        write(path, 'x' * (20 << 20))
        self.use(self.server.url(), git_cache_mib='16')
        self.committed(PATH, a='2')
        self.assertFalse(os.path.exists(path))

    def test_branch_that_is_missing(self):
        self.assertIsNone(self.call('check')['code'])   # empty: the start
        self.committed(PATH, a='1')
        self.assertIsNone(self.call('check')['code'])
        self.use(self.server.url(), git_branch='mian')
        self.refused(self.call('check'), 'git_missing', 'mian', 'git_branch')
        self.use(self.server.url(), git_branch='no..name')
        self.refused(self.call('check'), 'git_missing', 'git_branch')
        self.refused(self.commit(PATH, a='1'), 'git_missing', 'git_branch')

    def test_check_changes_nothing(self):
        self.call('check')
        self.assertEqual(self.head(), '')
        self.assertEqual([path for method, path, _ in self.server.seen
                          if method == 'POST'], [])

    def test_no_repository_is_set(self):
        self.use('')
        self.refused(self.call('check'), 'git_missing', 'git_url')


class Secrets(GitCase):

    def test_token(self):
        self.server.login = 'robot:' + TOKEN
        self.use(self.server.url(), git_user='robot')
        self.refused(self.commit(PATH, a='1'), 'git_denied', 'git.token')
        self.credential('git.token', TOKEN + '\n')
        self.committed(PATH, a='1')
        self.assertIsNone(self.call('check')['code'])
        self.use(self.server.url(), git_user='someone')
        del self.server.seen[:]
        self.refused(self.call('check'), 'git_denied', 'git_user')
        # one without it, one with it: no account is locked by us
        self.assertEqual(len(self.server.seen), 2)

    def test_token_is_nowhere_but_in_its_file(self):
        self.server.login = 'robot:' + TOKEN
        self.use(self.server.url(), git_user='robot')
        self.credential('git.token', TOKEN)
        seen = []

        def look():
            for path in glob.glob('/proc/[0-9]*/cmdline') + \
                    glob.glob('/proc/[0-9]*/environ'):
                try:
                    with open(path, 'rb') as f:
                        if TOKEN.encode() in f.read():
                            seen.append(path)
                except OSError:
                    pass

        self.server.before_push = [look]
        said = self.commit(PATH, a='1')
        self.assertEqual((said['code'], seen), (None, []))
        self.server.login = 'robot:changed'
        said = self.commit(PATH, a='2')
        self.refused(said, 'git_denied')
        self.assertNotIn(TOKEN, str(said))
        found = run('sh', '-c', 'grep -rlF "%s" "%s" || true' % (
            TOKEN, self.dir))
        self.assertEqual(found, self.dir + '/cred/git.token')

    def test_token_is_not_shown_at_another_port(self):
        other = self.serve()
        self.use(self.server.url(), git_user='robot')
        self.credential('git.token', TOKEN)
        self.server.redirect = other.url().rpartition('/')[0]
        for first in ('robot:' + TOKEN, None):     # asked before, or there
            self.server.login, other.login = first, 'robot:' + TOKEN
            self.refused(self.call('check'), 'git_unavailable', 'redirects',
                         'git_url')
            self.refused(self.commit(PATH, a='1'), 'git_unavailable')
        self.assertEqual(other.seen, [])

    def test_token_file_that_others_can_read(self):
        os.chmod(self.credential('git.token', TOKEN), 0o444)
        self.refused(self.call('check'), 'credential')


class Tls(GitCase):

    def setUp(self):
        super().setUp()
        key, self.ca = self.dir + '/key.pem', self.dir + '/ca.pem'
        run('openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
            'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out',
            self.ca, '-days', '2', '-subj', '/CN=localhost', '-addext',
            'subjectAltName=DNS:localhost')
        self.files_of_tls = self.ca, key
        self.secure = self.serve(self.files_of_tls)

    def test_private_ca(self):
        self.use(self.secure.url(), git_ca=self.ca)
        self.committed(PATH, a='1')
        self.assertIsNone(self.call('check')['code'])

    def test_redirect_to_another_port_is_not_followed(self):
        other = self.serve(self.files_of_tls)
        self.use(self.secure.url(), git_ca=self.ca)
        self.secure.redirect = other.url().rpartition('/')[0]
        self.refused(self.call('check'), 'git_unavailable', 'redirects')
        self.refused(self.commit(PATH, a='1'), 'git_unavailable')
        self.assertEqual(other.seen, [])

    def test_certificate_that_is_not_trusted(self):
        self.use(self.secure.url())
        self.refused(self.commit(PATH, a='1'), 'git_untrusted', 'git_ca')
        self.refused(self.call('check'), 'git_untrusted', 'git_ca')
        self.assertEqual(self.secure.seen, [])

    def test_certificate_of_another_name(self):
        self.use(self.secure.url('127.0.0.1'), git_ca=self.ca)
        self.refused(self.call('check'), 'git_untrusted')
        self.assertEqual(self.secure.seen, [])

    def test_ca_that_cannot_be_read(self):
        self.use(self.secure.url(), git_ca=self.dir + '/none.pem')
        self.refused(self.call('check'), 'git_untrusted', 'git_ca')


if __name__ == '__main__':
    unittest.main()
