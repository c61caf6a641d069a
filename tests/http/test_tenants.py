# SPDX-License-Identifier: Apache-2.0
"""Tenants are created, read, renamed and deleted; their operations, members and
audit trail are listed."""
import unittest
import uuid

from support import TestCase, unique
from support_http import together
from support_probe import Request
from support_sql import DB, as_worker
from support_world import ROLES, Account, Tenant, app


def create(session, slug=None, **body):
    return session.post('/api/tenants', dict(
        {'slug': slug or unique(), 'name': 'Demo Ltd', 'tier': 'mid'},
        **body))


def pages(case, session, path, limit):
    """Returns all items of a list, read page by page."""
    items, after = [], None
    while True:
        answer = session.get('%s%slimit=%d%s' % (
            path, '&' if '?' in path else '?', limit,
            '&after=' + after if after else ''))
        case.assertAnswer(answer, 200)
        page = answer.json()
        case.assertLessEqual(len(page['items']), limit)
        items += page['items']
        after = page['next']
        if after is None:
            return items
        case.assertEqual(len(page['items']), limit)


class Register(TestCase):

    def test_new_tenant_is_provisioned_by_an_operation(self):
        account = Account()
        session = account.login()
        answer = self.assertAnswer(create(session, tier='mid'), 202)
        tenant = answer.json()['tenant']
        self.assertEqual((tenant['state'], tenant['tier'], tenant['version']),
                         ('provisioning', 'mid', 1))
        mine = session.get('/api/tenants').json()['items']
        self.assertEqual([(t['id'], t['role']) for t in mine],
                         [(tenant['id'], 'owner')])
        session.switch(tenant['slug'])
        operation = session.get('/api/tenants/operations/' +
                                answer.json()['operation'])
        self.assertAnswer(operation, 200)
        self.assertEqual(operation.json()['kind'], 'tenant.provision')
        environments = session.get('/api/apps/environments').json()['items']
        self.assertEqual([e['name'] for e in environments],
                         ['dev', 'prod'])

    def test_slug_that_is_a_word_of_ours_is_refused(self):
        session = Account().login()
        for slug in ('download', 'health', 'platform', 'ready', 'versions',
                     'admin', 'www', 'api', 'support', 'postmaster',
                     'autodiscover'):
            self.assertAnswer(create(session, slug), 422, 'slug_reserved')

    def test_operator_reserves_another_name(self):
        session, slug = Account().login(), unique()
        DB.run("INSERT INTO reserved_name VALUES ('tenant', $1)", slug)
        self.assertAnswer(create(session, slug), 422, 'slug_reserved')
        DB.run('DELETE FROM reserved_name WHERE name = $1', slug)
        self.assertAnswer(create(session, slug), 202)

    def test_environments_are_those_of_the_tier(self):
        for tier, names in (('low', ['prod']), ('mid', ['dev', 'prod'])):
            session = Tenant(tier).login()
            items = session.get('/api/apps/environments').json()['items']
            self.assertEqual([e['name'] for e in items], names)

    def test_slug_is_taken_for_everybody(self):
        slug = Tenant().slug
        self.assertAnswer(create(Account().login(), slug), 409, 'slug_taken')

    def test_slug_of_a_deleted_tenant_stays_taken(self):
        tenant = Tenant()
        tenant.set_state('deleted')
        self.assertAnswer(create(Account().login(), tenant.slug), 409,
                          'slug_taken')

    def test_race_for_a_slug_has_one_winner(self):
        slug = unique()
        sessions = [Account().login() for _ in range(6)]
        answers = together(6, lambda i: create(sessions[i], slug))
        self.assertEqual(sorted(a.status for a in answers),
                         [202] + [409] * 5)
        self.assertEqual(DB.number('SELECT count(*) FROM tenant WHERE slug'
                                   ' = $1', slug), 1)

    def test_slug_rules(self):
        session = Account().login()
        for slug in ('ab', 'a' * 32, 'Abc', 'a-b', 'a_b', '1abc', 'a.b',
                     'a b', 'äbc', 'abc\n', '', None, 7, '../x', 'abc\u0000'):
            answer = session.post('/api/tenants', {
                'slug': slug, 'name': 'x', 'tier': 'low'})
            self.assertEqual(answer.status, 400, slug)
        for slug in (unique('a')[:3], (unique('b') * 3)[:31]):
            self.assertIn(create(session, slug).status, (202, 409))

    def test_tier_and_name_are_checked(self):
        session = Account().login()
        for field, value in (('tier', 'gold'), ('tier', None), ('name', ''),
                             ('name', 'x' * 121), ('name', 'a\tb')):
            answer = create(session, **{field: value})
            self.assertAnswer(answer, 400, 'invalid_fields')
            self.assertEqual(answer.json()['errors'][0]['field'], field)

    def test_limit_of_an_owner_holds_in_a_race(self):
        account = Account()
        DB.run('WITH made AS (INSERT INTO tenant (id, slug, name, tier,'
               " created_by) SELECT gen_random_uuid(), $1 || i, 'x', 'low',"
               ' $2 FROM generate_series(1, 18) i RETURNING id) INSERT INTO'
               " membership SELECT id, $2, 'owner', now() FROM made",
               unique(), account.id)
        sessions = [account.login() for _ in range(6)]
        answers = together(6, lambda i: create(sessions[i]))
        self.assertEqual(sorted(a.status for a in answers),
                         [202] * 2 + [422] * 4)
        self.assertAnswer(create(sessions[0]), 422, 'too_many_tenants')

    def test_tenants_of_others_do_not_count(self):
        account = Account()
        for _ in range(2):
            Tenant().join(account, 'admin')
        self.assertAnswer(create(account.login()), 202)


