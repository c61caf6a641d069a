# SPDX-License-Identifier: Apache-2.0
"""A browser and its authenticator in software. They make valid passkeys, or the
invalid ones that a test asks for. openssl makes keys and signatures."""
import hashlib
import json
import os
import secrets
import tempfile
import urllib.parse

from support import ENV, openssl
from support_authenticator import AT, UP, UV, attested, auth_data, cbor
from support_http import request
from support_token import encode
from support_world import Account, Session

ORIGIN = ENV['base_url']
RP = urllib.parse.urlsplit(ORIGIN).hostname
ALGS = ('ES256', 'EdDSA', 'RS256')
_KEYS = tempfile.TemporaryDirectory(prefix='cameleer-passkeys.')


class Key:
    """A key pair of one algorithm, in the form of COSE and WebAuthn."""

    def __init__(self, alg):
        self.alg = alg
        self.path = '%s/%s' % (_KEYS.name, secrets.token_hex(8))
        kind = {'ES256': ['EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
                'EdDSA': ['ED25519'],
                'RS256': ['RSA', '-pkeyopt', 'rsa_keygen_bits:2048']}[alg]
        openssl('genpkey', '-algorithm', *kind, '-out', self.path)
        self.der = openssl('pkey', '-in', self.path, '-pubout', '-outform',
                           'DER')

    def cose(self):
        """Returns the public key as a COSE map; reads the raw numbers from the
        end of the DER form."""
        der = self.der
        if self.alg == 'ES256':
            return {1: 2, 3: -7, -1: 1, -2: der[-64:-32], -3: der[-32:]}
        if self.alg == 'EdDSA':
            return {1: 1, 3: -8, -1: 6, -2: der[-32:]}
        return {1: 3, 3: -257, -1: der[-261:-5], -2: der[-3:]}

    def sign(self, data):
        """Signs data with the algorithm of the key."""
        if self.alg != 'EdDSA':
            return openssl('dgst', '-sha256', '-sign', self.path, data=data)
        path = self.path + '.data'
        with open(path, 'wb') as f:
            f.write(data)
        signature = openssl('pkeyutl', '-sign', '-rawin', '-inkey', self.path,
                            '-in', path)
        os.unlink(path)
        return signature


class Authenticator:
    """An authenticator with one credential. Arguments given by name replace the
    valid values: origin, says (the type), challenge, rp, flags, more (members
    of the client data), tail (bytes after the authenticator data), fmt."""

    def __init__(self, alg='ES256'):
        self.key = Key(alg)
        self.id = secrets.token_bytes(32)
        self.count = 0
        self.handle = None

    @staticmethod
    def client_data(kind, challenge, given):
        """Returns the client data, which the browser writes."""
        data = {'type': given.get('says', kind),
                'challenge': given.get('challenge', challenge),
                'origin': given.get('origin', ORIGIN), 'crossOrigin': False}
        data.update(given.get('more', {}))
        return json.dumps(data, separators=(',', ':')).encode()

    def auth_data(self, flags, given, tail=b''):
        """Returns the authenticator data."""
        return auth_data(given.get('rp', RP), given.get('flags', flags),
                         given.get('count', self.count),
                         tail + given.get('tail', b''))

    def make(self, options, **given):
        """Creates a credential; returns RegistrationResponseJSON."""
        self.handle = options['user']['id']
        client = self.client_data('webauthn.create', options['challenge'],
                                  given)
        data = self.auth_data(UP | UV | AT, given,
                              attested(self.key.cose(), self.id))
        statement = {}
        if given.get('fmt') == 'packed':
            statement = {'alg': self.key.cose()[3], 'sig': self.key.sign(
                data + hashlib.sha256(client).digest())}
        return self._answer({
            'clientDataJSON': encode(client), 'transports': ['internal'],
            'attestationObject': encode(cbor({
                'fmt': given.get('fmt', 'none'), 'attStmt': statement,
                'authData': data}))})

    def show(self, options, **given):
        """Proves the credential; returns AuthenticationResponseJSON."""
        self.count += 1
        client = self.client_data('webauthn.get', options['challenge'],
                                  given)
        data = self.auth_data(UP | UV, given)
        signature = given.get('key', self.key).sign(
            data + hashlib.sha256(client).digest())
        return self._answer({
            'clientDataJSON': encode(client),
            'authenticatorData': encode(data),
            'signature': encode(signature), 'userHandle': self.handle})

    def _answer(self, response):
        return {'id': encode(self.id), 'rawId': encode(self.id),
                'type': 'public-key', 'response': response,
                'authenticatorAttachment': 'platform',
                'clientExtensionResults': {}}


def offer(session):
    """Returns the options for a new passkey."""
    answer = session.post('/api/auth/passkeys/options', {})
    assert answer.status == 200, answer.describe()
    return answer.json()


def add(session, authenticator, name='Laptop'):
    """Registers a passkey and returns it."""
    answer = session.post('/api/auth/passkeys', {
        'name': name, 'response': authenticator.make(offer(session))})
    assert answer.status == 201, answer.describe()
    return answer.json()


def ask(second=None):
    """Returns a challenge for a sign-in with a passkey."""
    answer = request('POST', '/api/auth/login/passkey/options',
                     {'second': second} if second else {})
    assert answer.status == 200, answer.describe()
    return answer.json()


def sign_in(asking, response, kind='token', **given):
    """Sends a passkey's proof for a sign-in; returns the answer."""
    body = {'challenge': asking['challenge'], 'response': response,
            'session': kind}
    if 'second' in given:
        body['second'] = given.pop('second')
    return request('POST', '/api/auth/login/passkey', body, **given)


class Holder(Account):
    """An account with one passkey."""

    def __init__(self, alg='ES256'):
        super().__init__('Holder')
        self.authenticator = Authenticator(alg)
        self.session = super().login()
        self.passkey = add(self.session, self.authenticator)

    def by_passkey(self, kind='token', **given):
        """Signs in with the passkey; returns the answer."""
        asking = ask()
        return sign_in(asking, self.authenticator.show(
            asking['options'], **given), kind)

    def login(self, kind='token', tenant=None, **_given):
        """Signs in with the passkey; returns the session."""
        answer = self.by_passkey(kind)
        assert answer.status == 200, answer.describe()
        session = Session(answer, kind)
        return session.switch(tenant) if tenant else session
