# SPDX-License-Identifier: Apache-2.0
"""A tenant gets a place that has room, and a full place refuses what is more.

The platform's own place is drained while a test runs, so that a place of the
test gets the tenants."""
import unittest
import uuid

from support import TestCase, unique
from support_http import together
from support_jar import good
from support_sql import DB, audit_rows
from support_world import Account, Tenant, app

SERVER, APP = (int(n) for n in DB.rows(
    "SELECT s.memory_mb, a.memory_mb FROM container_limit s,"
    " container_limit a WHERE s.kind = 'server' AND a.kind = 'application'"
)[0])


def place(memory, **given):
    """Makes a ready place with room for so much memory; returns its id."""
    identity = str(uuid.uuid4())
    DB.run('INSERT INTO place (id, name, kind, state, endpoint, memory_mb,'
           ' memory_overcommit, max_tenants, next_check_at) VALUES'
           " ($1, $2, 'engine', 'ready', 'unix:/nowhere', $3, 100, $4,"
           " 'infinity')", identity, unique('p'), memory,
           given.get('max_tenants'))
    return identity


class Alone(TestCase):
    """Tests whose places are the only ones that take tenants."""

    def setUp(self):
        DB.run("UPDATE place SET state = 'draining' WHERE state = 'ready'")
        self.addCleanup(
            DB.run, "UPDATE place SET state = 'draining' WHERE state ="
            " 'ready' AND name <> 'local'; UPDATE place SET state = 'ready'"
            " WHERE name = 'local' AND state <> 'removed'")


class Room(Alone):

    def create(self, session):
        return session.post('/api/tenants', {
            'slug': unique(), 'name': 'Demo Ltd', 'tier': 'low'})

    def test_a_tenant_more_than_there_is_room_for(self):
        here = place(3 * SERVER - 1)
        for _ in range(2):
            tenant = Tenant()
            self.assertEqual(DB.value('SELECT place_id FROM tenant'
                                      ' WHERE id = $1', tenant.id), here)
        answer = self.assertAnswer(self.create(Account().login()), 422,
                                   'place_full')
        self.assertIn('operators', answer.json()['detail'])
        self.assertEqual([row[2:5] for row in audit_rows(answer.request_id)],
                         [('tenant.create', 'refused', 'place_full')])
        tenant.set_state('deleting')
        tenant.set_state('deleted')
        self.assertAnswer(self.create(Account().login()), 202)

    def test_of_many_at_once_as_many_as_fit(self):
        place(3 * SERVER)
        sessions = [Account().login() for _ in range(6)]
        answers = together(6, lambda i: self.create(sessions[i]))
        self.assertEqual(sorted(a.status for a in answers),
                         [202] * 3 + [422] * 3)

    def test_without_a_place_there_is_no_tenant(self):
        self.assertAnswer(self.create(Account().login()), 422, 'place_full')

    def test_a_slug_that_is_taken_is_said_all_the_same(self):
        place(10 * SERVER)
        tenant = Tenant()
        answer = Account().login().post('/api/tenants', {
            'slug': tenant.slug, 'name': 'Demo Ltd', 'tier': 'low'})
        self.assertAnswer(answer, 409, 'slug_taken')

    def test_a_deployment_more_than_there_is_room_for(self):
        place(SERVER + APP)
        tenant = Tenant()
        session = tenant.login()
        first, second = app(session), app(session)
        body = {'release': 1, 'environment': 'dev'}
        for name in (first, second):
            tenant.release(name)
        where = '/api/apps/%s/deployments'
        self.assertAnswer(session.post(where % first, body), 202)
        answer = self.assertAnswer(session.post(where % second, body), 422,
                                   'place_full')
        self.assertEqual([row[2:5] for row in audit_rows(answer.request_id)],
                         [('deployment.create', 'refused', 'place_full')])
        # What runs may be deployed again; what stops makes room.
        self.assertAnswer(session.post(where % first, body), 202)
        self.assertAnswer(session.post(where % first + '/dev/stop'), 202)
        self.assertAnswer(session.post(where % second, body), 202)
        self.assertAnswer(session.post(where % first + '/dev/start'), 422,
                          'place_full')

    def test_an_upload_that_could_not_run_is_refused(self):
        place(SERVER)
        session = Tenant().login()
        name = app(session)
        where = '/api/apps/%s/releases' % name
        kind = 'application/java-archive'
        answer = self.assertAnswer(session.post(where, good(), type=kind),
                                   422, 'place_full')
        self.assertIn('no room', answer.json()['detail'])
        self.assertAnswer(session.post(where + '?deploy=false', good(),
                                       type=kind), 202)

    def test_two_deployments_at_once_for_one_room(self):
        place(2 * SERVER + APP)
        tries = []
        for tenant in (Tenant(), Tenant()):
            session = tenant.login()
            name = app(session)
            tenant.release(name)
            tries.append((session, '/api/apps/%s/deployments' % name))
        answers = together(2, lambda i: tries[i][0].post(
            tries[i][1], {'release': 1, 'environment': 'dev'}))
        self.assertEqual(sorted(a.status for a in answers), [202, 422])


if __name__ == '__main__':
    unittest.main()
