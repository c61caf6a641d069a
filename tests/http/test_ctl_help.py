# SPDX-License-Identifier: Apache-2.0
"""cameleerctl explains its commands, and shells complete them."""
import pathlib
import re
import subprocess
import tempfile
import unittest

from support import SOURCE, STATE, TestCase

CTL = STATE + '/bin/cameleerctl'


def ctl(*words):
    """Runs cameleerctl; returns exit status, standard output and error."""
    done = subprocess.run((CTL,) + words, check=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.returncode, done.stdout, done.stderr


def commands():
    """Returns each command with the options of its synopsis."""
    text = ctl('help')[1]
    found = {}
    for line in re.findall(r'^  (\S.*)$', text, re.M):
        name = re.match(r'[a-z-]+(?: [a-z-]+)?', line).group(0)
        found[name] = re.findall(r'--[a-z-]+', line)
    return found


def named():
    """Yields (file, first word, second or '') of each cameleerctl command that
    a document or a message of ours names."""
    for ending, pattern in (
            ('md', r'(?m)(?:`|^|; |\| )(?:cameleer)?ctl ([a-z][a-z-]+)'
             r'(?:\s+([a-z][a-z-]+))?'),
            ('c', r'cameleerctl ([a-z][a-z-]+) ([a-z][a-z-]+)')):
        for folder in ('docs', 'modules'):
            for path in pathlib.Path(SOURCE, folder).glob('**/*.' + ending):
                for first, second in re.findall(
                        pattern, path.read_text(encoding='utf-8')):
                    yield path.name, first, second


class Help(TestCase):

    def test_command_that_we_name_somewhere_exists(self):
        known = commands()
        groups = {name.split()[0] for name in known}
        found = set(named())
        self.assertGreater(len(found), 30)
        for where, first, second in found:
            self.assertTrue(
                first in known or first + ' ' + second in known or
                (second == '' and first in groups),
                '%s: cameleerctl %s %s' % (where, first, second))

    def test_unknown_command_gets_one_line_and_a_hint(self):
        for words, hint in (
                (('dcotor',), 'did you mean `doctor\'?'),
                (('keys', 'lst'), 'did you mean `keys list\'?'),
                (('db', 'migrat'), 'did you mean `db migrate\'?'),
                (('keys',), 'one of: init, list, rotate, promote'),
                (('frobnicate',), '`cameleerctl help\' lists all'),
                (('--frobnicate',), 'no option `--frobnicate\''),
                (('help', 'doctr'), 'did you mean `doctor\'?')):
            with self.subTest(words):
                status, out, err = ctl(*words)
                self.assertEqual((status, out, err.count('\n')), (2, '', 1))
                self.assertTrue(err.startswith('cameleerctl: '), err)
                self.assertIn(hint, err)

    def test_help_of_one_command_and_of_all(self):
        self.assertIn('doctor [--from DIR]', ctl('help', 'doctor')[1])
        self.assertIn('Applies the migrations', ctl(
            'help', 'db', 'migrate')[1])
        self.assertEqual(ctl('help', 'db', 'migrate'),
                         ctl('db', 'migrate', '--help'))
        self.assertIn('tenants export SLUG --format FORMAT', ctl(
            'help', 'tenants', 'export')[1])
        self.assertEqual(ctl('help'), ctl('--help'))
        self.assertEqual(ctl('help'), ctl('-h'))
        self.assertGreater(len(commands()), 25)
        for name in commands():
            status, out, _ = ctl('help', *name.split())
            self.assertEqual((status, name in out), (0, True), name)

    def test_first_word_alone_is_helped_with_all_of_its_commands(self):
        said = ctl('help', 'keys')
        self.assertEqual(said, ctl('keys', '--help'))
        self.assertEqual((said[0], said[2]), (0, ''))
        self.assertEqual(re.findall(r'^  (\S+ \S+)', said[1], re.M),
                         [name for name in commands()
                          if name.startswith('keys ')])
        self.assertEqual(ctl('frobnicate', '--help')[:2], (2, ''))

    def test_wrong_word_is_told_for_what_it_is(self):
        for words, said in (
                (('-c',), '-c needs FILE'),
                (('db', 'status', '--from'), '--from needs DIR'),
                (('db', 'status', '--from', ''),
                 '--from needs DIR, which is empty here'),
                (('db', 'status', '--form', 'x'),
                 'there is no option `--form\''),
                (('db', 'status', 'x'), '`x\' is one too many')):
            with self.subTest(words):
                status, out, err = ctl(*words)
                self.assertEqual((status, out), (2, ''))
                self.assertIn(said, err.splitlines()[0])

    def test_missing_settings_are_told_with_the_option_that_names_them(self):
        with tempfile.TemporaryDirectory() as folder:
            status, _, err = ctl('-c', folder + '/gone', 'keys', 'list')
        self.assertEqual(status, 78)
        self.assertIn('with -c FILE', err)

    def test_missing_argument_may_be_left_out_only_in_brackets(self):
        status, _, err = ctl('completion')
        self.assertEqual(status, 2)
        self.assertIn('completion: needs SHELL', err)
        self.assertEqual(ctl('completion', 'tcsh')[0], 2)


class Completion(TestCase):
    """Each shell accepts its completion script, which offers the commands and
    options of cameleerctl."""

    def script(self, shell):
        """Returns the path of a file with the completion script."""
        status, out, err = ctl('completion', shell)
        self.assertEqual((status, err), (0, ''))
        file = tempfile.NamedTemporaryFile('w', suffix='.' + shell)
        self.addCleanup(file.close)
        file.write(out)
        file.flush()
        return file.name

    def check_offers(self, offer):
        """Checks the completions. offer(words, word) returns what is offered
        after `words` for the beginning `word`."""
        firsts = {name.split()[0] for name in commands()}
        self.assertLessEqual(firsts, offer([], ''))
        self.assertEqual(offer([], 'doc'), {'doctor'})
        self.assertEqual(offer(['db'], ''), {'migrate', 'status'})
        self.assertEqual(offer(['-c', 'x', '--json', 'db'], 'm'),
                         {'migrate'})
        self.assertEqual(offer(['completion'], ''), {'bash', 'zsh', 'fish'})
        for name, options in commands().items():
            with self.subTest(name):
                self.assertEqual(offer(name.split(), '--') -
                                 {'--json', '--help', '--version'},
                                 set(options))

    def test_bash(self):
        path = self.script('bash')

        def offer(before, current):
            words = ['cameleerctl'] + before + [current]
            return set(subprocess.run(
                ['bash', '-euc', 'source "$1"; shift; COMP_WORDS=("$@");'
                 ' COMP_CWORD=$(($# - 1)); _cameleerctl || true;'
                 ' printf "%s\\n" "${COMPREPLY[@]}"', 'bash', path] + words,
                check=True, stdout=subprocess.PIPE, text=True).stdout.split())
        self.check_offers(offer)

    def test_zsh(self):
        path = self.script('zsh')

        def offer(before, current):
            words = ['cameleerctl'] + before + [current]
            said = subprocess.run(
                ['zsh', '-fc', 'compdef() { }; file=$1; shift;'
                 ' compadd() { shift; print -l -- $@ }; source $file;'
                 ' words=("$@"); CURRENT=$#; _cameleerctl', 'zsh', path] +
                words, check=True, stdout=subprocess.PIPE,
                text=True).stdout.split()
            # compadd itself would compare with what was typed
            return {word for word in said if word.startswith(current)}
        self.check_offers(offer)

    def test_fish(self):
        path = self.script('fish')

        def offer(before, current):
            line = ' '.join(['cameleerctl'] + before + [current])
            said = subprocess.run(
                ['fish', '--no-config', '-c',
                 'source $argv[1]; complete -C $argv[2]', path, line],
                check=True, stdout=subprocess.PIPE, text=True,
                env={'HOME': '/tmp', 'PATH': '/usr/bin:/bin'}).stdout
            return {entry.split('\t')[0] for entry in said.splitlines()}
        self.check_offers(offer)


if __name__ == '__main__':
    unittest.main()
