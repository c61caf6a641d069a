# SPDX-License-Identifier: Apache-2.0
"""A tenant always keeps an owner who can sign in, also in races, and an owner
can hand the tenant over."""
import time
import unittest

from support import TestCase
from support_http import together
from support_probe import Request
from support_sql import DB, SqlError, audit_rows
from support_world import Account, Tenant
from test_members import give, path, role_of, some_member, stale, version


class Owners(TestCase):

    def setUp(self):
        self.tenant = Tenant('mid')
        self.session = self.tenant.login()

    def owners(self):
        """Returns the number of owners."""
        return DB.number("SELECT count(*) FROM membership WHERE tenant_id ="
                         " $1 AND role = 'owner'", self.tenant.id)

    def test_last_owner_stays_one(self):
        answer = self.assertAnswer(
            give(self.session, self.tenant.owner, role='admin'), 409,
            'last_owner')
        self.assertIn('somebody else an owner first',
                      answer.json()['detail'])
        other = self.tenant.member('owner')
        self.assertAnswer(give(self.session, self.tenant.owner,
                               role='admin'), 200)
        self.assertEqual(role_of(self.tenant, other), 'owner')

    def test_owner_who_cannot_sign_in_is_none(self):
        other = self.tenant.member('owner')
        DB.run("UPDATE account SET state = 'disabled' WHERE id = $1",
               other.id)
        self.assertAnswer(self.session.delete(path(self.tenant.owner)), 409,
                          'last_owner')
        self.assertAnswer(self.session.delete(path(other)), 204)

    def test_break_glass_owner_stays_one(self):
        other = self.tenant.member('owner')
        DB.run('INSERT INTO sign_in_policy (tenant_id, sso_enforced,'
               ' break_glass) VALUES ($1, true, $2)', self.tenant.id,
               self.tenant.owner.id)
        for answer in (
                self.session.delete(path(self.tenant.owner)),
                give(self.session, self.tenant.owner, role='admin'),
                self.session.post('/api/tenants/ownership',
                                  {'account': self.tenant.member(
                                      'admin').id})):
            self.assertAnswer(answer, 409, 'break_glass')
        self.assertEqual(role_of(self.tenant, other), 'owner')

    def test_two_owners_who_demote_each_other_leave_one(self):
        """t_race_last_owner: two owners who demote each other leave one
        owner."""
        for _ in range(8):
            tenant = Tenant()
            owners = [tenant.owner, tenant.member('owner')]
            sessions = [o.login(tenant=tenant.slug) for o in owners]
            answers = together(2, lambda i: sessions[i].patch(
                path(owners[1 - i]), {'role': 'viewer'}, 1))
            self.assertEqual(sorted(a.status for a in answers), [200, 403],
                             [a.describe() for a in answers])
            self.assertEqual(sorted(role_of(tenant, o) for o in owners),
                             ['owner', 'viewer'])

    def test_two_owners_who_leave_at_once_leave_one(self):
        for _ in range(8):
            tenant = Tenant()
            owners = [tenant.owner, tenant.member('owner')]
            sessions = [o.login(tenant=tenant.slug) for o in owners]
            answers = together(2, lambda i: sessions[i].delete(
                path(owners[i])))
            self.assertEqual(sorted(a.status for a in answers), [204, 409])
            self.assertEqual(
                [a.code for a in answers if a.status == 409],
                ['last_owner'])

    def test_table_itself_keeps_an_owner(self):
        """The table itself keeps an owner: of two transactions that each remove
        the other's owner, the second waits, checks again and fails."""
        other = self.tenant.member('owner')
        states = []

        def remove(account):
            from support_sql import Sql
            sql = Sql()
            try:
                sql.run('BEGIN')
                sql.run('DELETE FROM membership WHERE tenant_id = $1 AND'
                        ' account_id = $2', self.tenant.id, account.id)
                time.sleep(0.3)
                sql.run('COMMIT')
                states.append('done')
            except SqlError as error:
                states.append(error.state)
            finally:
                sql.close()

        together(2, lambda i: remove([other, self.tenant.owner][i]))
        self.assertEqual(sorted(states), ['23001', 'done'])
        self.assertEqual(self.owners(), 1)

    def test_becoming_an_owner_wants_a_fresh_sign_in(self):
        account = self.tenant.member('admin')
        seen = version(self.session, account)
        stale(self.tenant.owner)
        self.assertAnswer(self.session.patch(
            path(account), {'role': 'owner'}, seen), 403,
            'fresh_login_required')
        self.assertAnswer(self.session.patch(
            path(account), {'role': 'viewer'}, seen), 200)

    def test_ownership_is_given_away(self):
        heir = self.tenant.member('developer')
        answer = self.assertAnswer(self.session.post(
            '/api/tenants/ownership', {'account': heir.id}), 200)
        self.assertEqual((answer.json()['id'], answer.json()['role']),
                         (heir.id, 'owner'))
        self.assertEqual(role_of(self.tenant, self.tenant.owner), 'admin')
        self.assertEqual(audit_rows(answer.request_id)[0][2:4],
                         ('tenant.ownership', 'done'))
        self.assertAnswer(self.session.post(
            '/api/tenants/ownership', {'account': heir.id}), 403,
            'not_permitted')

    def test_ownership_goes_to_a_member_who_is_none_yet(self):
        for account, status, code in (
                (Account(), 404, 'no_such_member'),
                (self.tenant.owner, 409, 'already_owner'),
                (self.tenant.member('owner'), 409, 'already_owner')):
            self.assertAnswer(self.session.post(
                '/api/tenants/ownership', {'account': account.id}), status,
                code)
        disabled = self.tenant.member('admin')
        DB.run("UPDATE account SET state = 'disabled' WHERE id = $1",
               disabled.id)
        self.assertAnswer(self.session.post(
            '/api/tenants/ownership', {'account': disabled.id}), 422,
            'not_a_person')

    def test_ownership_wants_a_fresh_sign_in(self):
        heir = self.tenant.member('admin')
        stale(self.tenant.owner)
        self.assertAnswer(self.session.post(
            '/api/tenants/ownership', {'account': heir.id}), 403,
            'fresh_login_required')

    def test_ownership_given_twice_at_once_goes_to_one(self):
        for _ in range(6):
            tenant = Tenant()
            heirs = [tenant.member('admin') for _ in range(2)]
            sessions = [tenant.login() for _ in range(2)]
            answers = together(2, lambda i: sessions[i].post(
                '/api/tenants/ownership', {'account': heirs[i].id}))
            self.assertEqual(sorted(a.status for a in answers), [200, 403])
            self.assertEqual(sorted(role_of(tenant, a) for a in
                                    heirs + [tenant.owner]),
                             ['admin', 'admin', 'owner'])


def _heir(cell):
    """Returns a handover. An actor who may do it hands over a new tenant."""
    if not cell.permitted:
        return Request({'account': some_member(cell)})
    tenant = Tenant()
    return Request({'account': tenant.member('admin').id},
                   session=tenant.login())


PROBES = {
    'POST /api/tenants/ownership': _heir,
}


if __name__ == '__main__':
    unittest.main()
