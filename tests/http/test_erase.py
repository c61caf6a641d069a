# SPDX-License-Identifier: Apache-2.0
"""Erasure of a person removes every trace of their name, and the signed audit
trail still verifies (T25)."""
import os
import subprocess
import tempfile
import time
import unittest

from support import ENV, TestCase, unique
from support_probe import Request
from support_sql import DB
from support_world import Account, Tenant, app
from test_trail import Trail

CONF = ENV['state'] + '/conf/cameleer.conf'


def ctl(*args, wait=True):
    """Runs cameleerctl with the operator's credentials."""
    process = subprocess.Popen(
        [ENV['state'] + '/bin/cameleerctl', '-c', CONF, *args],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=dict(os.environ,
                 CREDENTIALS_DIRECTORY=ENV['state'] + '/cred/ctl'))
    if not wait:
        return process
    out, err = process.communicate(timeout=60)
    return process.returncode, out.decode(), err.decode()


def places(marker):
    """Returns the tables that contain the marker."""
    tables = [row[0] for row in DB.rows(
        'SELECT relname FROM pg_class WHERE relkind = \'r\' AND'
        " relnamespace = 'cameleer'::regnamespace")]
    return [t for t in tables if DB.number(
        'SELECT count(*) FROM %s t WHERE position(lower($1) IN'
        ' lower(t::text)) > 0' % t, marker) > 0]


