# SPDX-License-Identifier: Apache-2.0
"""Step-up: which actions demand a new proof of identity, which proofs count,
and how many guesses are allowed."""
import unittest

from support import SLOW, TestCase, counter, eventually
from support_factor import (Enrolled, code_at, enrol, methods, older, step_now,
                            wrong)
from support_http import request, together
from support_probe import Request
from support_schema import routes
from support_sql import DB
from support_world import PASSWORD, Account, Tenant, app, link, mails

STEP_UP = '/api/auth/step-up'
HASHES = 'cameleer_password_hashes_total'
WRONG = 'a wrong password'
# What a thief of a session would do first, and what cannot be taken back.
DANGEROUS = {
    'DELETE /api/apps/{app}',
    'DELETE /api/tenants/current',
    'PATCH /api/tenants/sign-in-policy',
    'POST /api/auth/tokens',
    'POST /api/auth/service-accounts/{id}/tokens',
    'POST /api/auth/device/approve',
    'POST /api/tenants/ownership',
    'PUT /api/sso/provider',
    'DELETE /api/sso/provider',
    'POST /api/sso/domains',
    'PUT /api/sso/enforce',
    'POST /api/auth/factors/totp',
    'DELETE /api/auth/factors/totp',
    'POST /api/auth/factors/recovery-codes',
}


def forget_guesses():
    """Removes all locks and counts of wrong guesses."""
    DB.run('DELETE FROM login_guess')


class Fresh(TestCase):

    def test_dangerous_routes_ask_for_a_fresh_sign_in(self):
        fresh = {'%s %s' % (r['method'], r['path']) for r in routes()
                 if 'fresh' in r['flags']}
        self.assertLessEqual(DANGEROUS, fresh)

    def test_every_fresh_route_refuses_a_sign_in_of_eleven_minutes(self):
        tenant = Tenant('high')
        session = tenant.login()
        older(session)
        # what operators may do is asked of them in test_platform.py
        asked = [r for r in routes() if 'fresh' in r['flags'] and
                 not r['permission'].startswith('platform.')]
        self.assertGreater(len(asked), 3)
        for route in asked:
            path = route['path'].replace('{', '').replace('}', '')
            answer = session.call(route['method'], path)
            self.assertAnswer(answer, 403, 'fresh_login_required')
            self.assertIn(STEP_UP, answer.json()['detail'])

    def test_fresh_is_ten_minutes(self):
        account = Enrolled()
        for minutes, status in ((9, 200), (11, 403)):
            older(account.session, minutes)
            self.assertEqual(account.session.post(
                '/api/auth/factors/recovery-codes').status, status)

    def test_a_providers_word_is_fresh_in_its_own_tenant_only(self):
        """A provider's proof counts as fresh in its own tenant only. Otherwise
        the provider of one tenant could add a factor that opens another tenant
        (T8)."""
        home, other = Tenant('high'), Tenant('high')
        account = home.member('viewer')
        session = account.login(tenant=home.slug)
        DB.run("UPDATE session SET methods = '{sso}', sso_tenant = $1"
               ' WHERE account_id = $2', home.id, account.id)
        path = '/api/auth/factors/totp'
        self.assertAnswer(session.post(path, {}), 200)
        other.join(account, 'viewer')
        self.assertAnswer(session.post(path, {}), 403,
                          'fresh_login_required')
        self.assertAnswer(session.post(STEP_UP, {'password': PASSWORD}), 204)
        self.assertAnswer(session.post(path, {}), 200)

    def test_refresh_makes_nothing_fresh(self):
        session = Account().login()
        older(session)
        session.take(request('POST', '/api/auth/refresh', {
            'refresh_token': session.refresh}))
        self.assertAnswer(session.post('/api/auth/factors/totp'), 403,
                          'fresh_login_required')

    def test_tenant_is_deleted_after_a_step_up_only(self):
        tenant = Tenant()
        session = tenant.login()
        older(session)
        self.assertAnswer(session.delete('/api/tenants/current'), 403,
                          'fresh_login_required')
        self.assertAnswer(session.post(STEP_UP, {'password': PASSWORD}), 204)
        self.assertAnswer(session.delete('/api/tenants/current'), 202)

    def test_application_is_deleted_by_a_fresh_person_or_a_program(self):
        tenant = Tenant()
        session = tenant.login()
        token = session.post('/api/auth/tokens', {
            'name': 'ci', 'scopes': ['app.manage'],
            'expires_in_days': 1}).json()['token']
        path = '/api/apps/' + app(session)
        older(session)
        self.assertAnswer(session.delete(path), 403, 'fresh_login_required')
        self.assertAnswer(request('DELETE', path, token=token), 202)


