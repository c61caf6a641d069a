# SPDX-License-Identifier: Apache-2.0
"""Licences, plans, and the health of the services."""
import unittest

from support import MODULES, TestCase, metrics
from support_http import request
from support_probe import Request
from support_schema import routes
from support_sql import as_worker
from support_world import Tenant, digest


# The worker may have made real ones by now.
INSTEAD = ' ON CONFLICT (tenant_id, name) DO UPDATE' \
    ' SET box = excluded.box, digest = excluded.digest'
BOOTSTRAP = 'bootstrap-token-of-a-test-that-is-long-enough'


class Licence(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.tenant = Tenant('high')
        cls.token = BOOTSTRAP + cls.tenant.slug
        as_worker(cls.tenant.id, 'INSERT INTO tenant_secret (tenant_id,'
                  " name, box, digest) VALUES ($1, 'bootstrap-token', 'box',"
                  ' $2), ($1, \'db-password\', \'box\', $3)' + INSTEAD,
                  cls.tenant.id,
                  digest(cls.token), digest(cls.token + 'db'))
        cls.tenant.license(1)
        cls.tenant.license(2)
        cls.path = '/api/license/' + cls.tenant.slug

    def poll(self, token, path=None):
        return request('GET', path or self.path, token=token)

    def test_server_polls_with_its_bootstrap_token(self):
        answer = self.assertAnswer(self.poll(self.token), 200)
        self.assertEqual((answer.json()['version'], answer.json()['token']),
                         (2, 'header.payload2.signature'))

    def test_a_poll_may_be_kept_and_asked_again(self):
        first = self.poll(self.token)
        self.assertEqual(first.headers['cache-control'],
                         'private, max-age=300')
        again = request('GET', self.path, token=self.token, headers={
            'If-None-Match': first.headers['etag']})
        self.assertEqual((again.status, again.body), (304, b''))
        self.assertEqual(again.headers['cache-control'],
                         'private, max-age=300')
        other = Tenant()
        self.assertAnswer(request('GET', '/api/license/' + other.slug,
                                  token=self.token, headers={
                                      'If-None-Match': '*'}), 401)

    def test_who_asks_too_often_hears_when_to_come_back(self):
        tenant = Tenant()
        path = '/api/license/' + tenant.slug
        answers = [request('GET', path, token='t' + tenant.slug,
                           source='127.0.0.7') for _ in range(40)]
        late = [a for a in answers if a.status == 429]
        self.assertGreater(len(late), 2)
        for answer in late:
            self.assertEqual(answer.headers['retry-after'], '60')
        # another token has its own count, so that nobody uses up another's
        self.assertAnswer(request('GET', path, token='u' + tenant.slug,
                                  source='127.0.0.7'), 401)

    def test_what_everybody_may_ask_has_no_count_of_all_together(self):
        paths = [r['path'] for r in routes() if r['service'] == 'license' and
                 r['path'].startswith('/api/license/') and '{' not in r['path']]
        self.assertIn('/api/license/revocations', paths)
        for i, path in enumerate(paths):    # an address has a count, too
            asked = [request('GET', path, source='127.0.1.%d' % (i + 1)).status
                     for _ in range(40)]
            self.assertNotIn(429, asked, path)

    def test_strangers_get_one_answer(self):
        other = Tenant()
        other.license()
        answers = [self.poll(None), self.poll('wrong'),
                   self.poll(self.token + 'db'),
                   self.poll(self.token, '/api/license/nobody42'),
                   self.poll(self.token, '/api/license/' + other.slug),
                   self.poll(self.tenant.login().access)]
        for answer in answers:
            self.assertAnswer(answer, 401, 'invalid_token')
            self.assertEqual(answer.plain(), answers[0].plain())

    def test_token_of_a_deleted_tenant_is_worth_nothing(self):
        tenant = Tenant()
        tenant.license()
        as_worker(tenant.id, 'INSERT INTO tenant_secret (tenant_id, name,'
                  " box, digest) VALUES ($1, 'bootstrap-token', 'box', $2)" +
                  INSTEAD, tenant.id, digest(tenant.slug * 5))
        path = '/api/license/' + tenant.slug
        self.assertAnswer(self.poll(tenant.slug * 5, path), 200)
        tenant.set_state('deleted')
        self.assertAnswer(self.poll(tenant.slug * 5, path), 401)

    def test_owner_reads_and_downloads(self):
        session = self.tenant.login()
        self.assertEqual(session.get('/api/license').json()['version'], 2)
        answer = self.assertAnswer(session.get('/api/license/download'), 200)
        self.assertEqual(answer.body, b'payload2.signature')
        self.assertEqual(answer.headers['content-disposition'],
                         'attachment; filename="%s.license"' %
                         self.tenant.slug)

    def test_tenant_without_a_licence(self):
        session = Tenant().login()
        for path in ('/api/license', '/api/license/download'):
            self.assertAnswer(session.get(path), 404, 'no_license')


class Plans(TestCase):

    def test_matrix_of_tiers(self):
        session = Tenant('low').login()
        plans = session.get('/api/billing/plans').json()['items']
        self.assertEqual([p['tier'] for p in plans],
                         ['low', 'mid', 'high', 'business'])
        self.assertEqual(plans[0]['environments'], ['prod'])
        self.assertEqual((plans[0]['max_agents'], plans[2]['max_agents']),
                         (10, None))
        self.assertIs(plans[3]['features']['sso'], True)
        mine = session.get('/api/billing/plan').json()
        self.assertEqual(mine, plans[0])


class Health(TestCase):

    def test_every_module_is_alive_and_ready(self):
        for module in MODULES:
            for name, status in (('health', 'up'), ('ready', 'ready')):
                answer = request('GET', '/api/%s/%s' % (module, name))
                self.assertAnswer(answer, 200)
                self.assertEqual(answer.json(), {'status': status})

    def test_metrics_count_what_is_answered(self):
        for module in MODULES:
            name = 'cameleer_requests_total{service="%s",class="2xx"}' % \
                module
            before = metrics(module)[name]
            request('GET', '/api/%s/health' % module)
            self.assertGreaterEqual(metrics(module)[name], before + 1)

    def test_metrics_are_not_public(self):
        for module in MODULES:
            self.assertAnswer(request(
                'GET', '/internal/%s/metrics' % module), 404, 'not_found')

    def test_public_keys(self):
        keys = request('GET', '/.well-known/jwks.json').json()['keys']
        self.assertEqual({k['kty'] for k in keys}, {'OKP', 'EC'})
        for key in keys:
            self.assertNotIn('d', key)
            self.assertTrue(key['kid'] and key['use'] == 'sig', key)


PROBES = {
    'GET /api/license/{tenant}': lambda cell: Request(
        tenant=cell.fixture.tenant.slug),
}


if __name__ == '__main__':
    unittest.main()
