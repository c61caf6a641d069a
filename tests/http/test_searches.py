# SPDX-License-Identifier: Apache-2.0
"""Searchable lists share the behaviour of `q`, `sort` and `total`."""
import unittest
import urllib.parse
import uuid

from support import NIL, TestCase, unique
from support_http import request
from support_sql import DB
from support_token import encode
from support_world import Account, Tenant
from test_platform import Operator

# What each list is made of: two of one name, and a wildcard of SQL.
NAMES = ('beta', 'Alpha', 'alpha', '100%', 'gamma_x')
IN_ORDER = ['100%', 'Alpha', 'alpha', 'beta', 'gamma_x']
FOLDED = [name.lower() for name in IN_ORDER]


def folded(names):
    """Returns the names in lower case, since the order of names that differ
    only in case is undefined."""
    return [name.lower() for name in names]


def add_members(tenant, _session):
    """Adds members, whose order of joining differs from that of their ids."""
    for i, name in enumerate(NAMES):
        account = Account(name)
        DB.run('INSERT INTO membership (tenant_id, account_id, role,'
               " created_at) VALUES ($1, $2, 'viewer',"
               ' now() + make_interval(secs => $3))', tenant.id, account.id,
               i + 1)


def add_teams(tenant, _session):
    """Adds teams; the names of two differ only in case."""
    for i, name in enumerate(NAMES):
        DB.run('INSERT INTO team (tenant_id, id, name, role) VALUES'
               " ($1, $2, $3, 'viewer')", tenant.id, later(i), name)


def add_tokens(tenant, _session):
    """Adds API tokens of the owner."""
    for i, name in enumerate(NAMES):
        DB.run('INSERT INTO api_token (tenant_id, id, account_id, name,'
               ' digest, hint, scopes, created_by, expires_at) VALUES ($1,'
               " $2::uuid, $3, $4, $2::text, 'clr_qqqq', '{app.read}', $3,"
               " now() + interval '1 day')", tenant.id, later(i),
               tenant.owner.id, name)


def add_service_accounts(tenant, _session):
    """Adds service accounts."""
    for i, name in enumerate(NAMES):
        DB.run('INSERT INTO account (id, name, kind, home_tenant) VALUES'
               " ($1, $2, 'service', $3); INSERT INTO membership (tenant_id,"
               " account_id, role) VALUES ($3, $1, 'viewer')", later(i),
               name, tenant.id)


def add_apps(tenant, _session):
    """Adds applications; their `name` is one lower-case word."""
    for i, name in enumerate(NAMES):
        DB.run('INSERT INTO application (tenant_id, id, name, display_name,'
               ' created_by) VALUES ($1, $2, $3, $4, $5)', tenant.id,
               later(i), 'app-%d' % IN_ORDER.index(name), name,
               tenant.owner.id)


def add_invitations(tenant, _session):
    """Adds invitations, whose name is the address."""
    for i, name in enumerate(NAMES):
        DB.run('INSERT INTO invitation (tenant_id, id, email, role, digest,'
               " invited_by, expires_at) VALUES ($1, $2::uuid, $3, 'viewer',"
               " $2::text, $4, now() + interval '1 day')", tenant.id,
               later(i), '%d.%s@example.test' % (IN_ORDER.index(name),
                                                 name.lower()),
               tenant.owner.id)


def later(i):
    """Returns an id (UUIDv7) that sorts by i and after all ids that the
    platform makes today."""
    return 'ff%06d-0000-7000-8000-%s' % (i, uuid.uuid4().hex[:12])


def place(text, encoding='utf-8'):
    """Returns a cursor that contains this text."""
    return encode(text.encode(encoding))


def by_name(item):
    """Returns the name of an item."""
    return item['name']


def by_display_name(item):
    """Returns the display name of an application."""
    return item['display_name']


