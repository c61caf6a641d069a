# SPDX-License-Identifier: Apache-2.0
"""Accounts are registered, verified by mail, and recovered."""
import unittest

from support import ENV, SLOW, TestCase, counter, eventually, unique
from support_http import request, together
from support_probe import Request
from support_sql import DB, audit_rows
from support_world import (NEW_PASSWORD, PASSWORD, Account, Session, link,
                           mail_token, mails, mails_age, proof)

NEW = 'another good password'


def register(email, **given):
    return request('POST', '/api/auth/register', {'email': email}, **given)


def verify(token, password=PASSWORD, name='Robin'):
    return request('POST', '/api/auth/verify', {
        'token': token, 'password': password, 'name': name})


def recover(email):
    return request('POST', '/api/auth/recover', {'email': email})


def settle():
    """Waits until the worker has handled all account requests."""
    eventually(20, lambda: DB.number(
        'SELECT count(*) FROM account_request') == 0, 'the worker')


def sign_in(email, password):
    return request('POST', '/api/auth/login', {
        'email': email, 'password': password, 'session': 'token'})


def accounts_of(email):
    """Returns (name, whether verified) of each account of an address."""
    return DB.rows('SELECT name, verified_at IS NOT NULL FROM account'
                   ' WHERE email = $1', email)


