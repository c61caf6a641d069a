# SPDX-License-Identifier: Apache-2.0
"""Roles: their permissions are shown to those who may see the members."""
import unittest

from support import TestCase
from support_sql import DB
from support_world import Tenant


class Roles(TestCase):

    def test_roles_are_those_that_the_database_grants(self):
        answer = self.assertAnswer(
            Tenant().login().get('/api/tenants/roles'), 200)
        listed = {r['name']: r['permissions'] for r in answer.json()['items']}
        granted = {name: permissions.split() for name, permissions in DB.rows(
            "SELECT name, array_to_string(permissions, ' ')"
            " FROM cameleer.role_preset")}
        self.assertEqual(listed, granted)
        self.assertEqual(list(listed),
                         ['owner', 'admin', 'developer', 'viewer'])

    def test_each_role_has_all_that_the_next_one_has(self):
        items = Tenant().login().get('/api/tenants/roles').json()['items']
        for more, fewer in zip(items, items[1:]):
            self.assertLessEqual(set(fewer['permissions']),
                                 set(more['permissions']))


if __name__ == '__main__':
    unittest.main()
