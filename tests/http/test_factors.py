# SPDX-License-Identifier: Apache-2.0
"""Second factors: an authenticator app and recovery codes, from enrolment to
the last code."""
import base64
import os
import subprocess
import tempfile
import unittest
import urllib.parse

from support import STATE, TestCase, eventually
from support_factor import (Enrolled, code_at, enrol, methods, older, step_now,
                            wrong)
from support_http import request, together
from support_probe import Request
from support_sql import DB, audit_rows
from support_world import (ACCESS, PASSWORD, Account, Session, credential,
                           link, mails)

TOTP = '/api/auth/factors/totp'
CONFIRM = TOTP + '/confirm'
CODES = '/api/auth/factors/recovery-codes'


def oathtool(secret, *options):
    """Returns the codes that oathtool computes from the secret."""
    return subprocess.run(
        ['oathtool', '--totp', '-b', *options, secret], check=True,
        stdout=subprocess.PIPE).stdout.decode().split()


def notices(account, count):
    """Waits until the account has `count` mails; returns their texts."""
    eventually(20, lambda: len(mails(account.email)) >= count,
               '%d mails' % count)
    return mails(account.email)


class App(TestCase):
    """An authenticator app is enrolled and removed."""

    def test_codes_of_another_program_are_taken(self):
        account = Account()
        session = account.login()
        secret = session.post(TOTP).json()['secret']
        code = oathtool(secret)[0]
        self.assertIn(code, (code_at(secret, step_now()),
                             code_at(secret, step_now() - 1)))
        self.assertAnswer(session.post(CONFIRM, {'code': code}), 200)

    def test_picture_and_link_hold_the_secret(self):
        account = Account()
        made = account.login().post(TOTP).json()
        at = urllib.parse.urlsplit(made['uri'])
        asked = dict(urllib.parse.parse_qsl(at.query))
        self.assertEqual((at.scheme, at.netloc, at.path),
                         ('otpauth', 'totp', '/Cameleer:' + account.email))
        self.assertEqual(asked, {
            'secret': made['secret'], 'issuer': 'Cameleer',
            'algorithm': 'SHA1', 'digits': '6', 'period': '30'})
        self.assertEqual(len(base64.b32decode(made['secret'])), 20)
        with tempfile.TemporaryDirectory() as directory:
            svg, png = directory + '/qr.svg', directory + '/qr.png'
            with open(svg, 'w', encoding='ascii') as f:
                f.write(made['qr'])
            subprocess.run(['rsvg-convert', '-w', '400', '-o', png, svg],
                           check=True)
            read = subprocess.run(['zbarimg', '-q', '--raw', png], check=True,
                                  stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL).stdout
        self.assertEqual(read.decode().strip(), made['uri'])

    def test_nothing_is_asked_for_before_the_first_code(self):
        account = Account()
        session = account.login()
        session.post(TOTP)
        self.assertEqual(session.get('/api/auth/factors').json(), {
            'totp': False, 'recovery_left': 0, 'passkeys': 0})
        account.login()

    def test_wrong_first_code_turns_nothing_on(self):
        session = Account().login()
        secret = session.post(TOTP).json()['secret']
        self.assertAnswer(session.post(CONFIRM, {'code': wrong(secret)}),
                          422, 'wrong_code')
        self.assertIs(session.get('/api/auth/factors').json()['totp'], False)

    def test_secret_waits_ten_minutes_for_its_first_code(self):
        account = Account()
        session = account.login()
        for seconds, status in ((605, 422), (595, 200)):
            secret = session.post(TOTP).json()['secret']
            DB.run('UPDATE totp SET created_at = now() - make_interval('
                   'secs => $1) WHERE account_id = $2', seconds, account.id)
            answer = session.post(CONFIRM, {
                'code': code_at(secret, step_now())})
            self.assertEqual(answer.status, status, answer.describe())

    def test_second_start_forgets_the_first_secret(self):
        session = Account().login()
        first = session.post(TOTP).json()['secret']
        second = session.post(TOTP).json()['secret']
        self.assertNotEqual(first, second)
        self.assertAnswer(session.post(CONFIRM, {
            'code': code_at(first, step_now())}), 422, 'wrong_code')
        self.assertAnswer(session.post(CONFIRM, {
            'code': code_at(second, step_now())}), 200)

    def test_confirmed_by_one_of_many_at_once(self):
        session = Account().login()
        secret = session.post(TOTP).json()['secret']
        code = code_at(secret, step_now())
        answers = together(6, lambda i: session.post(CONFIRM, {
            'code': code}))
        self.assertEqual(sorted(a.status for a in answers),
                         [200] + [422] * 5)

    def test_session_that_confirms_has_shown_the_factor(self):
        self.assertEqual(methods(Enrolled().session), ['otp', 'pwd'])

    def test_new_app_takes_the_place_of_the_old_one(self):
        account = Enrolled()
        before, codes = account.secret, account.recovery
        enrol(account)
        account.rewind()
        self.assertAnswer(account.second(code=code_at(before, step_now())),
                          401, 'wrong_code')
        self.assertAnswer(account.second(recovery_code=codes[0]), 401,
                          'wrong_code')
        account.login()

    def test_old_app_is_good_until_the_new_one_is_confirmed(self):
        account = Enrolled()
        self.assertAnswer(account.session.post(TOTP), 200)
        account.login()

    def test_removed_app_is_not_asked_for(self):
        account = Enrolled()
        self.assertAnswer(account.session.delete(TOTP), 204)
        self.assertEqual(account.session.get('/api/auth/factors').json(), {
            'totp': False, 'recovery_left': 0, 'passkeys': 0})
        Account.login(account)
        self.assertAnswer(account.session.delete(TOTP), 404,
                          'no_such_factor')

    def test_setting_up_and_taking_away_need_a_fresh_sign_in(self):
        account = Enrolled()
        older(account.session)
        for method, path in (('POST', TOTP), ('DELETE', TOTP),
                             ('POST', CODES)):
            self.assertAnswer(account.session.call(method, path), 403,
                              'fresh_login_required')

    def test_each_change_is_mailed(self):
        account = Enrolled()
        enrol(account)
        account.session.post(CODES)
        account.session.delete(TOTP)
        texts = notices(account, 4)
        for words in ('codes of an authenticator app',
                      'codes of another authenticator app',
                      'New recovery codes', 'was removed'):
            self.assertEqual(sum(words in text for text in texts), 1, words)
        for text in texts:
            self.assertIn('Subject: A change to your Cameleer account', text)
            self.assertIn('from 127.0.0.1', text)
            self.assertNotIn(account.secret, text)

    def test_changes_are_in_the_audit_trail_without_their_secrets(self):
        account = Enrolled()
        answer = account.session.post(CODES)
        self.assertEqual([row[1:4] + row[5:] for row in audit_rows(
            answer.request_id)], [(account.id, 'factor.recovery', 'done',
                                   'account', account.id)])
        rows = DB.value("SELECT string_agg(e::text, '|') FROM audit_event e"
                        ' WHERE actor_id = $1', account.id)
        for secret in [account.secret] + answer.json()['recovery_codes']:
            self.assertNotIn(secret, rows)


