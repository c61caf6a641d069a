# SPDX-License-Identifier: Apache-2.0
"""Members: change of role, removal, leaving, owners, unlocking."""
import unittest
import uuid

from support import TestCase, eventually
from support_http import request
from support_probe import Request
from support_sql import DB, audit_rows
from support_world import ROLES, Account, Tenant, mails

WRONG = 'not the password at all'


def path(account, what=''):
    """Returns the path of a member."""
    return '/api/tenants/members/%s%s' % (
        account.id if isinstance(account, Account) else account, what)


def version(session, account):
    """Returns the version of a member from its ETag."""
    return session.get(path(account)).headers['etag'].strip('"')


def give(session, account, **role):
    """Changes a member's role by the current version; returns the answer."""
    return session.patch(path(account), role, version(session, account))


def role_of(tenant, account):
    """Returns the name of the member's role, from the database."""
    return DB.value('SELECT coalesce(m.role, c.name) FROM membership m'
                    ' LEFT JOIN role c ON c.tenant_id = m.tenant_id AND'
                    ' c.id = m.custom_role WHERE m.tenant_id = $1'
                    ' AND m.account_id = $2', tenant.id, account.id)


def stale(account):
    """Makes all sessions of the account older than half an hour."""
    DB.run("UPDATE session SET authenticated_at = now() - interval '1801 s'"
           ' WHERE account_id = $1', account.id)


def custom_role(tenant, name, *grants):
    """Creates a custom role by SQL; returns its id."""
    identity = str(uuid.uuid4())
    DB.run('INSERT INTO role (tenant_id, id, name, grants)'
           ' VALUES ($1, $2, $3, $4::text[])', tenant.id, identity, name,
           '{%s}' % ','.join(grants))
    return identity