class Current(TestCase):

    def setUp(self):
        self.tenant = Tenant()
        self.session = self.tenant.login()

    def test_rename_wants_the_version_that_was_read(self):
        read = self.session.get('/api/tenants/current')
        version = read.json()['version']
        self.assertRegex(read.headers['etag'],
                         r'^"%d\.[0-9a-f]{16}"$' % version)
        self.assertAnswer(self.session.call(
            'PATCH', '/api/tenants/current', {'name': 'New'}), 428,
            'if_match_required')
        answer = self.session.patch('/api/tenants/current', {'name': 'New'},
                                    version)
        self.assertAnswer(answer, 200)
        self.assertEqual(answer.headers['etag'], '"%d"' % (version + 1))
        self.assertAnswer(self.session.patch(
            '/api/tenants/current', {'name': 'Old'}, version), 412,
            'changed_meanwhile')
        self.assertEqual(self.session.get('/api/tenants/current').json()[
            'name'], 'New')

    def test_odd_if_match_is_refused(self):
        for value in ('1', '*', 'W/"1"', '"x"', '"1", "2"', '""', '"-1"',
                      '"99999999999999999999"'):
            answer = self.session.call(
                'PATCH', '/api/tenants/current', {'name': 'New'},
                headers={'If-Match': value})
            self.assertAnswer(answer, 400, 'bad_if_match')

    def test_of_two_editors_one_wins(self):
        version = self.session.get('/api/tenants/current').json()['version']
        answers = together(2, lambda i: self.session.patch(
            '/api/tenants/current', {'name': 'Name %d' % i}, version))
        self.assertEqual(sorted(a.status for a in answers), [200, 412])

    def test_a_removal_stops_writes(self):
        self.tenant.set_state('deleting')
        self.assertAnswer(self.session.post('/api/apps', {
            'name': 'too-late'}), 423, 'tenant_deleting')
        self.tenant.set_state('deleted')
        self.assertAnswer(self.session.get('/api/tenants/current'), 403,
                          'not_a_member')
        self.assertEqual(self.session.get('/api/tenants').json()['items'],
                         [])

    def test_suspended_tenant_is_read_only(self):
        self.tenant.set_state('suspended')
        for path in ('/api/tenants/current', '/api/apps',
                     '/api/tenants/operations', '/api/billing/plan'):
            self.assertAnswer(self.session.get(path), 200)
        self.assertAnswer(self.session.post('/api/apps', {'name': 'new'}),
                          423, 'tenant_suspended')
        self.assertAnswer(self.session.patch(
            '/api/tenants/current', {'name': 'New'}, 1), 423,
            'tenant_suspended')
        self.assertAnswer(self.session.delete('/api/tenants/current'), 202)


