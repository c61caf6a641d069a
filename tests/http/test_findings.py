# SPDX-License-Identifier: Apache-2.0
"""An owner acknowledges a credential found in a JAR: by its fingerprint, with a
reason, and audited."""
import re
import unittest

from support import TestCase
from support_jar import Archive, good
from support_probe import Request, of_app
from support_sql import DB, audit_rows
from support_world import Tenant, app

TOKEN = 'glpat' + '-Zx81kQm4Tv7wYb2nPc5%s'
FINGERPRINT = '0123456789abcdef' * 2


def leaky(*letters):
    """Returns a valid JAR that contains one credential per letter."""
    code = b'\xca\xfe\xba\xbe\0\0\0\x3d'
    return Archive().add(
        'META-INF/MANIFEST.MF', 'Main-Class: demo.App\n\n').add(
        'demo/App.class', code).add(
        'org/apache/camel/CamelContext.class').add(
        'org/apache/camel/main/Main.class').add(
        'a/test.env', ''.join('A=%s\n' % (TOKEN % one)
                              for one in letters)).bytes()


class Findings(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.tenant = Tenant('mid')
        cls.owner = cls.tenant.login('owner')
        cls.developer = cls.tenant.login('developer')

    def setUp(self):
        self.path = '/api/apps/' + app(self.owner)

    def upload(self, *letters):
        return self.developer.post(self.path + '/releases?deploy=false',
                                   leaky(*letters))

    def fingerprints(self, *letters):
        answer = self.assertAnswer(self.upload(*letters), 422,
                                   'jar_secrets')
        return [re.search('fingerprint ([0-9a-f]{32})$',
                          one['detail']).group(1)
                for one in answer.json()['errors']]

    def keep(self, fingerprint, reason='a key for tests'):
        return self.owner.post(self.path + '/findings', {
            'fingerprint': fingerprint, 'reason': reason})

    def test_what_an_owner_keeps_is_taken_and_nothing_else(self):
        one, two = self.fingerprints('s', 't')
        answer = self.assertAnswer(self.keep(one), 201)
        self.assertEqual(audit_rows(answer.request_id)[0][2:4],
                         ('finding.acknowledge', 'done'))
        facts = DB.value('SELECT facts::text FROM audit_event WHERE'
                         ' request_id = $1', answer.request_id)
        self.assertIn(one, facts)
        self.assertIn('a key for tests', facts)
        self.assertEqual(self.fingerprints('s', 't'), [two])
        self.assertAnswer(self.keep(two), 201)
        facts = self.assertAnswer(self.upload('s', 't'), 202).json()[
            'release']['jar_facts']
        self.assertEqual([one['fingerprint'] for one in facts['warnings']],
                         [one, two])
        self.assertEqual(len(self.fingerprints('s', 't', 'u')), 1)

    def test_taken_back_it_is_refused_again(self):
        one, = self.fingerprints('s')
        self.keep(one)
        self.assertAnswer(self.upload('s'), 202)
        kept = self.developer.get(self.path + '/findings').json()['items']
        self.assertEqual([(k['fingerprint'], k['reason']) for k in kept],
                         [(one, 'a key for tests')])
        answer = self.owner.delete(self.path + '/findings/' + one)
        self.assertAnswer(answer, 204)
        self.assertEqual(audit_rows(answer.request_id)[0][2],
                         'finding.refuse')
        self.assertEqual(self.fingerprints('s'), [one])
        self.assertAnswer(self.owner.delete(
            self.path + '/findings/' + one), 404, 'no_such_finding')

    def test_only_an_owner_does(self):
        for role in 'admin', 'developer', 'viewer':
            answer = self.tenant.login(role).post(
                self.path + '/findings',
                {'fingerprint': FINGERPRINT, 'reason': 'x'})
            self.assertAnswer(answer, 403, 'not_permitted')

    def test_form_is_checked(self):
        self.assertAnswer(self.keep('x' * 32), 400, 'invalid_fields')
        self.assertAnswer(self.keep(FINGERPRINT, ''), 400)
        self.assertAnswer(self.keep(FINGERPRINT), 201)
        self.assertAnswer(self.keep(FINGERPRINT), 409, 'finding_known')

    def test_sixteen_and_more_are_all_listed(self):
        letters = 'abcdefghijklmnopqrstuvwxyzABCDEF'
        self.assertEqual(len(set(self.fingerprints(*letters))), 32)
        self.assertAnswer(self.developer.post(
            self.path + '/releases?deploy=false', good()), 202)


def _kept(cell):
    fingerprint = FINGERPRINT[:-1] + 'f'
    cell.fixture.tenant.login('owner').post(
        '/api/apps/%s/findings' % cell.fixture.app,
        {'fingerprint': fingerprint, 'reason': 'x'})
    return fingerprint


PROBES = {
    'GET /api/apps/{app}/findings': of_app,
    'POST /api/apps/{app}/findings': lambda cell: Request(
        {'fingerprint': FINGERPRINT, 'reason': 'x'},
        app=cell.fixture.new_app()),
    'DELETE /api/apps/{app}/findings/{fingerprint}': lambda cell: Request(
        app=cell.fixture.app, fingerprint=_kept(cell)),
}


if __name__ == '__main__':
    unittest.main()
