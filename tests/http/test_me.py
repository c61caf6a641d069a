# SPDX-License-Identifier: Apache-2.0
"""The own account: people see their name and sessions, and change name, address
and password."""
import concurrent.futures
import unittest

from support import TestCase, eventually, unique
from support_http import request
from support_probe import Request
from support_sql import DB, Sql, audit_rows
from support_world import (NEW_PASSWORD, PASSWORD, Account, Tenant, digest,
                           link, mail_token, mails, mails_age, proof)

NEW = 'a quite different one'
UNUSABLE = '$argon2id$v=19$m=19456,t=2,p=1$none$none'


def change(session, old=PASSWORD, new=NEW):
    """Changes the password; returns the answer."""
    return session.post('/api/auth/me/password', {'old': old, 'new': new})


def sign_in(account, password):
    """Signs in with an address and a password; returns the answer."""
    return request('POST', '/api/auth/login', {
        'email': account.email, 'password': password})


class Name(TestCase):

    def test_is_changed_at_once(self):
        session = Account().login()
        answer = self.assertAnswer(session.call(
            'PATCH', '/api/auth/me', {'name': 'Zoë Neu'}), 200)
        self.assertEqual(answer.json()['name'], 'Zoë Neu')
        self.assertEqual(session.get('/api/auth/me').json()['account'][
            'name'], 'Zoë Neu')

    def test_of_its_bounds(self):
        session = Account().login()
        for name, status in (('n' * 120, 200), ('n' * 121, 400), ('', 400),
                             ('a\nb', 400), (None, 400)):
            self.assertAnswer(session.call(
                'PATCH', '/api/auth/me', {'name': name}), status,
                None if status == 200 else 'invalid_fields')

    def test_nothing_else_is_taken(self):
        session = Account().login()
        for more in ({'email': 'x@example.test'}, {'kind': 'operator'},
                     {'verified': True}, {'id': session.account['id']}):
            self.assertAnswer(session.call('PATCH', '/api/auth/me', dict(
                more, name='x')), 400, 'invalid_fields')


class Password(TestCase):

    def test_new_one_opens_and_old_one_does_not(self):
        account = Account()
        session = account.login()
        self.assertAnswer(change(session), 204)
        self.assertAnswer(sign_in(account, PASSWORD), 401)
        self.assertAnswer(sign_in(account, NEW), 200)
        self.assertAnswer(session.get('/api/auth/me'), 200)

    def test_other_sessions_end(self):
        account = Account()
        first, second = account.login(), account.login('cookie')
        self.assertAnswer(change(first), 204)
        self.assertAnswer(second.get('/api/auth/me'), 401, 'session_ended')
        self.assertAnswer(request('POST', '/api/auth/refresh', {},
                                  cookies=second.cookies(), headers={
                                      'X-Cameleer-Request': '1'}), 401)

    def test_links_to_set_another_end(self):
        account = Account()
        token = link(account)
        self.assertAnswer(change(account.login()), 204)
        self.assertAnswer(request('POST', '/api/auth/reset', {
            'token': token, 'password': PASSWORD}), 422, 'link_not_valid')

    def test_wrong_old_one(self):
        account = Account()
        session, other = account.login(), account.login()
        self.assertAnswer(change(session, 'wrong wrong wrong'), 422,
                          'wrong_password')
        self.assertAnswer(other.get('/api/auth/me'), 200)
        self.assertAnswer(sign_in(account, PASSWORD), 200)

    def test_guesses_are_counted_with_those_at_the_door(self):
        account = Account()
        session = account.login()
        for _ in range(10):
            self.assertAnswer(change(session, 'wrong wrong wrong'), 422)
        self.assertAnswer(change(session), 429, 'too_many_attempts')
        self.assertAnswer(sign_in(account, PASSWORD), 429)

    def test_another_change_that_is_stored_first_wins(self):
        """A password change that loses to another one gets 409, not 412, since
        no header named a version."""
        account, other = Account(), Sql()
        self.addCleanup(other.close)
        session = account.login()
        other.run('BEGIN')
        other.run('SELECT FROM account WHERE id = $1 FOR UPDATE', account.id)
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            answer = pool.submit(change, session)
            eventually(5, lambda: DB.number(
                'SELECT count(*) FROM pg_stat_activity WHERE usename ='
                " 'cameleer_auth' AND wait_event_type = 'Lock'"),
                'the change to wait')
            other.run('UPDATE account SET password_hash = $2 WHERE id = $1',
                      account.id, UNUSABLE)
            other.run('COMMIT')
            self.assertAnswer(answer.result(), 409, 'password_changed')
        self.assertEqual(DB.rows('SELECT password_hash FROM account WHERE'
                                 ' id = $1', account.id), [(UNUSABLE,)])

    def test_sign_in_must_be_fresh(self):
        account = Account()
        session = account.login()
        DB.run("UPDATE session SET authenticated_at = now() - interval"
               " '601 seconds' WHERE account_id = $1", account.id)
        self.assertAnswer(change(session), 403, 'fresh_login_required')

    def test_lengths_at_the_bound(self):
        account = Account()
        session = account.login()
        for password, status in (('only fourteen!', 400),
                                 ('fifteen is good', 204)):
            self.assertAnswer(change(session, new=password), status)
        for password, status in (('m' * 60 + 'x y' * 22 + 'ppp', 400),
                                 ('m' * 60 + 'x y' * 22 + 'pp', 204)):
            self.assertAnswer(change(session, 'fifteen is good', password),
                              status)

    def test_account_without_one(self):
        account = Account()
        session = account.login()
        DB.run('UPDATE account SET password_hash = NULL WHERE id = $1',
               account.id)
        self.assertAnswer(change(session), 403, 'no_password')

    def test_person_gets_a_mail_and_the_trail_a_row(self):
        account = Account()
        answer = change(account.login())
        self.assertEqual([row[1:] for row in audit_rows(answer.request_id)],
                         [(account.id, 'account.password', 'done', None,
                           'account', account.id)])
        texts, _ = eventually(20, lambda: mails(account.email), 'a notice')
        self.assertIn('The password was changed', ' '.join(
            texts[0].split()))
        self.assertNotIn(NEW, texts[0])


