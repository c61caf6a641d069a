# SPDX-License-Identifier: Apache-2.0
"""What of a tenant's server its plan does not include is refused by nginx and
auth.fcgi, and never reaches the server, however the path is written."""
import http.server
import threading
import unittest

from edge import ask
from support import TestCase
from support_sql import DB, as_worker
from support_world import Tenant
from test_nginx_tenant import Upstream

ENV = '/api/v1/environments/prod/'
# path, feature, the least plan that opens it
GATED = (
    ('/api/v1/topology', 'topology', 'low'),
    (ENV + 'topology/graph', 'topology', 'low'),
    (ENV + 'lineage/routes/r1', 'lineage', 'low'),
    (ENV + 'lineage/processors', 'lineage', 'mid'),
    (ENV + 'apps/orders/lineage/processors/p1', 'lineage', 'mid'),
    ('/api/v1/correlation/7', 'correlation', 'mid'),
    (ENV + 'apps/orders/correlation', 'correlation', 'mid'),
    (ENV + 'debug', 'debugger', 'high'),
    ('/api/v1/agents/a-1/debug/step', 'debugger', 'high'),
    (ENV + 'replay', 'replay', 'high'),
    (ENV + 'executions/e-1/replay', 'replay', 'high'),
    ('/api/v1/agents/a-1/replay', 'replay', 'high'),
)
TIERS = ('low', 'mid', 'high', 'business')


class Counting(Upstream):
    """The server of the tests, which remembers the paths it was asked for."""
    seen = []

    def do_GET(self):
        self.seen.append(self.path)
        super().do_GET()

    do_POST = do_GET


