# SPDX-License-Identifier: Apache-2.0
"""cameleerctl license verify judges licences offline, as docs/license says."""
import json
import os
import subprocess
import tempfile
import unittest

from support import STATE, TestCase

CTL = STATE + '/bin/cameleerctl'
DOCS = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                    '../../docs/license/')
EXIT = {'active': 0, 'expiring': 0, 'grace': 3, 'suspended': 3, 'expired': 4,
        'revoked': 5, 'early': 6, 'invalid': 7}
NOW = '2026-03-10T12:00:00Z'


def vectors():
    """Returns the document with the test vectors."""
    with open(DOCS + 'vectors.json', encoding='utf-8') as f:
        return json.load(f)


class Verify(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.document = vectors()
        cls.vectors = {v['name']: v for v in cls.document['licenses']}
        cls.lists = {v['name']: v['list'] for v in cls.document['lists']}

    def setUp(self):
        # pylint: disable-next=consider-using-with
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.keys = self.file('keys', json.dumps(
            {'keys': self.document['keys']}))

    def file(self, name, text):
        """Writes a file; returns its path."""
        path = os.path.join(self.folder, name)
        with open(path, 'w', encoding='utf-8', newline='') as f:
            f.write(text)
        return path

    def run_ctl(self, *words):
        """Runs the command; returns exit status, output and error."""
        done = subprocess.run(
            (CTL, '-c', '/nonexistent', 'license', 'verify') + words,
            check=False, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env={'PATH': '/nonexistent'})
        return done.returncode, done.stdout, done.stderr

    def verify(self, name, *words, at=NOW):
        """Verifies the licence of a vector with our keys."""
        path = self.file('licence', self.vectors[name]['license'])
        when = ('--at', at) if at else ()
        return self.run_ctl(path, '--keys', self.keys, *when, *words)

    def test_every_vector_by_exit_code_and_words(self):
        shown = 0
        for vector in self.vectors.values():
            if 'contact' in vector:     # an air-gapped site has none
                continue
            more = []
            if 'revocations' in vector:
                more = ['--revocations',
                        self.file('list', vector['revocations'])]
            if 'mark' in vector:
                more += ['--state', self.file('state', json.dumps(
                    {'highest_time': 1775520000, 'serial': 0}))]
            with self.subTest(vector['name']):
                status, out, err = self.verify(
                    vector['name'], '--json', *more, at=vector['now'])
                self.assertEqual((status, err), (EXIT[vector['verdict']], ''))
                said = json.loads(out)
                self.assertEqual(
                    [said[k] for k in ('state', 'reason', 'read', 'write',
                                       'until')],
                    [vector[k] for k in ('verdict', 'reason', 'read', 'write',
                                         'until')])
                shown += 1
        self.assertGreater(shown, 70)

    def test_people_read_sentences(self):
        out = self.verify('JWT: the last week', at='2026-03-25T00:00:00Z')[1]
        for words in ('it is valid and ends within 7 days.',
                      'This holds until 2026-03-31T00:00:00Z.',
                      'max_agents: unlimited', 'max_apps: 500',
                      'lineage: full', 'custom_roles: yes',
                      'No list of revoked licences was given.'):
            self.assertIn(words, out)
        out = self.verify('file: another key')[1]
        self.assertIn('invalid: no given key has signed it.', out)

    def test_one_key_as_servers_get_it(self):
        text = self.document['keys'][0]['x']
        path = self.file('licence', self.vectors['JWT: active']['license'])
        for key in (text, text.replace('-', '+').replace('_', '/') + '='):
            self.assertEqual(self.run_ctl(path, '--at', NOW, '--key', key)[0],
                             0)
        other = 'A' * 43 + '='
        self.assertEqual(self.run_ctl(path, '--at', NOW, '--key', other)[0],
                         7)
        for key in ('', 'x', text[:-1], text + 'A', '!' * 43):
            self.assertIn(self.run_ctl(path, '--at', NOW, '--key', key)[0],
                          (1, 2))

    def test_a_clock_that_goes_back_finds_its_mark(self):
        memory = os.path.join(self.folder, 'memory')
        self.assertEqual(self.verify('JWT: active', '--state', memory,
                                     at=None)[0], 4)
        self.assertEqual(os.stat(memory).st_mode & 0o777, 0o600)
        status, out, _ = self.verify('JWT: active', '--state', memory)
        self.assertEqual(status, 4)
        self.assertIn('The clock was set back', out)
        self.assertEqual(self.verify('JWT: active')[0], 0)

    def test_a_question_about_another_time_is_not_remembered(self):
        memory = os.path.join(self.folder, 'memory')
        self.verify('JWT: active', '--state', memory,
                    at='2099-01-01T00:00:00Z')
        self.assertFalse(os.path.exists(memory))

    def test_an_older_list_is_refused(self):
        memory = self.file('memory', '{"highest_time":1,"serial":8}')
        path = self.file('list', self.lists['one entry'])
        status, _, err = self.verify('JWT: active', '--state', memory,
                                     '--revocations', path)
        self.assertEqual(status, 8)
        self.assertIn('list 7 is older than list 8', err)
        status, _, err = self.verify('JWT: active', '--state', memory)
        self.assertEqual(status, 8)
        self.assertIn('give --revocations', err)
        memory = self.file('memory', '{"highest_time":1,"serial":6}')
        self.assertEqual(self.verify(
            'JWT: active', '--state', memory, '--revocations', path,
            at=None)[0], 5)
        with open(memory, encoding='utf-8') as f:
            self.assertEqual(json.load(f)['serial'], 7)

    def test_lists_that_are_none(self):
        for vector in self.document['lists']:
            path = self.file('list', vector['list'])
            status = self.verify('JWT: active', '--revocations', path)[0]
            self.assertEqual(status, 8 if vector['reason'] else
                             5 if vector['name'] == 'one entry' else 0,
                             vector['name'])

    def test_what_cannot_be_read(self):
        gone = os.path.join(self.folder, 'gone')
        path = self.file('licence', 'x')
        for words in ((gone, '--keys', self.keys), (path, '--keys', gone),
                      (path,), (self.folder, '--keys', self.keys),
                      (path, '--keys', self.file('k', '{}')),
                      (path, '--keys', self.file('k', '{"keys":[7]}')),
                      (path, '--keys', self.keys, '--revocations', gone),
                      (path, '--keys', self.keys, '--state',
                       self.file('m', '{"serial":-1,"highest_time":0}')),
                      (path, '--keys', self.keys, '--state',
                       os.path.join(gone, 'x'))):
            status, out, err = self.run_ctl(*words)
            self.assertEqual((status, out, err.count('\n')), (1, '', 1),
                             words)
        for words, said in (
                ((path,), 'with --keys'),
                ((path, '--keys', self.file('no', 'x')), '/no: no public'),
                ((path, '--keys', self.file('k', '{}')), '/k: no public'),
                ((path, '--key', 'x'), '--key is not 32 bytes')):
            self.assertIn(said, self.run_ctl(*words)[2])
        # A wrong time is told without any key.
        self.assertEqual(self.run_ctl(path, '--at', 'noon')[0], 2)
        for words in (('--at', '2026-03-10'), ('--key', 'x')):
            self.assertEqual(self.run_ctl(path, '--keys', self.keys,
                                          *words)[0], 2)


if __name__ == '__main__':
    unittest.main()
