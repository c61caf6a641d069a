# SPDX-License-Identifier: Apache-2.0
"""An authenticator app in software, and accounts that use one."""
import base64
import hashlib
import hmac
import struct
import time

from support_http import request
from support_sql import DB
from support_world import Account, Session


def code_at(secret, step):
    """Returns the one-time code (RFC 6238) for a base32 secret and a step."""
    key = base64.b32decode(secret + '=' * (-len(secret) % 8))
    mac = hmac.new(key, struct.pack('>Q', step), hashlib.sha1).digest()
    at = mac[-1] & 15
    value = struct.unpack('>I', mac[at:at + 4])[0] & 0x7fffffff
    return '%06d' % (value % 1000000)


def step_now():
    """Returns the number of the current 30-second step."""
    return int(time.time()) // 30


def wrong(secret):
    """Returns a six-digit code that is wrong for all steps around now."""
    near = {code_at(secret, step_now() + i) for i in range(-3, 4)}
    return next(code for code in ('%06d' % i for i in range(10))
                if code not in near)


def enrol(account):
    """Enrols a new authenticator app for an account, in place of the old one.
    Needs a fresh `session`; keeps the secret and the recovery codes."""
    answer = account.session.post('/api/auth/factors/totp')
    assert answer.status == 200, answer.describe()
    account.secret = answer.json()['secret']
    answer = account.session.post('/api/auth/factors/totp/confirm', {
        'code': code_at(account.secret, step_now())})
    assert answer.status == 200, answer.describe()
    account.recovery = answer.json()['recovery_codes']


class Enrolled(Account):
    """An account with an authenticator app. Its `session` enrolled the app and
    is fresh."""

    def __init__(self, name='Careful'):
        super().__init__(name)
        self.session = super().login()
        enrol(self)

    def code(self):
        """Returns a code that is accepted, also when it was used before."""
        self.rewind()
        return code_at(self.secret, step_now())

    def rewind(self):
        """Resets the last used step, so that codes can be used again."""
        DB.run('UPDATE totp SET last_step = 0 WHERE account_id = $1',
               self.id)

    def challenge(self, kind='token', **given):
        """Signs in with the password alone; the answer holds a challenge."""
        return request('POST', '/api/auth/login', {
            'email': self.email, 'password': self.password,
            'session': kind}, **given)

    def second(self, challenge=None, kind='token', **proof):
        """Sends the second factor; gets a challenge first when none is
        given."""
        if challenge is None:
            challenge = self.challenge(kind).json()['challenge']
        return request('POST', '/api/auth/login/second',
                       dict(proof, challenge=challenge))

    def login(self, kind='token', tenant=None, **given):
        """Signs in with both factors and returns the session."""
        answer = self.second(kind=kind, code=self.code())
        assert answer.status == 200, answer.describe()
        session = Session(answer, kind)
        return session.switch(tenant) if tenant else session


def older(session, minutes=11):
    """Makes the session's last proof of identity that many minutes old."""
    DB.run('UPDATE session SET authenticated_at = now() - make_interval('
           'mins => $1) WHERE id = $2', minutes, session_id(session))


def session_id(session):
    """Returns the session id of the access token."""
    from support_token import claims_of
    return claims_of(session.access)['sid']


def methods(session):
    """Returns the sorted methods by which the session was opened."""
    text = DB.value('SELECT methods FROM session WHERE id = $1',
                    session_id(session))
    return sorted(text.strip('{}').split(','))
