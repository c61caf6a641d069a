# SPDX-License-Identifier: Apache-2.0
"""The route tables as the programs print them, and their schemas."""
import functools
import json
import os
import pathlib
import re
import subprocess
import uuid

from support import MODULES, STATE

_UNSEEN = frozenset(('format', 'writeOnly', 'description'))
_SCHEMAS = {}
_TYPES = {
    'object': dict, 'array': list, 'string': str, 'boolean': bool,
    'null': type(None),
}


class SchemaError(AssertionError):
    """Raised when an answer contradicts the route table."""


def _typed(value, name):
    if name == 'integer':
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, _TYPES[name])


def _format(value, name, at):
    if value is None:
        return
    good = True
    if name == 'uuid':
        try:
            good = str(uuid.UUID(value)) == value
        except ValueError:
            good = False
    elif name == 'date-time':
        good = re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z',
                            value) is not None
    elif name == 'int64':
        good = -2 ** 63 <= value < 2 ** 63
    elif name == 'email':
        good = '@' in value
    elif name != 'password':
        raise SchemaError('%s: format %s is not known here' % (at, name))
    if not good:
        raise SchemaError('%s: %r is no %s' % (at, value, name))


def _object(value, schema, at):
    properties = schema.get('properties', {})
    more = schema.get('additionalProperties', True)
    for name in schema.get('required', ()):
        if name not in value:
            raise SchemaError('%s.%s is missing' % (at, name))
    for name in set(value) - set(properties):
        if more is False:
            raise SchemaError('%s.%s is not in the schema' % (at, name))
        if isinstance(more, dict):
            validate(value[name], more, at + '.' + name)
    for name, inner in properties.items():
        if name in value:
            validate(value[name], inner, at + '.' + name)


def _limits(value, schema, at):
    checks = {
        'minimum': lambda limit: value >= limit,
        'maximum': lambda limit: value <= limit,
        'minLength': lambda limit: len(value) >= limit,
        'maxLength': lambda limit: len(value) <= limit,
        'pattern': lambda limit: re.search(limit, value) is not None,
        'minItems': lambda limit: len(value) >= limit,
        'maxItems': lambda limit: len(value) <= limit,
    }
    for name, check in checks.items():
        if name in schema and value is not None and not check(schema[name]):
            raise SchemaError('%s: %r breaks %s' % (at, value, name))


def resolved(schema):
    """Returns the schema that a $ref names, or the schema itself."""
    if '$ref' not in schema:
        return schema
    routes()
    return _SCHEMAS[schema['$ref'].rpartition('/')[2]]


def _any_of(value, choices, at):
    """Checks that the value fits one of the choices; raises the error of the
    first choice otherwise."""
    wrong = None
    for choice in choices:
        try:
            validate(value, choice, at)
            return
        except SchemaError as e:
            wrong = wrong or e
    raise wrong


def validate(value, schema, at='$'):
    """Validates a value by the subset of JSON Schema that the tables use. An
    unknown keyword is an error, because it would stay unchecked."""
    known = {'type', 'properties', 'required', 'additionalProperties', 'enum',
             'items', 'minimum', 'maximum', 'minLength', 'maxLength',
             'pattern', 'minItems', 'maxItems', '$ref',
             'anyOf'} | _UNSEEN
    unknown = set(schema) - known
    if unknown:
        raise SchemaError('%s: schema words not known: %s' % (at, unknown))
    if '$ref' in schema:
        validate(value, resolved(schema), at)
        return
    if 'anyOf' in schema:
        _any_of(value, schema['anyOf'], at)
    types = schema.get('type')
    if types is not None:
        types = [types] if isinstance(types, str) else types
        if not any(_typed(value, name) for name in types):
            raise SchemaError('%s: %r is no %s' % (at, value, types))
    if 'enum' in schema and value not in schema['enum']:
        raise SchemaError('%s: %r is none of %s' % (at, value,
                                                   schema['enum']))
    if 'format' in schema:
        _format(value, schema['format'], at)
    _limits(value, schema, at)
    if isinstance(value, dict):
        _object(value, schema, at)
    if isinstance(value, list) and 'items' in schema:
        for i, item in enumerate(value):
            validate(item, schema['items'], '%s[%d]' % (at, i))