class Erase(TestCase):

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.tenant = Tenant()
        self.marker = unique('mark')
        self.person = Account(self.marker)
        DB.run('UPDATE account SET email = $1 WHERE id = $2',
               self.marker + '@example.test', self.person.id)
        self.person.email = self.marker + '@example.test'
        self.tenant.join(self.person, 'admin')
        self.session = self.person.login(tenant=self.tenant.slug)
        app(self.session)
        DB.run('INSERT INTO audit_event (tenant_id, id, actor_id, actor_kind,'
               ' action, subject_type, subject_id, result, service, person)'
               " VALUES ($1, gen_random_uuid(), $2, 'account', 'x',"
               " 'invitation', 'i', 'done', 't', jsonb_build_object("
               "'email', $3::text, 'client_ip', '203.0.113.77'))",
               self.tenant.id, self.tenant.owner.id, self.person.email)
        DB.run('UPDATE session SET user_agent = $1 WHERE account_id = $2',
               self.marker, self.person.id)
        self.trail = Trail(self.tenant, self.tenant.login(), directory.name)
        self.kept = self.trail.sign()

    def intact(self):
        """Tells whether nothing of the person has been erased."""
        return DB.number('SELECT count(*) FROM account WHERE name = $1 AND'
                         " state = 'active'", self.marker) == 1 and \
            DB.number('SELECT count(*) FROM subject_key WHERE account_id ='
                      ' $1', self.person.id) == 1 and \
            DB.number('SELECT count(*) FROM membership WHERE account_id ='
                      ' $1', self.person.id) == 1

    def shown(self):
        """Returns the client addresses that the trail shows for the person."""
        return [e['client_ip'] for e in self.trail.session.get(
            '/api/tenants/audit?limit=100&actor=' + self.person.id).json()
            ['items'] if e['client_ip']]

    def test_t_erase_markers(self):
        self.assertGreaterEqual(len(places(self.marker)), 2)
        self.assertNotEqual(self.shown(), [])
        answer = self.session.delete('/api/auth/me')
        self.assertEqual(answer.status, 204, answer.describe())
        self.assertEqual(places(self.marker), [])
        self.assertEqual(self.shown(), [])
        self.assertEqual(self.session.get('/api/auth/me').status, 401)
        self.trail.sign()
        said = self.trail.verify(self.trail.export(), '--checkpoint',
                                 self.kept)
        self.assertEqual(said.returncode, 0, said.stderr)
        self.assertRegex(said.stdout, rb'"forgotten":[1-9]')
        self.assertEqual(DB.number(
            "SELECT count(*) FROM audit_event WHERE action = 'account.erase'"
            ' AND subject_id = $1 AND person IS NULL', self.person.id), 1)

    def left(self):
        """Returns the trail's rows about the end of the membership."""
        return DB.rows(
            "SELECT actor_id, actor_kind, facts->>'by', facts->>'role'"
            ' FROM audit_event WHERE tenant_id = $1 AND action ='
            " 'member.remove' AND subject_id = $2",
            self.tenant.id, self.person.id)

    def test_each_tenant_sees_that_a_member_left(self):
        other = Tenant()
        other.join(self.person, 'viewer')
        self.assertEqual(self.session.delete('/api/auth/me').status, 204)
        self.assertEqual(self.left(), [
            (self.person.id, 'account', 'account.erase', 'admin')])
        self.assertEqual(DB.number(
            'SELECT count(*) FROM audit_event WHERE tenant_id = $1 AND action'
            " = 'member.remove' AND subject_id = $2", other.id,
            self.person.id), 1)

    def test_an_operator_leaves_a_row_in_each_tenant_too(self):
        self.assertEqual(ctl('accounts', 'erase', self.person.id)[0], 0)
        self.assertEqual(self.left(), [
            (None, 'platform', 'account.erase', 'admin')])

    def test_t_erase_crash(self):
        """Erasure that is killed midway erases nothing; a second run erases
        all."""
        holder = type(DB)()
        self.addCleanup(holder.close)
        holder.run('BEGIN; SELECT FROM account WHERE id = $1 FOR UPDATE;'
                   'LOCK TABLE erasure IN EXCLUSIVE MODE', self.person.id)
        process = ctl('accounts', 'erase', self.person.id, wait=False)
        time.sleep(1)
        self.assertIsNone(process.poll())
        process.kill()
        process.communicate()
        holder.run('ROLLBACK')
        self.assertTrue(self.intact())
        rc, out, err = ctl('accounts', 'erase', self.person.email)
        self.assertEqual((rc, out), (0, 'forgotten\n'), err)
        self.assertEqual(places(self.marker), [])

    def test_restored_backup_forgets_again_by_the_list(self):
        before = DB.rows('SELECT email, name FROM account WHERE id = $1',
                         self.person.id)[0]
        self.assertEqual(ctl('accounts', 'erase', self.person.id)[0], 0)
        path = self.trail.dir + '/erased'
        with open(path, 'w', encoding='ascii') as file:
            file.write(ctl('accounts', 'erased')[1])
        DB.run("UPDATE account SET email = $2, name = $3, state = 'active'"
               ' WHERE id = $1; DELETE FROM erasure WHERE account_id = $1',
               self.person.id, *before)
        self.assertNotEqual(places(self.marker), [])
        rc, out, err = ctl('accounts', 'replay', path)
        self.assertEqual(rc, 0, err)
        self.assertEqual(places(self.marker), [])
        self.assertEqual(DB.number('SELECT count(*) FROM erasure WHERE'
                                   ' account_id = $1', self.person.id), 1)

    def test_last_owner_stays_and_says_why(self):
        owner = self.tenant.owner
        answer = self.tenant.login().delete('/api/auth/me')
        self.assertAnswer(answer, 409, 'last_owner')
        rc, _, err = ctl('accounts', 'erase', owner.id)
        self.assertEqual(rc, 1)
        self.assertIn('last owner', err)
        self.assertEqual(DB.value('SELECT state FROM account WHERE id = $1',
                                  owner.id), 'active')

    def test_an_old_sign_in_is_not_enough(self):
        DB.run("UPDATE session SET authenticated_at = now() - interval"
               " '11 minutes' WHERE account_id = $1", self.person.id)
        self.assertAnswer(self.session.delete('/api/auth/me'), 403,
                          'fresh_login_required')
        self.assertTrue(self.intact())


def _forgotten(cell):
    """Returns a request whose session belongs to a new account, since the
    erasure destroys it."""
    return Request(session=Account().login() if cell.permitted else None)


PROBES = {
    'DELETE /api/auth/me': _forgotten,
}


if __name__ == '__main__':
    unittest.main()
