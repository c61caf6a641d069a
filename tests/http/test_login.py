# SPDX-License-Identifier: Apache-2.0
"""A sign-in with a password: the right one opens a session, and guesses lock
the address."""
import unittest

from support import SLOW, TestCase, counter, unique
from support_http import request, together
from support_probe import Request
from support_sql import DB
from support_world import ACCESS, PASSWORD, REFRESH, Account, link

HASHES = 'cameleer_password_hashes_total'
WRONG = 'a wrong password'
BCRYPT = '$2b$05$abcdefghijklmnopqrstuuD3mHdCr44zlIZ.VZCaYRpfQhXMYnEo.'
BCRYPT_OF = 'correct horse battery'
DEVICE = '__Host-cameleer-device'


def sign_in(email, password=PASSWORD, kind='token', **given):
    return request('POST', '/api/auth/login', {
        'email': email, 'password': password, 'session': kind}, **given)


def clock_forward(email, seconds):
    """Lets the lock of an address end sooner by so many seconds."""
    DB.run('UPDATE login_guess SET locked_until = locked_until'
           ' - make_interval(secs => $1) WHERE digest = encode(sha256('
           "convert_to(lower($2), 'UTF8')), 'hex')", seconds, email)


class Browser:
    """A browser that keeps only the cookie that identifies the device."""

    def __init__(self):
        self.device = None

    def sign_in(self, email, password=PASSWORD):
        """Signs in with a password; returns the answer."""
        given = {'cookies': {DEVICE: self.device}} if self.device else {}
        answer = sign_in(email, password, 'cookie', **given)
        for cookie in answer.cookies:
            name, _, value = cookie.partition(';')[0].partition('=')
            if name == DEVICE:
                self.device = value
        return answer


def lock(email):
    """Locks the address by wrong passwords from an unknown device."""
    for _ in range(11):
        answer = sign_in(email, WRONG)
    assert answer.code == 'too_many_attempts', answer.describe()


class KnownDevices(TestCase):

    def test_strangers_guesses_do_not_lock_a_known_device_out(self):
        account, browser = Account(), Browser()
        self.assertAnswer(browser.sign_in(account.email), 200)
        lock(account.email)
        self.assertAnswer(sign_in(account.email), 429, 'too_many_attempts')
        self.assertAnswer(browser.sign_in(account.email), 200)
        # and it unlocks nothing for the stranger
        self.assertAnswer(sign_in(account.email), 429, 'too_many_attempts')

    def test_known_device_has_as_many_guesses_as_anybody(self):
        account, browser = Account(), Browser()
        browser.sign_in(account.email)
        for _ in range(10):
            self.assertAnswer(browser.sign_in(account.email, WRONG), 401)
        self.assertAnswer(browser.sign_in(account.email), 429,
                          'too_many_attempts')
        self.assertAnswer(sign_in(account.email), 200)

    def test_device_of_another_account_or_of_nobody_is_a_stranger(self):
        account, browser, forged = Account(), Browser(), Browser()
        browser.sign_in(Account().email)
        forged.device = 'A' * 43
        lock(account.email)
        for one in (browser, forged):
            self.assertAnswer(one.sign_in(account.email), 429,
                              'too_many_attempts')

    def test_browser_may_be_known_to_several_accounts(self):
        first, second, browser = Account(), Account(), Browser()
        browser.sign_in(first.email)
        token = browser.device
        browser.sign_in(second.email)
        self.assertEqual(browser.device, token)
        for account in (first, second):
            lock(account.email)
            self.assertAnswer(browser.sign_in(account.email), 200)
        forged = Browser()
        forged.device = 'A' * 43
        forged.sign_in(first.email)     # locked: no cookie is given
        self.assertEqual(forged.device, 'A' * 43)

    def test_new_password_forgets_devices_and_their_number_has_a_bound(self):
        account, browser = Account(), Browser()
        browser.sign_in(account.email)
        self.assertAnswer(request('POST', '/api/auth/reset', {
            'token': link(account), 'password': BCRYPT_OF}), 200)
        lock(account.email)
        self.assertAnswer(browser.sign_in(account.email, BCRYPT_OF), 429,
                          'too_many_attempts')
        other = Account()
        DB.run('INSERT INTO known_device (digest, account_id, used_at,'
               " expires_at) SELECT 'd' || n || $1, $1::uuid, now() - n *"
               " interval '1 hour', now() + interval '1 day'"
               ' FROM generate_series(1, 25) n', other.id)
        Browser().sign_in(other.email)
        self.assertEqual(DB.number('SELECT count(*) FROM known_device'
                                   ' WHERE account_id = $1', other.id), 20)

    def test_lock_says_how_long_it_lasts(self):
        account = Account()
        lock(account.email)
        clock_forward(account.email, 110)
        answer = self.assertAnswer(sign_in(account.email), 429,
                                   'too_many_attempts')
        self.assertIn(int(answer.headers['retry-after']), range(170, 191))
        self.assertIn('4 minutes', answer.json()['detail'])


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
        self.assertEqual(len(answer.cookies), 3)
        for cookie, name in zip(sorted(answer.cookies),
                                (ACCESS, DEVICE, REFRESH)):
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
        """Of 200 parallel wrong passwords at most ten are hashed, as the
        counter of the hash function shows."""
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