class Registration(TestCase):

    def test_register_verify_login_and_me(self):
        email = unique('r') + '@example.test'
        self.assertAnswer(register(email), 202)
        token = mail_token(email, 'verify')
        self.assertEqual(accounts_of(email), [])
        answer = self.assertAnswer(verify(token), 200)
        self.assertTrue(answer.json()['verified'])
        session = Session(self.assertAnswer(sign_in(email, PASSWORD), 200))
        me = session.get('/api/auth/me').json()
        self.assertEqual(me['account']['email'], email)
        self.assertEqual(me['account']['name'], 'Robin')
        self.assertEqual((me['tenants'], me['tenant']), ([], None))

    def test_stranger_who_comes_first_chooses_nothing(self):
        """A registration stores neither password nor name before the mailbox is
        proven."""
        email = unique('r') + '@example.test'
        for more in ({'password': NEW}, {'name': 'Mallory'}):
            self.assertAnswer(request('POST', '/api/auth/register', dict(
                more, email=email)), 400, 'invalid_fields')
        register(email)                         # the stranger
        first = mail_token(email, 'verify')
        mails_age(email)
        register(email)                         # the owner
        self.assertAnswer(verify(mail_token(email, 'verify', 1)), 200)
        self.assertAnswer(sign_in(email, NEW), 401)
        self.assertAnswer(sign_in(email, PASSWORD), 200)
        self.assertAnswer(verify(first, NEW), 422, 'link_not_valid')
        self.assertEqual(accounts_of(email), [('Robin', 't')])

    def test_account_of_before_is_made_anew_by_the_link(self):
        """Proof of the mailbox replaces what a stranger set for the address."""
        squatter = Account('Mallory', verified=False)
        reset = link(squatter)
        self.assertAnswer(verify(proof(squatter.email), NEW), 200)
        self.assertAnswer(sign_in(squatter.email, PASSWORD), 401)
        self.assertAnswer(sign_in(squatter.email, NEW), 200)
        self.assertAnswer(request('POST', '/api/auth/reset', {
            'token': reset, 'password': PASSWORD}), 422, 'link_not_valid')
        self.assertEqual(accounts_of(squatter.email), [('Robin', 't')])

    def test_link_is_worth_nothing_once_the_address_is_proven(self):
        account = Account()
        self.assertAnswer(verify(proof(account.email), NEW), 409,
                          'account_exists')
        self.assertAnswer(sign_in(account.email, PASSWORD), 200)

    def test_registering_twice_gets_the_same_answer_and_one_mail(self):
        email = unique('r') + '@example.test'
        first, second = register(email), register(email)
        self.assertEqual((first.status, first.body),
                         (second.status, second.body))
        settle()
        self.assertEqual(DB.number('SELECT count(*) FROM mail WHERE address'
                                   ' = $1', email), 1)

    def test_registering_a_verified_address_mails_nothing(self):
        account = Account()
        self.assertAnswer(register(account.email), 202)
        settle()
        self.assertEqual(DB.number('SELECT count(*) FROM mail WHERE address'
                                   ' = $1', account.email), 0)
        self.assertAnswer(sign_in(account.email, PASSWORD), 200)

    def test_address_is_one_whatever_its_case(self):
        account = Account()
        self.assertAnswer(sign_in(account.email.upper(), PASSWORD), 200)
        register(account.email.upper())
        settle()
        self.assertEqual(DB.number('SELECT count(*) FROM one_time_token'
                                   ' WHERE lower(email) = $1',
                                   account.email), 0)

    def test_domain_in_any_script_is_one_address(self):
        """An address is stored and mailed in its ASCII form (xn--), which DNS
        and SMTP use."""
        who = unique('r')
        wire = who + '@xn--mller-kva.example'
        self.assertAnswer(register(who + '@m\u00fcller.example'), 202)
        self.assertAnswer(verify(mail_token(wire, 'verify')), 200)
        for typed in ('@m\u00fcller.example', '@M\u00dcLLER.Example',
                      '@xn--mller-kva.example'):
            answer = self.assertAnswer(sign_in(who + typed, PASSWORD), 200)
            self.assertEqual(answer.json()['account']['email'], wire)
        self.assertAnswer(register(who + '@\u200b.example'), 400,
                          'invalid_fields')

    def test_links_followed_at_once_make_one_account(self):
        email = unique('r') + '@example.test'
        tokens = [proof(email) for _ in range(max(2, int(6 / SLOW)))]
        answers = together(len(tokens), lambda i: verify(tokens[i]))
        self.assertEqual([a.status for a in answers].count(200), 1)
        for answer in answers:
            self.assertIn(answer.code, (None, 'account_exists',
                                        'link_not_valid'))
        self.assertEqual(accounts_of(email), [('Robin', 't')])

    def test_who_is_made_stands_in_the_trail(self):
        email = unique('r') + '@example.test'
        answer = verify(proof(email))
        self.assertEqual(
            [row[2:] for row in audit_rows(answer.request_id)],
            [('account.verify', 'done', None, 'account',
              answer.json()['id'])])

    def test_what_was_not_settled_in_time_is_dropped(self):
        email, account = unique('r') + '@example.test', Account()
        DB.run("INSERT INTO account_request (id, purpose, email, link,"
               " digest, expires_at) VALUES (gen_random_uuid(),"
               " 'verify', $1, 'x', 'x', now()), (gen_random_uuid(),"
               " 'reset', $2, 'x', 'y', now());"
               " NOTIFY cameleer_jobs, 'mail'", email, account.email)
        settle()
        self.assertEqual(DB.number('SELECT count(*) FROM mail WHERE address'
                                   ' IN ($1, $2)', email, account.email), 0)

    def test_bad_input_is_refused_by_field(self):
        for value in ('nobody', 'a@b', '', 'a' * 250 + '@example.test', 7,
                      None, 'a@example.test\r\nBcc: b@example.test'):
            with self.subTest(value=value):
                answer = self.assertAnswer(register(value), 400,
                                           'invalid_fields')
                self.assertEqual([e['field'] for e in
                                  answer.json()['errors']], ['email'])

    def test_name_and_password_are_checked_and_the_link_stays_good(self):
        token = proof(unique('r') + '@example.test')
        good = {'token': token, 'password': PASSWORD, 'name': 'Robin'}
        for field, value in (
                ('password', 'fourteen chars'), ('password', 'x' * 129),
                ('password', None), ('name', ''), ('name', 'n' * 121),
                ('name', 'a\u0007b'), ('name', 'a\u202eb'), ('name', []),
                ('name', '   '), ('name', '\u200b\u200b'),
                ('name', '\u3164'), ('name', '\u2800'),
                ('name', 'Rita\u200d Reporter'), ('name', 'a\u200eb')):
            with self.subTest(field=field, value=value):
                answer = request('POST', '/api/auth/verify',
                                 dict(good, **{field: value}))
                self.assertAnswer(answer, 400, 'invalid_fields')
                self.assertEqual([e['field'] for e in
                                  answer.json()['errors']], [field])
        self.assertAnswer(verify(token), 200)

    def test_registration_hashes_nothing(self):
        before = counter('auth', 'cameleer_password_hashes_total')
        register('nobody')
        register(unique('r') + '@example.test')
        verify('A' * 43, 'short')
        self.assertAnswer(verify('A' * 43), 422, 'link_not_valid')
        self.assertAnswer(request('POST', '/api/auth/reset', {
            'token': 'A' * 43, 'password': NEW}), 422, 'link_not_valid')
        self.assertEqual(counter('auth', 'cameleer_password_hashes_total'),
                         before)


