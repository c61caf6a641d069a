# SPDX-License-Identifier: Apache-2.0
"""Passkeys are registered; invalid registrations are refused."""
import unittest

from support import TestCase, eventually, unique
from support_authenticator import AT, BE, BS, UP, UV
from support_http import together
from support_passkey import (ALGS, ORIGIN, RP, Authenticator, Holder, add, ask,
                             offer, sign_in)
from support_probe import Request
from support_sql import DB, audit_rows
from support_token import decode
from support_world import Account, Tenant, digest, mails

MAKE = '/api/auth/passkeys'


def make(session, authenticator, name='Key', **given):
    """Registers a passkey with the given faults; returns the answer."""
    return session.post(MAKE, {'name': name, 'response': authenticator.make(
        offer(session), **given)})


class Registration(TestCase):

    def test_offer_is_what_a_browser_takes(self):
        account = Account()
        options = offer(account.login())
        self.assertEqual(options['rp'], {'id': RP, 'name': 'Cameleer'})
        self.assertEqual(options['user']['name'], account.email)
        self.assertEqual(decode(options['user']['id']).hex(),
                         account.id.replace('-', ''))
        self.assertEqual(len(decode(options['challenge'])), 32)
        self.assertEqual([p['alg'] for p in options['pubKeyCredParams']],
                         [-8, -7, -257])
        self.assertEqual(options['attestation'], 'none')
        self.assertEqual(options['excludeCredentials'], [])
        self.assertEqual(options['authenticatorSelection'], {
            'residentKey': 'required', 'requireResidentKey': True,
            'userVerification': 'required'})

    def test_every_algorithm_and_own_attestation(self):
        session = Account().login()
        for alg in ALGS:
            add(session, Authenticator(alg), alg)
        self.assertAnswer(make(session, Authenticator('ES256'),
                               fmt='packed'), 201)
        listed = session.get(MAKE).json()['items']
        self.assertEqual([one['name'] for one in listed],
                         list(ALGS) + ['Key'])
        self.assertEqual({one['used_at'] for one in listed}, {None})
        excluded = offer(session)['excludeCredentials']
        self.assertEqual(len(excluded), 4)
        self.assertEqual(excluded[0]['transports'], ['internal'])
        self.assertEqual(session.get('/api/auth/factors').json()['passkeys'],
                         4)

    def test_sign_in_must_be_fresh_to_begin(self):
        session = Account().login()
        DB.run("UPDATE session SET authenticated_at = now() - interval"
               " '601 seconds' WHERE account_id = $1", session.account['id'])
        self.assertAnswer(session.post(MAKE + '/options', {}), 403,
                          'fresh_login_required')

    def test_session_has_shown_a_second_factor_then(self):
        session = Account().login()
        add(session, Authenticator())
        self.assertEqual(DB.value(
            'SELECT methods FROM session WHERE account_id = $1',
            session.account['id']), '{pwd,hwk}')

    def test_person_gets_a_mail(self):
        account = Account()
        add(account.login(), Authenticator())
        texts, _ = eventually(20, lambda: mails(account.email), 'a notice')
        self.assertIn('A passkey was added', ' '.join(texts[0].split()))

    def test_each_rule_broken_alone(self):
        session = Account().login()
        for reason, given in {
                'origin': {'origin': ORIGIN + '.evil.example'},
                'rp_id': {'rp': 'evil.example'},
                'type': {'says': 'webauthn.get'},
                'user_not_verified': {'flags': UP | AT},
                'user_not_present': {'flags': UV | AT},
                'attested_data': {'flags': UP | UV},
                'backup_flags': {'flags': UP | UV | AT | BS},
                'cross_origin': {'more': {'crossOrigin': True}},
                'auth_data_trailing': {'tail': b'\0'},
                'attestation': {'fmt': 'tpm'}}.items():
            answer = make(session, Authenticator(), **given)
            self.assertAnswer(answer, 422, 'passkey_not_valid')
            self.assertEqual(DB.value(
                "SELECT facts->>'reason' FROM audit_event"
                ' WHERE request_id = $1', answer.request_id), reason)
        self.assertEqual(session.get(MAKE).json()['items'], [])

    def test_backup_flags_are_kept(self):
        session = Account().login()
        passkey = make(session, Authenticator(),
                       flags=UP | UV | AT | BE | BS).json()
        self.assertTrue(passkey['backed_up'])
        self.assertFalse(add(session, Authenticator())['backed_up'])

    def test_challenge_of_nobody(self):
        session = Account().login()
        for challenge in ('', 'x' * 43, 'A' * 43):
            self.assertAnswer(make(session, Authenticator(),
                                   challenge=challenge), 422,
                              'challenge_not_valid')

    def test_challenge_is_good_once(self):
        session = Account().login()
        options = offer(session)
        body = {'name': 'Key', 'response': Authenticator().make(options)}
        self.assertAnswer(session.post(MAKE, body), 201)
        body['response'] = Authenticator().make(options)
        self.assertAnswer(session.post(MAKE, body), 422,
                          'challenge_not_valid')

    def test_challenge_is_of_one_session(self):
        account = Account()
        options = offer(account.login())
        for session in (account.login(), Account().login()):
            self.assertAnswer(session.post(MAKE, {
                'name': 'Key', 'response': Authenticator().make(options)}),
                422, 'challenge_not_valid')

    def test_challenge_is_of_one_purpose(self):
        session = Account().login()
        options = dict(ask()['options'], user={'id': 'x'})
        self.assertAnswer(session.post(MAKE, {
            'name': 'Key', 'response': Authenticator().make(options)}),
            422, 'challenge_not_valid')

    def test_challenge_is_good_for_five_minutes(self):
        session = Account().login()
        for seconds, status in ((299, 201), (300, 422)):
            options = offer(session)
            DB.run('UPDATE passkey_challenge SET expires_at = expires_at -'
                   ' make_interval(secs => $1) WHERE digest = $2', seconds,
                   digest(options['challenge']))
            self.assertAnswer(session.post(MAKE, {
                'name': 'Key', 'response': Authenticator().make(options)}),
                status, None if status == 201 else 'challenge_not_valid')

    def test_challenge_is_stored_as_its_digest_alone(self):
        options = offer(Account().login())
        self.assertEqual(DB.number(
            'SELECT count(*) FROM passkey_challenge c WHERE c::text LIKE $1',
            '%' + options['challenge'] + '%'), 0)

    def test_one_credential_is_one_persons(self):
        first, second = Account().login(), Account().login()
        authenticator = Authenticator()
        add(first, authenticator)
        self.assertAnswer(make(first, authenticator), 409, 'passkey_exists')
        self.assertAnswer(make(second, authenticator), 409, 'passkey_exists')

    def test_twenty_are_enough(self):
        session = Account().login()
        authenticator = Authenticator('EdDSA')
        for i in range(20):
            authenticator.id = b'%32d' % i + unique().encode()
            add(session, authenticator)
        self.assertAnswer(session.post(MAKE + '/options', {}), 409,
                          'too_many_passkeys')

    def test_twenty_also_of_those_that_race(self):
        session = Account().login()
        authenticator = Authenticator('EdDSA')
        for i in range(18):
            authenticator.id = b'%32d' % i + unique().encode()
            add(session, authenticator)
        bodies = []
        for i in range(4):
            authenticator.id = b'%31d' % i + unique().encode()
            bodies.append({'name': 'Key', 'response': authenticator.make(
                offer(session))})
        answers = together(4, lambda i: session.post(MAKE, bodies[i]).status)
        self.assertEqual(sorted(answers), [201, 201, 409, 409])

    def test_answers_of_another_form(self):
        session = Account().login()
        good = Authenticator().make(offer(session))
        inner = good['response']
        for changed in (
                {'id': None}, {'id': ''}, {'id': '=='}, {'id': 'A' * 1366},
                {'id': 7}, {'rawId': 'AAAA'}, {'type': 'password'},
                {'type': None}, {'response': None}, {'response': []},
                {'response': dict(inner, clientDataJSON=None)},
                {'response': dict(inner, clientDataJSON='a b')},
                {'response': dict(inner, attestationObject=7)},
                {'response': dict(inner, attestationObject='')}):
            answer = session.post(MAKE, {
                'name': 'Key', 'response': dict(good, **changed)})
            self.assertAnswer(answer, 400, 'invalid_fields')
        for response in ('x', 7, [], {}, True):
            self.assertAnswer(session.post(MAKE, {
                'name': 'Key', 'response': response}), 400, 'invalid_fields')
        big = dict(good, more='x' * 32768)
        self.assertAnswer(session.post(MAKE, {
            'name': 'Key', 'response': big}), 400, 'invalid_fields')

    def test_names_at_the_bound(self):
        session = Account().login()
        self.assertAnswer(make(session, Authenticator(), 'n' * 60), 201)
        self.assertAnswer(make(session, Authenticator(), 'n' * 61), 400)
        self.assertAnswer(make(session, Authenticator(), ''), 400)

    def test_odd_transports_are_left_out(self):
        session = Account().login()
        response = Authenticator().make(offer(session))
        response['response']['transports'] = [
            'usb', 'x' * 17, 'a,b', '"', 7, None, 'smart-card'] + ['nfc'] * 9
        self.assertAnswer(session.post(MAKE, {
            'name': 'Key', 'response': response}), 201)
        self.assertEqual(offer(session)['excludeCredentials'][0][
            'transports'], ['usb', 'smart-card', 'nfc'])