class Address(TestCase):
    """A change of address needs a yes from both mailboxes, in any order."""

    def ask(self, account, email=None, status=202, code=None):
        """Begins a change of address; returns the new address."""
        email = email or unique('e') + '@example.test'
        self.assertAnswer(account.login().post('/api/auth/me/email', {
            'email': email}), status, code)
        return email

    def follow(self, account, token):
        """Follows the link of a mail while signed in; returns the answer."""
        return account.login().post('/api/auth/me/email/confirm',
                                    {'token': token})

    def test_changes_with_both_links_in_either_order(self):
        for order in (0, 1):
            account = Account()
            email = self.ask(account)
            links = [mail_token(account.email, 'confirm'),
                     mail_token(email, 'confirm')]
            answer = self.assertAnswer(self.follow(account, links[order]),
                                       200)
            self.assertEqual(answer.json()['email'], account.email)
            self.assertAnswer(self.follow(account, links[order]), 422,
                              'link_not_valid')
            answer = self.assertAnswer(self.follow(
                account, links[1 - order]), 200)
            self.assertEqual(answer.json()['email'], email)
            self.assertAnswer(sign_in(account, PASSWORD), 401)
            account.email = email
            self.assertAnswer(sign_in(account, PASSWORD), 200)

    def test_strangers_account_never_gets_ones_address(self):
        """A confirmation counts only while signed in to the account that
        changes. Otherwise an address could get onto a stranger's account, whose
        password the stranger knows."""
        stranger, owner = Account('Mallory'), Account()
        email = self.ask(stranger)
        self.assertAnswer(self.follow(stranger, mail_token(
            stranger.email, 'confirm')), 200)
        token = mail_token(email, 'confirm')
        self.assertAnswer(request(
            'POST', '/api/auth/me/email/confirm', {'token': token}), 401,
            'sign_in_required')
        answer = self.assertAnswer(self.follow(owner, token), 422,
                                   'link_not_valid')
        self.assertEqual([row[2:] for row in audit_rows(answer.request_id)],
                         [('account.email_confirm', 'refused',
                           'link_not_valid', 'account', owner.id)])
        self.assertAnswer(request('POST', '/api/auth/verify', {
            'token': token, 'name': 'N', 'password': NEW}), 422,
            'link_not_valid')
        self.assertEqual(DB.number('SELECT count(*) FROM account WHERE email'
                                   ' = $1', email), 0)

    def test_mail_to_the_new_address_has_no_word_of_the_stranger(self):
        email = self.ask(Account('You won, see win.example/now'))
        mail_token(email, 'confirm')
        self.assertNotIn('win.example', mails(email)[0])

    def test_nobodys_mailbox_is_flooded(self):
        """Mails to one mailbox are limited, whether one account or many ask,
        and whether the address is taken or not."""
        account, victim, other = Account(), Account(), Account()
        email = self.ask(account)
        self.ask(account, status=429, code='mail_too_often')
        self.ask(other, victim.email)
        self.ask(Account(), email, 429, 'mail_too_often')
        answer = Account().login().post('/api/auth/me/email', {
            'email': victim.email})
        self.assertAnswer(answer, 429, 'mail_too_often')
        self.assertIn('60 seconds', answer.json()['detail'])
        self.assertIn(answer.headers['retry-after'], ('59', '60'))
        mails_age(account.email, '61 seconds')
        self.ask(account)

    def test_taken_address_gets_no_link_and_is_not_told(self):
        account, other = Account(), Account()
        self.ask(account, other.email)
        self.assertAnswer(self.follow(account, mail_token(
            account.email, 'confirm')), 200)
        self.assertEqual(mails(other.email), [])

    def test_another_change_voids_the_first(self):
        account = Account()
        email = self.ask(account)
        token = mail_token(email, 'confirm')
        mails_age(account.email)
        self.ask(account)
        self.assertAnswer(self.follow(account, token), 422, 'link_not_valid')

    def test_change_ends_with_the_sessions_of_before(self):
        """A thief's change of address does not outlive the sessions: its links
        lie in both mailboxes for a day."""
        def by_mail(account):
            self.assertAnswer(request('POST', '/api/auth/reset', {
                'token': link(account), 'password': NEW_PASSWORD}), 200)
            account.password = NEW_PASSWORD

        def by_hand(account):
            self.assertAnswer(change(account.login()), 204)
            account.password = NEW

        def others(account):
            self.assertAnswer(account.login().post(
                '/api/auth/sessions/revoke', {'which': 'others'}), 204)

        for remedy in by_mail, by_hand, others:
            account = Account()
            email = self.ask(account)
            tokens = [mail_token(email, 'confirm'),
                      mail_token(account.email, 'confirm')]
            self.assertAnswer(self.follow(account, tokens[0]), 200)
            remedy(account)
            for token in tokens:
                self.assertAnswer(self.follow(account, token), 422,
                                  'link_not_valid')
            self.assertEqual(account.login().get('/api/auth/me').json()[
                'account']['email'], account.email)

    def test_links_are_good_for_a_day(self):
        account = Account()
        token = mail_token(self.ask(account), 'confirm')
        DB.run("UPDATE email_change SET expires_at = now() WHERE"
               ' account_id = $1', account.id)
        self.assertAnswer(self.follow(account, token), 422, 'link_not_valid')

    def test_sign_in_must_be_fresh(self):
        account = Account()
        session = account.login()
        DB.run("UPDATE session SET authenticated_at = now() - interval"
               " '601 seconds' WHERE account_id = $1", account.id)
        self.assertAnswer(session.post('/api/auth/me/email', {
            'email': 'x@example.test'}), 403, 'fresh_login_required')


