# SPDX-License-Identifier: Apache-2.0
"""A tenant that enforces single sign-on admits members by its provider only."""
import unittest

from support import NIL, TestCase
from support_probe import Request
from support_sql import DB
from support_sso import provider, ticket
from support_world import Account, Session, Tenant
from test_sso import PUT, finish


class Enforce(TestCase):

    def put(self, owner, **body):
        return owner.call('PUT', '/api/sso/enforce', body)

    def test_it_wants_a_provider_that_worked_and_a_way_out(self):
        tenant = Tenant('high')
        owner = tenant.login()
        admin = tenant.member('admin')
        glass = tenant.owner.id
        self.assertAnswer(self.put(owner, enforced=True, break_glass=glass),
                          409, 'sso_not_proven')
        provider(tenant, proven=False)
        self.assertAnswer(self.put(owner, enforced=True, break_glass=glass),
                          409, 'sso_not_proven')
        provider(tenant)
        for who in (None, admin.id, Account().id, NIL):
            self.assertAnswer(self.put(owner, enforced=True,
                                       break_glass=who), 422,
                              'break_glass_required')
        self.assertAnswer(self.put(owner, enforced=True, break_glass=glass),
                          200)

    def test_members_need_the_provider_and_one_owner_does_not(self):
        tenant = Tenant('high')
        owner = tenant.login()
        developer = tenant.login('developer')
        signed = Session(self.assertAnswer(finish(ticket(tenant)), 200))
        signed.switch(tenant.slug)
        self.assertAnswer(self.put(owner, enforced=True,
                                   break_glass=tenant.owner.id), 200)
        answer = self.assertAnswer(developer.get('/api/apps'), 403,
                                   'sso_required')
        self.assertIn('an owner can', answer.json()['detail'])
        self.assertAnswer(signed.get('/api/apps'), 200)
        self.assertAnswer(owner.get('/api/apps'), 200)
        # it can be repaired, and neither replaced nor removed
        self.assertAnswer(owner.delete('/api/sso/provider'), 409,
                          'sso_enforced')
        self.assertAnswer(owner.call('PUT', '/api/sso/provider', dict(
            PUT, issuer='https://other.example')), 409, 'sso_enforced')
        self.assertAnswer(owner.call('PUT', '/api/sso/provider', PUT), 200)
        self.assertEqual(owner.get('/api/sso/provider').json()['enforced'],
                         True)
        self.assertAnswer(self.put(owner, enforced=False), 200)
        self.assertAnswer(developer.get('/api/apps'), 200)
        self.assertAnswer(owner.delete('/api/sso/provider'), 204)

    def test_an_old_sign_in_changes_nothing(self):
        tenant = Tenant('high')
        owner = tenant.login()
        DB.run("UPDATE session SET authenticated_at = now() - interval"
               " '11 min' WHERE account_id = $1", tenant.owner.id)
        for method, path, body in (
                ('PUT', '/api/sso/provider', PUT),
                ('DELETE', '/api/sso/provider', None),
                ('PUT', '/api/sso/enforce', {'enforced': False}),
                ('POST', '/api/sso/domains', {'domain': 'a.example'})):
            self.assertAnswer(owner.call(method, path, body), 403,
                              'fresh_login_required')


PROBES = {
    'PUT /api/sso/enforce': lambda cell: Request({'enforced': False}),
}


if __name__ == '__main__':
    unittest.main()