class Keeping(TestCase):

    def test_rename_needs_the_version(self):
        holder = Holder()
        path = '%s/%s' % (MAKE, holder.passkey['id'])
        session = holder.session
        self.assertAnswer(session.call('PATCH', path, {'name': 'New'}), 428)
        answer = self.assertAnswer(session.patch(path, {'name': 'New'},
                                                 1), 200)
        self.assertEqual(answer.json()['name'], 'New')
        self.assertEqual(answer.headers['etag'], '"2"')
        self.assertAnswer(session.patch(path, {'name': 'Newer'}, 1), 412,
                          'changed_meanwhile')
        self.assertEqual(session.get(path).json()['name'], 'New')

    def test_foreign_and_unknown_answer_alike(self):
        holder, other = Holder(), Account().login()
        foreign = '%s/%s' % (MAKE, holder.passkey['id'])
        unknown = MAKE + '/0190a0b0-1111-7222-8333-444455556666'
        for method, body, headers in (
                ('GET', None, {}), ('DELETE', None, {}),
                ('PATCH', {'name': 'x'}, {'If-Match': '"1"'})):
            answers = [other.call(method, path, body, headers=headers)
                       for path in (foreign, unknown, MAKE + '/x')]
            for answer in answers:
                self.assertAnswer(answer, 404, 'no_such_passkey')
            self.assertEqual(answers[0].plain(), answers[1].plain())
        self.assertEqual(len(holder.session.get(MAKE).json()['items']), 1)

    def test_removed_passkey_opens_nothing(self):
        holder = Holder()
        path = '%s/%s' % (MAKE, holder.passkey['id'])
        self.assertAnswer(holder.by_passkey(), 200)
        self.assertAnswer(holder.session.delete(path), 204)
        self.assertAnswer(holder.by_passkey(), 401, 'passkey_refused')
        self.assertAnswer(holder.session.delete(path), 404)

    def test_removal_needs_a_fresh_sign_in(self):
        holder = Holder()
        DB.run("UPDATE session SET authenticated_at = now() - interval"
               " '601 seconds' WHERE account_id = $1", holder.id)
        self.assertAnswer(holder.session.delete(
            '%s/%s' % (MAKE, holder.passkey['id'])), 403,
            'fresh_login_required')

    def test_last_one_stays_where_a_policy_asks_for_it(self):
        tenant = Tenant()
        holder = Holder()
        tenant.join(holder, 'developer')
        DB.run('INSERT INTO sign_in_policy (tenant_id, second_factor)'
               " VALUES ($1, '{developer}')", tenant.id)
        path = '%s/%s' % (MAKE, holder.passkey['id'])
        self.assertAnswer(holder.session.delete(path), 403,
                          'factor_required')
        add(holder.session, Authenticator(), 'Spare')
        self.assertAnswer(holder.session.delete(path), 204)

    def test_trail_names_the_passkey(self):
        holder = Holder()
        answer = holder.session.delete(
            '%s/%s' % (MAKE, holder.passkey['id']))
        self.assertEqual([row[1:] for row in audit_rows(answer.request_id)],
                         [(holder.id, 'passkey.remove', 'done', None,
                           'passkey', holder.passkey['id'])])