class Breached(TestCase):
    """A known breached password is refused everywhere a password is set."""

    KNOWN = ('POLNIYPIZDEC0211', 'dragondragondragon', 'Password2024!!!!',
             'aaaaaaaaaaaaaaa')

    def assertKnown(self, answer, field='password'):
        """Checks that the password is refused and the problem names the
        field."""
        self.assertAnswer(answer, 422, 'password_breached')
        self.assertEqual([one['field'] for one in answer.json()['errors']],
                         [field])

    def test_at_registration(self):
        token = proof(unique('n') + '@example.test')
        for password in self.KNOWN:
            self.assertKnown(request('POST', '/api/auth/verify', {
                'token': token, 'name': 'N', 'password': password}))

    def test_by_a_link_which_stays_good(self):
        account = Account()
        token = link(account)
        for password in self.KNOWN:
            self.assertKnown(request('POST', '/api/auth/reset', {
                'token': token, 'password': password}))
        self.assertAnswer(request('POST', '/api/auth/reset', {
            'token': token, 'password': NEW}), 200)

    def test_in_place_of_another(self):
        session = Account().login()
        for password in self.KNOWN:
            self.assertKnown(change(session, new=password), 'new')
        self.assertAnswer(change(session), 204)


class Sessions(TestCase):

    def test_each_says_on_which_device(self):
        account = Account()
        session = account.login()
        account.login(headers={'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64;'
                               ' rv:140.0) Gecko/20100101 Firefox/140.0'})
        account.login(headers={'User-Agent': None})
        listed = session.get('/api/auth/sessions').json()['items']
        self.assertEqual([one['device'] for one in listed], [
            'an unknown device', 'Firefox on Linux', 'tests'])
        self.assertEqual([one['current'] for one in listed],
                         [False, False, True])

    def test_others_end_and_this_one_stays(self):
        account = Account()
        session, others = account.login(), [account.login() for _ in 'ab']
        stranger = Account().login()
        self.assertAnswer(session.post('/api/auth/sessions/revoke', {
            'which': 'others'}), 204)
        for other in others:
            self.assertAnswer(other.get('/api/auth/me'), 401,
                              'session_ended')
        self.assertAnswer(session.get('/api/auth/me'), 200)
        self.assertAnswer(stranger.get('/api/auth/me'), 200)

    def test_all_end_and_the_browser_forgets(self):
        account = Account()
        session, other = account.login('cookie'), account.login()
        answer = session.post('/api/auth/sessions/revoke', {'which': 'all'})
        self.assertAnswer(answer, 204)
        self.assertEqual(len([c for c in answer.cookies
                              if 'Max-Age=0' in c]), 2)
        for one in (session, other):
            self.assertAnswer(one.get('/api/auth/me'), 401, 'session_ended')

    def test_every_path_knows_within_five_seconds(self):
        tenant = Tenant()
        session = tenant.login()
        path = '/t/%s/api/x' % tenant.slug
        self.assertNotEqual(session.get(path, check=False).status, 401)
        self.assertAnswer(session.post('/api/auth/sessions/revoke', {
            'which': 'all'}), 204)
        eventually(5, lambda: session.get(path, check=False).status == 401,
                   'the end at the proxy')

    def test_which_is_others_or_all(self):
        session = Account().login()
        for which in ('', 'this', 'ALL', None, ['all']):
            self.assertAnswer(session.post('/api/auth/sessions/revoke', {
                'which': which}), 400, 'invalid_fields')