class Lists(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.tenant = Tenant()
        cls.session = cls.tenant.login()

    def test_operations_page_by_page(self):
        as_worker(self.tenant.id, 'INSERT INTO operation (tenant_id, id,'
                  ' kind, subject_id, state) SELECT $1, gen_random_uuid(),'
                  " 'tenant.provision', gen_random_uuid(), 'done'"
                  ' FROM generate_series(1, 12)', self.tenant.id)
        items = pages(self, self.session, '/api/tenants/operations', 5)
        self.assertEqual(len(items), 13)
        self.assertEqual(len({i['id'] for i in items}), 13)
        self.assertEqual([i['id'] for i in items], sorted(
            (i['id'] for i in items), reverse=True))

    def test_operation_shows_its_steps_in_order(self):
        as_worker(
            self.tenant.id, 'INSERT INTO operation_step (tenant_id,'
            ' operation_id, position, name, state, started_at, finished_at)'
            " VALUES ($1, $2, 101, 'first', 'done', now(), now()),"
            " ($1, $2, 102, 'second', 'running', now(), NULL)",
            self.tenant.id, self.tenant.operation)
        answer = self.session.get('/api/tenants/operations/' +
                                  self.tenant.operation)
        steps = [s for s in answer.json()['steps']
                 if s['name'] in ('first', 'second')]
        self.assertEqual([(s['name'], s['state']) for s in steps],
                         [('first', 'done'), ('second', 'running')])
        self.assertIsNone(steps[1]['finished_at'])
        self.assertRegex(steps[0]['started_at'], r'^\d{4}-.*Z$')

    def test_unknown_operation(self):
        for name in (str(uuid.uuid4()), 'nonsense', Tenant().operation):
            self.assertAnswer(self.session.get(
                '/api/tenants/operations/' + name), 404, 'no_such_operation')

    def test_members_page_by_page(self):
        for role in ROLES:
            self.tenant.member(role)
        items = pages(self, self.session, '/api/tenants/members', 2)
        self.assertEqual(sorted(i['role'] for i in items),
                         ['admin', 'developer', 'owner', 'owner', 'viewer'])
        self.assertIn(self.tenant.owner.email, [i['email'] for i in items])

    def test_audit_pages_and_filters(self):
        tenant = Tenant()
        session = tenant.login()
        names = [app(session) for _ in range(5)]
        self.assertAnswer(session.post('/api/apps', {'name': names[0]}), 409)
        items = pages(self, session, '/api/tenants/audit', 3)
        actions = [i['action'] for i in items]
        self.assertEqual(actions.count('app.create'), 6)
        self.assertIn('tenant.create', actions)
        self.assertEqual(items[0]['result'], 'refused')
        self.assertEqual(items[0]['code'], 'name_taken')
        self.assertEqual(items[1]['facts'], {'name': names[4]})
        only = session.get('/api/tenants/audit?action=app.create&limit=100')
        self.assertEqual(len(only.json()['items']), 6)
        for item in only.json()['items']:
            self.assertEqual(item['actor'], tenant.owner.id)
            self.assertEqual(item['client_ip'], '127.0.0.1')
        none = session.get('/api/tenants/audit?action=app.creat')
        self.assertEqual(none.json(), {'items': [], 'next': None})

    def test_lists_refuse_odd_queries(self):
        for query in ('limit=0', 'limit=101', 'limit=x', 'limit=', 'limit=-1',
                      'after=1', 'after=' + 'a' * 36, 'unknown=1', 'limit',
                      'limit=1%', 'limit=%00', 'limit=1&' * 17,
                      "after='--", 'limit=9999999999999999999'):
            for path in ('/api/tenants/operations', '/api/tenants/members',
                         '/api/tenants/audit'):
                answer = self.session.get('%s?%s' % (path, query))
                self.assertEqual(answer.status, 400, (path, query))


def _tenant_version(cell):
    return {'If-Match': '"%s"' % DB.value(
        'SELECT version FROM tenant WHERE id = $1', cell.actor_tenant().id)}


def _doomed(cell):
    """Returns a deletion. An actor who may delete gets a new tenant for it."""
    if not cell.permitted:
        return Request()
    tenant = Tenant()
    session = tenant.login()
    if cell.actor.name == 'suspended':
        tenant.set_state('suspended')
    return Request(session=session)


PROBES = {
    'POST /api/tenants': lambda cell: Request(
        {'slug': unique(), 'name': 'Of the matrix', 'tier': 'low'}),
    'PATCH /api/tenants/current': lambda cell: Request(
        {'name': 'Renamed'}, _tenant_version(cell)),
    'DELETE /api/tenants/current': _doomed,
    'GET /api/tenants/operations/{id}': lambda cell: Request(
        id=cell.fixture.tenant.operation),
}


if __name__ == '__main__':
    unittest.main()
