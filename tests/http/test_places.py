# SPDX-License-Identifier: Apache-2.0
"""A tenant gets a place that has room, and a full place refuses what is more.
Operators register, check, drain and remove places.

The platform's own place is drained while a test runs, so that a place of the
test gets the tenants."""
import json
import os
import tempfile
import unittest
import uuid

from support import (SOURCE, TestCase, eventually, log_text, metrics,
                     unique)
from support_http import together
from support_jar import good
from support_probe import Request
from support_sql import DB, audit_rows
from support_world import Account, Tenant, app
from test_platform import Operator
from test_tenant_approval import ctl

PATH = '/api/auth/platform/places'

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


with open(os.path.join(SOURCE, 'tests/manifests/certificate.pem'),
          encoding='ascii') as _file:
    SEAL = _file.read()
DESCRIBED = {
    'registry': 'registry.test:5000',
    'server_image': 'cameleer-server@sha256:' + 64 * '0',
    'pooler_image': 'pgbouncer@sha256:' + 64 * '0',
    'chart': 'oci://registry.test:5000/charts/cameleer-server',
    'chart_version': '0.1.0', 'flux_namespace': 'flux-system',
    'flux_repository': 'fleet', 'flux_account': 'kustomize-controller',
    'pod_security': 'v1.36', 'postgres_host': 'pg.test',
    'postgres_port': 5432, 'postgres_name': 'tenants',
    'postgres_sslmode': 'require', 'dns': [{'cidr': '10.0.0.1/32'}],
    'postgres': [{'cidr': '10.0.0.2/32'}], 'ranges': ['10.244.0.0/16']}
CLUSTER = {'kind': 'kubernetes', 'endpoint': 'https://127.0.0.1:9',
           'ca': '-----BEGIN CERTIFICATE-----\nx\n', 'token': 'secret',
           'cluster': DESCRIBED, 'seal_certificate': SEAL}


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


