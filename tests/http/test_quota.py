# SPDX-License-Identifier: Apache-2.0
"""Plans limit applications, running deployments and releases per day. One more
is refused, and a freed place can be used."""
import unittest

from support import TestCase, unique
from support_http import together
from support_jar import filler, good
from support_sql import DB, audit_rows
from support_world import Tenant, app

LIMITS = dict(zip(('max_apps', 'max_deployments', 'max_releases_day'), map(
    int, DB.rows('SELECT max_apps, max_deployments, max_releases_day FROM plan'
                 " WHERE tier = 'low'")[0])))
JAR = 'application/java-archive'


def fill(tenant, table, n):
    """Inserts n rows by SQL in the form that the API would write."""
    if table == 'application':
        DB.run('INSERT INTO application (tenant_id, id, name, display_name,'
               ' created_by) SELECT $1, gen_random_uuid(), $2 || i, $2, $3'
               ' FROM generate_series(1, $4::integer) i', tenant.id,
               unique('q'), tenant.owner.id, n)
    elif table == 'release':
        DB.run('INSERT INTO release (tenant_id, id, application_id, number,'
               ' jar_sha256, jar_size, jar_facts, state, created_by)'
               ' SELECT tenant_id, gen_random_uuid(), application_id,'
               ' number + i, jar_sha256, jar_size, jar_facts, state,'
               ' created_by FROM release, generate_series(1, $2::integer) i'
               ' WHERE tenant_id = $1 AND number = 1', tenant.id, n)
        DB.run('UPDATE application SET last_release = $2 WHERE tenant_id = $1',
               tenant.id, n + 1)


class Quota(TestCase):
    """A tenant of the smallest plan."""

    def setUp(self):
        self.tenant = Tenant(tier='low')
        self.session = self.tenant.login()

    def refused(self, answer, code, action):
        """Checks that the refusal names the limit and is audited."""
        self.assertAnswer(answer, 422, code)
        self.assertRegex(answer.json()['detail'], 'the plan low, or the '
                         r'contract of the tenant, limits .* to \d+$')
        self.assertEqual([row[2:5] for row in audit_rows(answer.request_id)],
                         [(action, 'refused', code)])

    def test_plans_name_their_limits(self):
        plans = {plan['tier']: plan for plan in self.session.get(
            '/api/billing/plans').json()['items']}
        for name, limit in LIMITS.items():
            self.assertEqual(plans['low'][name], limit)
            self.assertGreater(plans['mid'][name], limit)

    def test_application_more_than_the_plan_allows(self):
        fill(self.tenant, 'application', LIMITS['max_apps'] - 1)
        last = app(self.session)
        self.refused(self.session.post('/api/apps', {'name': unique('a')}),
                     'too_many_applications', 'app.create')
        self.assertAnswer(self.session.post('/api/apps', {'name': last}), 409,
                          'name_taken')
        DB.run('DELETE FROM application WHERE tenant_id = $1 AND name = $2',
               self.tenant.id, last)
        app(self.session)

    def test_race_does_not_pass_the_limit(self):
        fill(self.tenant, 'application', LIMITS['max_apps'] - 2)
        answers = together(8, lambda _: self.session.post(
            '/api/apps', {'name': unique('r')}))
        self.assertEqual(sorted(answer.status for answer in answers),
                         [201] * 2 + [422] * 6)

    def test_deployment_more_than_the_plan_allows(self):
        names = [app(self.session)
                 for _ in range(LIMITS['max_deployments'] + 1)]
        for name in names:
            self.tenant.release(name)
        for name in names[:-1]:
            self.tenant.deployment(name)
        where = '/api/apps/%s/deployments'
        environment = 'prod'
        body = {'release': 1, 'environment': environment}
        self.refused(self.session.post(where % names[-1], body),
                     'too_many_deployments', 'deployment.create')
        upload = self.session.post(
            '/api/apps/%s/releases' % names[-1], good(), type=JAR)
        self.refused(upload, 'too_many_deployments', 'release.upload')
        # One that runs may be deployed again.
        self.assertAnswer(self.session.post(where % names[0], body), 202)
        stop = where % names[0] + '/%s/stop' % environment
        self.assertAnswer(self.session.post(stop), 202)
        self.assertAnswer(self.session.post(where % names[-1], body), 202)
        self.refused(self.session.post(stop.replace('/stop', '/start')),
                     'too_many_deployments', 'deployment.start')

    def test_upload_more_than_a_day_allows_is_not_received(self):
        name = app(self.session)
        self.tenant.release(name)
        fill(self.tenant, 'release', LIMITS['max_releases_day'] - 1)
        answer = self.session.post('/api/apps/%s/releases' % name,
                                   filler(64 << 20), type=JAR)
        self.refused(answer, 'too_many_releases', 'release.upload')
        self.assertLess(answer.seconds, 2)
        DB.run("UPDATE release SET created_at = created_at - interval '1 day'"
               ' WHERE tenant_id = $1 AND number = 1', self.tenant.id)
        self.assertAnswer(self.session.post(
            '/api/apps/%s/releases?deploy=false' % name, good(), type=JAR),
            202)


if __name__ == '__main__':
    unittest.main()