class Floods(TestCase):
    """Mails to one address are limited, whoever asks for them."""

    def sent(self, email):
        """Returns the number of mails to an address."""
        settle()
        return DB.number('SELECT count(*) FROM mail WHERE address = $1',
                         email)

    def test_one_mailbox_gets_one_mail_however_often_it_is_asked_for(self):
        account, nobody = Account(), unique('r') + '@example.test'
        for _ in range(20):
            self.assertAnswer(recover(account.email), 202)
            self.assertAnswer(register(nobody), 202)
        self.assertEqual((self.sent(account.email), self.sent(nobody)),
                         (1, 1))
        token = mail_token(account.email, 'reset')
        self.assertAnswer(request('POST', '/api/auth/reset', {
            'token': token, 'password': NEW}), 200)

    def test_each_further_mail_waits_longer_and_no_longer_than_its_link(self):
        account = Account()
        for i, wait in enumerate((60, 120, 240, 480, 960, 1920, 3600, 3600)):
            recover(account.email)
            self.assertEqual(self.sent(account.email), i + 1)
            mails_age(account.email, '%d seconds' % (wait - 3))
            recover(account.email)
            self.assertEqual(self.sent(account.email), i + 1, wait)
            mails_age(account.email, '3 seconds')

    def test_day_has_an_end_of_mails_and_the_next_begins_anew(self):
        email = unique('r') + '@example.test'
        DB.run('INSERT INTO mail_limit (digest, purpose, scope, began_at,'
               ' sent, sent_at) VALUES (encode(sha256(convert_to($1,'
               " 'UTF8')), 'hex'), 'verify', '', now() - interval '23 hours',"
               " 10, now() - interval '5 hours')", email)
        register(email)
        self.assertEqual(self.sent(email), 0)
        mails_age(email, '1 hour')
        register(email)
        self.assertEqual(self.sent(email), 1)

    def test_what_is_not_mailed_stands_in_the_trail(self):
        account = Account()
        recover(account.email)
        recover(account.email)
        settle()
        self.assertEqual(DB.rows(
            "SELECT result, code, facts->>'purpose' FROM audit_event WHERE"
            " action = 'account.mail' AND subject_id = $1", account.id),
            [('refused', 'mail_too_often', 'reset')])

    def test_mail_to_an_unproven_address_has_no_word_of_anybody(self):
        email = unique('r') + '@example.test'
        register(email, headers={'User-Agent': 'win.example/now'})
        mail_token(email, 'verify')
        self.assertIn('Hello,', mails(email)[0].splitlines())
        self.assertNotIn('win.example', mails(email)[0])


class Links(TestCase):

    def test_link_is_good_once(self):
        token = proof(unique('r') + '@example.test')
        self.assertAnswer(verify(token), 200)
        self.assertAnswer(verify(token), 422, 'link_not_valid')

    def test_two_racing_requests_spend_a_link_once(self):
        for _ in range(4):
            token = proof(unique('r') + '@example.test')
            answers = together(2, lambda i, token=token: verify(token))
            self.assertEqual(sorted(a.status for a in answers), [200, 422])

    def test_two_racing_resets_set_one_password(self):
        for _ in range(3):
            account = Account()
            token = link(account)
            answers = together(2, lambda i, token=token: request(
                'POST', '/api/auth/reset', {
                    'token': token, 'password': '%s %d' % (NEW, i)}))
            self.assertEqual(sorted(a.status for a in answers), [200, 422])
            for i, answer in enumerate(answers):
                self.assertAnswer(sign_in(account.email, '%s %d' % (NEW, i)),
                                  200 if answer.status == 200 else 401)

    def test_link_ends_and_is_for_one_purpose(self):
        account = Account()
        old = link(account, -1)
        other = proof(unique('r') + '@example.test')
        for token in (old, other, 'A' * 43):
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
        recover(account.email)
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
        recover(account.email)
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

    def test_new_password_voids_all_other_links(self):
        """One came by mail, another one from an operator."""
        account = Account()
        one, other = link(account), link(account)
        self.assertAnswer(request('POST', '/api/auth/reset', {
            'token': one, 'password': NEW_PASSWORD}), 200)
        self.assertAnswer(request('POST', '/api/auth/reset', {
            'token': other, 'password': PASSWORD}), 422, 'link_not_valid')
        account.password = NEW_PASSWORD
        account.login()

    def test_newer_link_voids_the_older(self):
        account = Account()
        recover(account.email)
        old = mail_token(account.email, 'reset')
        mails_age(account.email)
        recover(account.email)
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
        {'email': unique('m') + '@example.test'}),
    'POST /api/auth/verify': lambda cell: Request(
        {'token': proof(unique('m') + '@example.test'), 'name': 'M',
         'password': NEW_PASSWORD}),
    'POST /api/auth/recover': lambda cell: Request(
        {'email': unique('m') + '@example.test'}),
    'POST /api/auth/reset': lambda cell: Request(
        {'token': link(Account()), 'password': NEW_PASSWORD}),
}


if __name__ == '__main__':
    unittest.main()
