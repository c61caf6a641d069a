# SPDX-License-Identifier: Apache-2.0
"""Bootstrap tokens, with which agents outside of the platform register: made,
rotated, revoked, listed, and how each tool is told about them."""
import json
import unittest
import uuid

from support import ENV, TestCase, eventually, unique
from support_probe import Request
from support_sql import DB, audit_rows
from support_world import Tenant, digest, mails
from test_tenant_approval import ctl

PATH = '/api/tenants/bootstrap-tokens'
TOKENS_MAX = 20


def make(session, name='north', **more):
    answer = session.post(PATH, dict(more, name=name))
    assert answer.status == 201, answer.describe()
    return answer.json()


def aged(token, column, interval):
    """Moves a time of a token by an interval."""
    DB.run('UPDATE bootstrap_token SET %s = now() + $2::interval'
           ' WHERE id = $1' % column, token['id'], interval)


class Tokens(TestCase):

    def setUp(self):
        self.tenant = Tenant()
        self.session = self.tenant.login('admin')

    def listed(self):
        return self.session.get(PATH).json()['items']

    def test_is_shown_once_and_stored_as_a_digest(self):
        answer = self.session.post(PATH, {'name': 'north'})
        made = self.assertAnswer(answer, 201).json()
        self.assertRegex(made['token'], '^clb_[A-Za-z0-9_-]{43}$')
        self.assertEqual((made['hint'], made['expires_at']),
                         (made['token'][:8], None))
        self.assertEqual(DB.rows('SELECT digest FROM bootstrap_token'
                                 ' WHERE id = $1', made['id']),
                         [(digest(made['token']),)])
        shown = self.session.get(PATH)
        self.assertNotIn(made['token'].encode(), shown.body)
        self.assertEqual([(i['id'], i['used_at'], i['used_from'])
                          for i in shown.json()['items']],
                         [(made['id'], None, None)])
        self.assertEqual(audit_rows(answer.request_id)[0][2:], (
            'agent_token.create', 'done', None, 'bootstrap_token',
            made['id']))
        self.assertEqual(DB.rows(
            "SELECT count(*) FROM audit_event WHERE facts::text LIKE '%'"
            " || $1 || '%'", made['token'][4:]), [('0',)])

    def test_owners_are_mailed(self):
        made = make(self.session, unique('north '))
        self.assertAnswer(self.session.delete(PATH + '/' + made['id']), 204)
        texts, _ = eventually(
            20, lambda: len(mails(self.tenant.owner.email)) > 1 and
            mails(self.tenant.owner.email), 'two mails')
        for text, what in zip(texts, ('made', 'revoked')):
            self.assertIn('was ' + what, text)
            self.assertIn(made['name'], text.replace('=\n', ''))
            self.assertNotIn(made['token'], text.replace('=\n', ''))

    def test_bad_input_is_refused(self):
        for body in ({}, {'name': ''}, {'name': 'x' * 61}, {'name': 'a\nb'},
                     {'name': 'x', 'expires_in_days': 0},
                     {'name': 'x', 'expires_in_days': 367},
                     {'name': 'x', 'expires_in_days': 'soon'},
                     {'name': 'x', 'token': 'clb_' + 'a' * 43}):
            with self.subTest(body=body):
                self.assertAnswer(self.session.post(PATH, body), 400,
                                  'invalid_fields')
        made = make(self.session)
        for hours in (-1, 169, None):
            self.assertAnswer(self.session.post(
                '%s/%s/rotate' % (PATH, made['id']),
                {'overlap_hours': hours}), 400)
        for name in ('x', str(uuid.uuid4())):
            self.assertAnswer(self.session.delete(PATH + '/' + name), 404,
                              'no_such_agent_token')
        self.assertEqual(len(self.listed()), 1)

    def test_a_tenant_has_at_most_twenty(self):
        for number in range(TOKENS_MAX):
            make(self.session, 'n%02d' % number)
        self.assertAnswer(self.session.post(PATH, {'name': 'one more'}), 409,
                          'too_many_agent_tokens')
        first = self.listed()[0]
        self.assertAnswer(self.session.delete(PATH + '/' + first['id']), 204)
        make(self.session, 'one more')

    def test_rotates_with_an_overlap_and_once(self):
        old = make(self.session, expires_in_days=30)
        path = '%s/%s/rotate' % (PATH, old['id'])
        new = self.assertAnswer(self.session.post(
            path, {'overlap_hours': 2}), 201).json()
        self.assertNotEqual(new['token'], old['token'])
        self.assertEqual({i['id']: i['replaced_by'] for i in self.listed()},
                         {old['id']: new['id'], new['id']: None})
        self.assertEqual(DB.rows(
            "SELECT expires_at - now() BETWEEN interval '119 min' AND"
            " interval '2 hours' FROM bootstrap_token WHERE id = $1",
            old['id']), [('t',)])
        self.assertAnswer(self.session.post(path, {'overlap_hours': 2}), 409,
                          'agent_token_replaced')

    def test_of_another_tenant_does_not_exist(self):
        made = make(self.session)
        other = Tenant().login()
        self.assertAnswer(other.delete(PATH + '/' + made['id']), 404,
                          'no_such_agent_token')
        self.assertAnswer(other.post('%s/%s/rotate' % (PATH, made['id']), {
            'overlap_hours': 0}), 404, 'no_such_agent_token')
        self.assertEqual(other.get(PATH).json()['items'], [])

    def test_only_owners_and_admins_have_them(self):
        for role in ('developer', 'viewer'):
            session = self.tenant.login(role)
            self.assertAnswer(session.get(PATH), 403, 'not_permitted')
            self.assertAnswer(session.post(PATH, {'name': 'x'}), 403,
                              'not_permitted')

    def test_setup_names_the_tenant_and_is_what_cameleerctl_says(self):
        setup = self.session.get('/api/tenants/agent-setup').json()
        endpoint = '%s/t/%s' % (ENV['base_url'], self.tenant.slug)
        self.assertEqual(setup['endpoint'], endpoint)
        self.assertEqual([t['name'] for t in setup['tools']], [
            'java', 'docker', 'compose', 'maven', 'gradle', 'systemd',
            'kubernetes'])
        for tool in setup['tools']:
            self.assertIn(endpoint, tool['text'])
            self.assertEqual(ctl('agents', 'connect', self.tenant.slug,
                                 '--for', tool['name']), (0, tool['text']))
        self.assertEqual(ctl('agents', 'connect', self.tenant.slug, '--for',
                             'cobol')[0], 2)
        self.assertEqual(ctl('agents', 'connect', 'No Slug')[0], 2)

    def test_operators_list_and_revoke_them(self):
        made = make(self.session)
        slug = self.tenant.slug
        status, out = ctl('agents', 'list', slug)
        self.assertEqual(status, 0)
        self.assertIn('%s  %s...  used never' % (made['id'], made['hint']),
                      out)
        self.assertEqual([t['id'] for t in json.loads(
            ctl('agents', 'list', slug, '--json')[1])], [made['id']])
        self.assertEqual(ctl('agents', 'revoke', slug, made['id'])[0], 0)
        self.assertEqual(self.listed(), [])
        self.assertEqual(DB.rows(
            'SELECT tenant_id, result FROM audit_event WHERE action ='
            " 'agent_token.revoke' AND subject_id = $1", made['id']),
            [(self.tenant.id, 'done')])
        self.assertEqual(ctl('agents', 'revoke', slug, made['id'])[0], 1)
        self.assertEqual(ctl('agents', 'revoke', slug, 'x')[0], 2)
        self.assertEqual(ctl('agents', 'list', 'nobody')[0], 1)


def _token(cell, body=None):
    """Returns a request with the id of a token of the fixture's tenant."""
    identity = str(uuid.uuid4())
    tenant = cell.fixture.tenant
    DB.run('DELETE FROM bootstrap_token WHERE tenant_id = $1', tenant.id)
    DB.run('INSERT INTO bootstrap_token (tenant_id, id, name, digest, hint,'
           " created_by) VALUES ($1, $2, 'm', $2, 'clb_mmmm', $3)", tenant.id,
           identity, tenant.owner.id)
    return Request(body, id=identity)


PROBES = {
    'POST /api/tenants/bootstrap-tokens': lambda cell: Request(
        {'name': 'm', 'expires_in_days': 1}),
    'POST /api/tenants/bootstrap-tokens/{id}/rotate': lambda cell: _token(
        cell, {'overlap_hours': 0}),
    'DELETE /api/tenants/bootstrap-tokens/{id}': _token,
}


if __name__ == '__main__':
    unittest.main()
