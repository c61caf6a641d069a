# SPDX-License-Identifier: Apache-2.0
"""For each route a request that would succeed: what the matrix asks with.

A probe stands beside the test of its route, in a dictionary PROBES at the end
of that file: "METHOD /path" and a function of a cell, which returns the path's
parameters, the body and headers.  Which status is due is computed elsewhere,
from the permission of the route and the roles in the database.
"""
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
    """A tenant with one of everything."""

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
        """What nobody else may see of it."""
        return [text.encode() for text in (
            self.tenant.id, self.tenant.slug, self.tenant.operation,
            self.tenant.owner.id, self.tenant.owner.email, self.app,
            self.release, self.deployment)]

    def new_app(self):
        """Another application, which may be destroyed."""
        name = unique('app-')
        DB.run('INSERT INTO application (tenant_id, id, name, display_name,'
               ' created_by) VALUES ($1, $2, $3, $3, $4)', self.tenant.id,
               str(uuid.uuid4()), name, self.tenant.owner.id)
        return name


class Request:
    """What to send; a cell may change who sends it."""

    def __init__(self, body=None, headers=None, session=None, **params):
        self.body, self.headers, self.session = body, headers, session
        self.params = params

    def path(self, pattern):
        """The pattern with its parameters, and a query."""
        query = self.params.pop('query', '')
        path = pattern
        for name, value in self.params.items():
            path = path.replace('{%s}' % name, value)
        assert '{' not in path, path
        return path + query


def of_app(cell):
    """The fixture's application, and nothing more to say."""
    return Request(app=cell.fixture.app)


def _plain(_cell):
    return Request()


@functools.lru_cache(None)
def probes():
    """Those of all test files; two of one route are a mistake."""
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
    """As in PROBES."""
    return '%s %s' % (route['method'], route['path'])


def is_plain(route):
    """Nothing to fill in: such a route needs no probe of its own."""
    return route['method'] == 'GET' and '{' not in route['path'] and \
        not route.get('query', {}).get('required')


def probe_of(route):
    """What asks this route so that it would be answered."""
    return probes().get(name_of(route)) or (_plain if is_plain(route) else None)
