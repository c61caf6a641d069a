# SPDX-License-Identifier: Apache-2.0
"""Second factors: an authenticator app of our own, and who has one."""
import base64
import hashlib
import hmac
import struct
import time

from support_http import request
from support_sql import DB
from support_world import Account, Session


def code_at(secret, step):
    """RFC 6238 for the base32 secret of an app."""
    key = base64.b32decode(secret + '=' * (-len(secret) % 8))
    mac = hmac.new(key, struct.pack('>Q', step), hashlib.sha1).digest()
    at = mac[-1] & 15
    value = struct.unpack('>I', mac[at:at + 4])[0] & 0x7fffffff
    return '%06d' % (value % 1000000)


def step_now():
    """The step of this moment."""
    return int(time.time()) // 30


def wrong(secret):
    """Six digits that are the code of no step near."""
    near = {code_at(secret, step_now() + i) for i in range(-3, 4)}
    return next(code for code in ('%06d' % i for i in range(10))
                if code not in near)


def enrol(account):
    """Gives an account an app, in place of the one before, by its
    `session`, which must be fresh; keeps secret and recovery codes."""
    answer = account.session.post('/api/auth/factors/totp')
    assert answer.status == 200, answer.describe()
    account.secret = answer.json()['secret']
    answer = account.session.post('/api/auth/factors/totp/confirm', {
        'code': code_at(account.secret, step_now())})
    assert answer.status == 200, answer.describe()
    account.recovery = answer.json()['recovery_codes']


class Enrolled(Account):
    """Somebody with an authenticator app; `session` is the one that set it
    up, and is fresh."""

    def __init__(self, name='Careful'):
        super().__init__(name)
        self.session = super().login()
        enrol(self)

    def code(self):
        """A code that is good: time passes for those that were used."""
        self.rewind()
        return code_at(self.secret, step_now())

    def rewind(self):
        """As if no code had been used yet."""
        DB.run('UPDATE totp SET last_step = 0 WHERE account_id = $1',
               self.id)

    def challenge(self, kind='token', **given):
        """The answer to the password alone."""
        return request('POST', '/api/auth/login', {
            'email': self.email, 'password': self.password,
            'session': kind}, **given)

    def second(self, challenge=None, kind='token', **proof):
        """The answer to a code; a challenge is made when none is given."""
        if challenge is None:
            challenge = self.challenge(kind).json()['challenge']
        return request('POST', '/api/auth/login/second',
                       dict(proof, challenge=challenge))

    def login(self, kind='token', tenant=None, **given):
        """By both factors."""
        answer = self.second(kind=kind, code=self.code())
        assert answer.status == 200, answer.describe()
        session = Session(answer, kind)
        return session.switch(tenant) if tenant else session


def older(session, minutes=11):
    """The session's last proof is so long ago."""
    DB.run('UPDATE session SET authenticated_at = now() - make_interval('
           'mins => $1) WHERE id = $2', minutes, session_id(session))


def session_id(session):
    """Of the access token."""
    from support_token import claims_of
    return claims_of(session.access)['sid']


def methods(session):
    """How it was opened, sorted."""
    text = DB.value('SELECT methods FROM session WHERE id = $1',
                    session_id(session))
    return sorted(text.strip('{}').split(','))
