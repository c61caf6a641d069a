# SPDX-License-Identifier: Apache-2.0
"""Each example of the API's document is sent, and the answer matches it.

With CAMELEER_EXAMPLES=write, the examples are rewritten by what was sent and
answered; old values that still fit stay."""
import copy
import json
import os
import unittest
import urllib.parse

from support import TestCase
from support_example import (ExampleError, as_sent, compare, examples,
                             rewrite)
from support_http import request
from support_probe import Fixture, name_of, probe_of
from support_schema import routes
from support_sql import DB, as_worker
from support_world import digest
from test_matrix import Actor, Cell
from test_platform import Operator

WRITE = os.environ.get('CAMELEER_EXAMPLES') == 'write'
# Lists are asked for when there is something to list, and what is there is
# removed at the end.
ORDER = ('POST', 'PUT', 'PATCH', 'GET', 'DELETE')
BOOTSTRAP = 'the-token-that-a-server-was-given-'


class Stage(Cell):
    """A cell in which an owner who has the permission asks a route."""

    # pylint: disable=super-init-not-called
    def __init__(self, route, actor, fixture):
        self.route, self.actor, self.fixture = route, actor, fixture
        self.permitted = True


def polled(tenant):
    """Creates the token with which the tenant's server polls its licence."""
    token = BOOTSTRAP + tenant.slug
    as_worker(tenant.id, 'INSERT INTO tenant_secret (tenant_id, name, box,'
              " digest) VALUES ($1, 'bootstrap-token', 'box', $2)"
              ' ON CONFLICT (tenant_id, name) DO UPDATE SET box ='
              ' excluded.box, digest = excluded.digest', tenant.id,
              digest(token))
    return token


def named(fixture):
    """Renames the application as in the examples, and adds what the worker
    writes: a line of its log, and the steps of an operation."""
    DB.run("UPDATE application SET name = 'orders', display_name ="
           " 'Order routing' WHERE tenant_id = $1 AND name = $2",
           fixture.tenant.id, fixture.app)
    fixture.app = 'orders'
    as_worker(fixture.tenant.id, 'INSERT INTO app_log (tenant_id,'
              " deployment_id, at, stream, line) VALUES ($1, $2, now(),"
              " 'stdout', 'Route orders-in started')", fixture.tenant.id,
              fixture.deployment)
    as_worker(fixture.tenant.id, 'INSERT INTO operation_step (tenant_id,'
              " operation_id, position, name, state) VALUES ($1, $2, 1,"
              " 'secrets', 'done'), ($1, $2, 2, 'database', 'running')"
              ' ON CONFLICT DO NOTHING', fixture.tenant.id,
              fixture.tenant.operation)
    as_worker(fixture.tenant.id, "SELECT operation_note($1, 'secrets',"
              " 'done', NULL), operation_note($1, 'database', 'started',"
              ' NULL)', fixture.tenant.operation)
    as_worker(fixture.tenant.id, 'INSERT INTO drift (tenant_id, object,'
              ' field, wanted, live, subject_id) VALUES ($1, $2, $3, $4, $5,'
              ' $1)', fixture.tenant.id, 'network cml-acme', 'existence',
              'there', 'missing')
    as_worker(fixture.tenant.id, 'INSERT INTO server_told (tenant_id, item,'
              " way, digest) VALUES ($1, 'license', 'push', 'x')"
              ' ON CONFLICT DO NOTHING', fixture.tenant.id)
    as_worker(fixture.tenant.id, 'INSERT INTO isolation_run (tenant_id, id,'
              ' place_id, next_at, finished_at, outcome, checks) SELECT id,'
              " gen_random_uuid(), place_id, now() + '1 day', now(),"
              " 'isolated', $2::jsonb FROM tenant WHERE id = $1",
              fixture.tenant.id, json.dumps([{
                  'check': 'raw', 'about': 'raw sockets',
                  'expected': 'closed', 'seen': 'denied', 'good': True,
                  'tries': 2, 'ms': 0}]))
    return fixture


def body_of(answer):
    """Returns the body as an example holds it: JSON, a file as text, or None
    when it is empty."""
    if answer.headers.get('content-type') == 'application/json':
        return answer.json()
    return answer.body.decode() or None


class Examples(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.fixture = named(Fixture())
        tenant = cls.fixture.tenant
        cls.actor = Actor('owner', tenant.owner, tenant, 'owner')
        cls.operator = Operator().login().access
        cls.server = polled(tenant)
        cls.public = [r for r in routes() if 'internal' not in r['flags']]

    def token(self, route, probe):
        """Returns the token that the route needs."""
        if probe.session:
            return probe.session.access
        if route['permission'].startswith('platform.'):
            return self.operator
        if route['path'] == '/api/license/{tenant}':
            return self.server
        if route['permission'] == 'public':
            return None
        # some end all that were there before
        return self.actor.spare().access

    def ask(self, route, example):
        """Sends the example; returns {path, query, body, answer} or raises."""
        probe = probe_of(route)(Stage(route, self.actor, self.fixture))
        sent = as_sent(route['path'], example, probe)
        probe.params = dict(sent['path'])
        if sent['query']:
            probe.params['query'] = '?' + urllib.parse.urlencode(
                [(name, value if isinstance(value, str) else
                  json.dumps(value))
                 for name, value in sent['query'].items()])
        stream = 'stream' in route['flags']
        answer = request(
            route['method'], probe.path(route['path']),
            probe.body if stream else sent['body'], headers=probe.headers,
            token=self.token(route, probe))
        if answer.status != route['status']:
            raise ExampleError(answer.describe())
        sent['answer'] = body_of(answer)
        return sent

    def play(self, route):
        """Sends the example and compares the answer with it."""
        example = examples()[name_of(route)]
        sent = self.ask(route, example)
        if not WRITE:
            said = {name: value for name, value in
                    (sent['body'] or {}).items()
                    if name not in example.get('filled', ())}
            compare(example.get('answer'), sent['answer'], said)
        return sent

    def test_every_example_is_answered_as_it_says(self):
        wrong, played = [], {}
        for route in sorted(self.public,
                            key=lambda r: ORDER.index(r['method'])):
            name = name_of(route)
            if 'none' in examples().get(name, {'none': ''}):
                continue
            try:
                played[name] = self.play(route)
            except ExampleError as e:
                wrong.append('%s: %s' % (name, e))
        if WRITE:
            rewrite(played)
        self.assertEqual(wrong, [])
        self.assertGreater(len(played), 100)

    def test_every_route_has_one_and_no_other(self):
        self.assertEqual(set(examples()), set(map(name_of, self.public)))

    def test_an_example_without_a_request_says_why(self):
        for name, example in examples().items():
            if 'none' in example:
                self.assertEqual(set(example), {'none'}, name)
                self.assertGreater(len(example['none']), 20, name)

    def test_a_name_that_changes_is_found(self):
        for name, example in examples().items():
            answer = example.get('answer')
            if not isinstance(answer, dict):
                continue
            changed = copy.deepcopy(answer)
            member = next(iter(changed))
            changed[member + '_old'] = changed.pop(member)
            with self.assertRaises(ExampleError, msg=name):
                compare(changed, answer)


if __name__ == '__main__':
    unittest.main()
