# SPDX-License-Identifier: Apache-2.0
"""How an account comes to be, and back to its owner."""
import unittest

from support import ENV, SLOW, TestCase, counter, eventually, unique
from support_http import request, together
from support_probe import Request
from support_sql import DB
from support_world import (NEW_PASSWORD, PASSWORD, Account, Session, link,
                           mail_token, mails)

NEW = 'another good password'


def register(email, password=PASSWORD, name='Robin', **given):
    return request('POST', '/api/auth/register', {
        'email': email, 'password': password, 'name': name}, **given)


def settle():
    """Waits until the worker has settled what was asked so far."""
    eventually(20, lambda: DB.number(
        'SELECT count(*) FROM account_request') == 0, 'the worker')


def sign_in(email, password):
    return request('POST', '/api/auth/login', {
        'email': email, 'password': password, 'session': 'token'})


class Registration(TestCase):

    def test_register_verify_login_and_me(self):
        email = unique('r') + '@example.test'
        self.assertAnswer(register(email), 202)
        settle()
        self.assertAnswer(sign_in(email, PASSWORD), 403,
                          'address_not_verified')
        token = mail_token(email, 'verify')
        answer = request('POST', '/api/auth/verify', {'token': token})
        self.assertAnswer(answer, 200)
        self.assertTrue(answer.json()['verified'])
        session = Session(self.assertAnswer(sign_in(email, PASSWORD), 200))
        me = session.get('/api/auth/me').json()
        self.assertEqual(me['account']['email'], email)
        self.assertEqual(me['account']['name'], 'Robin')
        self.assertEqual((me['tenants'], me['tenant']), ([], None))

    def test_registering_twice_gets_the_same_answer(self):
        email = unique('r') + '@example.test'
        first, second = register(email), register(email, NEW, 'Mallory')
        self.assertEqual((first.status, first.body),
                         (second.status, second.body))
        settle()
        self.assertEqual(DB.rows('SELECT name, count(*) OVER () FROM account'
                                 ' WHERE email = $1', email), [('Robin', '1')])

    def test_registering_a_verified_address_mails_nothing(self):
        account = Account()
        answer = register(account.email, NEW, 'Mallory')
        self.assertAnswer(answer, 202)
        settle()
        self.assertEqual(DB.number('SELECT count(*) FROM mail WHERE address'
                                   ' = $1', account.email), 0)
        self.assertAnswer(sign_in(account.email, NEW), 401)
        self.assertAnswer(sign_in(account.email, PASSWORD), 200)

    def test_address_is_one_whatever_its_case(self):
        account = Account()
        self.assertAnswer(sign_in(account.email.upper(), PASSWORD), 200)
        register(account.email.upper())
        settle()
        self.assertEqual(DB.number('SELECT count(*) FROM account WHERE'
                                   ' lower(email) = $1', account.email), 1)

    def test_registrations_of_one_address_at_once_make_one(self):
        email = unique('r') + '@example.test'
        answers = together(max(2, int(10 / SLOW)), lambda i: register(email))
        self.assertEqual({(a.status, a.body) for a in answers},
                         {(202, answers[0].body)})
        settle()
        self.assertEqual(DB.number('SELECT count(*) FROM account WHERE email'
                                   ' = $1', email), 1)

    def test_who_is_made_stands_in_the_trail(self):
        email, known = unique('r') + '@example.test', Account()
        register(email)
        register(known.email)
        settle()
        made = DB.value('SELECT id FROM account WHERE email = $1', email)
        rows = ("SELECT count(*) FROM audit_event WHERE action ="
                " 'account.make' AND result = 'done' AND service = 'worker'"
                ' AND subject_id = $1')
        self.assertEqual(DB.number(rows, made), 1)
        self.assertEqual(DB.number(rows, known.id), 0)

    def test_what_was_not_settled_in_time_is_dropped(self):
        email, account = unique('r') + '@example.test', Account()
        DB.run("INSERT INTO account_request VALUES (gen_random_uuid(),"
               " 'verify', $1, 'Late', 'x', 'x', 'x', now()),"
               " (gen_random_uuid(), 'reset', $2, NULL, NULL, 'x', 'y',"
               " now()); NOTIFY cameleer_jobs, 'mail'", email, account.email)
        settle()
        self.assertEqual(DB.rows('SELECT FROM account WHERE email = $1',
                                 email), [])
        self.assertEqual(DB.number('SELECT count(*) FROM mail WHERE address'
                                   ' IN ($1, $2)', email, account.email), 0)

    def test_bad_input_is_refused_by_field(self):
        good = {'email': unique('r') + '@example.test', 'password': PASSWORD,
                'name': 'Robin'}
        for field, value in (
                ('email', 'nobody'), ('email', 'a@b'), ('email', ''),
                ('email', 'a' * 250 + '@example.test'), ('email', 7),
                ('email', 'a@example.test\r\nBcc: b@example.test'),
                ('password', 'fourteen chars'), ('password', 'x' * 129),
                ('password', None), ('name', ''), ('name', 'n' * 121),
                ('name', 'a\u0007b'), ('name', 'a\u202eb'), ('name', [])):
            with self.subTest(field=field, value=value):
                answer = request('POST', '/api/auth/register',
                                 dict(good, **{field: value}))
                self.assertAnswer(answer, 400, 'invalid_fields')
                self.assertEqual([e['field'] for e in
                                  answer.json()['errors']], [field])
        self.assertEqual(DB.number('SELECT count(*) FROM account WHERE email'
                                   ' = $1', good['email']), 0)

    def test_refused_registration_hashes_nothing(self):
        before = counter('auth', 'cameleer_password_hashes_total')
        register('nobody', PASSWORD)
        register(unique('r') + '@example.test', 'short')
        self.assertEqual(counter('auth', 'cameleer_password_hashes_total'),
                         before)


