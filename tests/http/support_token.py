# SPDX-License-Identifier: Apache-2.0
"""Makes tokens as an attacker would, with or without a key."""
import base64
import json
import os
import tempfile
import time
import uuid

from support import ENV, openssl
from support_sql import DB
from support_world import credential

# PKCS #8 of an Ed25519 key up to its seed (RFC 8410)
_PKCS8 = bytes.fromhex('302e020100300506032b657004220420')


def encode(data):
    """Encodes as base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b'=').decode()


def decode(text):
    """Decodes base64url without padding."""
    return base64.urlsafe_b64decode(text + '=' * (-len(text) % 4))


def claims_of(token):
    """Returns the claims of a token without verifying it."""
    return json.loads(decode(token.split('.')[1]))


def header_of(token):
    """Returns the header of a token without verifying it."""
    return json.loads(decode(token.split('.')[0]))


def _seed(process, purpose):
    for line in credential(process, 'signing.keys').splitlines():
        words = line.split()
        if words and words[0] == purpose:
            return words[1], decode(words[2])
    raise KeyError(purpose)


def sign(header, claims, seed):
    """Returns a JWT that is signed with Ed25519."""
    text = '%s.%s' % (encode(json.dumps(header).encode()),
                      encode(json.dumps(claims).encode()))
    with tempfile.TemporaryDirectory() as directory:
        key, data = directory + '/key', directory + '/data'
        with open(os.open(key, os.O_WRONLY | os.O_CREAT, 0o600), 'wb') as f:
            f.write(_PKCS8 + seed)
        with open(data, 'w', encoding='ascii') as f:
            f.write(text)
        made = openssl('pkeyutl', '-sign', '-rawin', '-keyform', 'DER',
                       '-inkey', key, '-in', data)
    return text + '.' + encode(made)


def altered(token, header=None, process='auth', purpose='access', kid=None,
            **claims):
    """Returns the token with other claims or header members, signed with a real
    key of the platform. A claim of None is left out."""
    name, seed = _seed(process, purpose)
    head = dict(header_of(token), kid=kid or name, **(header or {}))
    body = {k: v for k, v in dict(claims_of(token), **claims).items()
            if v is not None}
    return sign(head, body, seed)


def expired(token):
    """Returns the token as it would be an hour after its expiry."""
    now = int(time.time())
    return altered(token, iat=now - 4200, nbf=now - 4200, exp=now - 3600)


def other_audience(token):
    """Returns the token with the audience of another service."""
    return altered(token, aud='cameleer-server:demo')


def other_purpose(token):
    """Returns the token signed with the licence key, which is a real key but
    not valid for access tokens."""
    return altered(token, process='worker', purpose='license')


def forgeries(token):
    """Returns (what is wrong, token) for forged tokens; all must be refused."""
    head, body, signature = token.split('.')
    stranger = os.urandom(32)
    return [
        ('alg none', '%s.%s.' % (encode(b'{"alg":"none","typ":"at+jwt"}'),
                                 body)),
        ('no signature', '%s.%s.' % (head, body)),
        ('cut signature', token[:-4]),
        ('other claims', '%s.%s.%s' % (head, encode(json.dumps(dict(
            claims_of(token), role='owner')).encode()), signature)),
        ('a stranger\'s key', sign(header_of(token), claims_of(token),
                                   stranger)),
        ('unknown kid', altered(token, kid='nobody')),
        ('HS256', altered(token, header={'alg': 'HS256'})),
        ('jwk in the header', altered(token, header={'jwk': {}})),
        ('crit', altered(token, header={'crit': ['exp']})),
        ('other issuer', altered(token, iss='https://other.example')),
        ('other audience', other_audience(token)),
        ('other purpose', other_purpose(token)),
        ('no expiry', altered(token, exp=None)),
        ('expired', expired(token)),
        ('not yet good', altered(token, nbf=int(time.time()) + 3600)),
        ('no session', altered(token, sid=None)),
        ('a session of nobody', altered(token, sid=str(uuid.uuid4()))),
        ('another account', altered(token, sub=str(uuid.uuid4()))),
        ('too long', token + 'A' * 9000),
        ('empty', ' '),
        ('blanks', 'a b.c d.e'),
    ]


BASE_URL = ENV['base_url']


def token_row(tenant, account):
    """Creates an API token whose secret nobody knows; returns its id."""
    identity = str(uuid.uuid4())
    DB.run('INSERT INTO api_token (tenant_id, id, account_id, name, digest,'
           " hint, scopes, created_by, expires_at) VALUES ($1, $2, $3, 'm',"
           " $2, 'clr_mmmm', '{app.read}', $3, now() + interval '1 day')",
           tenant.id, identity, account)
    return identity