class Kept(TestCase):
    """Stored secrets and recovery codes do not reveal themselves."""

    def test_secret_and_codes_are_nowhere_in_clear(self):
        account = Enrolled()
        raw = base64.b32decode(account.secret)
        forms = [account.secret, account.secret.lower(), raw.hex(),
                 base64.b64encode(raw).decode(),
                 base64.urlsafe_b64encode(raw).rstrip(b'=').decode()]
        forms += [c for code in account.recovery
                  for c in (code, code.replace('-', ''))]
        stored = '|'.join(
            DB.value("SELECT string_agg(x::text, '|') FROM %s x" % table)
            or '' for table in ('totp', 'recovery_code', 'audit_event',
                                'mail', 'sign_in_challenge'))
        for name in os.listdir(STATE + '/log'):
            with open('%s/log/%s' % (STATE, name), encoding='utf-8',
                      errors='replace') as f:
                stored += f.read()
        for form in forms:
            self.assertNotIn(form, stored)

    def test_row_moved_to_another_account_makes_no_codes(self):
        owner, thief = Enrolled(), Enrolled()
        DB.run('UPDATE totp SET box = (SELECT box FROM totp WHERE'
               ' account_id = $1) WHERE account_id = $2', owner.id, thief.id)
        self.assertAnswer(thief.second(code=owner.code()), 500, 'internal')

    def test_key_is_of_auth_alone(self):
        self.assertRegex(credential('auth', 'factor.key'),
                         r'^[A-Za-z0-9_-]{43}\n$')
        mode = os.stat(STATE + '/cred/auth/factor.key')
        self.assertEqual((mode.st_mode & 0o777, mode.st_uid), (0o400, 63101))