class Operators(TestCase):
    """Operators register, check, drain and remove places."""

    @classmethod
    def setUpClass(cls):
        cls.operator = Operator().login()

    def add(self, **given):
        """Registers a place; returns the answer."""
        return self.operator.post(PATH, {
            'name': unique('p'), 'kind': 'engine',
            'endpoint': 'unix:/run/nowhere.sock', **given})

    def move(self, identity, what):
        return self.operator.post('%s/%s/%s' % (PATH, identity, what))

    def look(self, identity):
        return self.assertAnswer(self.operator.get(
            '%s/%s' % (PATH, identity)), 200).json()

    def trail(self, identity):
        return [row[0] for row in DB.rows(
            'SELECT action FROM audit_event WHERE subject_id = $1'
            " AND action <> 'place.answer' AND result = 'done' ORDER BY id",
            identity)]

    def test_registered_checked_and_removed(self):
        answer = self.assertAnswer(self.add(
            registry='registry.test:5000', cpu_millis=4000, memory_mb=2048,
            max_tenants=3, cpu_overcommit=200, memory_overcommit=100), 201)
        made = answer.json()
        self.assertEqual(answer.headers['location'],
                         '%s/%s' % (PATH, made['id']))
        self.assertEqual(
            [made[k] for k in ('state', 'cpu_most', 'memory_most', 'tenants',
                               'max_tenants', 'registry', 'checked_at')],
            ['registered', 8000, 2048, 0, 3, 'registry.test:5000', None])
        seen, _ = eventually(20, lambda: self.look(made['id'])['checked_at']
                             and self.look(made['id']), 'the first check')
        self.assertEqual((seen['state'], seen['error'], seen['checking']),
                         ('registered', 'nothing listens there', False))
        self.assertEqual(DB.rows(
            'SELECT result, code, actor_kind FROM audit_event WHERE'
            " subject_id = $1 AND action = 'place.answer'", made['id']),
            [('failed', 'place_silent', 'platform')])
        DB.run('UPDATE place SET checked_at = NULL WHERE id = $1',
               made['id'])
        asked = self.assertAnswer(self.move(made['id'], 'check'), 200).json()
        self.assertTrue(asked['checking'])
        eventually(20, lambda: self.look(made['id'])['checked_at'],
                   'the check that was asked for')
        self.assertAnswer(self.operator.delete(
            '%s/%s' % (PATH, made['id'])), 204)
        self.assertAnswer(self.operator.get(
            '%s/%s' % (PATH, made['id'])), 404, 'no_such_place')
        self.assertEqual(self.trail(made['id']),
                         ['place.add', 'place.check', 'place.remove'])

    def test_what_an_operator_says_of_the_own_engine_stays(self):
        made = self.assertAnswer(self.operator.post(PATH, {
            'name': unique('p'), 'kind': 'engine', 'max_tenants': 3,
            'memory_overcommit': 120}), 201).json()
        self.addCleanup(DB.run, "UPDATE place SET state = 'removed'"
                        ' WHERE id = $1', made['id'])
        DB.run("UPDATE place SET max_tenants = 9 WHERE name = 'local'")
        eventually(20, lambda: DB.value(
            "SELECT max_tenants IS NULL FROM place WHERE name = 'local'") ==
                   't', 'the settings of the own place')
        seen = self.look(made['id'])
        self.assertEqual((seen['max_tenants'], seen['memory_overcommit']),
                         (3, 120))

    def test_drained_and_filled_again(self):
        identity = idle()
        self.assertEqual(self.assertAnswer(self.move(
            identity, 'drain'), 200).json()['state'], 'draining')
        self.assertAnswer(self.move(identity, 'drain'), 409, 'place_state')
        self.assertEqual(self.assertAnswer(self.move(
            identity, 'undrain'), 200).json()['state'], 'ready')
        self.assertAnswer(self.move(identity, 'undrain'), 409, 'place_state')
        self.assertEqual(self.trail(identity),
                         ['place.drain', 'place.undrain'])

    def test_one_that_was_never_checked_is_not_filled(self):
        identity = idle('registered')
        for what in ('drain', 'undrain'):
            self.assertAnswer(self.move(identity, what), 409, 'place_state')

    def test_names(self):
        name = unique('p')
        first = self.assertAnswer(self.add(name=name), 201).json()
        self.assertAnswer(self.add(name=name), 409, 'place_taken')
        self.assertAnswer(self.operator.delete(
            '%s/%s' % (PATH, first['id'])), 204)
        self.assertAnswer(self.add(name=name), 201)

    def test_what_does_not_fit_together_is_refused(self):
        pem = '-----BEGIN CERTIFICATE-----\nx\n'
        key = '-----BEGIN PRIVATE KEY-----\nx\n'
        good = {'endpoint': 'https://east.test:2376', 'ca': pem,
                'certificate': pem, 'key': key}
        for given, field in (
                ({'name': 'A'}, 'name'), ({'name': '-a'}, 'name'),
                ({'kind': 'heap'}, 'kind'),
                ({'token': 'x'}, 'kind'),
                ({**CLUSTER, 'token': None}, 'token'),
                ({**CLUSTER, 'ca': None}, 'ca'),
                ({**CLUSTER, 'key': key}, 'key'),
                ({**CLUSTER, 'registry': 'r.test:1'}, 'registry'),
                ({**CLUSTER, 'endpoint': 'unix:/run/x'}, 'endpoint'),
                ({**CLUSTER, 'seal_certificate': pem}, 'seal_certificate'),
                ({**CLUSTER, 'cluster': None}, 'cluster'),
                ({**CLUSTER, 'cluster': {}}, 'cluster'),
                ({**CLUSTER, 'cluster': {**DESCRIBED, 'dns': []}},
                 'cluster'),
                ({'endpoint': 'http://east.test'}, 'endpoint'),
                ({'endpoint': 'unix:relative'}, 'endpoint'),
                ({'endpoint': 'unix:/a b'}, 'endpoint'),
                ({'endpoint': 'unix:/' + 'x' * 107}, 'endpoint'),
                ({'ca': pem}, 'endpoint'),
                ({**good, 'endpoint': 'https://east.test/v1'}, 'endpoint'),
                ({**good, 'endpoint': 'https://a@east.test'}, 'endpoint'),
                ({**good, 'endpoint': 'https://east.test:0'}, 'endpoint'),
                ({**good, 'endpoint': 'https://:1'}, 'endpoint'),
                ({**good, 'ca': None}, 'ca'),
                ({**good, 'certificate': None}, 'certificate'),
                ({**good, 'key': None}, 'key'),
                ({**good, 'key': pem}, 'key'),
                ({**good, 'ca': key}, 'ca'),
                ({**good, 'key': key + 'ENCRYPTED'}, 'key'),
                ({'registry': 'https://registry.test'}, 'registry'),
                ({'memory_mb': 0}, 'memory_mb'),
                ({'memory_mb': '1'}, 'memory_mb'),
                ({'cpu_overcommit': 9}, 'cpu_overcommit'),
                ({'tenant': 'No'}, 'tenant')):
            with self.subTest(given):
                answer = self.assertAnswer(self.add(**given), 400,
                                           'invalid_fields')
                self.assertEqual([e['field'] for e in
                                  answer.json()['errors']], [field])
        self.assertAnswer(self.add(tenant=unique('nobody')), 404,
                          'no_such_tenant')

    def test_a_cluster_is_registered_and_checked(self):
        answer = self.assertAnswer(self.add(**CLUSTER), 201)
        made = answer.json()
        self.assertEqual((made['kind'], made['warning']),
                         ('kubernetes', None))
        self.assertNotIn('secret', answer.body.decode().replace(
            'secret_', ''))
        self.assertEqual(json.loads(DB.value(
            'SELECT cluster FROM place WHERE id = $1', made['id'])),
            {**DESCRIBED, 'name': made['name']})
        seen, _ = eventually(20, lambda: self.look(made['id'])['error'],
                             'the check')
        self.assertNotEqual(seen, 'it does not answer')
        self.assertAnswer(self.operator.delete(
            '%s/%s' % (PATH, made['id'])), 204)

    def test_the_key_is_nowhere_in_clear(self):
        pem = '-----BEGIN CERTIFICATE-----\nx\n'
        secret = uuid.uuid4().hex
        eventually(20, lambda: DB.number('SELECT count(*) FROM place_seal'),
                   "the worker's public key")
        answer = self.assertAnswer(self.add(
            endpoint='https://east.test:2376', ca=pem, certificate=pem,
            key='-----BEGIN PRIVATE KEY-----\n%s\n' % secret), 201)
        identity = answer.json()['id']
        self.assertNotIn(secret, answer.body.decode())
        row = DB.rows('SELECT p::text FROM place p WHERE id = $1',
                      identity)[0][0]
        self.assertNotIn(secret, row)
        for column in ('facts', 'person'):
            self.assertEqual(DB.number(
                'SELECT count(*) FROM audit_event WHERE position($1 IN'
                ' coalesce(%s::text, %s)) > 0' % (column, "''"), secret), 0)
        for service in ('auth', 'worker'):
            self.assertNotIn(secret.encode(), log_text(service))
        # A box that was moved to another place does not open there.
        other = idle()
        DB.run('UPDATE place SET (endpoint, ca, certificate, key_box,'
               ' next_check_at) = (SELECT endpoint, ca, certificate, key_box,'
               ' now() FROM place WHERE id = $1) WHERE id = $2', identity,
               other)
        seen, _ = eventually(20, lambda: self.look(other)['error'],
                             'the check')
        self.assertIn('does not open', seen)

    def test_only_who_has_the_permission(self):
        reader = Operator(['platform.place.read']).login()
        identity = idle()
        self.assertAnswer(reader.get(PATH), 200)
        for method, path in (('POST', PATH),
                             ('POST', '%s/%s/drain' % (PATH, identity)),
                             ('DELETE', '%s/%s' % (PATH, identity))):
            body = {'name': unique('p'), 'kind': 'engine'} \
                if path == PATH else None
            self.assertAnswer(reader.call(method, path, body), 403,
                              'not_permitted')
        self.assertAnswer(Tenant().login().get(PATH), 403, 'operators_only')
        manager = Operator(['platform.place.manage']).login()
        self.assertAnswer(manager.get(PATH), 403, 'not_permitted')
        self.assertAnswer(manager.post('%s/%s/drain' % (PATH, identity)),
                          200)

    def test_the_metrics_name_each_place(self):
        identity = idle()
        name = self.look(identity)['name']
        DB.run("UPDATE place SET next_check_at = now(), endpoint ="
               " 'unix:/nowhere' WHERE id = $1", identity)
        eventually(20, lambda: metrics('worker').get(
            'cameleer_place_up{service="worker",place="%s"}' % name) == 0,
            'the gauge')
        self.assertEqual(metrics('worker')[
            'cameleer_place_memory_capacity_bytes{service="worker",'
            'place="%s"}' % name], 1 << 20)


