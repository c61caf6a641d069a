# SPDX-License-Identifier: Apache-2.0
"""Collects the probes: for each route one request that would succeed, which the
authorization matrix sends.

A probe stands beside the test of its route, in the dictionary PROBES at the end
of that file. The key is "METHOD /path"; the value is a function of a cell,
which returns the parameters of the path, the body and headers. The matrix
computes the expected status elsewhere, from the permission of the route and the
roles in the database."""
import functools
import glob
import importlib
import os
import uuid

from support import unique
from support_sql import DB
from support_world import Tenant, app

HERE = os.path.dirname(os.path.abspath(__file__))


class Fixture:
    """A tenant that has one object of each kind."""

    def __init__(self, state='active'):
        self.tenant = Tenant('high')
        self.session = self.tenant.login()
        self.app = app(self.session)
        self.release = self.tenant.release(self.app)
        self.deployment = self.tenant.deployment(self.app)
        self.tenant.license()
        self.bystander = self.tenant.member('viewer')
        if state != 'active':
            self.tenant.set_state(state)

    def markers(self):
        """Returns the ids and names that no other tenant may see."""
        return [text.encode() for text in (
            self.tenant.id, self.tenant.slug, self.tenant.operation,
            self.tenant.owner.id, self.tenant.owner.email, self.app,
            self.release, self.deployment)]

    def new_app(self):
        """Creates another application, which a probe may destroy."""
        name = unique('app-')
        DB.run('INSERT INTO application (tenant_id, id, name, display_name,'
               ' created_by) VALUES ($1, $2, $3, $3, $4)', self.tenant.id,
               str(uuid.uuid4()), name, self.tenant.owner.id)
        return name


class Request:
    """The request of a probe. A cell may replace its session."""

    def __init__(self, body=None, headers=None, session=None, **params):
        self.body, self.headers, self.session = body, headers, session
        self.params = params

    def path(self, pattern):
        """Returns the path with its parameters filled in, and the query."""
        query = self.params.pop('query', '')
        path = pattern
        for name, value in self.params.items():
            path = path.replace('{%s}' % name, value)
        assert '{' not in path, path
        return path + query


def of_app(cell):
    """Returns a request whose only parameter is the fixture's application."""
    return Request(app=cell.fixture.app)


def _plain(_cell):
    return Request()


@functools.lru_cache(None)
def probes():
    """Returns the probes of all test files; fails when a route has two."""
    found = {}
    for path in sorted(glob.glob(HERE + '/test_*.py')):
        with open(path, encoding='utf-8') as file:
            if '\nPROBES = {' not in file.read():
                continue
        name = os.path.basename(path)[:-3]
        for route, probe in importlib.import_module(name).PROBES.items():
            if route in found:
                raise AssertionError('%s: a second probe of %s' % (
                    name, route))
            found[route] = probe
    return found


def name_of(route):
    """Returns the key of a route in PROBES."""
    return '%s %s' % (route['method'], route['path'])


def is_plain(route):
    """Tells whether a route has no parameters and so needs no own probe."""
    return route['method'] == 'GET' and '{' not in route['path'] and \
        not route.get('query', {}).get('required')


def probe_of(route):
    """Returns the probe of a route, or None."""
    return probes().get(name_of(route)) or (_plain if is_plain(route) else None)
