# SPDX-License-Identifier: Apache-2.0
"""Commits of directories: what they hold, and what others do meanwhile."""
import unittest
import uuid

from support_git import GitCase, read, run, write

PATH = 'tenants/eu1/acme'


class Commit(GitCase):

    def test_first_commit_of_an_empty_repository(self):
        one = self.committed(PATH, a='1\n', b='2\n')
        self.assertEqual(self.head(), one)
        self.assertEqual(self.names(), [PATH + '/a.yaml', PATH + '/b.yaml'])
        self.assertEqual(self.shown(PATH + '/b.yaml'), '2')
        self.git('fsck', '--strict')

    def test_directory_holds_exactly_the_files_of_the_change(self):
        self.other_commits('README')
        self.committed(PATH, a='1', b='2')
        self.committed('tenants/eu1/beta', a='other')
        self.committed(PATH, b='3', c='4')
        self.assertEqual(self.names(), [
            'README', PATH + '/b.yaml', PATH + '/c.yaml',
            'tenants/eu1/beta/a.yaml'])
        self.assertEqual(self.shown(PATH + '/b.yaml'), '3')

    def test_same_files_make_no_commit(self):
        one = self.committed(PATH, a='1')
        said = self.commit(PATH, a='1')
        self.assertEqual((said['made'], said['commit']), (False, one))
        self.assertEqual(self.count(), 1)

    def test_removed_directory_takes_empty_ones_along(self):
        self.committed(PATH, a='1')
        self.committed('clusters/eu1', a='1')
        self.committed(PATH)
        self.assertEqual(self.names(), ['clusters/eu1/a.yaml'])
        self.assertEqual(self.git('ls-tree', 'main').count('\n'), 0)
        said = self.commit(PATH)
        self.assertEqual((said['code'], said['made']), (None, False))
        self.git('fsck', '--strict')

    def beside(self, path, other, text=None, **files):
        """Commits a directory and one file elsewhere, or removes them."""
        content = '' if text is None else write(
            '%s/%s' % (self.dir, uuid.uuid4()), text)
        return self.call('beside', path, str(uuid.uuid4()), '-',
                         '%s=%s' % (other, content), *self.files(**files))

    def test_file_beside_the_directory_is_in_the_same_commit(self):
        other = 'clusters/eu1/tenants/acme.yaml'
        self.other_commits('README')
        self.assertTrue(self.beside(PATH, other, 'one', a='1')['made'])
        self.assertEqual(self.names(), ['README', other, PATH + '/a.yaml'])
        self.assertFalse(self.beside(PATH, other, 'one', a='1')['made'])
        self.assertTrue(self.beside(PATH, other, 'two', a='1')['made'])
        self.assertEqual((self.shown(other), self.count()), ('two', 3))
        self.assertTrue(self.beside(PATH, other)['made'])
        self.assertEqual((self.names(), self.count()), (['README'], 4))
        self.assertFalse(self.beside(PATH, other)['made'])
        self.git('fsck', '--strict')

    def test_file_beside_is_in_no_directory_of_the_change(self):
        for other in (PATH, PATH + '/b.yaml', '../b', ''):
            self.refused(self.beside(PATH, other, 'x', a='1'),
                         'git_change_invalid')
        self.other_commits('clusters')
        self.refused(self.beside(PATH, 'clusters/eu1.yaml', 'x', a='1'),
                     'git_path_taken', 'clusters')

    def test_message_names_operation_actor_and_tenant(self):
        operation = str(uuid.uuid4())
        self.committed(PATH, operation=operation, a='1')
        self.assertEqual(
            self.git('log', '-1', '--format=%B', 'main').rstrip(),
            'acme: Change the directory\n\nOperation: %s\nActor: system\n'
            'Tenant: acme' % operation)
        self.assertEqual(
            self.git('log', '-1', '--format=%an <%ae>', 'main'),
            'Cameleer <cameleer@localhost>')

    def test_read_gives_what_was_committed(self):
        self.assertEqual(self.call('read', PATH)['files'], {})
        one = self.committed(PATH, a='1\n', b='zwei: ü\n')
        said = self.call('read', PATH)
        self.assertEqual(said['commit'], one)
        self.assertEqual(said['files'], {'a.yaml': '1\n',
                                         'b.yaml': 'zwei: ü\n'})
        self.assertEqual(self.call('read', 'tenants/eu1/beta')['files'], {})

    def test_contains_tells_ancestors(self):
        one = self.committed(PATH, a='1')
        two = self.other_commits()
        self.assertTrue(self.call('contains', one, two)['contains'])
        self.assertTrue(self.call('contains', two, two)['contains'])
        self.assertFalse(self.call('contains', two, one)['contains'])
        self.assertFalse(self.call('contains', '0' * 40, two)['contains'])
        self.assertFalse(self.call('contains', one, '0' * 40)['contains'])

    def test_file_in_the_way_is_named(self):
        self.other_commits('tenants')
        self.refused(self.commit(PATH, a='1'), 'git_path_taken', PATH)

    def test_bad_names_are_refused(self):
        for path in ('', '/etc', 'a/../b', 'a//b', '.git', 'a/.git', 'a/',
                     'a b', 'a\nb', 'x' * 256):
            said = self.commit(path, a='1')
            self.refused(said, 'git_change_invalid')
        for operation in ('a b', 'x\ny', ''):
            said = self.call('commit', PATH, operation, '-',
                             *self.files(a='1'))
            self.refused(said, 'git_change_invalid')
        self.assertEqual(self.head(), '')

    def test_signed_commit_is_verified_by_git(self):
        key = self.dir + '/signing'
        run('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', key)
        self.credential('git.signing', read(key))
        write(self.dir + '/allowed', 'cameleer@localhost ' +
              read(key + '.pub'))
        self.committed(PATH, a='1')
        self.committed(PATH, a='2')
        self.git('config', 'gpg.ssh.allowedSignersFile',
                 self.dir + '/allowed')
        for commit in self.git('rev-list', 'main').split('\n'):
            self.git('verify-commit', commit)
        write(self.dir + '/allowed', '')
        with self.assertRaises(AssertionError):
            self.git('verify-commit', 'main')

    def test_signing_key_with_a_passphrase_is_refused(self):
        key = self.dir + '/signing'
        run('ssh-keygen', '-q', '-t', 'ed25519', '-N', 'secret', '-f', key)
        self.credential('git.signing', read(key))
        self.refused(self.commit(PATH, a='1'), 'git_key_invalid',
                     'passphrase', 'git.signing')
        self.assertEqual(self.head(), '')


