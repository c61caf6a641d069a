# SPDX-License-Identifier: Apache-2.0
"""The audit trail proves itself: every change behind the platform's back is
found by the holder of a checkpoint (T24)."""
import base64
import csv
import io
import json
import os
import subprocess
import tempfile
import unittest

from support import ENV, NIL, SLOW, TestCase, eventually, unique
from support_probe import Request
from support_sql import DB
from support_world import Tenant, app

EXPORT = '/api/tenants/audit/export?format=ndjson'


def ctl(*args, data=None):
    """Runs cameleerctl."""
    return subprocess.run(
        [ENV['state'] + '/bin/cameleerctl', *args], input=data,
        capture_output=True, timeout=60 * SLOW, check=False)


def sealed(tenant):
    """Waits until every audit event of the tenant is in its chain."""
    eventually(20, lambda: DB.number(
        'SELECT count(*) FROM audit_unsealed WHERE tenant_id = $1',
        tenant) == 0, 'nothing is left to seal')


class Trail:
    """A tenant's audit trail and the auditor's copies of it."""

    def __init__(self, tenant, session, directory):
        self.tenant, self.session, self.dir = tenant, session, directory
        self.keys = directory + '/keys.json'
        with open(self.keys, 'w', encoding='ascii') as file:
            json.dump(session.get('/api/tenants/audit/keys').json(), file)

    def sign(self):
        """Signs a checkpoint and stores it; returns its path."""
        answer = self.session.post('/api/tenants/audit/checkpoints', {})
        assert answer.status == 202, answer.describe()
        operation = answer.json()['operation']
        eventually(20, lambda: self.session.get(
            '/api/tenants/operations/' + operation).json()['state'] ==
            'done', 'the checkpoint is signed')
        point = self.session.get(
            '/api/tenants/audit/checkpoints?limit=1').json()['items'][0]
        path = '%s/point-%d' % (self.dir, point['seq'])
        with open(path, 'w', encoding='ascii') as file:
            file.write(point['token'])
        return path

    def export(self, limit=500):
        """Returns the export, all pages joined, as bytes."""
        text, after = b'', '0'
        while after is not None:
            answer = self.session.get('%s&limit=%d&after=%s' % (
                EXPORT, limit, after))
            assert answer.status == 200, answer.describe()
            text += answer.body
            after = answer.headers.get('x-cameleer-next')
        return text

    def verify(self, text, *options):
        """Runs the offline verifier, which has no settings, on an export."""
        path = self.dir + '/export.ndjson'
        with open(path, 'wb') as file:
            file.write(text)
        return ctl('--json', 'audit', 'verify', path, '--keys', self.keys,
                   *options)


