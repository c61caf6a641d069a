# SPDX-License-Identifier: Apache-2.0
"""A tenant's licences are kept as numbered versions."""
import unittest

from support import TestCase
from support_world import Tenant


class Versions(TestCase):

    def test_newest_comes_first_and_without_its_token(self):
        tenant = Tenant('high')
        tenant.license(1)
        tenant.license(2)
        answer = self.assertAnswer(
            tenant.login().get('/api/license/versions'), 200)
        items = answer.json()['items']
        self.assertEqual([i['version'] for i in items], [2, 1])
        self.assertNotIn('token', items[0])


if __name__ == '__main__':
    unittest.main()
