# SPDX-License-Identifier: Apache-2.0
"""The token of a tenant's server is replaced while an application reports, and
an agent elsewhere goes on as well."""
import time
import unittest

from support_stack import (READY, TestCase, containers, eventually, jar,
                           new_owner, query, request, say)

PATH = '/api/tenants/bootstrap-tokens'


class Rotation(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.user, cls.slug, cls.tenant = new_owner()
        cls.app = cls.user.new_app()
        cls.user.upload(cls.app, jar()[0])
        cls.user.running(cls.app)

    @classmethod
    def tearDownClass(cls):
        cls.user.delete_tenant()

    def agents(self):
        """Returns the agents of the tenant by instance, as its server sees
        them; None while it does not answer."""
        answer = self.user.call('GET', '/t/%s/api/v1/agents' % self.slug)
        return {a['instanceId']: a for a in answer.json()} \
            if answer.status == 200 else None

    def server(self):
        """Returns the id of the server's container."""
        return [c['Id'] for c in containers(tenant=self.slug, role='server')
                if c['State'] == 'running']

    def beating(self, agent):
        """Waits until the agent's heartbeats are counted further."""
        def beats():
            return (self.agents() or {}).get(agent, {}).get('heartbeats', 0)
        first, _ = eventually(READY, beats, 'a heartbeat of ' + agent)
        eventually(READY, lambda: beats() != first, 'another one')

    def test_applications_and_agents_elsewhere_go_on(self):
        made = self.user.want(201, 'POST', PATH, {'name': 'elsewhere'})
        body = {'instanceId': 'elsewhere-1', 'applicationId': 'orders',
                'environmentId': 'dev'}

        def register():
            return request('POST', '/t/%s/api/v1/agents/register' % self.slug,
                           body, token=made['token'], check=False)
        eventually(READY, lambda: register().status == 200,
                   'the first registration')
        own = register().json()['accessToken']
        agent = [a for a in eventually(READY, self.agents, 'agents')[0]
                 if a != 'elsewhere-1'][0]
        self.beating(agent)
        old_server, old_app = self.server(), self.user.deployment(self.app)
        rotation = self.user.want(202, 'POST',
                                  '/api/tenants/server-token/rotate',
                                  {'overlap_hours': 1})
        began = time.monotonic()
        self.user.follow(rotation['operation'])
        self.user.running(self.app)
        say('rotated in %.1f s' % (time.monotonic() - began))
        self.assertNotEqual(self.server(), old_server)
        self.assertNotEqual(self.user.deployment(self.app)['container'],
                            old_app['container'])
        # The agent elsewhere has what the old container gave it.
        self.assertEqual(request(
            'POST', '/t/%s/api/v1/agents/elsewhere-1/heartbeat' % self.slug,
            {'environmentId': 'dev'}, token=own, check=False).status, 200)
        # A new registration is handed on with the new token.
        eventually(READY, lambda: register().status == 200,
                   'a registration after the rotation')
        eventually(READY, lambda: any(
            a != 'elsewhere-1' and a != agent and v['state'] == 'LIVE'
            for a, v in (self.agents() or {}).items()), 'the new generation')
        now = self.server()
        query("UPDATE server_rotation SET ends_at = now()"
              ' WHERE tenant_id = $1', self.tenant)
        eventually(READY, lambda: query(
            'SELECT ended_at IS NOT NULL FROM server_rotation'
            ' WHERE tenant_id = $1', self.tenant) == [('t',)],
            'the end of the overlap')
        self.assertNotEqual(self.server(), now)
        self.assertEqual(query(
            'SELECT count(*) FROM tenant_secret WHERE tenant_id = $1'
            " AND name = 'bootstrap-token-previous'", self.tenant),
            [('0',)])
        fresh = [a for a in eventually(READY, self.agents, 'agents')[0]
                 if a not in ('elsewhere-1', agent)][0]
        self.beating(fresh)


if __name__ == '__main__':
    unittest.main()
