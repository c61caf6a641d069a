# SPDX-License-Identifier: Apache-2.0
"""The curl session that README shows works as written."""
import re
import subprocess
import unittest
import uuid

from support_stack import SOURCE, STATE, TestCase

FOLLOW = 'demo $base/api/apps/hello/releases/1'
TRIES = 120


def session():
    """Returns the commands of README as one script that polls until the end."""
    with open(SOURCE + '/README.md', encoding='utf-8') as f:
        text = f.read().partition('## A session with curl')[2]
    block = re.search(r'```sh\n(.*?)```', text, re.S).group(1)
    block = block.replace('/var/lib/cameleer-quickstart', STATE)
    first, follow, last = block.partition(FOLLOW)
    return ('set -eu\n%s\nfollow() {\n%s%s}\ni=0\n'
            'until said=$(follow); echo "$said" | grep -qx \'"running"\'; do\n'
            '    i=$((i + 1)); [ $i -lt %d ] || break; sleep 1\n'
            'done\necho "$said"\n' % (first, follow, last, TRIES)
            ).replace('hello', 'hello-' + uuid.uuid4().hex[:8])


class Readme(TestCase):

    def test_the_session_with_curl_ends_with_a_running_application(self):
        done = subprocess.run(['sh', '-c', session()], check=False,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertNotIn('/problems/', done.stdout)
        for word in ('"uploaded"\n', '"ready"\n', '"running"\n'):
            self.assertIn(word, done.stdout)
        last = done.stdout.splitlines()[-1]
        self.assertNotEqual(last, '"running"', 'no line of the log')


if __name__ == '__main__':
    unittest.main()