def by_address(item):
    """Returns the name that the address of an invitation contains."""
    position = int(item['email'].partition('.')[0])
    return IN_ORDER[position]


LISTS = {
    '/api/tenants/members': (add_members, by_name),
    '/api/tenants/teams': (add_teams, by_name),
    '/api/tenants/invitations': (add_invitations, by_address),
    '/api/auth/tokens': (add_tokens, by_name),
    '/api/auth/service-accounts': (add_service_accounts, by_name),
    '/api/apps': (add_apps, by_display_name),
}


class Searches(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.tenant = {}
        cls.session = {}
        for path, (add, _) in LISTS.items():
            cls.tenant[path] = tenant = Tenant('high')
            cls.session[path] = session = tenant.login()
            add(tenant, session)

    def page(self, path, **query):
        """Returns a page and those names in it that the test has added."""
        answer = self.session[path].get('%s?%s' % (
            path, urllib.parse.urlencode(query)))
        self.assertAnswer(answer, 200)
        page, name = answer.json(), LISTS[path][1]
        return page, [n for n in map(name, page['items']) if n in NAMES]

    def walk(self, path, **query):
        """Reads the list by pages of two; returns all names and the totals."""
        names, totals, after = [], set(), {}
        for _ in NAMES:         # more pages than are needed
            page, found = self.page(path, limit=2, **query, **after)
            names += found
            totals.add(page['total'])
            self.assertLessEqual(len(page['items']), 2)
            if page['next'] is None:
                return names, totals
            after = {'after': page['next']}
        raise AssertionError('%s has no end: %s' % (path, names))

    def test_by_name_as_without_and_in_any_case(self):
        for path in LISTS:
            with self.subTest(path):
                names = self.walk(path)[0]
                self.assertEqual(folded(names), FOLDED)
                self.assertEqual(folded(self.walk(path, sort='name')[0]),
                                 FOLDED)

    def test_the_newest_first(self):
        for path in LISTS:
            with self.subTest(path):
                self.assertEqual(self.walk(path, sort='newest')[0],
                                 list(reversed(NAMES)))

    def test_total_is_of_all_pages(self):
        for path in LISTS:
            with self.subTest(path):
                # the owner is a member, too
                others = 1 if path == '/api/tenants/members' else 0
                self.assertEqual(self.walk(path)[1], {5 + others})
                self.assertEqual(self.walk(path, q='alpha')[1], {2})
                self.assertEqual(self.walk(path, q='nobody')[1], {0})

    def test_words_mean_themselves_in_any_case(self):
        for path in LISTS:
            with self.subTest(path):
                for words, found in (('ALPH', ['alpha', 'alpha']),
                                     ('0%', ['100%']), ('a_x', ['gamma_x']),
                                     ('nobody', [])):
                    self.assertEqual(folded(self.page(path, q=words)[1]),
                                     found)

    def test_a_search_goes_on_from_page_to_page(self):
        for path in LISTS:
            with self.subTest(path):
                for sort in ('name', 'newest'):
                    ask = {'q': 'alpha', 'limit': 1, 'sort': sort}
                    page, first = self.page(path, **ask)
                    page, second = self.page(path, after=page['next'], **ask)
                    self.assertEqual({first[0], second[0]}, {'Alpha', 'alpha'})
                    self.assertIsNone(page['next'])

    def refused(self, path, field, detail, **query):
        """Checks for a 400 that names the field."""
        answer = self.session[path].get('%s?%s' % (
            path, urllib.parse.urlencode(query)))
        self.assertAnswer(answer, 400, 'invalid_fields')
        error = answer.json()['errors'][0]
        self.assertEqual(error['field'], field)
        self.assertIn(detail, error['detail'])

    def test_another_sort_is_refused_with_those_that_there_are(self):
        for path in LISTS:
            with self.subTest(path):
                self.refused(path, 'sort', 'name, newest', sort='size')
                self.refused(path, 'q', '', q='x' * 121)

    def test_a_cursor_is_good_for_its_sort(self):
        for path in LISTS:
            with self.subTest(path):
                page, _ = self.page(path, limit=1)
                self.refused(path, 'after', 'sorted alike', sort='newest',
                             after=page['next'])
                for wrong in ('x', place('name:x:y'), place('name:'),
                              place('name:%s:\xff' % NIL, 'latin-1'),
                              page['next'][4:]):
                    self.refused(path, 'after', 'sorted alike', after=wrong)
                self.refused(path, 'after', '', after='name:' + NIL)

    def test_a_row_that_goes_does_not_end_the_list(self):
        path = '/api/tenants/teams'
        tenant = Tenant('high')
        self.session['gone'] = session = tenant.login()
        add_teams(tenant, session)
        first = session.get(path + '?limit=2').json()
        DB.run('DELETE FROM team WHERE tenant_id = $1 AND id = $2',
               tenant.id, first['items'][1]['id'])
        rest = session.get(path + '?after=' + first['next']).json()
        self.assertEqual(folded([t['name'] for t in rest['items']]),
                         FOLDED[2:])
        self.assertEqual(rest['total'], 4)


class Members(TestCase):

    def test_members_are_found_by_their_address(self):
        tenant = Tenant()
        session = tenant.login()
        account = tenant.member('viewer')
        page = session.get('/api/tenants/members?q=' +
                           account.email.upper()).json()
        self.assertEqual([m['id'] for m in page['items']], [account.id])
        self.assertEqual(page['total'], 1)

    def test_members_of_others_are_never_found(self):
        tenant, other = Tenant(), Tenant()
        page = tenant.login().get('/api/tenants/members?q=' +
                                  other.owner.email).json()
        self.assertEqual((page['items'], page['total']), ([], 0))


class Tenants(TestCase):

    def test_tenants_of_an_account(self):
        account, word = Account(), unique('w')
        session = account.login()
        tenants = [Tenant() for _ in range(3)]
        for i, tenant in enumerate(tenants):
            tenant.join(account, 'viewer')
            DB.run('UPDATE tenant SET name = $1 WHERE id = $2',
                   '%s %d' % (word, 3 - i), tenant.id)
        found = [tenant.slug for tenant in tenants]

        def slugs(query):
            page = session.get('/api/tenants?' + query).json()
            return [t['slug'] for t in page['items']], page['total']

        self.assertEqual(slugs('q=' + word), (found[::-1], 3))
        self.assertEqual(slugs('q=%s&sort=newest' % word), (found[::-1], 3))
        self.assertEqual(slugs('q=' + found[1]), ([found[1]], 1))
        self.assertEqual(slugs('limit=1'), ([found[2]], 3))
        self.assertAnswer(session.get('/api/tenants?sort=tier'), 400,
                          'invalid_fields')

    def test_tenants_of_the_platform(self):
        word, path = unique('w'), '/api/auth/platform/tenants?'
        tenants = [Tenant() for _ in range(3)]
        for tenant, name in zip(tenants, ('b', 'c', 'a')):
            DB.run('UPDATE tenant SET name = $1 WHERE id = $2',
                   '%s %s' % (word, name), tenant.id)
        token = Operator().login().access

        def names(query):
            answer = request('GET', path + query, token=token)
            self.assertAnswer(answer, 200)
            page = answer.json()
            return ''.join(t['name'][-1] for t in page['items']), \
                page['total'], page['next']

        self.assertEqual(names('q=' + word), ('abc', 3, None))
        self.assertEqual(names('sort=newest&q=' + word), ('acb', 3, None))
        self.assertEqual(names('q=' + tenants[0].slug)[:2], ('b', 1))
        after = names('limit=2&q=' + word)[2]
        self.assertEqual(names('limit=2&q=%s&after=%s' % (
            word, after)), ('c', 3, None))


if __name__ == '__main__':
    unittest.main()