class Links(TestCase):

    def test_link_is_good_once(self):
        account = Account(verified=False)
        token = link(account, 'verify')
        self.assertAnswer(request('POST', '/api/auth/verify',
                                  {'token': token}), 200)
        self.assertAnswer(request('POST', '/api/auth/verify',
                                  {'token': token}), 422, 'link_not_valid')

    def test_two_racing_requests_spend_a_link_once(self):
        for _ in range(8):
            token = link(Account(verified=False), 'verify')
            answers = together(2, lambda i, token=token: request(
                'POST', '/api/auth/verify', {'token': token}))
            self.assertEqual(sorted(a.status for a in answers), [200, 422])

    def test_two_racing_resets_set_one_password(self):
        for _ in range(3):
            account = Account()
            token = link(account, 'reset')
            answers = together(2, lambda i, token=token: request(
                'POST', '/api/auth/reset', {
                    'token': token, 'password': '%s %d' % (NEW, i)}))
            self.assertEqual(sorted(a.status for a in answers), [200, 422])
            for i, answer in enumerate(answers):
                self.assertAnswer(sign_in(account.email, '%s %d' % (NEW, i)),
                                  200 if answer.status == 200 else 401)

    def test_link_ends_and_is_for_one_purpose(self):
        account = Account()
        old = link(account, 'reset', -1)
        verify = link(account, 'verify')
        for token in (old, verify, 'A' * 43):
            self.assertAnswer(request('POST', '/api/auth/reset', {
                'token': token, 'password': NEW}), 422, 'link_not_valid')
        self.assertAnswer(sign_in(account.email, PASSWORD), 200)

    def test_link_leads_to_the_configured_address(self):
        account = Account()
        recover = {'email': account.email}
        self.assertAnswer(request('POST', '/api/auth/recover', recover,
                                  headers={'Host': 'evil.example'}), 421,
                          'unknown_host')
        request('POST', '/api/auth/recover', recover,
                headers={'X-Forwarded-Host': 'evil.example',
                         'Forwarded': 'host=evil.example'})
        mail_token(account.email, 'reset')
        self.assertIn(ENV['base_url'] + '/reset#token=',
                      mails(account.email)[-1])
        self.assertNotIn('evil', mails(account.email)[-1])

    def test_link_is_stored_nowhere_once_the_mail_is_out(self):
        account = Account()
        request('POST', '/api/auth/recover', {'email': account.email})
        token = mail_token(account.email, 'reset')
        self.assertEqual(DB.number(
            'SELECT count(*) FROM one_time_token WHERE digest = $1', token),
            0)
        self.assertEqual(DB.number(
            "SELECT count(*) FROM mail WHERE state = 'sent' AND data::text"
            ' LIKE $1', '%' + token + '%'), 0)