class Removal(Alone):

    def test_a_place_with_tenants_stays_and_names_them(self):
        here = place(11 * SERVER)
        slugs = sorted(Tenant().slug for _ in range(11))
        operator = Operator().login()
        answer = self.assertAnswer(operator.delete(
            '%s/%s' % (PATH, here)), 409, 'place_occupied')
        detail = answer.json()['detail']
        self.assertIn('11 tenants', detail)
        self.assertIn(', '.join(slugs[:10]) + ', ...', detail)
        self.assertNotIn(slugs[10], detail)
        self.assertEqual(DB.value('SELECT state FROM place WHERE id = $1',
                                  here), 'ready')

    def test_dedicated_to_a_tenant_that_waits(self):
        waiting = Tenant('high', approve=False)
        place(10 * SERVER)
        operator = Operator().login()
        made = self.assertAnswer(operator.post(PATH, {
            'name': unique('p'), 'kind': 'engine', 'tenant': waiting.slug,
            'endpoint': 'unix:/run/nowhere.sock'}), 201).json()
        self.assertEqual(made['tenant'], waiting.slug)
        DB.run("UPDATE place SET state = 'ready' WHERE id = $1", made['id'])
        self.assertAnswer(operator.post(
            '/api/auth/platform/tenants/%s/approve' % waiting.id), 200)
        self.assertEqual(DB.value('SELECT place_id FROM tenant WHERE id = $1',
                                  waiting.id), made['id'])

    def test_an_approval_without_room_is_refused(self):
        waiting = Tenant('high', approve=False)
        operator = Operator().login()
        where = '/api/auth/platform/tenants/%s/approve' % waiting.id
        self.assertAnswer(operator.post(where), 422, 'place_full')
        self.assertEqual(DB.value('SELECT state FROM tenant WHERE id = $1',
                                  waiting.id), 'requested')
        status, said = ctl('tenants', 'approve', waiting.slug)
        self.assertEqual(status, 1)
        self.assertIn('no place has room', said)
        place(SERVER)
        self.assertAnswer(operator.post(where), 200)