class Proof(TestCase):

    def test_password_makes_the_session_fresh(self):
        session = Account().login()
        older(session)
        self.assertAnswer(session.post(STEP_UP, {'password': PASSWORD}), 204)
        self.assertAnswer(session.post('/api/auth/factors/totp'), 200)
        self.assertEqual(methods(session), ['pwd'])

    def test_cookie_session_steps_up_with_its_header_only(self):
        session = Account().login('cookie')
        older(session)
        self.assertAnswer(session.post(STEP_UP, {'password': PASSWORD},
                                       headers={'X-Cameleer-Request': None}),
                          403, 'csrf_header_missing')
        self.assertAnswer(session.post(STEP_UP, {'password': PASSWORD}), 204)
        self.assertAnswer(session.post('/api/auth/factors/totp'), 200)

    def test_other_sessions_stay_as_old_as_they_are(self):
        account = Account()
        one, other = account.login(), account.login()
        older(one)
        older(other)
        self.assertAnswer(one.post(STEP_UP, {'password': PASSWORD}), 204)
        self.assertAnswer(other.post('/api/auth/factors/totp'), 403,
                          'fresh_login_required')

    def test_wrong_password_makes_nothing_fresh(self):
        session = Account().login()
        older(session)
        self.assertAnswer(session.post(STEP_UP, {'password': WRONG}), 422,
                          'wrong_password')
        self.assertAnswer(session.post('/api/auth/factors/totp'), 403,
                          'fresh_login_required')

    def test_code_is_asked_for_where_there_is_a_factor(self):
        account = Account()
        session = account.login()       # from before the app
        account.session = account.login()
        enrol(account)
        answer = session.post(STEP_UP, {'password': PASSWORD})
        self.assertAnswer(answer, 403, 'code_required')
        self.assertIn('passkey', answer.json()['detail'])

    def test_code_adds_its_method(self):
        account = Account()
        session = account.login()
        account.session = account.login()
        enrol(account)
        self.assertEqual(methods(session), ['pwd'])
        older(session)
        DB.run('UPDATE totp SET last_step = 0 WHERE account_id = $1',
               account.id)
        code = code_at(account.secret, step_now())
        self.assertAnswer(session.post(STEP_UP, {'code': code}), 204)
        self.assertEqual(methods(session), ['otp', 'pwd'])
        older(session)
        self.assertAnswer(session.post(STEP_UP, {'code': code}), 422,
                          'wrong_code')

    def test_recovery_code_lets_one_change_the_app(self):
        account = Enrolled()
        older(account.session)
        self.assertAnswer(account.session.post(
            STEP_UP, {'recovery_code': account.recovery[3]}), 204)
        self.assertEqual(methods(account.session), ['otp', 'pwd',
                                                    'recovery'])
        self.assertAnswer(account.session.delete('/api/auth/factors/totp'),
                          204)

    def test_one_proof_at_a_time(self):
        account = Enrolled()
        for body in ({}, {'password': PASSWORD, 'code': '123456'}):
            self.assertAnswer(account.session.post(STEP_UP, body), 400,
                              'one_proof')


