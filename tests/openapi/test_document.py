# SPDX-License-Identifier: Apache-2.0
"""GET /api/openapi.json serves the whole document, and it agrees with the
responders."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))) + '/http')

from support import TestCase  # noqa: E402
from support_http import request  # noqa: E402
from support_schema import routes, validate  # noqa: E402


class Document(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.answer = request('GET', '/api/openapi.json')
        cls.document = cls.answer.json()
        cls.operations = {
            (method.upper(), path): operation
            for path, item in cls.document['paths'].items()
            for method, operation in item.items()}

    def test_anybody_gets_it_and_may_keep_it(self):
        self.assertEqual(self.answer.status, 200)
        self.assertEqual(self.answer.headers['content-type'],
                         'application/json')
        tag = self.answer.headers['etag']
        again = request('GET', '/api/openapi.json',
                        headers={'If-None-Match': tag})
        self.assertEqual(again.status, 304)
        refused = request('POST', '/api/openapi.json', {})
        self.assertAnswer(refused, 405, 'method_not_allowed')
        self.assertEqual(refused.headers['allow'], 'GET, HEAD')

    def test_every_action_of_a_route_is_in_the_catalogue(self):
        answer = request('GET', '/api/actions.json')
        self.assertEqual(answer.status, 200)
        items = answer.json()['items']
        self.assertEqual(len({i['action'] for i in items}), len(items))
        self.assertTrue(all(i['about'] for i in items))
        self.assertEqual({(i['action'], r) for i in items
                          for r in i['routes']},
                         {(r['audit'], r['method'] + ' ' + r['path'])
                          for r in routes() if 'audit' in r})
        self.assertIn('tenant.provision', {i['action'] for i in items})

    def test_every_route_is_there_and_no_other(self):
        self.assertEqual(
            set(self.operations),
            {(r['method'], r['path']) for r in routes()
             if 'internal' not in r['flags']})

    def test_each_says_who_may(self):
        for route in routes():
            if 'internal' in route['flags']:
                continue
            operation = self.operations[route['method'], route['path']]
            self.assertEqual(operation['x-cameleer-permission'],
                             route['permission'])
            self.assertEqual(operation['security'] == [],
                             route['permission'] == 'public')

    def test_ids_are_told_apart(self):
        ids = [o['operationId'] for o in self.operations.values()]
        self.assertEqual(len(ids), len(set(ids)))

    def test_each_says_what_it_is_about_in_sentences(self):
        for (method, path), operation in self.operations.items():
            self.assertTrue(
                operation['description'].startswith(operation['summary']),
                (method, path))

    def nodes(self, node, path='#'):
        """Yields every object of the document with its path; skips examples."""
        if isinstance(node, list):
            for i, inner in enumerate(node):
                yield from self.nodes(inner, '%s/%d' % (path, i))
        if isinstance(node, dict):
            yield path, node
            for key, inner in node.items():
                if key == 'example':
                    continue
                yield from self.nodes(inner, '%s/%s' % (path, key))

    def test_nothing_is_of_any_type(self):
        self.assertEqual([path for path, node in self.nodes(self.document)
                          if node == {}], [])

    def test_schemas_have_names_of_their_own(self):
        names = set(self.document['components']['schemas'])
        used = {node['$ref'].rpartition('/')[2]
                for _, node in self.nodes(self.document)
                if '/schemas/' in node.get('$ref', '')}
        self.assertEqual(names, used)
        for name in names:
            self.assertRegex(name, '^[A-Z][A-Za-z]+$')
        for (method, path), operation in self.operations.items():
            for answer in operation['responses'].values():
                for media in answer.get('content', {}).values():
                    schema = media['schema']
                    self.assertTrue('$ref' in schema or
                                    schema['type'] == 'string',
                                    (method, path))

    def test_states_are_closed_sets(self):
        schemas = self.document['components']['schemas']
        for name, words in (
                ('App', {'active', 'deleting'}),
                ('Operation', {'queued', 'running', 'done', 'failed'}),
                ('Tenant', {'requested', 'provisioning', 'active',
                            'suspended', 'failed', 'leaving', 'deleting',
                            'deleted'})):
            self.assertEqual(set(schemas[name]['properties']['state']
                                 ['enum']), words)

    def examples(self, operation):
        """Returns (description, example, schema) of an operation's examples."""
        for parameter in operation.get('parameters', []):
            if 'example' in parameter:
                yield parameter['name'], parameter['example'], \
                    parameter['schema']
        bodies = [operation.get('requestBody', {})]
        bodies += [answer for status, answer in
                   operation['responses'].items() if status < '300']
        for body in bodies:
            for kind, media in body.get('content', {}).items():
                if 'example' in media and kind == 'application/json':
                    yield kind, media['example'], media['schema']

    def test_examples_are_of_their_schemas(self):
        seen = 0
        for name, operation in self.operations.items():
            for what, example, schema in self.examples(operation):
                seen += 1
                validate(example, schema, '%s %s: %s' % (name + (what,)))
        self.assertGreater(seen, 200)

    def test_what_is_made_says_where_it_is(self):
        made = 0
        for operation in self.operations.values():
            answer = operation['responses'].get('201')
            if answer is not None:
                self.assertIn('Location', answer['headers'])
                made += 1
        self.assertGreater(made, 5)

    def test_the_server_is_the_one_that_serves_it(self):
        self.assertEqual([s['url'] for s in self.document['servers']], ['/'])

    def test_no_parameter_may_be_null(self):
        for operation in self.operations.values():
            for parameter in operation.get('parameters', []):
                if '$ref' in parameter:
                    continue
                self.assertIsInstance(parameter['schema']['type'], str)
                self.assertNotIn(None, parameter['schema'].get('enum', []))


if __name__ == '__main__':
    unittest.main()