class SignIn(TestCase):
    """Sign-in asks for the password and then for a code."""

    def test_password_alone_gives_no_session(self):
        account = Enrolled()
        before = DB.number('SELECT count(*) FROM session WHERE account_id ='
                           ' $1', account.id)
        for kind in ('token', 'cookie'):
            answer = self.assertAnswer(account.challenge(kind), 200)
            self.assertEqual(answer.cookies, [])
            said = answer.json()
            self.assertEqual(said.pop('second_factor'), ['totp', 'recovery'])
            self.assertEqual(said.pop('expires_in'), 300)
            self.assertEqual(len(said.pop('challenge')), 43)
            self.assertEqual(set(said.values()), {None})
        self.assertEqual(before, DB.number(
            'SELECT count(*) FROM session WHERE account_id = $1',
            account.id))

    def test_without_a_factor_nothing_more_is_asked(self):
        said = request('POST', '/api/auth/login', {
            'email': Account().email, 'password': PASSWORD}).json()
        self.assertEqual((said['second_factor'], said['challenge']),
                         (None, None))

    def test_code_opens_the_session(self):
        account = Enrolled()
        answer = self.assertAnswer(account.second(code=account.code()), 200)
        session = Session(answer)
        self.assertEqual(methods(session), ['otp', 'pwd'])
        self.assertAnswer(session.get('/api/auth/me'), 200)
        self.assertEqual([row[1:4] for row in audit_rows(
            answer.request_id)], [(account.id, 'session.second', 'done')])

    def test_session_is_of_the_kind_that_was_asked_for(self):
        account = Enrolled()
        answer = self.assertAnswer(account.second(
            kind='cookie', code=account.code()), 200)
        self.assertEqual(len(answer.cookies), 3)
        self.assertTrue(any(c.startswith(ACCESS) for c in answer.cookies))
        self.assertIsNone(answer.json()['access_token'])
        self.assertIsNone(answer.json()['challenge'])

    def test_page_of_another_site_completes_no_sign_in(self):
        account = Enrolled()
        challenge = account.challenge('cookie').json()['challenge']
        self.assertAnswer(request(
            'POST', '/api/auth/login/second',
            {'challenge': challenge, 'code': account.code()},
            headers={'Origin': 'https://evil.example'}), 403,
            'foreign_origin')

    def test_codes_of_a_step_before_and_after_are_good(self):
        account = Enrolled()
        for skew, status in ((-1, 200), (1, 200), (-3, 401), (3, 401)):
            account.rewind()
            answer = account.second(code=code_at(account.secret,
                                                 step_now() + skew))
            self.assertEqual(answer.status, status, (skew, answer.body))

    def test_each_code_is_good_once(self):
        account = Enrolled()
        code = account.code()
        self.assertAnswer(account.second(code=code), 200)
        self.assertAnswer(account.second(code=code), 401, 'wrong_code')

    def test_code_of_an_earlier_step_is_not_good_after_a_later_one(self):
        account = Enrolled()
        account.rewind()
        now = step_now()
        self.assertAnswer(account.second(code=code_at(account.secret, now)),
                          200)
        self.assertAnswer(account.second(
            code=code_at(account.secret, now - 1)), 401, 'wrong_code')

    def test_code_is_taken_by_one_of_many_at_once(self):
        account = Enrolled()
        tokens = [account.challenge().json()['challenge'] for _ in range(4)]
        code = account.code()
        answers = together(4, lambda i: account.second(tokens[i], code=code))
        self.assertEqual(sorted(a.status for a in answers),
                         [200, 401, 401, 401])

    def test_recovery_code_is_good_once_and_mailed(self):
        account = Enrolled()
        one, two = account.recovery[:2]
        answer = self.assertAnswer(account.second(recovery_code=one), 200)
        self.assertEqual(methods(Session(answer)), ['pwd', 'recovery'])
        self.assertAnswer(account.second(recovery_code=one), 401,
                          'wrong_code')
        typed = ' '.join(two.upper().split('-'))
        self.assertAnswer(account.second(recovery_code=typed), 200)
        self.assertEqual(account.session.get(
            '/api/auth/factors').json()['recovery_left'], 8)
        texts = notices(account, 3)
        self.assertEqual(sum('recovery code was used' in text
                             for text in texts), 2)

    def test_recovery_code_is_taken_by_one_of_many_at_once(self):
        account = Enrolled()
        tokens = [account.challenge().json()['challenge'] for _ in range(4)]
        answers = together(4, lambda i: account.second(
            tokens[i], recovery_code=account.recovery[0]))
        self.assertEqual(sorted(a.status for a in answers),
                         [200, 401, 401, 401])

    def test_recovery_codes_are_of_one_account(self):
        one, other = Enrolled(), Enrolled()
        self.assertAnswer(one.second(recovery_code=other.recovery[0]), 401,
                          'wrong_code')

    def test_ten_codes_of_eighty_bits(self):
        codes = Enrolled().recovery
        self.assertEqual(len(set(codes)), 10)
        for code in codes:
            self.assertRegex(code, '^([a-z2-7]{4}-){3}[a-z2-7]{4}$')

    def test_without_codes_left_recovery_is_not_offered(self):
        account = Enrolled()
        DB.run('UPDATE recovery_code SET used_at = now() WHERE account_id ='
               ' $1', account.id)
        self.assertEqual(account.challenge().json()['second_factor'],
                         ['totp'])

    def test_recovery_codes_need_a_factor_to_stand_in_for(self):
        self.assertAnswer(Account().login().post(CODES), 409,
                          'no_second_factor')

    def test_one_proof_at_a_time(self):
        account = Enrolled()
        for proof in ({}, {'code': '123456',
                           'recovery_code': account.recovery[0]}):
            self.assertAnswer(account.second(**proof), 400, 'one_proof')