class Gates(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.server = http.server.ThreadingHTTPServer(
            ('127.0.0.1', 0), Counting)
        cls.server.daemon_threads = True
        threading.Thread(target=cls.server.serve_forever,
                         daemon=True).start()
        cls.tenants = {}
        for tier in TIERS:
            cls.tenants[tier] = cls.served(Tenant(tier))

    @classmethod
    def tearDownClass(cls):
        cls.server.shutdown()
        cls.server.server_close()

    @classmethod
    def served(cls, tenant):
        """Points the tenant's address at the test server, signs in."""
        as_worker(tenant.id, 'INSERT INTO tenant_endpoint (tenant_id,'
                  ' upstream) VALUES ($1, $2) ON CONFLICT (tenant_id) DO'
                  ' UPDATE SET upstream = excluded.upstream', tenant.id,
                  '127.0.0.1:%d' % cls.server.server_address[1])
        return tenant, tenant.owner.login().access

    def ask(self, tier, path, method='GET', **more):
        """Asks the server of the tenant of a tier."""
        tenant, token = self.tenants[tier]
        return ask(method, '/t/' + tenant.slug + path,
                   [('Authorization', 'Bearer ' + token)], **more)

    def test_each_plan_opens_what_it_includes(self):
        for path, feature, least in GATED:
            for tier in TIERS:
                with self.subTest(path=path, tier=tier):
                    answer = self.ask(tier, path)
                    if TIERS.index(tier) >= TIERS.index(least):
                        self.assertEqual(answer.status, 200)
                        self.assertEqual(answer.json()['path'], path)
                        continue
                    told = answer.json()
                    self.assertEqual(
                        (answer.status, told['code'], told['feature'],
                         told['required_tier'], told['current_tier']),
                        (403, 'not_entitled', feature, least, tier))
                    self.assertTrue(told['upgrade_url'].endswith(
                        '/tenants/%s/plan' % self.tenants[tier][0].slug))
                    self.assertEqual(answer.headers['content-type'],
                                     ['application/problem+json'])

    def test_no_way_to_write_a_path_opens_it(self):
        Counting.seen.clear()
        for path in (ENV + 'replay/', ENV + 'replay?x=1', ENV + 'replay/a/b',
                     ENV + 'REPLAY', ENV + '%72eplay', ENV + 're%70lay',
                     ENV + '%52%45%50%4c%41%59', ENV + 'repla%79/now',
                     '/api/v2/environments/prod/replay',
                     '/api/v1/%65nvironments/prod/replay',
                     '/api/%761/environments/x%20y/replay',
                     '/api/v1/Environments/prod/replay'):
            with self.subTest(path):
                answer = self.ask('mid', path)
                self.assertEqual((answer.status, answer.json()['code']),
                                 (403, 'not_entitled'))
                self.assertEqual(self.ask('high', path).status, 200)
        for path in (ENV + './replay', ENV + 'x/../replay', ENV + '/replay',
                     ENV + 'replay;v=1', ENV + '%2e/replay',
                     ENV + 'x%2freplay', ENV + '%2572eplay'):
            self.assertEqual(self.ask('mid', path).status, 400, path)
        for path in Counting.seen:
            self.assertNotIn('replay;', path)
        self.assertEqual(len(Counting.seen), 12, 'those of plan high')

    def test_streams_are_refused_as_well(self):
        tenant, token = self.tenants['mid']
        for header in (('Accept', 'text/event-stream'),
                       ('Upgrade', 'websocket')):
            answer = ask('GET', '/t/%s%sreplay' % (tenant.slug, ENV),
                         [('Authorization', 'Bearer ' + token), header])
            self.assertEqual((answer.status, answer.json()['code']),
                             (403, 'not_entitled'), header)

    def test_what_only_looks_alike_is_open(self):
        for path in (ENV + 'replays', ENV + 'apps/replay',
                     '/api/v1/environments/replay', '/api/v1/data/replay',
                     ENV + 'apps/replay/versions', ENV + 'x?next=/replay'):
            self.assertEqual(self.ask('low', path).status, 200, path)

    def test_each_method_is_refused(self):
        for method in ('POST', 'PUT', 'DELETE', 'HEAD'):
            self.assertEqual(self.ask('low', ENV + 'replay', method).status,
                             403)

    def test_answers_of_one_feature_are_not_used_for_another(self):
        for _ in range(3):
            self.assertEqual(self.ask('mid', ENV + 'apps').status, 200)
            self.assertEqual(self.ask('mid', ENV + 'replay').status, 403)
            self.assertEqual(self.ask('mid', ENV + 'lineage').status, 200)
            self.assertEqual(self.ask('mid', ENV + 'debug').json()['feature'],
                             'debugger')

    def test_a_contract_opens_one_feature(self):
        tenant, _ = self.tenants['new'] = self.served(Tenant('low'))
        self.assertEqual(self.ask('new', ENV + 'debug').status, 403)
        DB.run('INSERT INTO plan_override (tenant_id, id, key, value, reason)'
               " VALUES ($1, gen_random_uuid(), 'replay', 'true', 'Trial')",
               tenant.id)
        self.assertEqual(self.ask('new', ENV + 'replay').status, 200)
        self.assertEqual(self.ask('new', ENV + 'debug').status, 403)

    def test_a_stranger_learns_nothing(self):
        foreign = Tenant('low').owner.login().access
        slug = self.tenants['low'][0].slug
        answers = [ask('GET', '/t/%s%sreplay' % (name, ENV),
                       [('Authorization', 'Bearer ' + foreign)])
                   for name in (slug, 'nosuchtenant')]
        for answer in answers:
            self.assertEqual((answer.status, answer.json()['code']),
                             (404, 'not_found'))

    def test_the_server_cannot_say_it(self):
        answer = self.ask('low', '/api/v1/forbidden')
        self.assertEqual((answer.status, answer.body),
                         (403, b'{"by":"server"}'))

    def test_a_refusal_is_recorded(self):
        tenant, _ = self.tenants['low']
        self.ask('low', ENV + 'apps/unseen/replay')
        self.assertIn(('tenant.proxy', 'refused', 'not_entitled'), DB.rows(
            'SELECT action, result, code FROM audit_event'
            ' WHERE tenant_id = $1', tenant.id))


if __name__ == '__main__':
    unittest.main()
