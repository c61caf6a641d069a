# SPDX-License-Identifier: Apache-2.0
"""A POST that is sent twice takes effect once (T16)."""
import json
import unittest

from support import TestCase, unique
from support_http import BASE, connect, request, together
from support_sql import DB, Sql
from support_world import Account, Tenant, app


class Keys(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.tenant = Tenant()
        cls.session = cls.tenant.login()

    def count(self, name):
        return DB.number('SELECT count(*) FROM application WHERE tenant_id'
                         ' = $1 AND name = $2', self.tenant.id, name)

    def test_double_submit_100(self):
        name, key = unique('app-'), unique('key-')
        answers = together(100, lambda i: self.session.post(
            '/api/apps', {'name': name}, key=key))
        made = [a for a in answers if a.status == 201]
        rest = [a for a in answers if a.status != 201]
        first = [a for a in made if 'idempotency-replayed' not in a.headers]
        self.assertEqual(len(first), 1)
        self.assertEqual({a.body for a in made}, {first[0].body})
        self.assertTrue(all((a.status, a.code) == (409, 'request_in_flight')
                            for a in rest))
        self.assertEqual(self.count(name), 1)
        done = DB.number(
            "SELECT count(*) FROM audit_event WHERE tenant_id = $1 AND"
            " action = 'app.create' AND result = 'done' AND subject_id = $2",
            self.tenant.id, first[0].json()['id'])
        self.assertEqual(done, 1)
        print('# of 100: 1 made, %d replayed, %d refused' % (
            len(made) - 1, len(rest)))

    def test_double_submit_of_a_tenant(self):
        account, key = Account(), unique('key-')
        sessions = [account.login() for _ in range(10)]
        slug = unique()
        body = {'slug': slug, 'name': 'Once', 'tier': 'low'}
        answers = together(10, lambda i: sessions[i].post(
            '/api/tenants', body, key=key))
        self.assertEqual({a.status for a in answers} - {409}, {202})
        self.assertEqual(len({a.body for a in answers if a.status == 202}),
                         1)
        self.assertEqual(DB.number(
            'SELECT count(*) FROM operation o JOIN tenant t ON t.id ='
            ' o.tenant_id WHERE t.slug = $1', slug), 1)

    def test_other_body_is_refused(self):
        name, key = unique('app-'), unique('key-')
        body = {'name': name}
        self.assertAnswer(self.session.post('/api/apps', body, key=key), 201)
        for other in ({'name': unique('app-')},
                      {'name': name, 'display_name': 'X'}):
            self.assertAnswer(self.session.post('/api/apps', other, key=key),
                              422, 'idempotency_key_reused')
        again = self.session.post('/api/apps', body, key=key)
        self.assertAnswer(again, 201)
        self.assertEqual(again.headers['idempotency-replayed'], 'true')

    def test_other_address_is_refused(self):
        key, names = unique('key-'), [app(self.session) for _ in range(2)]
        for name in names:
            self.tenant.release(name)
            self.tenant.deployment(name)
        path = '/api/apps/%s/deployments/dev/stop'
        self.assertAnswer(self.session.post(path % names[0], key=key), 202)
        self.assertAnswer(self.session.post(path % names[1], key=key), 422,
                          'idempotency_key_reused')
        wanted = [DB.value(
            'SELECT d.wanted FROM deployment d JOIN application a ON'
            ' a.tenant_id = d.tenant_id AND a.id = d.application_id WHERE'
            ' a.name = $1', name) for name in names]
        self.assertEqual(wanted, ['stopped', 'running'])

    def test_key_is_of_one_account_and_route(self):
        key, name = unique('key-'), unique('app-')
        self.assertAnswer(self.session.post('/api/apps', {'name': name},
                                            key=key), 201)
        admin = self.tenant.login('admin')
        self.assertAnswer(admin.post('/api/apps', {'name': name}, key=key),
                          409, 'name_taken')
        self.assertAnswer(self.session.post('/api/tenants', {
            'slug': unique(), 'name': 'X', 'tier': 'low'}, key=key), 202)

    def test_failure_is_not_kept(self):
        key, name = unique('key-'), unique('app-')
        taken = app(self.session)
        self.assertAnswer(self.session.post('/api/apps', {'name': taken},
                                            key=key), 409)
        self.assertAnswer(self.session.post('/api/apps', {'name': name},
                                            key=key), 201)

    def test_key_of_any_length_up_to_255(self):
        for length, status in ((1, 201), (255, 201), (256, 400)):
            answer = self.session.post('/api/apps', {'name': unique('app-')},
                                       key=(unique('k') * 30)[:length])
            self.assertAnswer(answer, status)

    def test_answers_with_secrets_are_never_stored(self):
        account, key = Account(), unique('key-')
        session = account.login()
        for _ in range(2):
            answer = session.post('/api/auth/switch', {
                'tenant': self.tenant.slug}, key=key)
            self.assertAnswer(answer, 404)
        request('POST', '/api/auth/login', {
            'email': account.email, 'password': account.password}, key=key)
        self.assertEqual(DB.number('SELECT count(*) FROM idempotency WHERE'
                                   ' account_id = $1', account.id), 0)

    def test_request_under_way_is_said_to_be(self):
        """A request is refused while another with the same key is in flight."""
        name, key = unique('app-'), unique('key-')
        holder = Sql()
        holder.run('BEGIN; INSERT INTO idempotency (account_id, tenant_id,'
                   " route, key, fingerprint) VALUES ($1, $2, '/api/apps',"
                   " $3, 'x')", self.tenant.owner.id, self.tenant.id, key)
        try:
            answer = self.session.post('/api/apps', {'name': name}, key=key)
        finally:
            holder.run('ROLLBACK')
            holder.close()
        self.assertAnswer(answer, 409, 'request_in_flight')
        self.assertLess(answer.seconds, 5)
        self.assertEqual(self.count(name), 0)
        self.assertAnswer(self.session.post('/api/apps', {'name': name},
                                            key=key), 201)

    def test_lost_reply_is_given_again(self):
        """A client that lost the answer asks again and gets the same answer."""
        name, key = unique('app-'), unique('key-')
        body = json.dumps({'name': name}).encode()
        with connect() as tls:
            tls.sendall(('POST /api/apps HTTP/1.1\r\nHost: %s\r\n'
                         'Authorization: Bearer %s\r\nIdempotency-Key: %s'
                         '\r\nContent-Type: application/json\r\n'
                         'Content-Length: %d\r\n\r\n' % (
                             BASE.partition('//')[2], self.session.access,
                             key, len(body))).encode() + body)
        answer = self.session.post('/api/apps', {'name': name}, key=key)
        self.assertAnswer(answer, 201)
        self.assertEqual(self.count(name), 1)


if __name__ == '__main__':
    unittest.main()