class Command(Alone):

    def test_a_place_from_registration_to_removal(self):
        name = unique('p')
        status, said = ctl('places', 'add', name, '--endpoint',
                           'unix:/run/nowhere.sock', '--memory', '512',
                           '--cpu', '2000', '--tenants', '1',
                           '--overcommit', '100,100')
        self.assertEqual((status, 'is registered' in said), (0, True), said)
        status, said = ctl('places', 'check', name)
        self.assertEqual(status, 1, said)
        self.assertIn('nothing listens there', said)
        identity = DB.value('SELECT id FROM place WHERE name = $1', name)
        DB.run("UPDATE place SET state = 'ready' WHERE id = $1", identity)
        tenant = Tenant()
        for words in (('list',), ('show', name)):
            status, said = ctl('places', *words)
            self.assertEqual(status, 0, said)
            self.assertIn(name, said)
            self.assertIn('384 of 512 MiB', said)
            self.assertIn('1000 of 2000 millicores', said)
        shown = json.loads(ctl('--json', 'places', 'show', name)[1])
        self.assertEqual((shown['tenants'], shown['memory_most'],
                          shown['cpu_most']), (1, 512, 2000))
        self.assertIn(shown['name'], [row['name'] for row in json.loads(
            ctl('--json', 'places', 'list')[1])])
        status, said = ctl('places', 'remove', name)
        self.assertEqual(status, 1)
        self.assertIn('1 tenant is at place', said)
        self.assertIn(tenant.slug, said)
        self.assertEqual(ctl('places', 'drain', name)[0], 0)
        self.assertEqual(ctl('places', 'undrain', name)[0], 0)
        tenant.set_state('deleting')
        tenant.set_state('deleted')
        self.assertEqual(ctl('places', 'remove', name)[0], 0)
        self.assertEqual(DB.rows(
            'SELECT action FROM audit_event WHERE subject_id = $1 AND action'
            " <> 'place.answer' AND actor_kind = 'platform' ORDER BY id",
            identity), [('place.' + what,) for what in (
                'add', 'check', 'drain', 'undrain', 'remove')])

    def test_mistakes_are_said(self):
        pem = tempfile.NamedTemporaryFile('w', suffix='.pem')
        self.addCleanup(pem.close)
        pem.write('nonsense')
        pem.flush()
        for words, status, said in (
                (('show', 'nowhere'), 1, 'there is no place'),
                (('check', 'nowhere'), 1, 'there is no place'),
                (('remove', 'nowhere'), 1, 'there is no place'),
                (('drain',), 2, 'needs NAME'),
                (('add', 'A'), 2, 'NAME: '),
                (('add', 'east', '--memory', 'much'), 2,
                 '--memory: is not a number'),
                (('add', 'east', '--cpu', '100000001'), 2, '--cpu: '),
                (('add', 'east', '--overcommit', '1600'), 1,
                 'two percentages'),
                (('add', 'east', '--endpoint', 'tcp://x'), 2,
                 '--endpoint: '),
                (('add', 'east', '--endpoint', 'https://x', '--ca',
                  pem.name), 2, '--ca: is not PEM'),
                (('add', 'east', '--endpoint', 'https://x', '--key',
                  '/nowhere/x.key'), 1, 'No such file'),
                (('add', 'east', '--tenant', 'nobody42'), 1,
                 'there is no tenant'),
                (('add', 'east', '--cluster', pem.name), 1, 'JSON'),
                (('add', 'east', '--token', pem.name), 2, 'kind'),
                (('add', 'local'), 1, 'already')):
            with self.subTest(words):
                is_, text = ctl('places', *words)
                self.assertEqual((is_, said in text), (status, True), text)


def idle(state='ready'):
    """Makes a place where no tenant fits; returns its id."""
    identity = place(1)
    DB.run('UPDATE place SET state = $2 WHERE id = $1', identity, state)
    return identity


PROBES = {
    'POST /api/auth/platform/places': lambda _cell: Request({
        'name': unique('p'), 'kind': 'engine',
        'endpoint': 'unix:/run/nowhere.sock'}),
    'GET /api/auth/platform/places/{id}': lambda _cell: Request(id=idle()),
    'POST /api/auth/platform/places/{id}/check': lambda _cell: Request(
        id=idle()),
    'POST /api/auth/platform/places/{id}/drain': lambda _cell: Request(
        id=idle()),
    'POST /api/auth/platform/places/{id}/undrain': lambda _cell: Request(
        id=idle('draining')),
    'DELETE /api/auth/platform/places/{id}': lambda _cell: Request(
        id=idle('draining')),
}


if __name__ == '__main__':
    unittest.main()
