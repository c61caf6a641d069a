# SPDX-License-Identifier: Apache-2.0
"""Applications, their releases, deployments and logs."""
import unittest

from support import TestCase, eventually, unique
from support_probe import Request, of_app
from support_sql import DB, as_worker
from support_world import Tenant, app
from test_tenants import pages


class Applications(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.tenant = Tenant()
        cls.session = cls.tenant.login('developer')

    def test_create_get_edit_delete(self):
        name = unique('app-')
        made = self.session.post('/api/apps', {'name': name})
        self.assertAnswer(made, 201)
        self.assertEqual(made.json()['display_name'], name)
        self.assertEqual(made.headers['etag'], '"1"')
        read = self.session.get('/api/apps/' + name)
        self.assertEqual(read.json(), made.json())
        path = '/api/apps/' + name
        self.assertAnswer(self.session.call('PATCH', path, {
            'display_name': 'Orders'}), 428)
        edited = self.session.patch(path, {'display_name': 'Orders €'}, 1)
        self.assertAnswer(edited, 200)
        self.assertEqual(edited.json()['display_name'], 'Orders €')
        self.assertAnswer(self.session.patch(
            path, {'display_name': 'x'}, 1), 412, 'changed_meanwhile')
        gone = self.assertAnswer(self.session.delete(path), 202)
        kind = DB.value('SELECT kind FROM operation WHERE id = $1',
                        gone.json()['operation'])
        self.assertEqual(kind, 'app.remove')

    def test_name_is_taken_until_the_application_is_gone(self):
        name = app(self.session)
        for state in ('active', 'deleting'):
            DB.run('UPDATE application SET state = $1 WHERE name = $2',
                   state, name)
            answer = self.session.post('/api/apps', {'name': name})
            self.assertAnswer(answer, 409, 'name_taken')
            self.assertEqual(answer.json()['errors'], [{
                'field': 'name', 'detail': 'there is an application \'%s\' '
                'already' % name}])

    def test_same_name_in_another_tenant(self):
        name = app(self.session)
        other = Tenant().login()
        self.assertAnswer(other.get('/api/apps/' + name), 404, 'no_such_app')
        self.assertAnswer(other.post('/api/apps', {'name': name}), 201)

    def test_reserved_names(self):
        for name in ('environments', 'health', 'ready', 'admin', 'www',
                     'api', 'support'):
            self.assertAnswer(self.session.post('/api/apps', {'name': name}),
                              422, 'name_reserved')

    def test_name_rules(self):
        for name in ('a', 'a' * 40, 'Abc', '1ab', '-ab', 'ab-', 'a_b', 'a.b',
                     'a b', 'ä', '', None, 1, '../etc', 'a/b', 'a\nb'):
            answer = self.session.post('/api/apps', {'name': name})
            self.assertAnswer(answer, 400, 'invalid_fields')
        for name in (unique('a')[:2], (unique('b-') * 4)[:38] + 'z'):
            self.assertIn(self.session.post('/api/apps', {
                'name': name}).status, (201, 409))

    def test_list_pages_by_name(self):
        session = Tenant().login()
        names = sorted(app(session) for _ in range(7))
        items = pages(self, session, '/api/apps', 3)
        self.assertEqual([i['name'] for i in items], names)

    def test_list_says_where_each_runs_in_one_request(self):
        tenant = Tenant()
        session = tenant.login()
        running, idle = app(session), app(session)
        tenant.release(running, 1)
        tenant.deployment(running)
        answer = self.assertAnswer(session.get('/api/apps'), 200).json()
        found = {i['name']: i['deployments'] for i in answer['items']}
        self.assertEqual(found[idle], [])
        self.assertEqual(found[running], session.get(
            '/api/apps/%s/deployments' % running).json()['items'])
        self.assertEqual(len(found[running]), 1)

    def test_list_is_searched_and_counted(self):
        session = Tenant().login()
        for name, shown in (('alpha', 'Orders 100%'), ('beta', 'Billing'),
                            ('order-x', 'Gamma')):
            self.assertAnswer(session.post('/api/apps', {
                'name': name, 'display_name': shown}), 201)

        def seen(query):
            answer = self.assertAnswer(session.get('/api/apps?' + query),
                                       200).json()
            return [i['name'] for i in answer['items']], answer['total']

        self.assertEqual(seen('q=ORDER'), (['alpha', 'order-x'], 2))
        self.assertEqual(seen('q=ORDER&limit=1'), (['alpha'], 2))
        self.assertEqual(seen('q=100%25'), (['alpha'], 1))
        self.assertEqual(seen('q=%25'), (['alpha'], 1))
        self.assertEqual(seen('q=_'), ([], 0))
        self.assertEqual(seen("q=%27%20OR%201%3D1--"), ([], 0))
        self.assertEqual(seen(''), (['alpha', 'beta', 'order-x'], 3))

    def test_list_is_sorted_and_pages_in_each_order(self):
        session = Tenant().login()
        names = [app(session) for _ in range(5)]
        items = pages(self, session, '/api/apps?sort=newest', 2)
        self.assertEqual([i['name'] for i in items], names[::-1])
        items = pages(self, session, '/api/apps?sort=name', 2)
        self.assertEqual([i['name'] for i in items], sorted(names))
        self.assertAnswer(session.get('/api/apps?sort=age'), 400,
                          'invalid_fields')
        self.assertAnswer(session.get(
            '/api/apps?sort=newest&after=' + names[0]), 400,
            'invalid_fields')

    def test_list_is_not_sent_again_until_it_changes(self):
        session = Tenant().login()
        name = app(session)
        first = session.get('/api/apps')
        tag = {'If-None-Match': 'W/' + first.headers['etag']}
        again = session.call('GET', '/api/apps', headers=tag)
        self.assertEqual((again.status, again.body), (304, b''))
        self.assertEqual(again.headers['etag'], first.headers['etag'])
        self.assertAnswer(session.patch('/api/apps/' + name, {
            'display_name': 'New'}, 1), 200)
        self.assertEqual(session.call('GET', '/api/apps',
                                      headers=tag).status, 200)

    def test_what_was_made_says_where_it_is(self):
        session = Tenant().login()
        name = unique('app-')
        key = {'Idempotency-Key': unique('key-')}
        for _ in range(2):
            made = session.call('POST', '/api/apps', {'name': name},
                                headers=key)
            self.assertEqual(made.status, 201)
            self.assertEqual(made.headers['location'], '/api/apps/' + name)
        self.assertEqual(session.get(made.headers['location']).json(),
                         made.json())
        gone = session.delete('/api/apps/' + name)
        operation = self.assertAnswer(session.get(gone.headers['location']),
                                      200).json()
        self.assertEqual(operation['id'], gone.json()['operation'])
        self.assertRegex(gone.headers['ratelimit-policy'],
                         '^"api";q=[0-9]+;w=1$')

    def test_unknown_application_everywhere(self):
        path = '/api/apps/nobody'
        for method, tail, body in (
                ('GET', '', None), ('DELETE', '', None),
                ('GET', '/releases', None), ('GET', '/deployments', None),
                ('GET', '/logs?environment=prod', None),
                ('POST', '/deployments',
                 {'release': 1, 'environment': 'prod'})):
            self.assertAnswer(self.session.call(method, path + tail, body),
                              404, 'no_such_app')
        self.assertAnswer(self.session.patch(path, {
            'display_name': 'x'}, 1), 404, 'no_such_app')
        self.assertAnswer(self.session.get(path + '/releases/1'), 404,
                          'no_such_release')


class Releases(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.tenant = Tenant()
        cls.session = cls.tenant.login('developer')
        cls.app = app(cls.session)
        for number in range(1, 8):
            cls.tenant.release(cls.app, number, 'failed' if number == 7
                               else 'ready')
        cls.path = '/api/apps/%s' % cls.app

    def test_releases_page_newest_first(self):
        items = pages(self, self.session, self.path + '/releases', 3)
        self.assertEqual([i['number'] for i in items],
                         [7, 6, 5, 4, 3, 2, 1])

    def test_release_by_number(self):
        answer = self.session.get(self.path + '/releases/3')
        self.assertEqual(answer.json()['number'], 3)
        for number in ('0', '8', '-1', 'x', '1.0', '01x',
                       '9223372036854775808', '%201'):
            self.assertAnswer(self.session.get(
                '%s/releases/%s' % (self.path, number)), 404,
                'no_such_release')

    def test_deploy_stop_start_and_list(self):
        path = self.path + '/deployments'
        body = {'release': 2, 'environment': 'dev'}
        answer = self.assertAnswer(self.session.post(path, body), 202)
        self.assertEqual(DB.value('SELECT kind FROM operation WHERE id = $1',
                                  answer.json()['operation']),
                         'deployment.apply')
        for verb, wanted in (('stop', 'stopped'), ('start', 'running')):
            self.assertAnswer(self.session.post(
                '%s/dev/%s' % (path, verb)), 202)
            listed = self.session.get(path).json()['items']
            self.assertEqual([(d['environment'], d['release'], d['wanted'])
                              for d in listed], [('dev', 2, wanted)])
        body['release'] = 1
        self.assertAnswer(self.session.post(path, body), 202)
        listed = self.session.get(path).json()['items']
        self.assertEqual([(d['release'], d['wanted']) for d in listed],
                         [(1, 'running')])

    def test_what_cannot_be_deployed(self):
        path = self.path + '/deployments'
        for body, status, code in (
                ({'release': 7, 'environment': 'dev'}, 409,
                 'release_not_ready'),
                ({'release': 99, 'environment': 'dev'}, 422,
                 'no_such_release'),
                ({'release': 1, 'environment': 'moon'}, 422,
                 'no_such_environment'),
                ({'release': '1', 'environment': 'dev'}, 400,
                 'invalid_fields'),
                ({'release': 1.0, 'environment': 'dev'}, 400, None),
                ({'release': 0, 'environment': 'dev'}, 400, None),
                ({'environment': 'dev'}, 400, 'invalid_fields')):
            answer = self.session.post(path, body)
            self.assertAnswer(answer, status, code)
        self.assertAnswer(self.session.post(path + '/prod/stop'), 404,
                          'no_such_deployment')

    def test_nothing_starts_of_a_deleted_application(self):
        name = app(self.session)
        self.tenant.release(name)
        self.tenant.deployment(name)
        path = '/api/apps/' + name
        self.assertAnswer(self.session.delete(path), 202)
        self.assertAnswer(self.session.post(path + '/deployments', {
            'release': 1, 'environment': 'dev'}), 404)
        self.assertAnswer(self.session.post(
            path + '/deployments/dev/start'), 404, 'no_such_deployment')


class Logs(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.tenant = Tenant()
        cls.session = cls.tenant.login('viewer')
        owner = cls.tenant.login()
        cls.app = app(owner)
        cls.tenant.release(cls.app)
        cls.deployment = cls.tenant.deployment(cls.app)
        cls.path = '/api/apps/%s/logs?environment=dev' % cls.app
        cls.say(range(1, 31))

    @classmethod
    def say(cls, numbers):
        for number in numbers:
            as_worker(cls.tenant.id, 'INSERT INTO app_log (tenant_id,'
                      ' deployment_id, at, stream, line) VALUES ($1, $2,'
                      " now(), 'stdout', $3)", cls.tenant.id,
                      cls.deployment, 'line %d' % number)

    def lines(self, query=''):
        page = self.session.get(self.path + query).json()
        return [int(i['line'].split()[1]) for i in page['items']], \
            page['next']

    def test_newest_lines_first_asked_oldest_first_shown(self):
        got, _ = self.lines('&limit=5')
        self.assertEqual(got, sorted(got))
        self.assertEqual(len(got), 5)
        self.assertGreaterEqual(got[-1], 30)

    def test_follower_misses_nothing_and_sees_nothing_twice(self):
        got, after = self.lines('&limit=10&after=0')
        while True:
            more, after_more = self.lines('&limit=10&after=' + after)
            if not more:
                self.assertIsNone(after_more)
                break
            got, after = got + more, after_more
        self.assertEqual(got, list(range(1, len(got) + 1)))
        self.say(range(len(got) + 1, len(got) + 3))
        more, _ = self.lines('&after=' + after)
        self.assertEqual(more, [len(got) + 1, len(got) + 2])

    def test_follower_is_told_what_was_removed(self):
        _, after = self.lines('&limit=3&after=0')
        as_worker(self.tenant.id, 'UPDATE deployment SET log_pruned = $2 + 1'
                  ' WHERE id = $1', self.deployment, after)
        try:
            remark, line = self.session.get(
                self.path + '&limit=2&after=' + after).json()['items']
        finally:
            as_worker(self.tenant.id, 'UPDATE deployment SET log_pruned = 0'
                      ' WHERE id = $1', self.deployment)
        self.assertEqual((remark['stream'], remark['level']),
                         ('platform', 'warn'))
        self.assertIn('were removed here', remark['line'])
        self.assertEqual((line['stream'], line['level']), ('stdout', None))

    def test_environment_is_asked_for(self):
        path = self.path.partition('?')[0]
        answer = self.session.get(path)
        self.assertAnswer(answer, 400, 'environment_required')
        self.assertEqual(answer.json()['errors'][0]['field'], 'environment')
        self.assertEqual(self.session.get(
            path + '?environment=prod').json()['items'], [])

    def test_odd_queries(self):
        for query in ('&limit=0', '&limit=1000', '&after=-1', '&after=x',
                      '&stream=stdout', '&level=WARN'):
            self.assertEqual(self.session.get(self.path + query).status, 400,
                             query)


class LogBounds(TestCase):

    def setUp(self):
        self.tenant = Tenant()
        self.session = self.tenant.login()
        name = app(self.session)
        self.tenant.release(name)
        self.deployment = self.tenant.deployment(name)
        self.path = '/api/apps/%s/logs?environment=dev' % name
        DB.run('INSERT INTO app_log (tenant_id, deployment_id, at, stream,'
               " line) VALUES ($1, $2, now(), 'stdout', 'first')",
               self.tenant.id, self.deployment)

    def test_level_and_up(self):
        seen = self.session.get(self.path + '&limit=1').json()['next']
        DB.run('INSERT INTO app_log (tenant_id, deployment_id, at, stream,'
               " level, line) SELECT $1::uuid, $2::uuid, now(), 'stdout', l, l"
               " FROM unnest('{info,warn,error,debug,fatal}'::text[]) l"
               " UNION ALL SELECT $1::uuid, $2::uuid, now(), 'stdout',"
               " NULL, 'none'",
               self.tenant.id, self.deployment)
        path = self.path + '&after=' + seen
        for level, lines in (('warn', ['warn', 'error', 'fatal']),
                             ('fatal', ['fatal']),
                             ('trace', ['info', 'warn', 'error', 'debug',
                                        'fatal'])):
            self.assertEqual([item['line'] for item in self.session.get(
                path + '&level=' + level).json()['items']], lines)
        newest = self.session.get(self.path + '&limit=2&level=error')
        self.assertEqual([item['line'] for item in newest.json()['items']],
                         ['error', 'fatal'])
        self.assertAnswer(self.session.get(path + '&level=loud'), 400,
                          'invalid_fields')

    def test_age_and_size_have_bounds_and_leave_a_mark(self):
        before = DB.number('SELECT max(seq) FROM app_log'
                           ' WHERE deployment_id = $1', self.deployment)
        DB.run('DELETE FROM app_log WHERE deployment_id = $1',
               self.deployment)
        # 3 lines of 40 and 29 days ago, and 5 of 8 MiB of today
        DB.run('INSERT INTO app_log (tenant_id, deployment_id, at, stream,'
               " line) SELECT $1, $2, now() - make_interval(days => d),"
               " 'stdout', 'old ' || d FROM unnest('{40,40,29}'::int[]) d",
               self.tenant.id, self.deployment)
        self.aged(12)
        self.assertEqual(self.kept(), ['old 29'])
        page = self.session.get(self.path).json()['items']
        self.assertEqual([item['stream'] for item in page],
                         ['platform', 'stdout'])
        self.assertIn('50000 lines, 32 MiB and 30 days', page[0]['line'])
        self.assertEqual(self.session.get(
            self.path + '&after=%d' % before).json()['items'][0]['stream'],
            'platform')
        DB.run('INSERT INTO app_log (tenant_id, deployment_id, at, stream,'
               " line) SELECT $1, $2, now() - CASE n WHEN 0 THEN"
               " interval '31 days' ELSE '0' END, 'stdout', repeat(n::text,"
               ' 8 << 20) FROM generate_series(0, 5) n',
               self.tenant.id, self.deployment)
        self.aged(6 + 48 * 2 ** 20)
        self.assertEqual([line[0] for line in self.kept()], list('2345'))
        self.assertEqual(DB.number('SELECT log_bytes FROM deployment'
                                   ' WHERE id = $1', self.deployment),
                         32 * 2 ** 20)

    def aged(self, size):
        """Makes the log old and runs the worker's round that prunes it."""
        DB.run("UPDATE deployment SET log_bytes = $2, log_oldest = now() -"
               " interval '40 days', log_pruned = 0 WHERE id = $1",
               self.deployment, size)
        DB.run("UPDATE schedule SET next_at = now() WHERE kind = 'log_age';"
               " NOTIFY cameleer_jobs, 'log_age'")
        eventually(30, lambda: DB.number(
            'SELECT log_pruned FROM deployment WHERE id = $1',
            self.deployment) > 0, 'lines that are removed')

    def kept(self):
        return [line for (line,) in DB.rows(
            'SELECT left(line, 8) FROM app_log WHERE deployment_id = $1'
            ' ORDER BY seq', self.deployment)]


def _app_version(cell):
    return {'If-Match': '"%s"' % DB.value(
        'SELECT version FROM application WHERE tenant_id = $1 AND name = $2',
        cell.fixture.tenant.id, cell.fixture.app)}


class HealthCheck(TestCase):
    """An application's health check can be set, and the change is audited."""

    @classmethod
    def setUpClass(cls):
        cls.tenant = Tenant('mid')
        cls.session = cls.tenant.login('developer')

    def setUp(self):
        self.path = '/api/apps/' + app(self.session)

    def edit(self, **what):
        return self.session.patch(
            self.path, what, self.session.get(self.path).json()['version'])

    def test_usual_check_and_a_changed_one(self):
        self.assertEqual(
            [self.session.get(self.path).json()['health_' + part]
             for part in ('check', 'port', 'path')],
            ['http', 9876, '/observe/health'])
        answer = self.assertAnswer(self.edit(
            health_check='tcp', health_port=61616), 200)
        self.assertEqual(
            [answer.json()['health_' + part]
             for part in ('check', 'port', 'path')],
            ['tcp', 61616, '/observe/health'])
        self.assertIn('tcp', DB.value(
            'SELECT facts::text FROM audit_event WHERE request_id = $1',
            answer.request_id))
        name = self.edit(display_name='Other').json()
        self.assertEqual((name['display_name'], name['health_check']),
                         ('Other', 'tcp'))

    def test_what_is_no_check_is_refused(self):
        for what in ({'health_check': 'ping'}, {'health_port': 0},
                     {'health_port': 65536}):
            self.assertAnswer(self.edit(**what), 400, 'invalid_fields')
        for path in ('observe', '/a b', '/x?y', '/%2e', '/\u00fc'):
            self.assertAnswer(self.edit(health_path=path), 400,
                              'invalid_fields')


PROBES = {
    'POST /api/apps': lambda cell: Request({'name': unique('app-')}),
    'GET /api/apps/{app}': of_app,
    'PATCH /api/apps/{app}': lambda cell: Request(
        {'display_name': 'Edited'}, _app_version(cell),
        app=cell.fixture.app),
    'DELETE /api/apps/{app}': lambda cell: Request(
        app=cell.fixture.new_app()),
    'POST /api/apps/{app}/deployments': lambda cell: Request(
        {'release': 1, 'environment': 'dev'}, app=cell.fixture.app),
    'GET /api/apps/{app}/deployments': of_app,
    'POST /api/apps/{app}/deployments/{environment}/stop':
        lambda cell: Request(app=cell.fixture.app, environment='dev'),
    'POST /api/apps/{app}/deployments/{environment}/start':
        lambda cell: Request(app=cell.fixture.app, environment='dev'),
    'GET /api/apps/{app}/logs': lambda cell: Request(
        app=cell.fixture.app, query='?environment=dev'),
}


if __name__ == '__main__':
    unittest.main()