class Bound(TestCase):

    def test_one_account_has_twenty_challenges(self):
        session = Account().login()
        offers = [offer(session) for _ in range(21)]
        self.assertEqual(DB.number(
            'SELECT count(*) FROM passkey_challenge WHERE account_id = $1',
            session.account['id']), 20)
        bodies = [{'name': 'Key', 'response': Authenticator('EdDSA').make(o)}
                  for o in (offers[0], offers[1])]
        self.assertAnswer(session.post(MAKE, bodies[0]), 422,
                          'challenge_not_valid')
        self.assertAnswer(session.post(MAKE, bodies[1]), 201)

    def test_one_network_has_a_thousand_challenges(self):
        holder = Holder()
        oldest = ask()
        asker = DB.value('SELECT asker FROM passkey_challenge'
                         ' WHERE digest = $1', digest(oldest['challenge']))
        self.assertEqual(asker, '127.0.0.1')
        DB.run('UPDATE passkey_challenge SET expires_at = now() + interval'
               " '10 seconds' WHERE digest = $1", digest(
                   oldest['challenge']))
        DB.run('INSERT INTO passkey_challenge (digest, purpose, asker,'
               " expires_at) SELECT 'flood-' || i, 'login', $1, now() +"
               " interval '20 seconds' FROM generate_series(1, 998 - (SELECT"
               " count(*) FROM passkey_challenge WHERE asker = $1)::int + 1)"
               ' i', asker)
        ask()
        self.assertEqual(DB.number('SELECT count(*) FROM passkey_challenge'
                                   ' WHERE asker = $1', asker), 1000)
        self.assertAnswer(sign_in(oldest, holder.authenticator.show(
            oldest['options'])), 200)
        oldest = ask()
        DB.run('UPDATE passkey_challenge SET expires_at = now() + interval'
               " '10 seconds' WHERE digest = $1", digest(
                   oldest['challenge']))
        ask()
        self.assertEqual(DB.number('SELECT count(*) FROM passkey_challenge'
                                   ' WHERE asker = $1', asker), 1000)
        self.assertAnswer(sign_in(oldest, holder.authenticator.show(
            oldest['options'])), 401, 'challenge_not_valid')
        DB.run("DELETE FROM passkey_challenge WHERE digest LIKE 'flood-%'")

    def test_what_is_too_old_is_swept(self):
        DB.run('INSERT INTO passkey_challenge (digest, purpose, asker,'
               " expires_at) VALUES ('old', 'login', 'x', now())")
        ask()
        self.assertEqual(DB.number('SELECT count(*) FROM passkey_challenge'
                                   " WHERE digest = 'old'"), 0)


def _add_passkey(cell):
    """Returns a registration with a session of a new account."""
    if not cell.permitted:
        return Request({'name': 'M', 'response': {}})
    session = Account().login()
    return Request({'name': 'M', 'response': Authenticator('EdDSA').make(
        offer(session))}, session=session)


def _passkey(cell):
    """Returns a request about a new account's passkey, with its session when
    the actor is permitted."""
    holder = Holder('EdDSA')
    patch = cell.route['method'] == 'PATCH'
    return Request({'name': 'M'} if patch else None,
                   {'If-Match': '"1"'} if patch else None,
                   holder.session if cell.permitted else None,
                   id=holder.passkey['id'])


PROBES = {
    'POST /api/auth/passkeys': _add_passkey,
    'GET /api/auth/passkeys': lambda cell: Request(
        session=Holder('EdDSA').session if cell.permitted else None),
    'GET /api/auth/passkeys/{id}': _passkey,
    'PATCH /api/auth/passkeys/{id}': _passkey,
    'DELETE /api/auth/passkeys/{id}': _passkey,
    'POST /api/auth/passkeys/options': lambda cell: Request({}),
}


if __name__ == '__main__':
    unittest.main()
