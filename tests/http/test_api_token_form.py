# SPDX-License-Identifier: Apache-2.0
"""An API token has a fixed form, and its secret is stored nowhere."""
import glob
import os
import unittest
import zlib

from support import MODULES, STATE, log_text
from support_sql import DB
from support_world import digest
from test_api_tokens import Base, get, make


def sound(text):
    """Returns the token's text with a valid checksum."""
    return '%s_%08x' % (text[:47], zlib.crc32(text[:47].encode()))


class Form(Base):

    def test_what_was_mistyped_is_told_from_what_is_unknown(self):
        token = make(self.tenant.login())['token']
        self.assertRegex(token, r'^clr_[A-Za-z0-9_-]{43}_[0-9a-f]{8}$')
        self.assertEqual(sound(token), token)
        for i in range(0, len(token), 5):
            flipped = token[:i] + chr(ord(token[i]) ^ 1) + token[i + 1:]
            self.assertAnswer(get('/api/apps', flipped), 401,
                              'invalid_token')
            self.assertEqual(get(self.proxied, flipped,
                                 check=False).status, 401)
        other = sound('clr_' + 'B' * 43)
        self.assertAnswer(get('/api/apps', other), 401, 'token_ended')
        for text in (token[:-1], token + '0', 'clr_', token.upper()):
            self.assertAnswer(get('/api/apps', text), 401, 'invalid_token')

    def test_the_secret_is_shown_once_and_kept_nowhere(self):
        session = self.tenant.login()
        made = make(session)
        token = made['token']
        self.assertEqual(made['hint'], token[:8])
        self.works(token)
        self.assertEqual(DB.value('SELECT digest FROM api_token WHERE'
                                  ' id = $1', made['id']), digest(token))
        listed = session.get('/api/auth/tokens')
        self.assertNotIn(token.encode(), listed.body)
        self.assertNotIn(digest(token).encode(), listed.body)
        self.assertEqual(DB.number(
            'SELECT count(*) FROM audit_event WHERE facts::text LIKE $1',
            '%' + token + '%'), 0)
        for service in MODULES + ('nginx',):
            self.assertNotIn(token.encode(), log_text(service))

    def test_nginx_keeps_no_file_of_it(self):
        token = make(self.tenant.login())['token']
        session = self.tenant.login()
        before = len(self.peer.asked)
        for credential in (token, session.access):
            for _ in range(3):
                self.assertEqual(get(self.proxied, credential,
                                     check=False).status, 200)
        self.assertEqual(len(self.peer.asked), before + 6)
        kept = b''
        for path in glob.glob(STATE + '/**/cache/authz/**', recursive=True):
            if os.path.isfile(path):
                with open(path, 'rb') as f:
                    kept += f.read()
        # of the session there is one: the place is the right one
        self.assertIn(session.access.encode(), kept)
        self.assertNotIn(token.encode(), kept)


if __name__ == '__main__':
    unittest.main()
