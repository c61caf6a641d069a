# SPDX-License-Identifier: Apache-2.0
"""A password becomes a session; a guess does not."""
import unittest

from support import SLOW, TestCase, counter, unique
from support_http import request, together
from support_probe import Request
from support_sql import DB
from support_world import ACCESS, PASSWORD, REFRESH, Account

HASHES = 'cameleer_password_hashes_total'
WRONG = 'a wrong password'
BCRYPT = '$2b$05$abcdefghijklmnopqrstuuD3mHdCr44zlIZ.VZCaYRpfQhXMYnEo.'
BCRYPT_OF = 'correct horse battery'


def sign_in(email, password=PASSWORD, kind='token', **given):
    return request('POST', '/api/auth/login', {
        'email': email, 'password': password, 'session': kind}, **given)


def clock_forward(email, seconds):
    """Time passes for the lock of an address."""
    DB.run('UPDATE login_guess SET locked_until = locked_until'
           ' - make_interval(secs => $1) WHERE digest = encode(sha256('
           "convert_to(lower($2), 'UTF8')), 'hex')", seconds, email)


class Login(TestCase):

    def test_token_session_sets_no_cookie(self):
        answer = self.assertAnswer(sign_in(Account().email), 200)
        self.assertEqual(answer.cookies, [])
        self.assertEqual(answer.json()['token_type'], 'Bearer')
        self.assertEqual(answer.json()['expires_in'], 600)
        self.assertEqual(answer.headers['cache-control'], 'no-store')

    def test_cookie_session_keeps_tokens_out_of_the_body(self):
        answer = self.assertAnswer(sign_in(Account().email, kind='cookie'),
                                   200)
        self.assertIsNone(answer.json()['access_token'])
        self.assertIsNone(answer.json()['refresh_token'])
        self.assertEqual(len(answer.cookies), 2)
        for cookie, name in zip(sorted(answer.cookies), (ACCESS, REFRESH)):
            words = cookie.split('; ')
            self.assertTrue(words[0].startswith(name + '='), cookie)
            self.assertEqual(words[1:5], ['Path=/', 'Secure', 'HttpOnly',
                                          'SameSite=Lax'])
            self.assertNotIn('domain', cookie.lower())

    def test_wrong_password_and_unknown_address_answer_alike(self):
        known = sign_in(Account().email, WRONG)
        unknown = sign_in(unique('n') + '@example.test', WRONG)
        self.assertAnswer(known, 401, 'wrong_credentials')
        self.assertEqual(known.plain(), unknown.plain())

    def test_unknown_address_costs_one_hash(self):
        before = counter('auth', HASHES)
        sign_in(unique('n') + '@example.test', WRONG)
        self.assertEqual(counter('auth', HASHES) - before, 1)

    def test_good_password_starts_the_count_anew(self):
        email = Account().email
        for _ in range(3):
            for _ in range(9):
                self.assertAnswer(sign_in(email, WRONG), 401)
            self.assertAnswer(sign_in(email), 200)

    def test_bcrypt_is_taken_and_replaced(self):
        account = Account()
        DB.run('UPDATE account SET password_hash = $1 WHERE id = $2', BCRYPT,
               account.id)
        self.assertAnswer(sign_in(account.email, WRONG), 401)
        self.assertAnswer(sign_in(account.email, BCRYPT_OF), 200)
        self.assertTrue(DB.value('SELECT password_hash FROM account WHERE'
                                 ' id = $1', account.id)
                        .startswith('$argon2id$'))
        self.assertAnswer(sign_in(account.email, BCRYPT_OF), 200)

    def test_only_json_is_taken(self):
        body = ('email=%s&password=%s' % (Account().email, PASSWORD)).encode()
        for kind in ('application/x-www-form-urlencoded', 'text/plain',
                     'application/jsonp', None):
            answer = request('POST', '/api/auth/login', body,
                             headers={'Content-Type': kind})
            self.assertAnswer(answer, 415, 'json_required')


class Lock(TestCase):

    def test_login_parallel_200(self):
        """Of 200 wrong passwords at once at most ten reach the hash: the
        counter of hashes says so, which the function that hashes keeps."""
        account = Account()
        before = counter('auth', HASHES)
        answers = together(int(200 / SLOW),
                           lambda i: sign_in(account.email, WRONG))
        hashed = counter('auth', HASHES) - before
        said = sorted((a.status, a.code) for a in answers)
        self.assertEqual({one for one in said}, {
            (401, 'wrong_credentials'), (429, 'too_many_attempts')})
        self.assertLessEqual(hashed, 10)
        self.assertEqual(said.count((401, 'wrong_credentials')), hashed)
        self.assertAnswer(sign_in(account.email), 429, 'too_many_attempts')
        clock_forward(account.email, 290)
        self.assertAnswer(sign_in(account.email), 429)
        clock_forward(account.email, 10)
        self.assertAnswer(sign_in(account.email), 200)
        self.assertAnswer(sign_in(account.email, WRONG), 401)

    def test_lock_tells_nothing_about_the_address(self):
        known, unknown = Account().email, unique('n') + '@example.test'
        for i in range(12):
            one, other = sign_in(known, WRONG), sign_in(unknown, WRONG)
            self.assertEqual(one.plain(), other.plain(), i)
        self.assertAnswer(one, 429, 'too_many_attempts')

    def test_lock_holds_for_the_address_in_any_case(self):
        email = Account().email
        for i in range(10):
            sign_in(email.upper() if i % 2 else email, WRONG)
        self.assertAnswer(sign_in(email.title()), 429)

    def test_lock_is_of_one_address_alone(self):
        first, second = Account().email, Account().email
        for _ in range(10):
            sign_in(first, WRONG)
        self.assertAnswer(sign_in(first), 429)
        self.assertAnswer(sign_in(second), 200)

    def test_new_password_by_mail_opens_a_lock(self):
        from support_world import link
        account = Account()
        for _ in range(10):
            sign_in(account.email, WRONG)
        self.assertAnswer(request('POST', '/api/auth/reset', {
            'token': link(account), 'password': BCRYPT_OF}), 200)
        self.assertAnswer(sign_in(account.email, BCRYPT_OF), 200)

    def test_address_is_not_kept_with_its_guesses(self):
        email = unique('n') + '@example.test'
        sign_in(email, WRONG)
        self.assertEqual(DB.number('SELECT count(*) FROM login_guess g'
                                   ' WHERE g::text LIKE $1',
                                   '%' + email.split('@')[0] + '%'), 0)


PROBES = {
    'POST /api/auth/login': lambda cell: (lambda a: Request(
        {'email': a.email, 'password': a.password}))(Account()),
}


if __name__ == '__main__':
    unittest.main()
