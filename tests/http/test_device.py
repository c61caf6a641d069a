# SPDX-License-Identifier: Apache-2.0
"""Sign-in of a device without a browser (RFC 8628)."""
import random
import re
import unittest
import uuid

from support import ENV, TestCase
from support_http import request, together
from support_probe import Request
from support_sql import DB, audit_rows
from support_token import claims_of
from support_world import Account, Session, Tenant, digest

START, POLL = '/api/auth/device', '/api/auth/device/token'
APPROVE = '/api/auth/device/approve'
CLIENT_MAX = 20
MISSES_MAX = 20


def start(name='a laptop', **given):
    answer = request('POST', START, {'client_name': name}, **given)
    assert answer.status == 200, answer.describe()
    return answer.json()


def poll(device, **given):
    return request('POST', POLL, {'device_code': device['device_code']},
                   **given)


def approve(session, device, yes=True):
    return session.post(APPROVE, {'user_code': device['user_code'],
                                  'approve': yes})


def rested(device):
    """Lets the device poll again at once, as if it had waited."""
    DB.run("UPDATE device_login SET polled_at = now() - interval '1 hour'"
           ' WHERE device_digest = $1', digest(device['device_code']))


def changed(device, what):
    DB.run('UPDATE device_login SET %s WHERE device_digest = $1' % what,
           digest(device['device_code']))