class Roles(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.tenant = Tenant('high')
        cls.session = cls.tenant.login()

    def test_member_is_shown_with_its_version(self):
        account = self.tenant.member('viewer')
        answer = self.assertAnswer(self.session.get(path(account)), 200)
        self.assertRegex(answer.headers['etag'], r'^"1\.[0-9a-f]{16}"$')
        self.assertEqual(
            {k: answer.json()[k] for k in (
                'id', 'kind', 'email', 'role', 'custom_role', 'state',
                'locked_until', 'version')},
            {'id': account.id, 'kind': 'person', 'email': account.email,
             'role': 'viewer', 'custom_role': None, 'state': 'active',
             'locked_until': None, 'version': 1})

    def test_new_role_holds_for_the_next_request(self):
        account = self.tenant.member('viewer')
        session = account.login(tenant=self.tenant.slug)
        self.assertAnswer(session.post('/api/apps', {'name': 'too-early'}),
                          403, 'not_permitted')
        answer = self.assertAnswer(
            give(self.session, account, role='developer'), 200)
        self.assertEqual((answer.json()['role'], answer.json()['version']),
                         ('developer', 2))
        self.assertAnswer(session.post('/api/apps', {'name': 'in-time'}),
                          201)
        self.assertAnswer(give(self.session, account, role='viewer'), 200)
        self.assertAnswer(session.post('/api/apps', {'name': 'too-late'}),
                          403, 'not_permitted')

    def test_member_whose_role_is_toggled_gets_so_many_mails(self):
        account = self.tenant.member('viewer')
        DB.run('INSERT INTO mail_limit (digest, purpose, scope, sent) VALUES'
               " (encode(sha256(convert_to($1, 'UTF8')), 'hex'),"
               " 'membership', $2, 18)", account.email, self.tenant.id)
        for version, role in enumerate(('developer', 'viewer') * 2, 1):
            self.assertAnswer(self.session.patch(
                '/api/tenants/members/' + account.id, {'role': role},
                version), 200)
        self.assertEqual(DB.number('SELECT count(*) FROM mail WHERE address'
                                   ' = $1', account.email), 2)

    def test_change_is_audited_with_both_roles_and_told_by_mail(self):
        account = self.tenant.member('viewer')
        answer = give(self.session, account, role='admin')
        self.assertEqual(audit_rows(answer.request_id), [(
            self.tenant.id, self.tenant.owner.id, 'member.edit', 'done',
            None, 'account', account.id)])
        self.assertEqual(DB.value(
            "SELECT facts->>'role' || '>' || (facts->>'new_role')"
            ' FROM audit_event WHERE request_id = $1', answer.request_id),
            'viewer>admin')
        text, _ = eventually(20, lambda: mails(account.email), 'a mail')
        self.assertIn('your role in the Cameleer tenant', text[0])
        self.assertIn('it is admin', text[0])

    def test_stale_version_is_refused(self):
        account = self.tenant.member('viewer')
        seen = version(self.session, account)
        self.assertAnswer(give(self.session, account, role='developer'), 200)
        self.assertAnswer(self.session.patch(
            path(account), {'role': 'admin'}, seen), 412,
            'changed_meanwhile')
        self.assertEqual(role_of(self.tenant, account), 'developer')

    def test_exactly_one_role_is_said(self):
        account = self.tenant.member('viewer')
        role = custom_role(self.tenant, 'one-of-two', 'tenant.read')
        for body in ({}, {'role': 'viewer', 'custom_role': role},
                     {'role': None, 'custom_role': None}):
            self.assertAnswer(give(self.session, account, **body), 400,
                              'role_required')
        self.assertAnswer(give(self.session, account, role='king'), 400,
                          'invalid_fields')

    def test_custom_role_is_given_and_taken(self):
        account = self.tenant.member('viewer')
        role = custom_role(self.tenant, 'log-reader', 'tenant.read',
                           'log.read@dev')
        answer = self.assertAnswer(
            give(self.session, account, custom_role=role), 200)
        self.assertEqual((answer.json()['role'],
                          answer.json()['custom_role']),
                         ('log-reader', role))
        self.assertAnswer(give(self.session, account, role='viewer'), 200)
        self.assertEqual(role_of(self.tenant, account), 'viewer')

    def test_custom_role_of_nobody_and_of_others_is_the_same(self):
        account = self.tenant.member('viewer')
        foreign = custom_role(Tenant('high'), 'foreign', 'tenant.read')
        answers = [give(self.session, account, custom_role=role)
                   for role in (foreign, str(uuid.uuid4()))]
        for answer in answers:
            self.assertAnswer(answer, 404, 'no_such_role')
        self.assertEqual(answers[0].plain(), answers[1].plain())

    def test_custom_role_is_not_of_every_tier(self):
        tenant = Tenant('mid')
        role = custom_role(tenant, 'left-over', 'tenant.read')
        answer = give(tenant.login(), tenant.member('viewer'),
                      custom_role=role)
        self.assertAnswer(answer, 403, 'not_entitled')
        self.assertIn('plan Mid does not', answer.json()['detail'])
        self.assertIn('plan High does', answer.json()['detail'])

    def test_unknown_and_foreign_members_are_the_same(self):
        foreign = Tenant().owner
        for call in (
                lambda m: self.session.get(path(m)),
                lambda m: self.session.patch(path(m), {'role': 'viewer'}, 1),
                lambda m: self.session.delete(path(m)),
                lambda m: self.session.post(path(m, '/unlock'))):
            answers = [call(m) for m in (foreign, str(uuid.uuid4()), 'x')]
            for answer in answers:
                self.assertAnswer(answer, 404, 'no_such_member')
                self.assertEqual(answer.plain(), answers[0].plain())


class AboveYours(TestCase):
    """A member cannot grant permissions that they lack, and cannot change a
    member who has more."""

    @classmethod
    def setUpClass(cls):
        cls.tenant = Tenant('high')
        cls.admin = cls.tenant.login('admin')

    def test_admin_makes_admins_but_no_owners(self):
        account = self.tenant.member('viewer')
        self.assertAnswer(give(self.admin, account, role='admin'), 200)
        answer = self.assertAnswer(
            give(self.admin, account, role='owner'), 403,
            'role_above_yours')
        self.assertIn('tenant.delete', answer.json()['detail'])
        self.assertEqual(role_of(self.tenant, account), 'admin')

    def test_admin_touches_no_owner(self):
        other = self.tenant.member('owner')
        for answer in (give(self.admin, other, role='viewer'),
                       self.admin.delete(path(other)),
                       self.admin.post(path(other, '/unlock'))):
            self.assertAnswer(answer, 403, 'role_above_yours')
        self.assertEqual(role_of(self.tenant, other), 'owner')

    def test_admin_makes_himself_no_owner(self):
        me = self.tenant.member('admin')
        session = me.login(tenant=self.tenant.slug)
        self.assertAnswer(give(session, me, role='owner'), 403,
                          'role_above_yours')
        self.assertAnswer(give(session, me, role='viewer'), 200)

    def test_custom_roles_count_grant_by_grant(self):
        role = custom_role(self.tenant, 'hirer', 'tenant.read',
                           'member.read', 'member.manage', 'log.read@dev')
        hirer = self.tenant.member('viewer')
        DB.run('UPDATE membership SET role = NULL, custom_role = $1'
               ' WHERE tenant_id = $2 AND account_id = $3', role,
               self.tenant.id, hirer.id)
        session = hirer.login(tenant=self.tenant.slug)
        account = self.tenant.member('viewer')
        within = custom_role(self.tenant, 'within', 'tenant.read',
                             'log.read@dev')
        beyond = custom_role(self.tenant, 'beyond', 'tenant.read',
                             'log.read@prod')
        DB.run('UPDATE membership SET role = NULL, custom_role = $1'
               ' WHERE tenant_id = $2 AND account_id = $3', within,
               self.tenant.id, account.id)
        self.assertAnswer(give(session, account, custom_role=beyond), 403,
                          'role_above_yours')
        self.assertAnswer(give(session, account, role='viewer'), 403,
                          'role_above_yours')
        self.assertAnswer(give(session, account, custom_role=within), 200)
        self.assertAnswer(session.delete(path(account)), 204)


class Leaving(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.tenant = Tenant('mid')
        cls.session = cls.tenant.login()

    def test_removed_member_is_out_with_the_next_request(self):
        account = self.tenant.member('developer')
        session = account.login(tenant=self.tenant.slug)
        answer = self.assertAnswer(self.session.delete(path(account)), 204)
        self.assertAnswer(session.get('/api/tenants/current'), 403,
                          'not_a_member')
        self.assertEqual(session.get('/api/auth/me').json()['tenants'], [])
        self.assertAnswer(session.named(self.tenant.slug).get(
            '/api/tenants/current'), 404, 'no_such_tenant')
        self.assertAnswer(request('POST', '/api/auth/switch', {
            'tenant': self.tenant.slug}, token=session.root), 404,
            'no_such_tenant')
        self.assertEqual(audit_rows(answer.request_id)[0][2:6], (
            'member.remove', 'done', None, 'account'))
        text, _ = eventually(20, lambda: mails(account.email), 'a mail')
        self.assertIn('removed you from the Cameleer tenant', text[0])

    def test_everybody_but_the_last_owner_may_leave(self):
        for role in ROLES[1:]:
            account = self.tenant.member(role)
            session = account.login(tenant=self.tenant.slug)
            self.assertAnswer(session.delete(path(account)), 204)
            self.assertIsNone(role_of(self.tenant, account))
        self.assertAnswer(self.session.delete(path(self.tenant.owner)), 409,
                          'last_owner')

    def test_removing_others_needs_member_manage(self):
        victim = self.tenant.member('viewer')
        for role in ('developer', 'viewer'):
            answer = self.assertAnswer(
                self.tenant.login(role).delete(path(victim)), 403,
                'not_permitted')
            self.assertIn('member.manage', answer.json()['detail'])
        self.assertEqual(role_of(self.tenant, victim), 'viewer')

    def test_tokens_and_teams_go_with_the_member(self):
        account = self.tenant.member('developer')
        team = str(uuid.uuid4())
        DB.run('INSERT INTO team (tenant_id, id, name, role)'
               " VALUES ($1, $2, 'Leavers', 'viewer')", self.tenant.id, team)
        DB.run('INSERT INTO team_member VALUES ($1, $2, $3)',
               self.tenant.id, team, account.id)
        DB.run('INSERT INTO api_token (tenant_id, id, account_id, name,'
               ' digest, hint, scopes, created_by, expires_at) VALUES ($1,'
               " gen_random_uuid(), $2, 'ci', $2, 'clr_', '{app.read}', $2,"
               " now() + interval '1 day')", self.tenant.id, account.id)
        self.assertAnswer(self.session.delete(path(account)), 204)
        for table in ('team_member', 'api_token'):
            self.assertEqual(DB.number(
                'SELECT count(*) FROM %s WHERE account_id = $1' % table,
                account.id), 0, table)

    def test_service_account_is_deleted_as_such(self):
        service = str(uuid.uuid4())
        DB.run('INSERT INTO account (id, name, kind, home_tenant) VALUES'
               " ($1, 'Robot', 'service', $2);"
               ' INSERT INTO membership (tenant_id, account_id, role)'
               " VALUES ($2, $1, 'viewer')", service, self.tenant.id)
        self.assertAnswer(self.session.delete(path(service)), 409,
                          'service_account')
        self.assertAnswer(give(self.session, service, role='owner'), 422,
                          'not_a_person')

    def test_member_leaves_a_suspended_tenant(self):
        tenant = Tenant()
        account = tenant.member('viewer')
        session = account.login(tenant=tenant.slug)
        tenant.set_state('suspended')
        self.assertAnswer(session.delete(path(account)), 204)


class Locks(TestCase):

    def lock(self, account):
        """Locks the account by wrong passwords."""
        for _ in range(11):
            request('POST', '/api/auth/login', {
                'email': account.email, 'password': WRONG})
        answer = request('POST', '/api/auth/login', {
            'email': account.email, 'password': account.password})
        self.assertAnswer(answer, 429, 'too_many_attempts')

    def test_lock_is_seen_and_lifted(self):
        tenant = Tenant()
        session = tenant.login()
        account = tenant.member('developer')
        self.lock(account)
        self.assertIsNotNone(
            session.get(path(account)).json()['locked_until'])
        listed = {m['id']: m for m in session.get(
            '/api/tenants/members').json()['items']}
        self.assertIsNotNone(listed[account.id]['locked_until'])
        answer = self.assertAnswer(
            session.post(path(account, '/unlock')), 204)
        self.assertIsNone(session.get(path(account)).json()['locked_until'])
        account.login()
        self.assertEqual(audit_rows(answer.request_id)[0][2:4],
                         ('member.unlock', 'done'))

    def test_lock_is_lifted_five_times_a_day(self):
        tenant = Tenant()
        session = tenant.login()
        account = tenant.member('developer')
        for _ in range(5):
            self.assertAnswer(session.post(path(account, '/unlock')), 204)
        self.assertAnswer(session.post(path(account, '/unlock')), 422,
                          'too_many_unlocks')
        self.assertAnswer(session.post(path(tenant.owner, '/unlock')), 204)

    def test_lock_of_strangers_is_nobodys(self):
        stranger = Account()
        self.lock(stranger)
        tenant = Tenant()
        self.assertAnswer(tenant.login().post(path(stranger, '/unlock')),
                          404, 'no_such_member')
        self.assertAnswer(request('POST', '/api/auth/login', {
            'email': stranger.email, 'password': stranger.password}), 429)


def some_member(cell):
    """Returns the id of a member who may be changed; the same bystander for the
    foreign actor."""
    if cell.actor.name == 'foreign':
        return cell.fixture.bystander.id
    return cell.fixture.tenant.member('viewer').id


def _removed(cell):
    """Returns a removal. Actors who may not remove others remove themselves."""
    if cell.permitted and cell.actor.name in ('developer', 'viewer',
                                              'custom'):
        account = cell.fixture.tenant.member('viewer')
        return Request(session=account.login(
            tenant=cell.fixture.tenant.slug), id=account.id)
    return Request(id=some_member(cell))


PROBES = {
    'GET /api/tenants/members/{id}': lambda cell: Request(
        id=cell.fixture.tenant.owner.id),
    'PATCH /api/tenants/members/{id}': lambda cell: Request(
        {'role': 'viewer'}, {'If-Match': '"1"'}, id=some_member(cell)),
    'DELETE /api/tenants/members/{id}': _removed,
    'POST /api/tenants/members/{id}/unlock': lambda cell: Request(
        id=some_member(cell)),
}


if __name__ == '__main__':
    unittest.main()