class Others(GitCase):

    def test_two_writers_lose_no_update(self):
        content = write(self.dir + '/content', 'x')
        self.use(self.server.url(), name='second')
        writers = [
            self.start('many', 'tenants/eu1/one', '50', 'a.yaml=' + content),
            self.start('many', 'tenants/eu1/two', '50', 'a.yaml=' + content,
                       name='second')]
        for said in [self.result(one) for one in writers]:
            self.assertIsNone(said['code'], said)
            self.assertEqual(len(said['us']), 50)
        self.assertEqual(self.count(), 100)
        for name in ('one', 'two'):
            self.assertEqual(self.shown('tenants/eu1/%s/a.yaml' % name),
                             content + '49')
            self.assertEqual(int(self.git(
                'rev-list', '--count', 'main', '--',
                'tenants/eu1/' + name)), 50)
        self.git('fsck', '--strict')

    def test_branch_that_moves_before_the_push(self):
        self.committed(PATH, a='1')
        self.server.before_push = [self.other_commits,
                                   lambda: self.other_commits('second')]
        two = self.committed(PATH, a='2')
        self.assertEqual(self.head(), two)
        self.assertEqual(self.count(), 4)
        self.assertEqual(self.names(), ['note', 'second', PATH + '/a.yaml'])

    def test_branch_that_never_rests_is_left_for_later(self):
        self.server.before_push = [
            lambda i=i: self.other_commits('note%d' % i) for i in range(40)]
        self.refused(self.commit(PATH, a='1'), 'git_busy', 'tries again')

    def test_lost_answer_is_found_and_not_committed_twice(self):
        self.server.cuts = 1
        one = self.committed(PATH, a='1')
        self.assertEqual((self.head(), self.count()), (one, 1))

    def test_lost_answer_is_found_by_a_later_attempt(self):
        operation = str(uuid.uuid4())

        def away():
            self.server.status = 503

        self.server.before_push = [away]
        self.server.cuts = 1
        said = self.commit(PATH, operation=operation, a='1')
        self.refused(said, 'git_unavailable')
        self.assertEqual(self.count(), 1)
        self.server.status = 0
        # meanwhile somebody wants something else there
        two = self.committed(PATH, a='2')
        again = self.commit(PATH, operation=operation, name='client', a='1')
        self.assertTrue(again['made'])
        self.assertNotEqual(again['commit'], two)
        self.assertEqual((self.head(), self.count()), (two, 2))
        self.assertEqual(self.shown(PATH + '/a.yaml'), '2')

    def test_rewritten_history_stops_everything(self):
        one = self.committed(PATH, a='1')
        two = self.committed(PATH, a='2', known=one)
        self.git('update-ref', 'refs/heads/main', one)
        said = self.commit(PATH, a='3', known=two)
        self.refused(said, 'history_rewritten', two[:12])
        self.assertEqual(self.head(), one)
        self.use(self.server.url(), name='fresh')   # without the old clone
        said = self.commit(PATH, a='3', known=two, name='fresh')
        self.refused(said, 'history_rewritten', two[:12])
        self.assertEqual(self.head(), one)
        self.committed(PATH, a='3', known=one)      # the operator's decision

    def test_removed_branch_is_a_rewritten_history(self):
        one = self.committed(PATH, a='1')
        self.git('update-ref', '-d', 'refs/heads/main')
        self.refused(self.commit(PATH, a='2', known=one),
                     'history_rewritten')
        self.assertEqual(self.head(), '')

    def test_lost_job_pushes_nothing(self):
        one = self.committed(PATH, a='1')
        said = self.commit(PATH, verb='lost', a='2')
        self.refused(said, 'job_lost')
        self.assertEqual(self.head(), one)

    def test_other_branch_is_made_and_ours_left_alone(self):
        one = self.committed(PATH, a='1')
        self.use(self.server.url(), git_branch='fleet/eu')
        self.committed(PATH, a='2')
        self.assertEqual(self.head(), one)
        self.assertEqual(self.git('show', 'fleet/eu:%s/a.yaml' % PATH), '2')


if __name__ == '__main__':
    unittest.main()