class Device(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.tenant = Tenant()

    def setUp(self):
        # nobody waits from other tests
        DB.run('DELETE FROM device_login')

    def test_from_the_code_to_the_session(self):
        device = start('build server')
        self.assertRegex(device['user_code'],
                         '^[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}$')
        self.assertEqual((device['expires_in'], device['interval']),
                         (600, 5))
        self.assertEqual(device['verification_uri'],
                         ENV['base_url'] + '/device')
        self.assertEqual(device['verification_uri_complete'],
                         '%s/device#code=%s' % (ENV['base_url'],
                                                device['user_code']))
        self.assertAnswer(poll(device), 400, 'authorization_pending')
        person = self.tenant.login('developer', 'cookie')
        shown = person.get('/api/auth/device/' + device['user_code'])
        self.assertEqual(
            [shown.json()[k] for k in ('client_name', 'client_ip', 'state')],
            ['build server', '127.0.0.1', 'pending'])
        self.assertAnswer(approve(person, device), 204)
        rested(device)
        answer = self.assertAnswer(poll(device), 200)
        session = Session(answer)
        self.assertEqual(answer.cookies, [])
        claims = claims_of(session.access)
        self.assertEqual(claims['sub'], person.account['id'])
        self.assertNotEqual(claims['sid'], claims_of(person.access)['sid'])
        session = session.named(self.tenant.slug)
        self.assertAnswer(session.get('/api/apps'), 200)
        self.assertAnswer(request('POST', '/api/auth/refresh', {
            'refresh_token': session.refresh}), 200)
        # and it is one of the person's, to be ended by itself
        self.assertEqual(len(person.get('/api/auth/sessions').json()[
            'items']), 2)
        self.assertAnswer(person.delete('/api/auth/sessions/' +
                                        claims['sid']), 204)
        self.assertAnswer(session.get('/api/apps'), 401, 'session_ended')

    def test_the_session_is_proved_as_the_approvers(self):
        person = self.tenant.login()
        DB.run("UPDATE session SET methods = '{pwd,otp}' WHERE id = $1",
               claims_of(person.access)['sid'])
        device = start()
        self.assertAnswer(approve(person, device), 204)
        session = Session(poll(device))
        self.assertEqual(DB.value('SELECT methods FROM session'
                                  ' WHERE id = $1',
                                  claims_of(session.access)['sid']),
                         '{pwd,otp}')

    def test_codes_are_kept_as_digests(self):
        device = start()
        row = DB.rows('SELECT device_digest, user_digest FROM device_login')
        self.assertEqual(row, [(digest(device['device_code']), digest(
            device['user_code'].replace('-', '')))])

    def test_code_as_people_type_it(self):
        session = self.tenant.login()
        code = start()['user_code']
        for typed in (code, code.lower(), code.replace('-', ''),
                      code.replace('-', '%20'), '-' + code):
            self.assertAnswer(session.get('/api/auth/device/' + typed), 200)
        for typed in (code[:-1], code + 'B', code.replace('-', '_'),
                      code[:-1] + 'A'):
            self.assertAnswer(session.get('/api/auth/device/' + typed), 404,
                              'no_such_code')

    def test_refused(self):
        device, session = start(), self.tenant.login()
        self.assertAnswer(approve(session, device, False), 204)
        answer = poll(device)
        self.assertAnswer(answer, 400, 'access_denied')
        self.assertEqual([row[2:5] for row in audit_rows(answer.request_id)],
                         [('device.claim', 'refused', 'access_denied')])
        self.assertAnswer(approve(session, device), 404, 'no_such_code')

    def test_expired(self):
        device, session = start(), self.tenant.login()
        changed(device, 'expires_at = now()')
        self.assertAnswer(poll(device), 400, 'expired_token')
        self.assertAnswer(approve(session, device), 404, 'no_such_code')
        self.assertAnswer(request('POST', POLL, {'device_code': 'A' * 43}),
                          400, 'expired_token')
        # approved in time and fetched too late
        device = start()
        self.assertAnswer(approve(session, device), 204)
        changed(device, 'expires_at = now()')
        self.assertAnswer(poll(device), 400, 'expired_token')

    def test_too_quick_is_told_to_slow_down(self):
        device = start()
        self.assertAnswer(poll(device), 400, 'authorization_pending')
        answer = self.assertAnswer(poll(device), 400, 'slow_down')
        self.assertIn('every 10 seconds', answer.json()['detail'])
        changed(device, "polled_at = now() - interval '8 seconds'")
        self.assertAnswer(poll(device), 400, 'slow_down')
        changed(device, "polled_at = now() - interval '14.1 seconds'")
        self.assertAnswer(poll(device), 400, 'authorization_pending')
        changed(device, 'interval_s = 600')
        self.assertAnswer(poll(device), 400, 'slow_down')
        self.assertEqual(DB.number('SELECT interval_s FROM device_login'),
                         600)

    def test_waiting_is_no_event(self):
        device = start()
        for _ in range(2):
            self.assertEqual(audit_rows(poll(device).request_id), [])

    def test_good_once_in_a_race_too(self):
        device = start()
        self.assertAnswer(approve(self.tenant.login(), device), 204)
        answers = together(6, lambda i: poll(device))
        self.assertEqual(sorted(a.status for a in answers),
                         [200] + [400] * 5)
        self.assertEqual({a.code for a in answers if a.status == 400},
                         {'expired_token'})

    def test_racing_decisions_are_one(self):
        device = start()
        sessions = [self.tenant.login() for _ in range(4)]
        answers = together(4, lambda i: approve(sessions[i], device,
                                                i % 2 == 0))
        self.assertEqual(sorted(a.status for a in answers),
                         [204] + [404] * 3)

    def test_ends_with_whoever_approved(self):
        for end in ("UPDATE account SET state = 'disabled' WHERE id = $1",
                    'UPDATE session SET revoked_at = now()'
                    ' WHERE account_id = $1'):
            account, device = self.tenant.member('viewer'), start()
            session = account.login(tenant=self.tenant.slug)
            self.assertAnswer(approve(session, device), 204)
            DB.run(end, account.id)
            self.assertAnswer(poll(device), 400, 'expired_token')

    def test_approving_needs_a_fresh_person(self):
        device, session = start(), self.tenant.login()
        made = session.post('/api/auth/tokens', {
            'name': 'x', 'scopes': ['app.read'], 'expires_in_days': 1})
        token = made.json()['token']
        body = {'user_code': device['user_code'], 'approve': True}
        self.assertAnswer(request('POST', APPROVE, body, token=token), 403,
                          'token_not_allowed')
        self.assertAnswer(request('GET', START + '/' + device['user_code'],
                                  token=token), 403, 'token_not_allowed')
        DB.run("UPDATE session SET authenticated_at = now() - interval"
               " '10 minutes 1 second' WHERE id = $1",
               claims_of(session.access)['sid'])
        self.assertAnswer(approve(session, device), 403,
                          'fresh_login_required')
        self.assertAnswer(request('POST', APPROVE, body), 401)
        bare = self.tenant.login(kind='cookie')
        self.assertAnswer(request('POST', APPROVE, body,
                                  cookies=bare.cookies()), 403,
                          'csrf_header_missing')
        self.assertAnswer(poll(device), 400, 'authorization_pending')

    def test_wrong_codes_are_counted_and_locked(self):
        session = Account().login()
        device = start()
        wrong = {'user_code': 'BBBB-BBBB', 'approve': True}
        for i in range(MISSES_MAX):
            answer = session.post(APPROVE, wrong) if i % 2 else \
                session.get('/api/auth/device/nonsense')
            self.assertAnswer(answer, 404, 'no_such_code')
        self.assertAnswer(approve(session, device), 429, 'too_many_attempts')
        self.assertAnswer(session.get('/api/auth/device/' +
                                      device['user_code']), 429)
        # of this account alone, and it ends
        self.assertAnswer(approve(self.tenant.login(), device), 204)
        DB.run('UPDATE login_guess SET locked_until = now()'
               ' WHERE locked_until IS NOT NULL')
        self.assertAnswer(session.get('/api/auth/device/nonsense'), 404)

    def test_so_many_wait_from_one_address(self):
        devices = [start() for _ in range(CLIENT_MAX - 2)]
        answers = together(5, lambda i: request('POST', START, {
            'client_name': 'x'}))
        self.assertEqual(sorted(a.status for a in answers),
                         [200] * 2 + [429] * 3)
        start(source='127.0.0.2')
        changed(devices[0], 'expires_at = now()')
        start()
        DB.run("UPDATE device_login SET expires_at = now() - interval"
               " '11 minutes' WHERE device_digest = $1",
               digest(devices[1]['device_code']))
        start()
        self.assertEqual(DB.number(
            'SELECT count(*) FROM device_login WHERE device_digest = $1',
            digest(devices[1]['device_code'])), 0)

    def test_so_many_wait_at_all(self):
        DB.run('INSERT INTO device_login (device_digest, user_digest,'
               ' client_name, expires_at) SELECT i, i, i, now() +'
               " interval '1 hour' FROM generate_series(1, 9999) i")
        start()
        self.assertAnswer(request('POST', START, {'client_name': 'x'}), 429,
                          'too_many_devices')

    def test_names_have_limits(self):
        start('n' * 60)
        for name in ('', 'n' * 61, 'two\nlines'):
            self.assertAnswer(request('POST', START, {'client_name': name}),
                              400, 'invalid_fields')

    def test_codes_differ(self):
        codes = {start()['user_code'] for _ in range(CLIENT_MAX)}
        self.assertEqual(len(codes), CLIENT_MAX)
        self.assertTrue(all(re.match('^[^AEIOUY]{9}$', c) for c in codes))


def _device(state='pending'):
    """Creates a device sign-in, pending or approved, by SQL."""
    code = ''.join(random.choices('BCDFGHJKLMNPQRSTVWXZ', k=8))
    secret, session = str(uuid.uuid4()), str(uuid.uuid4())
    DB.run("INSERT INTO session (id, account_id, kind, expires_at) VALUES"
           " ($1, $2, 'token', now() + interval '1 hour');"
           'INSERT INTO device_login (device_digest, user_digest,'
           ' client_name, expires_at, state, session_id) VALUES'
           " ($3, $4, 'm', now() + interval '1 hour', $5,"
           " CASE WHEN $5 = 'approved' THEN $1::uuid END)", session,
           Account().id, digest(secret), digest(code), state)
    return code, secret


def _seen_device(cell):
    """Returns a request to see a device; everyone who has its code may."""
    code, _ = _device()
    return Request(user_code='BBBBBBBB' if cell.actor.name == 'foreign' else
                   code)


PROBES = {
    'POST /api/auth/device': lambda cell: Request({'client_name': 'm'}),
    'POST /api/auth/device/token': lambda cell: Request(
        {'device_code': _device('approved')[1]}),
    'POST /api/auth/device/approve': lambda cell: Request(
        {'user_code': _device()[0], 'approve': False}),
    'GET /api/auth/device/{user_code}': _seen_device,
}


if __name__ == '__main__':
    unittest.main()
