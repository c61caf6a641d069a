# SPDX-License-Identifier: Apache-2.0
"""Invitations: a link in a mail creates a membership, once."""
import functools
import unittest
import uuid

from support import ENV, NIL, TestCase, unique
from support_http import request, together
from support_probe import Request
from support_sql import DB, audit_rows
from support_world import (NEW_PASSWORD, Account, Tenant, digest, link,
                           mail_token, mails, mails_age, proof)

PATH = '/api/tenants/invitations'
PASSWORD = 'a good long password'


def address():
    """Returns an address that no account has."""
    return unique('i') + '@example.test'


def show(token, **given):
    """Returns the answer that shows an invitation."""
    return request('POST', '/api/auth/invitations/show', {'token': token},
                   **given)


def accept(token, session=None, **body):
    """Accepts an invitation, with a session or as somebody without one."""
    call = session.post if session else \
        lambda path, body: request('POST', path, body)
    return call('/api/auth/invitations/accept', dict(body, token=token))


def join(token):
    """Accepts an invitation as a new person."""
    return accept(token, name='New Person', password=PASSWORD)


class Link:
    """An invitation made by SQL, so that the test knows its token."""

    def __init__(self, tenant, email, role='viewer'):
        self.token = unique('token')
        self.id, self.email, self.tenant = str(uuid.uuid4()), email, tenant
        DB.run('INSERT INTO invitation (tenant_id, id, email, role, digest,'
               ' invited_by, expires_at) VALUES ($1, $2, $3, $4, $5, $6,'
               " now() + interval '24 hours')", tenant.id, self.id, email,
               role, digest(self.token), tenant.owner.id)

    def age(self, interval):
        """Makes the invitation older by the interval."""
        DB.run('UPDATE invitation SET sent_at = sent_at - $1::interval,'
               ' expires_at = expires_at - $1::interval WHERE id = $2',
               interval, self.id)


