# SPDX-License-Identifier: Apache-2.0
"""Sign-in with a passkey alone or after a password, and step-up with it."""
import unittest

from support import TestCase, eventually
from support_authenticator import BE, BS, UP, UV
from support_http import request, together
from support_passkey import (ALGS, ORIGIN, RP, Authenticator, Holder, Key, add,
                             ask, sign_in)
from support_probe import Request
from support_sql import DB, audit_rows
from support_token import decode, encode
from support_world import Account, Session, Tenant, digest, mails


def reason(answer):
    """Returns the reason of a refusal from the audit trail."""
    return DB.value("SELECT facts->>'reason' FROM audit_event WHERE"
                    ' request_id = $1', answer.request_id)


class Login(TestCase):

    def assertRefused(self, answer, why):
        """Checks the refusal: the same answer for every cause; the audit trail
        has the reason."""
        self.assertAnswer(answer, 401, 'passkey_refused')
        self.assertEqual(answer.json()['detail'], 'this passkey is not known'
                         ' here, or its proof is not valid')
        self.assertEqual(reason(answer), why)

    def test_every_algorithm(self):
        for alg in ALGS:
            holder = Holder(alg)
            answer = self.assertAnswer(holder.by_passkey(), 200)
            self.assertEqual(answer.json()['account']['email'], holder.email)
            session = Session(answer)
            self.assertEqual(DB.value(
                'SELECT methods FROM session WHERE account_id = $1'
                ' ORDER BY id DESC LIMIT 1', holder.id), '{hwk}')
            self.assertIsNotNone(session.get(
                '/api/auth/passkeys').json()['items'][0]['used_at'])

    def test_asking_names_nobody(self):
        asking = ask()
        self.assertEqual(asking['options'], {
            'challenge': asking['challenge'], 'timeout': 300000, 'rpId': RP,
            'allowCredentials': [], 'userVerification': 'required'})

    def test_cookie_session_from_our_own_pages_alone(self):
        holder = Holder()
        asking = ask()
        answer = sign_in(asking, holder.authenticator.show(
            asking['options']), 'cookie', headers={
                'Origin': 'https://evil.example'})
        self.assertAnswer(answer, 403, 'foreign_origin')
        answer = sign_in(asking, holder.authenticator.show(
            asking['options']), 'cookie', headers={'Origin': ORIGIN})
        self.assertAnswer(answer, 200)
        self.assertEqual(len(answer.cookies), 3)
        self.assertIsNone(answer.json()['access_token'])

    def test_each_rule_broken_alone(self):
        holder = Holder()
        for why, given in {
                'origin': {'origin': 'https://evil.example'},
                'rp_id': {'rp': 'evil.example'},
                'challenge': {'challenge': 'A' * 43},
                'type': {'says': 'webauthn.create'},
                'cross_origin': {'more': {'topOrigin': ORIGIN}},
                'user_not_verified': {'flags': UP},
                'user_not_present': {'flags': UV},
                'backup_flags': {'flags': UP | UV | BE | BS},
                'auth_data_trailing': {'tail': b'\0'},
                'signature': {'key': Key('ES256')}}.items():
            self.assertRefused(holder.by_passkey(**given), why)
        self.assertAnswer(holder.by_passkey(), 200)

    def test_foreign_credential(self):
        mine, other = Holder(), Holder()
        asking = ask()
        # their id over my signature
        mixed = mine.authenticator.show(asking['options'])
        mixed['id'] = mixed['rawId'] = encode(other.authenticator.id)
        self.assertRefused(sign_in(asking, mixed), 'user_handle')
        asking = ask()
        mixed = mine.authenticator.show(asking['options'])
        mixed['id'] = mixed['rawId'] = encode(other.authenticator.id)
        mixed['response']['userHandle'] = other.authenticator.handle
        self.assertRefused(sign_in(asking, mixed), 'signature')
        asking = ask()
        mixed = mine.authenticator.show(asking['options'])
        mixed['response']['userHandle'] = other.authenticator.handle
        self.assertRefused(sign_in(asking, mixed), 'user_handle')

    def test_unknown_credential_and_no_handle(self):
        holder = Holder()
        holder.authenticator.id, known = b'x' * 32, holder.authenticator.id
        self.assertRefused(holder.by_passkey(), 'unknown_credential')
        holder.authenticator.id = known
        holder.authenticator.handle = None
        self.assertRefused(holder.by_passkey(), 'user_handle')

    def test_empty_handle_is_none(self):
        """An empty user handle, as Safari sends after a password, is accepted
        there; alone it opens no session."""
        holder = Holder()
        for handle in ('', None):
            challenge = request('POST', '/api/auth/login', {
                'email': holder.email, 'password': holder.password,
                'session': 'token'}).json()['challenge']
            asking = ask(challenge)
            shown = holder.authenticator.show(asking['options'])
            shown['response']['userHandle'] = handle
            self.assertAnswer(sign_in(asking, shown, second=challenge), 200)
            asking = ask()
            shown = holder.authenticator.show(asking['options'])
            shown['response']['userHandle'] = handle
            self.assertRefused(sign_in(asking, shown), 'user_handle')

    def test_replay(self):
        holder = Holder()
        asking = ask()
        response = holder.authenticator.show(asking['options'])
        self.assertAnswer(sign_in(asking, response), 200)
        self.assertAnswer(sign_in(asking, response), 401,
                          'challenge_not_valid')
        fresh = ask()
        self.assertRefused(sign_in(fresh, response), 'challenge')

    def test_failed_proof_spends_the_challenge(self):
        holder = Holder()
        asking = ask()
        self.assertRefused(sign_in(asking, holder.authenticator.show(
            asking['options'], flags=UP)), 'user_not_verified')
        self.assertAnswer(sign_in(asking, holder.authenticator.show(
            asking['options'])), 401, 'challenge_not_valid')

    def test_of_many_at_once_one_is_let_in(self):
        holder = Holder()
        asking = ask()
        response = holder.authenticator.show(asking['options'])
        answers = together(8, lambda _: sign_in(asking, response).status)
        self.assertEqual(sorted(answers), [200] + [401] * 7)

    def test_challenge_is_good_for_five_minutes(self):
        holder = Holder()
        for seconds, status in ((299, 200), (300, 401)):
            asking = ask()
            DB.run('UPDATE passkey_challenge SET expires_at = expires_at -'
                   ' make_interval(secs => $1) WHERE digest = $2', seconds,
                   digest(asking['challenge']))
            self.assertEqual(sign_in(asking, holder.authenticator.show(
                asking['options'])).status, status)

    def test_challenge_for_a_new_passkey_signs_nobody_in(self):
        from support_passkey import offer
        holder = Holder()
        options = offer(holder.session)
        self.assertAnswer(sign_in(options, holder.authenticator.show(
            options)), 401, 'challenge_not_valid')

    def test_count_going_back_is_a_copy(self):
        holder = Holder()
        self.assertAnswer(holder.by_passkey(count=7), 200)
        for count in (7, 6, 1, 0):
            self.assertRefused(holder.by_passkey(count=count), 'sign_count')
        self.assertAnswer(holder.by_passkey(count=8), 200)
        texts, _ = eventually(20, lambda: [
            text for text in mails(holder.email)
            if 'copy' in text], 'a warning')
        self.assertIn('somebody may have a copy of', ' '.join(
            texts[0].split()))

    def test_uncounted_stays_uncounted(self):
        holder = Holder()
        for _ in range(3):
            self.assertAnswer(holder.by_passkey(count=0), 200)

    def test_every_byte_of_the_signed_counts(self):
        holder = Holder()
        for part in ('clientDataJSON', 'authenticatorData', 'signature'):
            asking = ask()
            response = holder.authenticator.show(asking['options'])
            raw = bytearray(decode(response['response'][part]))
            raw[len(raw) // 2] ^= 1
            response['response'][part] = encode(bytes(raw))
            answer = sign_in(asking, response)
            self.assertAnswer(answer, 401, 'passkey_refused')
            asking = ask()
            response = holder.authenticator.show(asking['options'])
            response['response'][part] = encode(
                decode(response['response'][part]) + b'\0')
            self.assertAnswer(sign_in(asking, response), 401,
                              'passkey_refused')

    def test_disabled_account_is_not_let_in(self):
        holder = Holder()
        DB.run("UPDATE account SET state = 'disabled' WHERE id = $1",
               holder.id)
        self.assertRefused(holder.by_passkey(), 'unknown_credential')

    def test_wrong_passwords_do_not_shut_this_way(self):
        holder = Holder()
        for _ in range(11):
            request('POST', '/api/auth/login', {
                'email': holder.email, 'password': 'wrong wrong wrong'})
        self.assertAnswer(holder.by_passkey(), 200)

    def test_trail_names_the_account(self):
        holder = Holder()
        answer = holder.by_passkey()
        self.assertEqual([row[1:] for row in audit_rows(answer.request_id)],
                         [(holder.id, 'session.open', 'done', None,
                           'account', holder.id)])
        answer = holder.by_passkey(flags=UP)
        self.assertEqual([row[2:] for row in audit_rows(answer.request_id)],
                         [('session.open', 'refused', 'passkey_refused',
                           'account', holder.id)])

    def test_passkey_is_a_second_factor_to_a_policy(self):
        tenant = Tenant()
        holder = Holder()
        tenant.join(holder, 'developer')
        session = holder.login(tenant=tenant.slug)
        plain = tenant.login('developer')
        DB.run('INSERT INTO sign_in_policy (tenant_id, second_factor)'
               " VALUES ($1, '{*}')", tenant.id)
        self.assertAnswer(session.get('/api/apps'), 200)
        self.assertAnswer(plain.get('/api/apps'), 403,
                          'second_factor_required')


class Second(TestCase):

    def password(self, holder, kind='token'):
        """Signs in with the password; returns the challenge for the passkey."""
        answer = request('POST', '/api/auth/login', {
            'email': holder.email, 'password': holder.password,
            'session': kind})
        self.assertAnswer(answer, 200)
        self.assertIsNone(answer.json()['access_token'])
        self.assertEqual(answer.json()['second_factor'], ['passkey'])
        return answer.json()['challenge']

    def test_behind_a_password(self):
        holder = Holder()
        second = self.password(holder)
        asking = ask(second)
        self.assertEqual([one['id'] for one in
                          asking['options']['allowCredentials']],
                         [encode(holder.authenticator.id)])
        holder.authenticator.handle = None      # it may be left out here
        answer = sign_in(asking, holder.authenticator.show(
            asking['options']), second=second)
        self.assertAnswer(answer, 200)
        self.assertEqual(DB.value(
            'SELECT methods FROM session WHERE account_id = $1'
            ' ORDER BY id DESC LIMIT 1', holder.id), '{pwd,hwk}')
        self.assertAnswer(sign_in(asking, holder.authenticator.show(
            asking['options']), second=second), 401, 'challenge_not_valid')

    def test_session_is_of_the_kind_that_was_asked_for(self):
        holder = Holder()
        second = self.password(holder, 'cookie')
        asking = ask(second)
        response = holder.authenticator.show(asking['options'])
        self.assertAnswer(sign_in(asking, response, second=second, headers={
            'Origin': 'https://evil.example'}), 403, 'foreign_origin')
        answer = sign_in(asking, response, second=second)
        self.assertEqual(len(answer.cookies), 3)

    def test_passkey_of_somebody_else(self):
        holder, other = Holder(), Holder()
        second = self.password(holder)
        asking = ask(second)
        answer = sign_in(asking, other.authenticator.show(
            asking['options']), second=second)
        self.assertAnswer(answer, 401, 'passkey_refused')
        self.assertEqual(reason(answer), 'foreign_credential')

    def test_challenges_are_not_exchanged(self):
        holder = Holder()
        second = self.password(holder)
        alone, behind = ask(), ask(second)
        self.assertAnswer(sign_in(alone, holder.authenticator.show(
            alone['options']), second=second), 401, 'challenge_not_valid')
        self.assertAnswer(sign_in(behind, holder.authenticator.show(
            behind['options'])), 401, 'challenge_not_valid')
        self.assertAnswer(request(
            'POST', '/api/auth/login/passkey/options', {
                'second': 'x' * 43}), 401, 'challenge_not_valid')


class StepUp(TestCase):

    def ask(self, session):
        """Returns a step-up challenge."""
        answer = session.post('/api/auth/step-up/passkey/options', {})
        return self.assertAnswer(answer, 200).json()

    def prove(self, session, asking, response):
        """Sends the proof for a step-up; returns the answer."""
        return session.post('/api/auth/step-up/passkey', {
            'challenge': asking['challenge'], 'response': response})

    def test_old_sign_in_is_fresh_again(self):
        holder = Holder()
        DB.run("UPDATE session SET authenticated_at = now() - interval"
               " '1 hour' WHERE account_id = $1", holder.id)
        session = holder.session
        self.assertAnswer(session.post('/api/auth/passkeys/options', {}),
                          403, 'fresh_login_required')
        asking = self.ask(session)
        self.assertEqual(len(asking['options']['allowCredentials']), 1)
        self.assertAnswer(self.prove(session, asking,
                                     holder.authenticator.show(
                                         asking['options'])), 204)
        self.assertAnswer(session.post('/api/auth/passkeys/options', {}),
                          200)

    def test_others_prove_nothing(self):
        holder, other = Holder(), Holder()
        asking = self.ask(holder.session)
        answer = self.prove(holder.session, asking, other.authenticator.show(
            asking['options']))
        self.assertAnswer(answer, 422, 'passkey_refused')
        self.assertEqual(reason(answer), 'foreign_credential')
        asking = self.ask(holder.session)
        elsewhere = holder.login()
        response = holder.authenticator.show(asking['options'])
        for session in (other.session, elsewhere):
            self.assertAnswer(self.prove(session, asking, response), 422,
                              'challenge_not_valid')
        self.assertAnswer(self.prove(holder.session, asking, response), 204)
        self.assertAnswer(self.prove(holder.session, asking, response), 422,
                          'challenge_not_valid')

    def test_verification_is_required(self):
        holder = Holder()
        asking = self.ask(holder.session)
        self.assertAnswer(self.prove(
            holder.session, asking, holder.authenticator.show(
                asking['options'], flags=UP)), 422, 'passkey_refused')

    def test_several_passkeys_each_prove(self):
        holder = Holder()
        spare = Authenticator('EdDSA')
        add(holder.session, spare, 'Spare')
        for authenticator in (spare, holder.authenticator):
            asking = self.ask(holder.session)
            self.assertEqual(
                len(asking['options']['allowCredentials']), 2)
            self.assertAnswer(self.prove(
                holder.session, asking, authenticator.show(
                    asking['options'])), 204)

    def test_somebody_without_passkeys_is_told(self):
        session = Account().login()
        self.assertAnswer(session.post(
            '/api/auth/step-up/passkey/options', {}), 409, 'no_passkey')


def _passkey_login(_cell):
    asking = ask()
    return Request({'challenge': asking['challenge'],
                    'response': Holder('EdDSA').authenticator.show(
                        asking['options'])})


def _prove_ask(cell):
    """Returns a request whose session belongs to an account with a passkey."""
    if cell.permitted:
        return Request({}, session=Holder('EdDSA').session)
    return Request({})


def _prove(cell):
    if not cell.permitted:
        return Request({'challenge': 'x', 'response': {}})
    holder = Holder('EdDSA')
    asking = holder.session.post('/api/auth/step-up/passkey/options',
                                 {}).json()
    return Request({'challenge': asking['challenge'],
                    'response': holder.authenticator.show(
                        asking['options'])}, session=holder.session)


PROBES = {
    'POST /api/auth/login/passkey/options': lambda cell: Request({}),
    'POST /api/auth/login/passkey': _passkey_login,
    'POST /api/auth/step-up/passkey/options': _prove_ask,
    'POST /api/auth/step-up/passkey': _prove,
}


if __name__ == '__main__':
    unittest.main()