class Lockout(TestCase):
    """Every kind of proof counts its guesses before it is checked (T6)."""

    def test_lockout_every_path(self):
        """Wrong passwords at sign-in and at step-up share one count."""
        account = Account()
        session = account.login()
        forget_guesses()
        for i in range(10):
            if i % 2:
                answer = session.post(STEP_UP, {'password': WRONG})
                self.assertAnswer(answer, 422, 'wrong_password')
            else:
                answer = request('POST', '/api/auth/login', {
                    'email': account.email, 'password': WRONG})
                self.assertAnswer(answer, 401, 'wrong_credentials')
        self.assertAnswer(session.post(STEP_UP, {'password': PASSWORD}), 429,
                          'too_many_attempts')
        self.assertAnswer(request('POST', '/api/auth/login', {
            'email': account.email, 'password': PASSWORD}), 429,
            'too_many_attempts')

    def test_codes_at_sign_in_and_at_step_up_are_counted_together(self):
        account = Enrolled()
        bad = wrong(account.secret)
        for i in range(5):
            if i % 2:
                answer = account.session.post(STEP_UP, {'code': bad})
                self.assertAnswer(answer, 422, 'wrong_code')
            else:
                self.assertAnswer(account.second(code=bad), 401,
                                  'wrong_code')
        self.assertAnswer(account.second(code=account.code()), 429,
                          'too_many_attempts')
        self.assertAnswer(account.second(
            recovery_code=account.recovery[0]), 429, 'too_many_attempts')
        self.assertAnswer(account.session.post(
            STEP_UP, {'code': account.code()}), 429, 'too_many_attempts')

    def test_recovery_codes_are_counted_with_the_others(self):
        account = Enrolled()
        for _ in range(5):
            self.assertAnswer(account.second(
                recovery_code='aaaa-aaaa-aaaa-aaaa'), 401, 'wrong_code')
        self.assertAnswer(account.second(code=account.code()), 429,
                          'too_many_attempts')

    def test_good_password_makes_no_room_for_more_codes(self):
        account = Enrolled()
        for _ in range(5):      # each with a sign-in of its own
            self.assertAnswer(account.second(code=wrong(account.secret)),
                              401, 'wrong_code')
        self.assertAnswer(account.second(code=account.code()), 429,
                          'too_many_attempts')

    def test_lock_of_codes_ends_after_fifteen_minutes(self):
        account = Enrolled()
        for _ in range(6):
            account.second(code=wrong(account.secret))
        for seconds, status in ((890, 429), (10, 200)):
            DB.run('UPDATE login_guess SET locked_until = locked_until -'
                   ' make_interval(secs => $1) WHERE locked_until IS NOT'
                   ' NULL', seconds)
            answer = account.second(code=account.code())
            self.assertEqual(answer.status, status, answer.describe())

    def test_lock_of_codes_is_mailed_once(self):
        account = Enrolled()
        for _ in range(8):
            account.second(code=wrong(account.secret))
        account.session.delete('/api/auth/factors/totp')    # the last mail
        eventually(20, lambda: any('was removed' in text for text in
                                   mails(account.email)), 'the last mail')
        self.assertEqual(sum('sent wrong codes' in text for text in
                             mails(account.email)), 1)

    def test_good_code_starts_the_count_anew(self):
        account = Enrolled()
        for _ in range(3):
            for _ in range(4):
                self.assertAnswer(account.second(code=wrong(
                    account.secret)), 401, 'wrong_code')
            self.assertAnswer(account.second(code=account.code()), 200)

    def test_of_many_codes_at_once_five_are_checked(self):
        account = Enrolled()
        tokens = [account.challenge().json()['challenge']
                  for _ in range(10)]
        bad = wrong(account.secret)
        answers = together(40, lambda i: account.second(tokens[i % 10],
                                                        code=bad))
        said = [a.code for a in answers]
        self.assertEqual(said.count('wrong_code'), 5, said)
        self.assertEqual(said.count('too_many_attempts'), 35, said)

    def test_step_up_parallel(self):
        """Of parallel wrong passwords at most ten are hashed."""
        account = Account()
        session = account.login()
        before = counter('auth', HASHES)
        answers = together(int(60 / SLOW), lambda i: session.post(
            STEP_UP, {'password': WRONG}))
        hashed = counter('auth', HASHES) - before
        said = [a.code for a in answers]
        self.assertEqual(set(said), {'wrong_password', 'too_many_attempts'})
        self.assertLessEqual(hashed, 10)
        self.assertEqual(said.count('wrong_password'), hashed)

    def test_code_required_costs_no_hash(self):
        account = Enrolled()
        before = counter('auth', HASHES)
        account.session.post(STEP_UP, {'password': PASSWORD})
        self.assertEqual(counter('auth', HASHES), before)

    def test_reset_by_mail_does_not_clear_guesses_of_codes(self):
        account = Enrolled()
        for _ in range(5):
            account.second(code=wrong(account.secret))
        account.password = 'another good password'
        self.assertAnswer(request('POST', '/api/auth/reset', {
            'token': link(account),
            'password': account.password}), 200)
        self.assertAnswer(account.second(code=account.code()), 429,
                          'too_many_attempts')


PROBES = {
    'POST /api/auth/step-up': lambda cell: Request(
        {'password': PASSWORD},
        session=Account().login() if cell.permitted else None),
}


if __name__ == '__main__':
    unittest.main()