class Recovery(TestCase):

    def test_reset_ends_all_sessions_and_the_old_password(self):
        account = Account()
        sessions = [account.login(), account.login('cookie')]
        request('POST', '/api/auth/recover', {'email': account.email})
        answer = request('POST', '/api/auth/reset', {
            'token': mail_token(account.email, 'reset'), 'password': NEW})
        self.assertAnswer(answer, 200)
        for session in sessions:
            self.assertAnswer(session.get('/api/auth/me'), 401,
                              'session_ended')
            self.assertAnswer(session.get('/api/tenants'), 401,
                              'session_ended')
            self.assertAnswer(session.post('/api/auth/refresh', {
                'refresh_token': session.refresh}), 401, 'session_ended')
        self.assertAnswer(sign_in(account.email, PASSWORD), 401)
        self.assertAnswer(sign_in(account.email, NEW), 200)

    def test_newer_link_voids_the_older(self):
        account = Account()
        request('POST', '/api/auth/recover', {'email': account.email})
        old = mail_token(account.email, 'reset')
        request('POST', '/api/auth/recover', {'email': account.email})
        new = mail_token(account.email, 'reset', 1)
        self.assertNotEqual(old, new)
        body = {'token': old, 'password': NEW}
        self.assertAnswer(request('POST', '/api/auth/reset', body), 422,
                          'link_not_valid')
        body['token'] = new
        self.assertAnswer(request('POST', '/api/auth/reset', body), 200)

    def test_unknown_address_gets_the_same_answer(self):
        known = request('POST', '/api/auth/recover',
                        {'email': Account().email})
        nobody = unique('n') + '@example.test'
        unknown = request('POST', '/api/auth/recover', {'email': nobody})
        self.assertEqual((known.status, known.body),
                         (unknown.status, unknown.body))
        settle()
        self.assertEqual(DB.number('SELECT count(*) FROM mail WHERE address'
                                   ' = $1', nobody), 0)

    def test_disabled_account_gets_neither_session_nor_mail(self):
        account = Account()
        session = account.login()
        DB.run("UPDATE account SET state = 'disabled' WHERE id = $1",
               account.id)
        self.assertAnswer(session.get('/api/auth/me'), 401, 'session_ended')
        self.assertAnswer(sign_in(account.email, PASSWORD), 401,
                          'wrong_credentials')
        self.assertAnswer(request('POST', '/api/auth/recover', {
            'email': account.email}), 202)
        settle()
        self.assertEqual(DB.number('SELECT count(*) FROM mail WHERE address'
                                   ' = $1', account.email), 0)


PROBES = {
    'POST /api/auth/register': lambda cell: Request(
        {'email': unique('m') + '@example.test', 'password': NEW_PASSWORD,
         'name': 'M'}),
    'POST /api/auth/verify': lambda cell: Request(
        {'token': link(Account(verified=False), 'verify')}),
    'POST /api/auth/recover': lambda cell: Request(
        {'email': unique('m') + '@example.test'}),
    'POST /api/auth/reset': lambda cell: Request(
        {'token': link(Account(), 'reset'), 'password': NEW_PASSWORD}),
}


if __name__ == '__main__':
    unittest.main()
