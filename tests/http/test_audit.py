# SPDX-License-Identifier: Apache-2.0
"""Each change and each refusal has one audit row; a change that failed has no
row of success."""
import time
import unittest
import uuid

from support import TestCase, unique
from support_http import request
from support_sql import DB, SqlError, as_worker, audit_rows
from support_world import Account, Tenant, app


class Rows(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.tenant = Tenant()
        cls.session = cls.tenant.login()
        cls.app = app(cls.session)
        cls.path = '/api/apps/' + cls.app

    def one(self, answer, action, result, code=None, tenant=True,
            subject=None):
        """Checks that the request has exactly one audit row, with these
        values."""
        rows = audit_rows(answer.request_id)
        self.assertEqual(len(rows), 1, rows)
        self.assertEqual(rows[0][:6] if subject else rows[0][:5], (
            self.tenant.id if tenant is True else tenant,
            self.tenant.owner.id if tenant else None, action, result,
            code) + ((subject,) if subject else ()))
        return rows[0]

    def test_success_names_its_subject(self):
        name = unique('app-')
        answer = self.session.post('/api/apps', {'name': name})
        row = self.one(answer, 'app.create', 'done', subject='app')
        self.assertEqual(row[6], answer.json()['id'])
        answer = self.session.patch('/api/apps/' + name,
                                    {'display_name': 'X'}, 1)
        self.one(answer, 'app.edit', 'done', subject='app')
        answer = self.session.delete('/api/apps/' + name)
        self.one(answer, 'app.delete', 'done', subject='app')

    def test_every_kind_of_refusal_is_there_once(self):
        path = self.path
        for send, action, code in (
                (lambda: self.session.post('/api/apps', {'name': 'X'}),
                 'app.create', 'invalid_fields'),
                (lambda: self.session.post('/api/apps', {'name': self.app}),
                 'app.create', 'name_taken'),
                (lambda: self.session.post('/api/apps', {'name': 'ready'}),
                 'app.create', 'name_reserved'),
                (lambda: self.session.post('/api/apps', b'x'),
                 'app.create', 'json_required'),
                (lambda: self.session.patch(path, {'display_name': 'X'}, 77),
                 'app.edit', 'changed_meanwhile'),
                (lambda: self.session.call('PATCH', path,
                                           {'display_name': 'X'}),
                 'app.edit', 'if_match_required'),
                (lambda: self.session.delete('/api/apps/nobody'),
                 'app.delete', 'no_such_app'),
                (lambda: self.session.post(path + '/releases', b'no jar'),
                 'release.upload', 'jar_not_zip'),
                (lambda: self.session.post(path + '/releases', {}),
                 'release.upload', 'jar_required'),
                (lambda: self.session.post(path + '/deployments', {
                    'release': 9, 'environment': 'dev'}),
                 'deployment.create', 'no_such_release')):
            answer = send()
            self.assertEqual(answer.code, code, answer.describe())
            self.one(answer, action, 'refused', code)

    def test_wrong_passwords_are_there_without_the_password(self):
        account = Account()
        answer = request('POST', '/api/auth/login', {
            'email': account.email, 'password': 'guess-4711-guess'})
        row = self.one(answer, 'session.open', 'refused',
                       'wrong_credentials', tenant=None, subject='account')
        self.assertEqual(row[6], account.id)
        self.assertEqual(DB.number('SELECT count(*) FROM audit_event a'
                                   " WHERE a::text LIKE '%guess-4711%'"), 0)

    def test_reading_is_not_recorded_but_its_refusal(self):
        self.assertEqual(audit_rows(self.session.get(
            self.path).request_id), [])
        self.assertEqual(audit_rows(self.session.get(
            '/api/apps/nobody').request_id), [])
        viewer = self.tenant.login('viewer')
        answer = viewer.get('/api/tenants/audit')
        self.assertEqual([row[2:5] for row in audit_rows(
            answer.request_id)], [('/api/tenants/audit', 'refused',
                                   'not_permitted')])

    def test_stranger_writes_nothing_into_a_tenants_trail(self):
        before = DB.number('SELECT count(*) FROM audit_event WHERE'
                           ' tenant_id = $1', self.tenant.id)
        other = Tenant().login()
        for method, path in (('DELETE', self.path), ('GET', self.path),
                             ('POST', self.path + '/deployments/dev/stop')):
            other.call(method, path)
            request(method, path)
        self.assertEqual(DB.number('SELECT count(*) FROM audit_event WHERE'
                                   ' tenant_id = $1', self.tenant.id),
                         before)

    def test_failed_handler_leaves_no_row_of_success(self):
        """After an internal error neither the change nor its audit row is
        stored."""
        DB.run('ALTER TABLE operation ADD CONSTRAINT t CHECK'
               " (kind <> 'app.remove') NOT VALID")
        try:
            answer = self.session.delete(self.path)
            self.assertAnswer(answer, 500, 'internal')
        finally:
            DB.run('ALTER TABLE operation DROP CONSTRAINT t')
        self.assertEqual(audit_rows(answer.request_id), [])
        self.assertEqual(self.session.get(self.path).json()['state'],
                         'active')

    def test_nothing_happens_that_cannot_be_audited(self):
        name = unique('app-')
        DB.run('ALTER TABLE audit_event ADD CONSTRAINT t CHECK'
               " (action <> 'app.create') NOT VALID")
        try:
            answer = self.session.post('/api/apps', {'name': name})
            self.assertAnswer(answer, 500, 'internal')
        finally:
            DB.run('ALTER TABLE audit_event DROP CONSTRAINT t')
        self.assertAnswer(self.session.get('/api/apps/' + name), 404)

    def test_trail_cannot_be_changed_by_any_role(self):
        for role in ('auth', 'tenants', 'apps', 'billing', 'license', 'sso',
                     'worker'):
            for statement in (
                    "UPDATE audit_event SET action = 'x'",
                    'DELETE FROM audit_event', 'TRUNCATE audit_event'):
                with self.assertRaises(SqlError) as caught:
                    DB.run('BEGIN; SET LOCAL ROLE cameleer_%s; %s' % (
                        role, statement))
                self.assertEqual(caught.exception.state, '42501', role)
        with self.assertRaises(SqlError) as caught:
            DB.run("UPDATE audit_event SET action = 'x'")
        self.assertEqual(caught.exception.state, '42501')

    def test_forged_row_for_another_tenant_is_refused(self):
        with self.assertRaises(SqlError):
            as_worker(self.tenant.id, 'INSERT INTO audit_event (tenant_id,'
                      ' id, actor_kind, action, result, service) VALUES'
                      " ($1, gen_random_uuid(), 'platform', 'x', 'done',"
                      " 'worker')", str(uuid.uuid4()))

    def test_log_and_trail_have_the_same_request_id(self):
        from support import log_text
        answer = self.session.get(self.path)
        for name in ('apps', 'access'):
            end = time.monotonic() + 15     # nginx writes its log in batches
            while answer.request_id.encode() not in log_text(name):
                self.assertLess(time.monotonic(), end, name)
                time.sleep(0.2)


if __name__ == '__main__':
    unittest.main()
