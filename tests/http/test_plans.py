# SPDX-License-Identifier: Apache-2.0
"""Plans, what a contract says otherwise, and what is refused because of them.
An override holds at once, for one tenant, until it ends."""
import datetime
import json
import unittest

from support import TestCase, unique
from support_probe import Request
from support_sql import DB, audit_rows
from support_token import claims_of
from support_world import Tenant
from test_license_renewal import worked
from test_platform import PATH, Operator
from test_quota import fill
from test_tenant_approval import ctl

REASON = 'Contract 2026-17'
CUSTOM = {'name': 'deployers', 'permissions': ['app.read']}
TODAY = datetime.datetime.now(datetime.timezone.utc).date()


def day(days):
    """Returns the day so many days from now, as a contract names it."""
    return str(TODAY + datetime.timedelta(days=days))


def rows_of(answer):
    """Returns the rows of a plan by their keys."""
    return {row['key']: row for row in answer.json()['rows']}


class Plans(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.operator = Operator().login()

    def setUp(self):
        self.tenant = Tenant('low')
        self.session = self.tenant.login()

    def at(self, key=''):
        """Returns the operators' address of the plan, or of one of its
        keys."""
        return '%stenants/%s/plan%s' % (PATH, self.tenant.id,
                                        key and '/' + key)

    def set(self, key, value, last_day=None, **more):
        """Overrides a value as an operator; returns the answer."""
        body = {'value': value, 'reason': REASON, **more}
        if last_day:
            body['last_day'] = last_day
        return self.operator.call('PUT', self.at(key), body)

    def row(self, key):
        """Returns a row of the plan as the tenant's owner sees it."""
        return rows_of(self.session.get('/api/billing/plan'))[key]

    def test_plans_are_listed_with_words(self):
        plans = self.session.get('/api/billing/plans').json()['items']
        self.assertEqual([plan['title'] for plan in plans],
                         ['Low', 'Mid', 'High', 'Business'])
        self.assertEqual(
            [{row['key']: row['words'] for row in plan['rows']}[key]
             for key in ('retention_days', 'lineage', 'sla_milli')
             for plan in plans],
            ['7 days', '30 days', '90 days', 'Custom',
             'Scope of a route only', 'Full', 'Full', 'Full',
             'Best effort', '99.5 %', '99.9 %', '99.95 %'])
        for plan in plans:
            for row in plan['rows']:
                self.assertTrue(row['title'] and row['about'])
                self.assertIsNone(row['reason'])
                have = plan['features'].get(row['key'], plan.get(row['key']))
                if isinstance(have, list):
                    have = ','.join(have)
                self.assertEqual(
                    row['value'], have if have is None or isinstance(
                        have, str) else json.dumps(have), row)

    def test_an_override_holds_at_once_and_for_one_tenant(self):
        fill(self.tenant, 'application', 20)
        other = Tenant('low').login()
        make = {'name': unique('app-')}
        self.assertAnswer(self.session.post('/api/apps', make), 422,
                          'too_many_applications')
        self.assertAnswer(self.set('max_apps', '21'), 200)
        self.assertAnswer(self.session.post('/api/apps', make), 201)
        self.assertAnswer(self.session.post('/api/apps', {
            'name': unique('app-')}), 422, 'too_many_applications')
        plan = self.session.get('/api/billing/plan').json()
        self.assertEqual(plan['max_apps'], 21)
        self.assertEqual(other.get('/api/billing/plan').json()['max_apps'],
                         20)
        row = self.row('max_apps')
        self.assertEqual((row['words'], row['plan_words'], row['reason'],
                          row['ends_at']), ('21', '20', REASON, None))
        self.assertEqual(self.row('max_agents')['reason'], None)

    def test_what_is_taken_back_is_what_the_plan_says(self):
        self.set('max_apps', '5')
        self.assertAnswer(self.operator.delete(self.at('max_apps')), 204)
        self.assertEqual((self.row('max_apps')['value'],
                          self.row('max_apps')['reason']), ('20', None))
        self.assertAnswer(self.operator.delete(self.at('max_apps')), 404,
                          'limit_not_set')

    def test_it_ends_by_itself_after_its_last_day(self):
        answer = self.assertAnswer(self.set('max_agents', 'unlimited',
                                            day(1)), 200)
        row = rows_of(answer)['max_agents']
        self.assertEqual((row['words'], row['plan_words'], row['ends_at']),
                         ('Unlimited', '10', day(2) + 'T00:00:00Z'))
        self.assertEqual(self.row('max_agents')['words'], 'Unlimited')
        DB.run("UPDATE plan_override SET ends_at = now() - interval '1 s'"
               ' WHERE tenant_id = $1', self.tenant.id)
        row = self.row('max_agents')
        self.assertEqual((row['words'], row['reason']), ('10', None))
        self.assertAnswer(self.operator.delete(self.at('max_agents')), 404,
                          'limit_not_set')
        self.assertAnswer(self.set('max_agents', '11'), 200)
        self.assertEqual(self.row('max_agents')['words'], '11')

    def test_features_open_and_close_routes(self):
        roles = '/api/tenants/roles'
        self.assertAnswer(self.session.post(roles, CUSTOM), 403,
                          'not_entitled')
        self.set('custom_roles', 'yes')
        self.assertAnswer(self.session.post(roles, CUSTOM), 201)
        has = claims_of(self.tenant.login().access)['entitlements']
        self.assertEqual((has['custom_roles'], has['sso']), (True, False))
        self.set('custom_roles', 'no')
        self.assertAnswer(self.session.post(roles, dict(
            CUSTOM, name='others')), 403, 'not_entitled')

    def test_a_refusal_says_which_plan_has_it(self):
        for path, body, feature in (
                ('/api/tenants/roles', CUSTOM, 'custom_roles'),
                ('/api/sso/domains', {'domain': 'a.example'}, 'sso')):
            told = self.assertAnswer(self.session.post(path, body), 403,
                                     'not_entitled').json()
            self.assertEqual(
                (told['feature'], told['required_tier'],
                 told['current_tier']), (feature, 'high', 'low'))
            self.assertTrue(told['upgrade_url'].endswith(
                '/tenants/%s/plan' % self.tenant.slug), told)
            self.assertTrue(told['upgrade_url'].startswith('https://'))
            self.assertIn('plan High does', told['detail'])
        team = {'name': 'one', 'role': 'viewer'}
        self.assertAnswer(self.session.post('/api/tenants/teams', team), 201)
        told = self.assertAnswer(self.session.post('/api/tenants/teams', dict(
            team, name='two')), 403, 'not_entitled').json()
        self.assertEqual((told['feature'], told['required_tier']),
                         ('teams', 'high'))

    def test_a_contract_may_exclude_what_the_plan_has(self):
        self.tenant = Tenant('high')
        self.session = self.tenant.login()
        self.set('custom_roles', 'no')
        told = self.assertAnswer(self.session.post(
            '/api/tenants/roles', CUSTOM), 403, 'not_entitled').json()
        self.assertIn('the contract of the tenant excludes', told['detail'])
        self.assertEqual((told['required_tier'], told['current_tier']),
                         ('high', 'high'))

    def test_every_change_is_recorded_with_old_and_new(self):
        facts = []
        for answer in (self.set('max_apps', '21', day(30)),
                       self.set('max_apps', '22'),
                       self.operator.delete(self.at('max_apps'))):
            facts.append(json.loads(DB.value(
                'SELECT facts FROM audit_event WHERE request_id = $1',
                answer.request_id)))
            self.assertEqual(audit_rows(answer.request_id)[0][3], 'done')
        same = {'slug': self.tenant.slug, 'key': 'max_apps'}
        self.assertEqual(facts, [
            dict(same, old='20', new='21', reason=REASON, last_day=day(30)),
            dict(same, old='21', new='22', reason=REASON),
            dict(same, old='22')])

    def test_what_is_refused(self):
        for key, body, status, code in (
                ('max_apps', {'value': 'many'}, 400, 'invalid_fields'),
                ('max_apps', {'value': '-1'}, 400, 'invalid_fields'),
                ('max_apps', {'value': '1e9'}, 400, 'invalid_fields'),
                ('max_apps', {'value': 'unlimited'}, 400, 'invalid_fields'),
                ('max_apps', {'value': '9' * 30}, 400, 'invalid_fields'),
                ('max_apps', {'value': 21}, 400, 'invalid_fields'),
                ('sso', {'value': 'true'}, 400, 'invalid_fields'),
                ('lineage', {'value': 'all'}, 400, 'invalid_fields'),
                ('vpn', {'value': 'yes'}, 400, 'invalid_fields'),
                ('features', {'value': '1'}, 404, 'no_such_limit'),
                ('tier', {'value': 'high'}, 404, 'no_such_limit'),
                ('max_apps', {'reason': ''}, 400, 'invalid_fields'),
                ('max_apps', {'reason': 'x' * 301}, 400, 'invalid_fields'),
                ('max_apps', {'last_day': day(-1)}, 400, 'invalid_fields'),
                ('max_apps', {'last_day': '2027-02-30'}, 400,
                 'invalid_fields'),
                ('max_apps', {'last_day': '30.06.2027'}, 400,
                 'invalid_fields')):
            with self.subTest(key=key, **body):
                answer = self.operator.call('PUT', self.at(key), {
                    'value': '1', 'reason': REASON, **body})
                self.assertAnswer(answer, status, code)
        self.assertEqual(DB.number('SELECT count(*) FROM plan_override WHERE'
                                   ' tenant_id = $1', self.tenant.id), 0)
        self.tenant.id = '0198c4e2-5a10-7c3e-9f21-6b7d40a1c0ff'
        self.assertAnswer(self.set('max_apps', '1'), 404, 'no_such_tenant')

    def test_only_operators_with_the_permission(self):
        reader = Operator(('platform.tenant.read',)).login()
        self.assertAnswer(reader.get(self.at()), 200)
        body = {'value': '21', 'reason': REASON}
        for session in (reader, self.session):
            self.assertEqual(session.call('PUT', self.at('max_apps'), body).status,
                             403)
            self.assertEqual(session.delete(self.at('max_apps')).status, 403)
        self.assertEqual(self.row('max_apps')['value'], '20')
        manager = Operator(('platform.tenant.manage',)).login()
        self.assertAnswer(manager.call('PUT', self.at('max_apps'), body), 200)
        self.assertAnswer(manager.get(self.at()), 403, 'not_permitted')

    def test_another_licence_is_issued_when_it_changes(self):
        self.tenant.license()
        worked()
        self.assertEqual(self.versions(), 1)
        self.set('support', 'priority')
        worked()
        self.assertEqual(self.versions(), 1, 'no licence grants it')
        self.set('max_agents', '77', day(1))
        worked()
        self.assertEqual(self.versions(), 2)
        self.assertEqual(self.granted()['limits']['max_agents'], 77)
        worked()
        self.assertEqual(self.versions(), 2)
        DB.run("UPDATE plan_override SET ends_at = now() - interval '1 s'"
               " WHERE tenant_id = $1 AND key = 'max_agents'",
               self.tenant.id)
        self.set('correlation', 'yes')
        worked()
        self.assertEqual(self.versions(), 3)
        self.assertEqual(self.granted()['limits']['max_agents'], 10)
        self.assertIs(self.granted()['features']['correlation'], True)

    def versions(self):
        """Returns the number of licences of the tenant."""
        return DB.number('SELECT count(*) FROM license WHERE tenant_id = $1',
                         self.tenant.id)

    def granted(self):
        """Returns the claims of the newest licence."""
        return claims_of(self.session.get('/api/license').json()['token'])

    def test_cameleerctl_does_the_same(self):
        slug = self.tenant.slug
        status, out = ctl('tenants', 'set-limit', slug, 'max_apps', '21',
                          REASON, '--until', day(9))
        self.assertEqual((status, out), (
            0, slug + ': max_apps is 21 now\n'))
        status, out = ctl('tenants', 'limits', slug)
        self.assertEqual(status, 0)
        self.assertRegex(out, r'(?m)^max_apps +21  \(plan: 20; until %s'
                         r': %s\)$' % (day(9), REASON))
        self.assertRegex(out, r'(?m)^retention_days +7 days$')
        shown = json.loads(ctl('tenants', 'limits', slug, '--json')[1])
        self.assertEqual(shown, self.operator.get(self.at()).json())
        self.assertEqual(DB.rows(
            "SELECT result, facts->>'old', facts->>'new' FROM audit_event"
            " WHERE action = 'plan.override' AND subject_id = $1",
            self.tenant.id), [('done', '20', '21')])
        self.assertEqual(ctl('tenants', 'unset-limit', slug, 'max_apps')[0],
                         0)
        self.assertEqual(self.row('max_apps')['value'], '20')
        for words in (('set-limit', slug, 'max_apps', 'many', REASON),
                      ('set-limit', slug, 'huge', '1', REASON),
                      ('set-limit', slug, 'max_apps', '1', REASON,
                       '--until', 'soon'),
                      ('set-limit', 'nobody', 'max_apps', '1', REASON),
                      ('unset-limit', slug, 'max_apps'),
                      ('limits', 'nobody')):
            status, out = ctl('tenants', *words)
            self.assertEqual((status, out.count('\n')), (1, 1), out)
            if 'soon' in words:
                self.assertIn('--until must be a day', out)
        self.assertEqual(ctl('tenants', 'set-limit', slug, 'max_apps', '1',
                             '')[0], 2)

    def test_a_tenant_that_is_deleted_gets_none(self):
        self.set('max_apps', '21')
        self.tenant.set_state('deleting')
        self.assertAnswer(self.set('max_apps', '22'), 423, 'tenant_deleting')


def overridden(cell):
    """Overrides a limit of the tenant; returns its id."""
    DB.run('INSERT INTO plan_override (tenant_id, id, key, value, reason)'
           " SELECT $1, gen_random_uuid(), 'max_agents', '12', 'Contract'"
           ' WHERE NOT EXISTS (SELECT FROM plan_override WHERE tenant_id = $1'
           " AND key = 'max_agents' AND ended_at IS NULL)",
           cell.fixture.tenant.id)
    return cell.fixture.tenant.id


PROBES = {
    'GET /api/auth/platform/tenants/{id}/plan': lambda cell: Request(
        id=cell.fixture.tenant.id),
    'PUT /api/auth/platform/tenants/{id}/plan/{key}': lambda cell: Request(
        {'value': '21', 'reason': REASON}, id=cell.fixture.tenant.id,
        key='max_apps'),
    'DELETE /api/auth/platform/tenants/{id}/plan/{key}': lambda cell: Request(
        id=overridden(cell), key='max_agents'),
}


if __name__ == '__main__':
    unittest.main()
