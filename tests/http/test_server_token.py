# SPDX-License-Identifier: Apache-2.0
"""The bootstrap token of a tenant's own server is replaced with an overlap, and
the server is told its licence while it runs."""
import http.server
import json
import threading
import unittest

from support import TestCase, eventually
from support_http import request
from support_probe import Request
from support_sql import DB, as_worker, audit_rows
from support_world import Tenant, digest


class ServerToken(TestCase):
    """The token of the tenant's own server, which the worker replaces."""

    PATH = '/api/tenants/server-token'

    def setUp(self):
        self.tenant = Tenant()
        self.session = self.tenant.login('admin')

    def rotate(self, hours=1):
        return self.session.post(self.PATH + '/rotate',
                                 {'overlap_hours': hours})

    def secrets(self):
        return dict(DB.rows("SELECT name, digest FROM tenant_secret WHERE"
                            " tenant_id = $1 AND name LIKE 'bootstrap%'",
                            self.tenant.id))

    def test_next_to_the_old_one_until_the_overlap_ends(self):
        self.tenant = Tenant.with_token()
        self.session = self.tenant.login('admin')
        before = self.secrets()
        shown = self.session.get(self.PATH).json()
        self.assertEqual((shown['asked_at'], shown['ends_at']), (None, None))
        answer = self.assertAnswer(self.rotate(), 202)
        self.assertEqual(audit_rows(answer.request_id)[0][2:4],
                         ('server_token.rotate', 'done'))
        both, _ = eventually(30, lambda: len(self.secrets()) == 2 and
                             self.secrets(), 'the next token')
        self.assertEqual(both['bootstrap-token-previous'],
                         before['bootstrap-token'])
        self.assertNotEqual(both['bootstrap-token'],
                            before['bootstrap-token'])
        shown = self.session.get(self.PATH).json()
        self.assertEqual((shown['overlap_hours'], shown['ended_at']),
                         (1, None))
        self.assertGreater(shown['ends_at'], shown['rotated_at'])
        self.assertAnswer(self.rotate(), 409, 'rotation_running')
        # Nothing ends before its time.
        self.assertEqual(len(self.secrets()), 2)

    def test_bad_input_is_refused(self):
        for hours in (0, 169, -1, None, 'x'):
            self.assertAnswer(self.rotate(hours), 400)
        self.assertEqual(DB.rows('SELECT count(*) FROM server_rotation'
                                 ' WHERE tenant_id = $1', self.tenant.id),
                         [('0',)])

    def test_only_of_a_tenant_that_runs(self):
        self.tenant.set_state('failed')
        self.assertAnswer(self.rotate(), 409, 'tenant_not_active')
        self.tenant.set_state('suspended')
        self.assertAnswer(self.rotate(), 423, 'tenant_suspended')

    def test_server_polls_its_licence_with_either(self):
        self.tenant.license()
        for name in ('bootstrap-token', 'bootstrap-token-previous'):
            as_worker(self.tenant.id, 'INSERT INTO tenant_secret (tenant_id,'
                      " name, box, digest) VALUES ($1, $2, 'box', $3)"
                      ' ON CONFLICT (tenant_id, name) DO UPDATE SET box ='
                      ' excluded.box, digest = excluded.digest',
                      self.tenant.id, name, digest(name * 3))
            self.assertAnswer(request(
                'GET', '/api/license/' + self.tenant.slug, token=name * 3),
                200)


class Told:
    """A server that takes a licence, or refuses it."""

    def __init__(self, tenant):
        told = self
        self.licenses, self.state = [], 'ACTIVE'

        class Handler(http.server.BaseHTTPRequestHandler):

            def do_POST(self):
                body = self.rfile.read(int(self.headers['Content-Length']))
                if self.path == '/api/v1/admin/license' and \
                        self.headers['Authorization'].startswith('Bearer '):
                    told.licenses.append(json.loads(body)['token'])
                self.send_response(200 if told.state == 'ACTIVE' else 400)
                self.end_headers()
                self.wfile.write(json.dumps({'state': told.state}).encode())

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0),
                                                      Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()
        as_worker(tenant.id, 'INSERT INTO tenant_endpoint (tenant_id,'
                  ' upstream) VALUES ($1, $2)', tenant.id,
                  '127.0.0.1:%d' % self.server.server_address[1])

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Tells(TestCase):

    def setUp(self):
        self.tenant = Tenant()
        self.session = self.tenant.login('viewer')
        self.server = Told(self.tenant)
        self.addCleanup(self.server.close)
        self.tenant.license(1)

    def ready(self, digest_of='none'):
        """Records what a job records when the server is ready."""
        as_worker(self.tenant.id, 'INSERT INTO server_told (tenant_id, item,'
                  " way, digest) VALUES ($1, 'license', 'push', $2)",
                  self.tenant.id, digest_of)

    def told(self):
        return [i for i in self.session.get('/api/tenants/server-told')
                .json()['items'] if i['item'] == 'license'][0]

    def newest(self):
        return DB.value('SELECT file FROM license WHERE tenant_id = $1'
                        ' ORDER BY version DESC LIMIT 1', self.tenant.id)

    def test_server_is_told_its_licence_once(self):
        self.ready()
        eventually(20, lambda: self.server.licenses, 'the licence')
        eventually(10, lambda: DB.rows(
            "SELECT result FROM audit_event WHERE action = 'server.tell'"
            ' AND subject_id = $1', self.tenant.id) == [('done',)],
            'the audit row')
        shown = self.told()
        self.assertEqual((shown['way'], shown['pending'], shown['error']),
                         ('push', False, None))
        self.assertEqual(self.server.licenses[-1], self.newest())
        many = len(self.server.licenses)
        ran = DB.value("SELECT now()")
        eventually(20, lambda: DB.rows(
            "SELECT ran_at > $1::timestamptz FROM schedule"
            " WHERE kind = 'tells'", ran) == [('t',)], 'the next round')
        self.assertEqual(len(self.server.licenses), many)

    def test_server_that_refuses_is_told_again(self):
        self.server.state = 'INVALID'
        self.ready()
        eventually(20, lambda: self.told()['error'], 'the refusal')
        self.assertTrue(self.told()['pending'])
        self.server.state = 'ACTIVE'
        DB.run("UPDATE server_told SET tried_at = now() - interval '1 min'"
               ' WHERE tenant_id = $1', self.tenant.id)
        eventually(20, lambda: not self.told()['pending'], 'the next try')
        self.assertIsNone(self.told()['error'])

    def test_server_that_was_never_ready_is_told_nothing(self):
        ran = DB.value("SELECT now()")
        eventually(20, lambda: DB.rows(
            "SELECT ran_at > $1::timestamptz FROM schedule"
            " WHERE kind = 'tells'", ran) == [('t',)], 'a round')
        self.assertEqual(self.server.licenses, [])


def rotatable(tenant):
    """Ends the overlap of the tenant's last rotation; returns a body."""
    DB.run('DELETE FROM server_rotation WHERE tenant_id = $1', tenant.id)
    return {'overlap_hours': 24}


PROBES = {
    'POST /api/tenants/server-token/rotate': lambda cell: Request(
        rotatable(cell.actor_tenant())),
}


if __name__ == '__main__':
    unittest.main()