@functools.lru_cache(None)
def routes():
    """Returns every route of every responder."""
    found = []
    for module in MODULES:
        text = subprocess.run(
            ['%s/%s.fcgi' % (os.environ.get('CAMELEER_BUILD') or
                             STATE + '/bin', module), '--routes'],
            check=True, stdout=subprocess.PIPE).stdout
        told = json.loads(text)
        _SCHEMAS.update(told['schemas'])
        for route in told['routes']:
            route['service'] = module
            found.append(route)
    return found


def _score(pattern, path):
    want, have = pattern.split('/'), path.split('/')
    if len(want) != len(have):
        return -1
    score = 0
    for one, other in zip(want, have):
        if one.startswith('{'):
            if not other:
                return -1
        elif one != other:
            return -1
        else:
            score += 1
    return score


def route_of(method, path):
    """Returns the route that answers a request, or None."""
    path = path.partition('?')[0]
    best = max((route for route in routes() if route['method'] == method),
               key=lambda route: _score(route['path'], path), default=None)
    return best if best and _score(best['path'], path) >= 0 else None


def check_answer(method, path, answer):
    """Checks a success by the schema of its route, and a failure as a problem
    document."""
    if answer.status >= 400:
        check_problem(answer)
        return
    route = route_of(method, path)
    if route is None:
        return
    if answer.status == 304 and method == 'GET':
        if answer.body or 'etag' not in answer.headers:
            raise SchemaError('%s %s: 304 with a body or without a tag' % (
                method, path))
        return
    if answer.status != route['status']:
        raise SchemaError('%s %s: %d, the table says %d' % (
            method, path, answer.status, route['status']))
    schema = route.get('output')
    if schema is None:
        return
    if answer.headers.get('content-type') != 'application/json':
        raise SchemaError('%s %s: %s' % (method, path, answer.headers))
    validate(answer.json(), schema, '%s %s' % (method, path))


CATALOGUE = json.loads(pathlib.Path(
    __file__, '../../../web/src/lib/codes.json').resolve().read_text())


# What not_entitled says beside the members of each problem.
LACKING = {
    'feature': {'type': 'string', 'pattern': '^[a-z_]+$'},
    'required_tier': {'enum': ['low', 'mid', 'high', 'business']},
    'current_tier': {'enum': ['low', 'mid', 'high', 'business']},
    'upgrade_url': {'type': 'string', 'pattern': '^https://.*/tenants'},
}


def check_problem(answer):
    """Checks a problem document (RFC 9457): it has the id of the request and a
    code of the catalogue."""
    if answer.headers.get('content-type') != 'application/problem+json':
        raise SchemaError('%d without a problem: %s' % (
            answer.status, answer.describe()))
    problem = answer.json()
    lacking = LACKING if problem['code'] == 'not_entitled' else {}
    validate(problem, {
        'type': 'object', 'required': ['type', 'title', 'status', 'code',
                                       'request_id', *lacking],
        'additionalProperties': False,
        'properties': {
            'type': {'type': 'string'}, 'title': {'type': 'string'},
            'status': {'type': 'integer'}, 'detail': {'type': 'string'},
            'code': {'type': 'string', 'pattern': '^[a-z][a-z0-9_]*$'},
            'request_id': {'type': 'string', 'pattern': '^[0-9a-f]{32}$'},
            'errors': {'type': 'array', 'items': {
                'type': 'object', 'required': ['field', 'detail'],
                'additionalProperties': False,
                'properties': {'field': {'type': 'string'},
                               'detail': {'type': 'string'}},
            }},
            **lacking,
        },
    }, 'problem')
    words = CATALOGUE.get(problem['code'])
    if words is None or problem['title'] != words['title']:
        raise SchemaError('%s, "%s" is not in codes.list' % (
            problem['code'], problem['title']))
    if problem['status'] != answer.status:
        raise SchemaError('status %d in a %d' % (problem['status'],
                                                 answer.status))
    if problem['request_id'] != answer.request_id:
        raise SchemaError('the request id differs from the header')
    if answer.status in (429, 503) and 'retry-after' not in answer.headers:
        raise SchemaError('%d without Retry-After' % answer.status)