def _password(cell):
    """Returns a request from a new account, since it ends its other
    sessions."""
    return Request({'old': PASSWORD, 'new': NEW_PASSWORD},
                   session=Account().login() if cell.permitted else None)


def _revoke(cell):
    """Returns a request from a new account, since it ends its other
    sessions."""
    return Request({'which': 'others'},
                   session=Account().login() if cell.permitted else None)


def _email(cell):
    if cell.actor.account:
        mails_age(cell.actor.account.email)
    return Request({'email': unique('e') + '@example.test'})


def _confirm(cell):
    token = unique('token')
    account = cell.actor.account or Account()
    DB.run('DELETE FROM email_change WHERE account_id = $1', account.id)
    DB.run('INSERT INTO email_change (account_id, email, old_digest,'
           ' new_digest, expires_at) VALUES ($1, $2, $3, $4, now() +'
           " interval '1 hour')", account.id, unique('e') + '@example.test',
           digest(token), unique('d'))
    return Request({'token': token})


PROBES = {
    'POST /api/auth/me/email': _email,
    'POST /api/auth/me/email/confirm': _confirm,
    'PATCH /api/auth/me': lambda cell: Request({'name': 'M'}),
    'POST /api/auth/me/password': _password,
    'POST /api/auth/sessions/revoke': _revoke,
}


if __name__ == '__main__':
    unittest.main()