class Challenge(TestCase):
    """A sign-in challenge opens one session, within five minutes and ten
    tries."""

    def test_good_for_one_session(self):
        account = Enrolled()
        token = account.challenge().json()['challenge']
        self.assertAnswer(account.second(token, code=account.code()), 200)
        self.assertAnswer(account.second(token, code=account.code()), 401,
                          'challenge_not_valid')

    def test_one_of_two_proofs_at_once_opens_the_session(self):
        account = Enrolled()
        token = account.challenge().json()['challenge']
        proofs = [{'recovery_code': code} for code in account.recovery[:4]]
        answers = together(4, lambda i: account.second(token, **proofs[i]))
        self.assertEqual(sorted((a.status, a.code) for a in answers),
                         [(200, None)] + [(401, 'challenge_not_valid')] * 3)

    def test_good_for_five_minutes(self):
        account = Enrolled()
        for left, status in ((1, 200), (-1, 401)):
            token = account.challenge().json()['challenge']
            DB.run('UPDATE sign_in_challenge SET expires_at = now() +'
                   ' make_interval(secs => $1) WHERE account_id = $2',
                   left * 4, account.id)
            answer = account.second(token, code=account.code())
            self.assertEqual(answer.status, status, answer.describe())
        self.assertEqual(answer.code, 'challenge_not_valid')
        account.challenge()
        seconds = DB.number(
            'SELECT round(extract(epoch FROM max(expires_at) - now()))'
            ' FROM sign_in_challenge WHERE account_id = $1', account.id)
        self.assertTrue(290 <= seconds <= 300, seconds)

    def test_new_password_voids_it(self):
        account = Enrolled()
        token = account.challenge().json()['challenge']
        self.assertAnswer(request('POST', '/api/auth/reset', {
            'token': link(account),
            'password': 'another good password'}), 200)
        self.assertAnswer(account.second(token, code=account.code()), 401,
                          'challenge_not_valid')

    def test_reset_by_mail_does_not_take_the_factor_away(self):
        account = Enrolled()
        account.password = 'another good password'
        self.assertAnswer(request('POST', '/api/auth/reset', {
            'token': link(account),
            'password': account.password}), 200)
        answer = self.assertAnswer(account.challenge(), 200)
        self.assertIsNone(answer.json()['access_token'])
        account.login()

    def test_disabled_account_gets_no_session_by_it(self):
        account = Enrolled()
        token = account.challenge().json()['challenge']
        DB.run("UPDATE account SET state = 'disabled' WHERE id = $1",
               account.id)
        self.assertAnswer(account.second(token, code=account.code()), 401,
                          'challenge_not_valid')

    def test_unknown_one_answers_like_one_that_is_used(self):
        account = Enrolled()
        token = account.challenge().json()['challenge']
        account.second(token, code=account.code())
        used = account.second(token, code='123456')
        unknown = account.second('A' * 43, code='123456')
        self.assertEqual(used.plain(), unknown.plain())

    def test_takes_ten_tries(self):
        account = Enrolled()
        token = account.challenge().json()['challenge']
        for _ in range(9):
            account.second(token, code=wrong(account.secret))
        DB.run('DELETE FROM login_guess')
        self.assertAnswer(account.second(token, code=account.code()), 200)
        token = account.challenge().json()['challenge']
        for _ in range(10):
            account.second(token, code=wrong(account.secret))
        DB.run('DELETE FROM login_guess')
        self.assertAnswer(account.second(token, code=account.code()), 401,
                          'challenge_not_valid')

    def test_token_is_not_stored(self):
        token = Enrolled().challenge().json()['challenge']
        self.assertEqual(DB.number(
            'SELECT count(*) FROM sign_in_challenge c WHERE c::text LIKE $1',
            '%' + token + '%'), 0)


def _factor(cell):
    """Returns a request whose session belongs to another account with a
    factor."""
    return Request(session=Enrolled().session if cell.permitted else None)


def _confirm(cell):
    session = Account().login()
    secret = session.post('/api/auth/factors/totp').json()['secret']
    return Request({'code': code_at(secret, step_now())},
                   session=session if cell.permitted else None)


def _second(_cell):
    account = Enrolled()
    return Request({'challenge': account.challenge().json()['challenge'],
                    'recovery_code': account.recovery[0]})


PROBES = {
    'POST /api/auth/login/second': _second,
    'POST /api/auth/factors/totp': _factor,
    'POST /api/auth/factors/totp/confirm': _confirm,
    'DELETE /api/auth/factors/totp': _factor,
    'POST /api/auth/factors/recovery-codes': _factor,
}


if __name__ == '__main__':
    unittest.main()