class Audit(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        cls.tenant = Tenant()
        cls.session = cls.tenant.login()
        cls.trail = Trail(cls.tenant, cls.session, cls.directory.name)
        for _ in range(4):
            app(cls.session)
        cls.viewer = cls.tenant.login('viewer')
        cls.viewer.post('/api/apps', {'name': unique('app-')})
        cls.point = cls.trail.sign()
        cls.text = cls.trail.export()

    @classmethod
    def tearDownClass(cls):
        cls.directory.cleanup()

    def good(self, text, *options):
        """Checks that the verifier accepts the export; returns its report."""
        said = self.trail.verify(text, *options)
        self.assertEqual(said.returncode, 0, said.stderr)
        return json.loads(said.stdout)

    def bad(self, text, *options):
        """Checks that the verifier rejects the export; returns its message."""
        said = self.trail.verify(text, *options)
        self.assertEqual(said.returncode, 1, (said.stdout, said.stderr))
        return said.stderr.decode()

    def behind_our_back(self, table, statement, *args):
        """Changes the database as a superuser, with triggers disabled."""
        DB.run('ALTER TABLE %s DISABLE TRIGGER USER' % table)
        try:
            DB.run(statement, *args)
        finally:
            DB.run('ALTER TABLE %s ENABLE TRIGGER USER' % table)

    def test_whole_export_verifies(self):
        said = self.good(self.text, '--checkpoint', self.point)
        self.assertEqual(said['tenant'], self.tenant.id)
        self.assertEqual(said['first'], 1)
        self.assertGreaterEqual(said['last'], 6)
        self.assertEqual(said['forgotten'], 0)
        self.assertGreaterEqual(said['shown'], 5)
        self.assertGreaterEqual(said['checkpoints'], 1)

    def test_every_page_size_gives_the_same_chain(self):
        """Pages of 1, 2 and 3 events verify as one export."""
        last = self.good(self.text)['last']
        for limit in (1, 2, 3):
            self.assertGreaterEqual(self.good(
                self.trail.export(limit), '--checkpoint',
                self.point)['last'], last, limit)

    def test_export_holds_each_row_once_and_says_what_it_said(self):
        events = [json.loads(line) for line in self.text.splitlines()]
        events = {e['id']: e for e in events if 'seq' in e}
        rows = DB.rows('SELECT id, action, result FROM audit_event'
                       ' WHERE tenant_id = $1', self.tenant.id)
        seen = [row for row in rows if row[0] in events]
        self.assertEqual(len(seen), len(events))
        for identity, action, result in seen:
            self.assertEqual((events[identity]['action'],
                              events[identity]['result']), (action, result))

    def test_t_audit_any_byte_of_an_export(self):
        """A change of any byte of an export is found."""
        lines = self.text.splitlines(True)
        short = b''.join(lines[:3])     # head and two events
        point = next(line for line in lines if b'"checkpoint"' in line)
        places = list(range(len(short))) + \
            [self.text.index(point) + i for i in range(0, len(point), 7)]
        missed = []
        for place in places:
            text = bytearray(self.text)
            text[place] ^= 1
            if self.trail.verify(bytes(text)).returncode == 0:
                missed.append(place)
        self.assertEqual(missed, [])

    def test_lines_that_are_gone_twice_or_exchanged(self):
        lines = self.text.splitlines(True)
        events = [i for i, line in enumerate(lines) if b'"seq"' in line]
        for i in events:
            self.bad(b''.join(lines[:i] + lines[i + 1:]))
            self.bad(b''.join(lines[:i + 1] + lines[i:]))
        for i in events[:-1]:
            if i + 1 in events:
                self.bad(b''.join(lines[:i] + [lines[i + 1], lines[i]] +
                                  lines[i + 2:]))
        self.assertIn('no head', self.bad(b''.join(lines[1:])))
        self.assertIn('not signed', self.bad(b''.join(lines[:-1])))
        self.assertIn('not a line', self.bad(self.text[:-1]))
        self.bad(b'')

    def test_foreign_keys_sign_nothing(self):
        keys = self.session.get('/api/tenants/audit/keys').json()
        keys['keys'][0]['x'] = base64.urlsafe_b64encode(
            os.urandom(32)).rstrip(b'=').decode()
        path = self.trail.dir + '/other.json'
        with open(path, 'w', encoding='ascii') as file:
            json.dump(keys, file)
        said = ctl('audit', 'verify', self.trail.dir + '/export.ndjson',
                   '--keys', path)
        self.assertEqual(said.returncode, 1)

    def test_another_tenants_export_and_checkpoint(self):
        other = Tenant()
        session = other.login()
        app(session)
        trail = Trail(other, session, self.directory.name)
        point = trail.sign()
        text = trail.export()
        self.good(text, '--checkpoint', point)
        self.bad(text, '--checkpoint', self.point)
        self.bad(self.text + text)

    def test_t_audit_tamper_each_column(self):
        """A change of any column of a row in the database is found."""
        event = DB.value(
            'SELECT l.event_id FROM audit_link l JOIN audit_event e'
            ' USING (tenant_id) WHERE e.id = l.event_id AND'
            " tenant_id = $1 AND e.action = 'app.create' AND"
            " e.result = 'done' ORDER BY seq LIMIT 1", self.tenant.id)
        columns = [row[0] for row in DB.rows(
            'SELECT attname FROM pg_attribute WHERE attnum > 0 AND NOT'
            " attisdropped AND attrelid = 'audit_event'::regclass")]
        other = {
            'tenant_id': "'%s'" % NIL, 'id': "'%s'" % NIL,
            'at': "at + interval '1 microsecond'",
            'actor_id': "'%s'" % NIL, 'actor_kind': "'anonymous'",
            'action': "action || ' '", 'subject_type': "'x'",
            'subject_id': 'NULL', 'environment': "''", 'result': "'failed'",
            'code': "''", 'facts': "facts || '{\"x\": 1}'",
            'request_id': "reverse(request_id)", 'service': "'auth'",
            'person': "jsonb_set(person, '{client_ip,c}', '\"00\"')"}
        self.assertEqual(sorted(columns), sorted(other))
        before = DB.value('SELECT row_to_json(e)::text FROM audit_event e'
                          ' WHERE id = $1', event)
        for column, value in other.items():
            with self.subTest(column):
                self.behind_our_back(
                    'audit_event', 'UPDATE audit_event SET %s = %s WHERE'
                    ' id = $1' % (column, value), event)
                try:
                    text = self.trail.export()
                    self.assertNotEqual(text, self.text)
                    self.assertRegex(self.bad(text, '--checkpoint',
                                              self.point),
                                     'changed|taken away')
                finally:
                    self.behind_our_back(
                        'audit_event', 'UPDATE audit_event SET %s = (SELECT'
                        ' r.%s FROM json_populate_record(NULL::audit_event,'
                        ' $1::json) r) WHERE %s' % (
                            column, column, 'id = $2' if column != 'id' else
                            'id = %s' % other['id']), before, event)
                self.assertEqual(DB.value(
                    'SELECT row_to_json(e)::text FROM audit_event e WHERE'
                    ' id = $1', event), before)
        self.good(self.trail.export(), '--checkpoint', self.point)

    def test_t_audit_row_taken_away(self):
        """A removed row is found, also when its link is removed and the rest of
        the chain is recomputed."""
        tenant = Tenant()
        session = tenant.login()
        for _ in range(3):
            app(session)
        trail = Trail(tenant, session, self.directory.name)
        point = trail.sign()
        event = DB.value('SELECT event_id FROM audit_link WHERE'
                         ' tenant_id = $1 AND seq = 2', tenant.id)
        self.behind_our_back('audit_event', 'DELETE FROM audit_event'
                             ' WHERE id = $1', event)
        self.assertIn('taken away', self.bad(trail.export(), '--checkpoint',
                                             point))
        self.behind_our_back('audit_link', 'DELETE FROM audit_link'
                             ' WHERE tenant_id = $1 AND seq = 2', tenant.id)
        self.assertIn('missing', self.bad(trail.export(), '--checkpoint',
                                          point))
        self.behind_our_back('audit_link', 'UPDATE audit_link SET'
                             ' seq = seq - 1 WHERE tenant_id = $1 AND'
                             ' seq > 2', tenant.id)
        self.bad(trail.export(), '--checkpoint', point)

    def test_t_audit_truncate(self):
        """Truncated tables are found only with the kept checkpoint, since the
        platform goes on and signs what is left."""
        tenant = Tenant()
        session = tenant.login()
        trail = Trail(tenant, session, self.directory.name)
        app(session)
        trail.sign()
        first = DB.number('SELECT seq FROM audit_head WHERE tenant_id = $1',
                          tenant.id)
        for _ in range(6):
            app(session)
        kept = trail.sign()
        self.good(trail.export(), '--checkpoint', kept)
        for table in ('audit_checkpoint', 'audit_link'):
            self.behind_our_back(table, 'DELETE FROM %s WHERE tenant_id = $1'
                                 ' AND seq > $2' % table, tenant.id, first)
        DB.run('UPDATE audit_head h SET seq = $2, signed_seq = $2, hash ='
               ' (SELECT hash FROM audit_link l WHERE l.tenant_id = $1 AND'
               ' l.seq = $2) WHERE tenant_id = $1', tenant.id, first)
        text = trail.export()
        self.good(text)                 # alone it looks whole,
        self.assertIn('cut off', self.bad(text, '--checkpoint', kept))
        for _ in range(8):              # and it grows past the place again
            app(session)
        trail.sign()
        text = trail.export()
        self.good(text)
        self.assertIn('not the one', self.bad(text, '--checkpoint', kept))

    def test_t_audit_or_nothing(self):
        """A change whose audit row cannot be queued for sealing is not
        stored."""
        name = unique('app-')
        DB.run('ALTER TABLE audit_unsealed ADD CONSTRAINT t CHECK'
               " (tenant_id <> '%s') NOT VALID" % self.tenant.id)
        try:
            answer = self.session.post('/api/apps', {'name': name})
            self.assertAnswer(answer, 500, 'internal')
        finally:
            DB.run('ALTER TABLE audit_unsealed DROP CONSTRAINT t')
        self.assertAnswer(self.session.get('/api/apps/' + name), 404)

    def test_beginning_may_be_left_out_only_when_asked(self):
        head = json.loads(self.text.splitlines()[0])
        self.assertEqual(head['after'], 0)
        answer = self.session.get(EXPORT + '&after=2')
        self.assertIn('cut off', self.bad(answer.body))
        self.assertEqual(self.good(answer.body, '--after', '2')['first'], 3)

    def test_operator_exports_a_tenant_and_the_platform(self):
        conf = ENV['state'] + '/conf/cameleer.conf'
        env = dict(os.environ, CREDENTIALS_DIRECTORY=ENV['state'] +
                   '/cred/ctl')

        def run(*args):
            said = subprocess.run(
                [ENV['state'] + '/bin/cameleerctl', '-c', conf, *args],
                capture_output=True, env=env, check=False)
            self.assertEqual(said.returncode, 0, said.stderr)
            return said.stdout
        with open(self.trail.keys, 'wb') as file:
            file.write(run('audit', 'keys'))
        text = run('audit', 'export', self.tenant.slug)
        self.assertTrue(text.startswith(self.text))
        eventually(90, lambda: DB.number(
            'SELECT signed_seq FROM audit_head WHERE tenant_id = $1', NIL)
            > 0, 'the platform\'s own chain is signed')
        self.assertEqual(self.good(run('audit', 'export', 'platform'))
                         ['tenant'], NIL)

    def test_csv_is_a_table_without_formulas(self):
        name = '=1+1"' + unique()
        tenant = Tenant()
        session = tenant.login()
        session.patch('/api/tenants/current', {'name': name}, DB.number(
            'SELECT version FROM tenant WHERE id = $1', tenant.id))
        DB.run("INSERT INTO audit_event (tenant_id, id, actor_kind, action,"
               " subject_type, subject_id, result, service) VALUES ($1,"
               " gen_random_uuid(), 'platform', ' @sum', '-x', $2, 'done',"
               " 't')", tenant.id, 'a"b,c\nd')
        answer = session.get('/api/tenants/audit/export?format=csv')
        self.assertEqual(answer.status, 200)
        self.assertIn('text/csv', answer.headers['content-type'])
        self.assertIn('attachment', answer.headers['content-disposition'])
        rows = list(csv.DictReader(io.StringIO(answer.body.decode(),
                                               newline='')))
        made = [row for row in rows if row['subject_id'] == 'a"b,c\nd']
        self.assertEqual(made[0]['action'], "' @sum")
        self.assertEqual(made[0]['subject_type'], "'-x")
        renamed = [row for row in rows if row['action'] == 'tenant.rename']
        self.assertEqual(json.loads(renamed[0]['facts'])['name'], name)
        self.assertEqual(renamed[0]['client_ip'], '127.0.0.1')
        self.assertEqual(len({len(row) for row in rows}), 1)

    def test_csv_pages_and_filters(self):
        path = '/api/tenants/audit/export?format=csv&action=app.create'
        answer = self.session.get(path + '&limit=2')
        seen, after = answer.body, answer.headers['x-cameleer-next']
        while after:
            answer = self.session.get('%s&limit=2&after=%s' % (path, after))
            seen += answer.body
            after = answer.headers.get('x-cameleer-next')
        rows = list(csv.DictReader(io.StringIO(seen.decode(), newline='')))
        self.assertEqual(len(rows), len({row['id'] for row in rows}))
        self.assertEqual({row['action'] for row in rows}, {'app.create'})
        self.assertGreaterEqual(len(rows), 5)

    def test_export_is_recorded_and_needs_its_permission(self):
        answer = self.session.get(EXPORT)
        self.assertEqual(DB.value('SELECT action FROM audit_event WHERE'
                                  ' request_id = $1', answer.request_id),
                         'audit.export')
        self.assertAnswer(self.tenant.login('developer').get(EXPORT), 403,
                          'not_permitted')
        for query, code in (('?format=', 'invalid_fields'),
                            ('?format=xml', 'invalid_fields'),
                            ('?format=csv&after=1', 'bad_cursor'),
                            ('?format=ndjson&after=x', 'bad_cursor'),
                            ('?format=ndjson&limit=501', 'invalid_fields'),
                            ('?format=csv&from=2026-02-29T00:00:00Z',
                             'invalid_fields')):
            self.assertAnswer(self.session.get(
                '/api/tenants/audit/export' + query), 400, code)
        self.assertEqual(self.session.get(EXPORT + '&limit=500').status, 200)


class Filters(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.tenant = Tenant()
        cls.session = cls.tenant.login()
        cls.app = app(cls.session)
        cls.answer = cls.session.patch(
            '/api/apps/' + cls.app, {'display_name': 'X'}, 1)
        cls.viewer = cls.tenant.login('viewer')
        cls.refused = cls.viewer.delete('/api/apps/' + cls.app)

    def ids(self, query):
        """Returns the items of the audit list for a query."""
        answer = self.session.get('/api/tenants/audit?' + query)
        self.assertEqual(answer.status, 200, answer.describe())
        return answer.json()['items']

    def test_each_filter_lets_through_what_it_names(self):
        edit = self.ids('request_id=' + self.answer.request_id)
        self.assertEqual([e['action'] for e in edit], ['app.edit'])
        one = edit[0]
        refusal = self.ids('request_id=' + self.refused.request_id)[0]
        for query, inside, outside in (
                ('action=app.edit', one, refusal),
                ('actor=' + self.tenant.owner.id, one, refusal),
                ('result=done', one, refusal),
                ('result=refused', refusal, one),
                ('subject_type=app&subject_id=' + one['subject_id'], one,
                 refusal)):
            ids = [e['id'] for e in self.ids(query)]
            self.assertIn(inside['id'], ids, query)
            self.assertNotIn(outside['id'], ids, query)

    def test_history_of_an_object_is_complete(self):
        subject = self.ids('request_id=' + self.answer.request_id)[0]
        history = self.ids('subject_type=app&subject_id=' +
                           subject['subject_id'])
        self.assertEqual([e['action'] for e in history],
                         ['app.edit', 'app.create'])

    def test_times_bound_it_from_and_to(self):
        DB.run('INSERT INTO audit_event (tenant_id, id, at, actor_kind,'
               ' action, result, service) SELECT $1, gen_random_uuid(),'
               " t::timestamptz, 'platform', t, 'done', 't' FROM unnest($2"
               '::text[]) t', self.tenant.id,
               '{2001-01-01T00:00:00Z,2001-01-01T00:00:01Z,'
               '2001-01-01T00:00:02Z}')
        query = 'from=2001-01-01T00:00:00Z&to=2001-01-01T00:00:02Z'
        self.assertEqual(sorted(e['action'] for e in self.ids(query)),
                         ['2001-01-01T00:00:00Z', '2001-01-01T00:00:01Z'])
        for wrong in ('2001-13-01T00:00:00Z', '2001-01-01 00:00:00Z',
                      '2001-02-29T00:00:00Z', '2001-01-01T24:00:00Z'):
            answer = self.session.get('/api/tenants/audit?from=' +
                                      wrong.replace(' ', '%20'))
            self.assertAnswer(answer, 400, 'invalid_fields')


PROBES = {
    'POST /api/tenants/audit/checkpoints': lambda cell: Request({}),
}


if __name__ == '__main__':
    unittest.main()