class Inviting(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.tenant = Tenant('high')
        cls.session = cls.tenant.login()

    def invite(self, email=None, session=None, **body):
        """Invites an address; returns the answer."""
        return (session or self.session).post(PATH, dict(
            {'email': email or address(), 'role': 'viewer'}, **body))

    def test_new_person_comes_by_the_mail(self):
        email = address()
        answer = self.assertAnswer(self.invite(email.upper(),
                                               role='developer'), 201)
        made = answer.json()
        self.assertEqual(
            (made['email'], made['role'], made['sent'], made['expired'],
             made['inviter'], made['team']),
            (email, 'developer', 1, False, 'Owner', None))
        token = mail_token(email, 'invitation')
        text = mails(email)[0]
        self.assertIn('%s/invitation#token=' % ENV['base_url'],
                      text.replace('=\n', '').replace('=3D', '='))
        self.assertEqual(
            {k: v for k, v in show(token).json().items()
             if k != 'expires_at'},
            {'slug': self.tenant.slug, 'email': email, 'role': 'developer',
             'tenant': 'Tenant ' + self.tenant.slug, 'inviter': 'Owner',
             'account_exists': False})
        joined = self.assertAnswer(join(token), 200).json()
        self.assertEqual((joined['slug'], joined['role'],
                          joined['account_made']),
                         (self.tenant.slug, 'developer', True))
        answer = request('POST', '/api/auth/login', {
            'email': email, 'password': PASSWORD})
        self.assertAnswer(answer, 200)
        self.assertTrue(answer.json()['account']['verified'])
        self.assertEqual([(t['slug'], t['role'])
                          for t in answer.json()['tenants']],
                         [(self.tenant.slug, 'developer')])
        self.assertNotIn(email, [i['email'] for i in self.session.get(
            PATH + '?limit=100').json()['items']])

    def test_both_ends_are_in_the_tenants_trail(self):
        email = address()
        answer = self.invite(email)
        self.assertEqual(audit_rows(answer.request_id), [(
            self.tenant.id, self.tenant.owner.id, 'invitation.create',
            'done', None, 'invitation', answer.json()['id'])])
        other = Link(self.tenant, address())
        answer = join(other.token)
        account = answer.json()['account']
        self.assertEqual(audit_rows(answer.request_id), [(
            self.tenant.id, account, 'invitation.accept', 'done', None,
            'account', account)])

    def test_token_is_nowhere_in_the_database(self):
        email = address()
        self.invite(email)
        token = mail_token(email, 'invitation')
        self.assertEqual(DB.number('SELECT count(*) FROM invitation i'
                                   ' WHERE i::text LIKE $1', '%' + token +
                                   '%'), 0)
        self.assertEqual(DB.number(
            'SELECT count(*) FROM invitation WHERE digest = $1',
            digest(token)), 1)

    def test_address_is_invited_once(self):
        email = address()
        self.assertAnswer(self.invite(email), 201)
        self.assertAnswer(self.invite(email), 409, 'already_invited')
        member = self.tenant.member('viewer')
        self.assertAnswer(self.invite(member.email), 409, 'already_member')

    def test_race_for_an_address_has_one_winner(self):
        email = address()
        sessions = [self.tenant.login() for _ in range(4)]
        answers = together(4, lambda i: self.invite(email, sessions[i]))
        self.assertEqual(sorted(a.status for a in answers),
                         [201, 409, 409, 409])

    def test_nobody_gives_what_he_lacks(self):
        admin = self.tenant.login('admin')
        self.assertAnswer(self.invite(session=admin, role='admin'), 201)
        self.assertAnswer(self.invite(session=admin, role='owner'), 403,
                          'role_above_yours')
        self.assertAnswer(self.invite(session=self.tenant.login(
            'developer')), 403, 'not_permitted')

    def test_custom_role_and_team_come_along(self):
        role, team = str(uuid.uuid4()), str(uuid.uuid4())
        DB.run('INSERT INTO role (tenant_id, id, name, grants) VALUES'
               " ($1, $2, 'guest', '{tenant.read}');"
               ' INSERT INTO team (tenant_id, id, name, role) VALUES'
               " ($1, $3, 'Guests', 'viewer')", self.tenant.id, role, team)
        email = address()
        answer = self.assertAnswer(self.session.post(PATH, {
            'email': email, 'custom_role': role, 'team': team}), 201)
        self.assertEqual((answer.json()['role'], answer.json()['team_name']),
                         ('guest', 'Guests'))
        joined = join(mail_token(email, 'invitation')).json()
        self.assertEqual(joined['role'], 'guest')
        self.assertEqual(DB.number('SELECT count(*) FROM team_member WHERE'
                                   ' team_id = $1 AND account_id = $2',
                                   team, joined['account']), 1)
        for unknown in (str(uuid.uuid4()), NIL):
            self.assertAnswer(self.invite(team=unknown), 404,
                              'no_such_team')

    def test_body_is_checked(self):
        for body in ({'email': 'x'}, {'email': None}, {'role': None},
                     {'role': 'king'}, {'team': 'x'}, {'tenant': NIL},
                     {'custom_role': str(uuid.uuid4())}):
            answer = self.session.post(PATH, dict(
                {'email': address(), 'role': 'viewer'}, **body))
            self.assertEqual(answer.status, 400, body)

    def test_link_that_was_sent_again_replaces_the_old(self):
        email = address()
        made = self.invite(email).json()
        first = mail_token(email, 'invitation')
        again = '%s/%s/resend' % (PATH, made['id'])
        self.assertAnswer(self.session.post(again), 429, 'mail_too_often')
        self.assertAnswer(show(first), 200)
        mails_age(email)
        answer = self.assertAnswer(self.session.post(again), 200)
        self.assertEqual(answer.json()['sent'], 2)
        second = mail_token(email, 'invitation', after=1)
        self.assertNotEqual(first, second)
        self.assertAnswer(show(first), 422, 'link_not_valid')
        self.assertAnswer(join(first), 422, 'link_not_valid')
        self.assertAnswer(show(second), 200)
        for sent in (3, 4, 5):
            mails_age(email)
            self.assertEqual(self.session.post(again).json()['sent'], sent)
        self.assertAnswer(self.session.post(again), 422, 'sent_too_often')

    def test_nobodys_mailbox_is_flooded(self):
        """Mails to one address are limited to twenty a day over all tenants,
        and a tenant cannot invite it again at once."""
        email = address()
        made = self.invite(email).json()
        self.session.delete('%s/%s' % (PATH, made['id']))
        answer = self.assertAnswer(self.invite(email), 429,
                                   'mail_too_often')
        self.assertIn(answer.headers['retry-after'], ('59', '60'))
        self.assertEqual(audit_rows(answer.request_id)[0][2:5], (
            'invitation.create', 'refused', 'mail_too_often'))
        other = Tenant().login()
        self.assertAnswer(self.invite(email, other), 201)
        DB.run("UPDATE mail_limit SET sent = 20 WHERE purpose ="
               " 'invitation.all' AND digest = encode(sha256(convert_to($1,"
               " 'UTF8')), 'hex')", email)
        self.assertAnswer(self.invite(email, Tenant().login()), 429,
                          'mail_too_often')

    def test_mail_has_no_word_of_the_tenant(self):
        tenant = Tenant('high', owner=Account('win.example/now'))
        DB.run("UPDATE tenant SET name = 'see win.example' WHERE id = $1",
               tenant.id)
        email = address()
        self.invite(email, tenant.login())
        token = mail_token(email, 'invitation')
        text = mails(email)[0]
        for word in ('win.example', tenant.slug, 'viewer'):
            self.assertNotIn(word, text)
        self.assertEqual(show(token).json()['inviter'], 'win.example/now')

    def test_withdrawn_one_is_worth_nothing(self):
        made = Link(self.tenant, address())
        self.assertAnswer(self.session.delete(PATH + '/' + made.id), 204)
        self.assertAnswer(show(made.token), 422, 'link_not_valid')
        self.assertAnswer(join(made.token), 422, 'link_not_valid')
        self.assertAnswer(self.session.delete(PATH + '/' + made.id), 404,
                          'no_such_invitation')

    def test_foreign_and_unknown_ones_are_the_same(self):
        foreign = Link(Tenant(), address()).id
        for call in (lambda i: self.session.delete(PATH + '/' + i),
                     lambda i: self.session.post(PATH + '/%s/resend' % i)):
            answers = [call(i) for i in (foreign, str(uuid.uuid4()), 'x')]
            for answer in answers:
                self.assertAnswer(answer, 404, 'no_such_invitation')
                self.assertEqual(answer.plain(), answers[0].plain())

    def test_expired_one_is_shown_and_makes_room(self):
        made = Link(self.tenant, address())
        made.age('24 hours')
        listed = {i['id']: i for i in self.session.get(
            PATH + '?limit=100').json()['items']}
        self.assertTrue(listed[made.id]['expired'])
        self.assertAnswer(show(made.token), 422, 'link_not_valid')
        self.assertAnswer(join(made.token), 422, 'link_not_valid')
        old = Link(self.tenant, address())
        old.age('32 days')
        self.assertAnswer(self.invite(made.email), 201)
        self.assertEqual(DB.number('SELECT count(*) FROM invitation WHERE'
                                   ' id IN ($1, $2)', made.id, old.id), 0)

    def test_minute_before_its_end_it_is_good(self):
        made = Link(self.tenant, address())
        made.age('23 hours 59 minutes')
        self.assertAnswer(join(made.token), 200)

    def test_hundred_mails_a_day(self):
        tenant = Tenant()
        session = tenant.login()
        for _ in range(99):
            self.assertAnswer(self.invite(session=session), 201)
        made = Link(tenant, address())
        again = PATH + '/%s/resend' % made.id
        self.assertAnswer(session.post(again), 200)
        mails_age(made.email)
        self.assertAnswer(session.post(again), 422, 'too_many_invitations')
        self.assertAnswer(self.invite(session=session), 422,
                          'too_many_invitations')

    def test_what_somebody_offered_ends_with_his_rights(self):
        for change in (lambda a: self.session.delete(
                '/api/tenants/members/' + a.id),
                       lambda a: self.session.patch(
                           '/api/tenants/members/' + a.id,
                           {'role': 'viewer'}, 1)):
            admin = self.tenant.member('admin')
            email = address()
            self.assertAnswer(self.invite(email, admin.login(
                tenant=self.tenant.slug), role='admin'), 201)
            token = mail_token(email, 'invitation')
            self.assertLess(change(admin).status, 300)
            self.assertAnswer(join(token), 422, 'link_not_valid')


class Accepting(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.tenant = Tenant()

    def members(self, email):
        """Returns the number of memberships of an address."""
        return DB.number('SELECT count(*) FROM membership m JOIN account a'
                         ' ON a.id = m.account_id WHERE a.email = $1', email)

    def test_newcomer_races_himself_and_joins_once(self):
        """t_invite_race: parallel requests with one link create one
        membership."""
        for _ in range(4):
            made = Link(self.tenant, address())
            answers = together(4, lambda i: join(made.token))
            self.assertEqual(sorted(a.status for a in answers)[0], 200)
            self.assertEqual([a.status for a in answers].count(200), 1)
            for answer in answers:
                self.assertIn(answer.code, (None, 'account_exists',
                                            'link_not_valid'))
            self.assertEqual(self.members(made.email), 1)
            self.assertEqual(DB.number('SELECT count(*) FROM account WHERE'
                                       ' email = $1', made.email), 1)

    def test_member_to_be_races_himself_and_joins_once(self):
        for _ in range(4):
            account = Account()
            made = Link(self.tenant, account.email)
            sessions = [account.login() for _ in range(4)]
            answers = together(4, lambda i: accept(made.token, sessions[i]))
            self.assertEqual(sorted(a.status for a in answers),
                             [200, 422, 422, 422])
            self.assertEqual(self.members(account.email), 1)

    def test_withdrawal_races_the_newcomer(self):
        """Acceptance and withdrawal at the same time: exactly one takes
        effect."""
        session = self.tenant.login()
        for _ in range(4):
            account = Account()
            made = Link(self.tenant, account.email)
            theirs = account.login()
            joined, gone = together(2, lambda i: accept(
                made.token, theirs) if i == 0 else session.delete(
                    PATH + '/' + made.id))
            self.assertIn((joined.status, gone.status),
                          ((200, 404), (422, 204), (200, 204)))
            self.assertEqual(self.members(account.email),
                             1 if joined.status == 200 else 0)

    def test_account_must_be_signed_in_to(self):
        account, stranger = Account(), Account()
        made = Link(self.tenant, account.email, 'admin')
        self.assertTrue(show(made.token).json()['account_exists'])
        self.assertAnswer(join(made.token), 401, 'sign_in_required')
        answer = self.assertAnswer(accept(made.token, stranger.login()), 403,
                                   'other_account')
        self.assertIn(account.email, answer.json()['detail'])
        self.assertEqual(self.members(stranger.email), 0)
        answer = self.assertAnswer(accept(made.token, account.login(
            'cookie')), 200)
        self.assertEqual(answer.json()['account_made'], False)
        account.login(tenant=self.tenant.slug)
        old = account.password
        account.login()
        self.assertEqual(account.password, old)

    def test_cookie_needs_its_header(self):
        account = Account()
        made = Link(self.tenant, account.email)
        session = account.login('cookie')
        answer = request('POST', '/api/auth/invitations/accept',
                         {'token': made.token}, cookies=session.cookies())
        self.assertAnswer(answer, 403, 'csrf_header_missing')
        self.assertEqual(self.members(account.email), 0)

    def test_account_that_was_never_proved_is_taken_over(self):
        """The invited person takes over an account that a stranger registered
        for the address without proof."""
        squatter = Account(verified=False)
        stolen = [link(squatter), proof(squatter.email)]
        made = Link(self.tenant, squatter.email)
        self.assertFalse(show(made.token).json()['account_exists'])
        self.assertAnswer(join(made.token), 200)
        self.assertAnswer(request('POST', '/api/auth/login', {
            'email': squatter.email, 'password': squatter.password}), 401,
            'wrong_credentials')
        for path, token in zip(('reset', 'verify'), stolen):
            body = {'token': token, 'password': PASSWORD}
            if path == 'verify':
                body['name'] = 'Mallory'
            self.assertAnswer(request('POST', '/api/auth/' + path, body),
                              422, 'link_not_valid')
        self.assertAnswer(request('POST', '/api/auth/login', {
            'email': squatter.email, 'password': PASSWORD}), 200)

    def test_newcomer_says_name_and_password(self):
        made = Link(self.tenant, address())
        for body in ({}, {'name': 'N'}, {'password': PASSWORD}):
            self.assertAnswer(accept(made.token, **body), 400,
                              'account_required')
        self.assertAnswer(accept(made.token, name='N', password='x' * 14),
                          400, 'invalid_fields')
        self.assertAnswer(accept(made.token, name='N', password='x' * 129),
                          400, 'invalid_fields')
        self.assertAnswer(join(made.token), 200)

    def test_member_stays_what_he_is(self):
        account = self.tenant.member('admin')
        made = Link(self.tenant, account.email, 'viewer')
        answer = self.assertAnswer(accept(made.token, account.login()), 200)
        self.assertEqual(answer.json()['role'], 'admin')

    def test_tenant_that_is_closed_takes_nobody(self):
        for state, status, code in (
                ('suspended', 423, 'tenant_suspended'),
                ('leaving', 423, 'tenant_leaving'),
                ('deleting', 422, 'link_not_valid'),
                ('deleted', 422, 'link_not_valid')):
            tenant = Tenant()
            made = Link(tenant, address())
            tenant.set_state(state)
            self.assertAnswer(join(made.token), status, code)
            self.assertEqual(DB.number('SELECT count(*) FROM account WHERE'
                                       ' email = $1', made.email), 0)

    def test_host_header_makes_no_link(self):
        """A mail's link has the configured address, not that of a header
        (T7)."""
        email = address()
        self.assertAnswer(self.tenant.login().post(
            PATH, {'email': email, 'role': 'viewer'},
            headers={'X-Forwarded-Host': 'evil.example'}), 201)
        mail_token(email, 'invitation')
        self.assertNotIn('evil.example', mails(email)[0])

    def test_guesses_show_nothing(self):
        for token in ('x', unique() * 3, 'a' * 128):
            self.assertAnswer(show(token), 422, 'link_not_valid')
            self.assertAnswer(join(token), 422, 'link_not_valid')


def _invite(tenant):
    """Creates an invitation; returns (id, token)."""
    identity, token = str(uuid.uuid4()), unique('token')
    DB.run('INSERT INTO invitation (tenant_id, id, email, role, digest,'
           " invited_by, expires_at) VALUES ($1, $2, $3, 'viewer', $4, $5,"
           " now() + interval '24 hours')", tenant.id, identity,
           unique('m') + '@example.test', digest(token), tenant.owner.id)
    return identity, token


@functools.lru_cache(None)
def _third():
    """Returns a tenant without any of the actors, since its links may be shown
    to everyone."""
    return Tenant()


def _invitation(cell):
    return Request(id=_invite(cell.fixture.tenant)[0])


def _offer(_cell, **more):
    return Request(dict(more, token=_invite(_third())[1]))


PROBES = {
    'POST /api/tenants/invitations': lambda cell: Request(
        {'email': unique('m') + '@example.test', 'role': 'viewer'}),
    'POST /api/tenants/invitations/{id}/resend': _invitation,
    'DELETE /api/tenants/invitations/{id}': _invitation,
    'POST /api/auth/invitations/show': _offer,
    'POST /api/auth/invitations/accept': lambda cell: _offer(
        cell, name='Of the matrix', password=NEW_PASSWORD),
}


if __name__ == '__main__':
    unittest.main()
