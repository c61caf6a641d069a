#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes docs/license/vectors.json: licences in both forms, good and bad, with
what every implementation must answer.

    python3 tests/license/make_vectors.py DIR      writes DIR/vectors.json

The same bytes come out each time: the keys are made from fixed seeds, and
Ed25519 uses no random numbers.  Needs only the standard library and the
openssl program."""
import base64
import copy
import hashlib
import json
import os
import subprocess
import sys
import tempfile

# Private halves are public here: nothing real is ever signed with them.
PKCS8 = bytes.fromhex('302e020100300506032b657004220420')
START, VALID, GRACE = 1772323200, 1774915200, 1775520000
NOW = '2026-03-10T12:00:00Z'
LATE = '2026-04-02T00:00:00Z'
OVER = '2026-04-07T00:00:00Z'
SOON, END, LAST = ('2026-03-24T00:00:00Z', '2026-03-31T00:00:00Z',
                   '2026-04-07T00:00:00Z')
IDENTITY = '01957c2a-7b00-7000-8000-000000000001'
UNLIMITED = 2147483647


def plain(value):
    """Returns canonical JSON: sorted keys, no blanks."""
    return json.dumps(value, sort_keys=True, separators=(',', ':')).encode()


def b64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b'=').decode()


class Key:
    """An Ed25519 key from a seed of 32 equal bytes."""

    def __init__(self, folder, byte):
        self.pem = os.path.join(folder, 'key%d.der' % byte)
        self.data = os.path.join(folder, 'data')
        with open(self.pem, 'wb') as f:
            f.write(PKCS8 + bytes([byte]) * 32)
        self.public = subprocess.run(
            ('openssl', 'pkey', '-inform', 'DER', '-in', self.pem, '-pubout',
             '-outform', 'DER'), check=True,
            stdout=subprocess.PIPE).stdout[-32:]
        self.kid = b64url(hashlib.sha256(plain({
            'crv': 'Ed25519', 'kty': 'OKP',
            'x': b64url(self.public)})).digest())

    def jwk(self):
        return {'alg': 'EdDSA', 'crv': 'Ed25519', 'kid': self.kid,
                'kty': 'OKP', 'use': 'sig', 'x': b64url(self.public)}

    def sign(self, data):
        with open(self.data, 'wb') as f:
            f.write(data)
        return subprocess.run(
            ('openssl', 'pkeyutl', '-sign', '-rawin', '-keyform', 'DER',
             '-inkey', self.pem, '-in', self.data), check=True,
            stdout=subprocess.PIPE).stdout

    def token(self, claims, header=None):
        head = {'alg': 'EdDSA', 'kid': self.kid,
                'typ': 'cameleer-license+jwt'}
        head.update(header or {})
        text = b64url(plain(head)) + '.' + b64url(
            claims if isinstance(claims, bytes) else plain(claims))
        return text + '.' + b64url(self.sign(text.encode()))

    def file(self, payload):
        raw = payload if isinstance(payload, bytes) else plain(payload)
        return base64.b64encode(raw).decode() + '.' + base64.b64encode(
            self.sign(raw)).decode()


CLAIMS = {
    'aud': 'cameleer-license', 'iss': 'https://cameleer.example',
    'sub': 'acme', 'jti': IDENTITY, 'iat': START, 'nbf': START,
    'exp': GRACE, 'valid_until': VALID, 'grace_until': GRACE,
    'lic_version': 3, 'state': 'active', 'tier': 'high',
    'features': {'topology': True, 'lineage': 'full', 'correlation': True,
                 'debugger': True, 'replay': True, 'sso': True,
                 'custom_roles': True, 'teams': 'full'},
    'entitlements': {'sso': True, 'custom_roles': True},
    'limits': {'max_agents': None, 'max_apps': 500, 'max_environments': None,
               'max_vaults': None, 'retention_days': 90}}

FILE = {'tenantId': 'acme', 'licenseId': IDENTITY, 'label': 'high',
        'issuedAt': START, 'expiresAt': VALID, 'gracePeriodDays': 7,
        'limits': {'max_agents': UNLIMITED, 'max_apps': 500,
                   'max_environments': UNLIMITED, 'max_vaults': UNLIMITED,
                   'retention_days': 90}}

LIST = {'aud': 'cameleer-license', 'iss': 'https://cameleer.example',
        'sub': 'revocations', 'iat': START, 'serial': 7, 'revoked': []}


def changed(base, **members):
    """Returns a copy; a member that is None is left out."""
    made = copy.deepcopy(base)
    for name, value in members.items():
        made[name] = value
        if value is None:
            del made[name]
    return made


def flipped(text, at):
    """Returns the text with another letter at that place."""
    return text[:at] + ('A' if text[at] != 'A' else 'B') + text[at + 1:]


class Vectors:

    def __init__(self, good, other):
        self.good, self.other = good, other
        self.items = []

    def add(self, name, text, verdict, reason, until=None, **more):
        item = {'name': name, 'license': text, 'now': NOW, 'verdict': verdict,
                'reason': reason, 'until': until,
                'read': verdict in ('active', 'expiring', 'grace',
                                    'suspended'),
                'write': verdict in ('active', 'expiring')}
        item.update(more)
        self.items.append(item)

    def bad(self, name, text, reason):
        self.add(name, text, 'invalid', reason)

    def bad_claims(self, name, **members):
        self.bad('JWT: ' + name,
                 self.good.token(changed(CLAIMS, **members)), 'bad_payload')

    def bad_file(self, name, **members):
        self.bad('file: ' + name,
                 self.good.file(changed(FILE, **members)), 'bad_payload')


def times(v):
    """Both forms through their life."""
    forms = (('JWT', v.good.token(CLAIMS)), ('file', v.good.file(FILE)))
    for form, text in forms:
        v.add(form + ': active', text, 'active', 'valid', SOON)
        v.add(form + ': with an end of line', text + '\n', 'active', 'valid',
              SOON)
        v.add(form + ': the last week', text, 'expiring', 'ends_soon', END,
              now=SOON)
        v.add(form + ': grace', text, 'grace', 'ended', LAST, now=LATE)
        v.add(form + ': expired', text, 'expired', 'grace_over', now=OVER)
        v.add(form + ': not begun', text, 'early', 'not_begun',
              '2026-02-28T23:59:00Z', now='2026-02-01T00:00:00Z')
        v.add(form + ': clock set back', text, 'expired', 'grace_over',
              mark=OVER)
        v.add(form + ': no contact', text, 'grace', 'no_contact', LAST,
              contact='2026-03-09T12:00:00Z')
        v.add(form + ': revoked', text, 'revoked', 'revoked',
              revocations=v.good.token(changed(LIST, revoked=[IDENTITY]), {
                  'typ': 'cameleer-revocations+jwt'}))
        v.add(form + ': another one is revoked', text, 'active', 'valid',
              SOON, revocations=v.good.token(changed(
                  LIST, revoked=[IDENTITY[:-1] + '2']), {
                      'typ': 'cameleer-revocations+jwt'}))
    v.add('JWT: suspended', v.good.token(changed(CLAIMS, state='suspended')),
          'suspended', 'suspended', LAST)
    v.add('JWT: alg Ed25519 (RFC 9864)',
          v.good.token(CLAIMS, {'alg': 'Ed25519'}), 'active', 'valid', SOON)


def forged(v):
    """Signatures, keys and headers that are not right."""
    token, text = v.good.token(CLAIMS), v.good.file(FILE)
    v.bad('JWT: another key, its own kid', v.other.token(CLAIMS),
          'unknown_key')
    v.bad('JWT: another key under our kid',
          v.other.token(CLAIMS, {'kid': v.good.kid}), 'bad_signature')
    v.bad('file: another key', v.other.file(FILE), 'bad_signature')
    v.bad('JWT: a letter of the signature', flipped(token, len(token) - 20),
          'bad_signature')
    v.bad('JWT: a letter of the payload',
          flipped(token, token.index('.') + 9), 'bad_signature')
    v.bad('file: a letter of the payload', flipped(text, 9), 'bad_signature')
    v.bad('file: a letter of the signature',
          flipped(text, text.index('.') + 9), 'bad_signature')
    for name, header in (('alg none', {'alg': 'none'}),
                         ('alg HS256', {'alg': 'HS256'}),
                         ('typ of an access token', {'typ': 'at+jwt'}),
                         ('typ of a list', {
                             'typ': 'cameleer-revocations+jwt'}),
                         ('crit', {'crit': ['b64'], 'b64': False}),
                         ('its own key', {'jwk': v.other.jwk()})):
        v.bad('JWT: ' + name, v.good.token(CLAIMS, header), 'bad_header')


def misshapen(v):
    """Texts that are no licence."""
    token, text = v.good.token(CLAIMS), v.good.file(FILE)
    for name, bad in (('nothing', ''), ('an end of line', '\n'),
                      ('one word', 'licence'), ('dots', '...'),
                      ('four parts', token + '.x'), ('a blank', ' ' + text),
                      ('base64url', text.replace('=', '')),
                      ('no signature', text.split('.', maxsplit=1)[0] + '.'),
                      ('no payload', '.' + text.split('.')[1])):
        v.bad('form: ' + name, bad, 'bad_form')
    v.bad('form: larger than 8192 bytes', text + '\n' * 8192, 'too_large')
    v.bad('JWT: header is no JSON', 'e30x.' + token.split('.', 1)[1],
          'bad_header')
    v.bad('JWT: payload is no object', v.good.token(b'[]'), 'bad_payload')
    v.bad('JWT: a key twice', v.good.token(
        b'{"sub":"acme",' + plain(CLAIMS)[1:]), 'bad_payload')
    v.bad('file: a key twice', v.good.file(
        b'{"tenantId":"acme",' + plain(FILE)[1:]), 'bad_payload')
    v.bad('file: payload is no JSON', v.good.file(b'{"tenantId":'),
          'bad_payload')
    v.bad('file: payload is a number', v.good.file(b'7'), 'bad_payload')


def contradictory(v):
    """Signed texts that do not say what a licence says."""
    for name in ('sub', 'jti', 'iat', 'nbf', 'exp', 'valid_until',
                 'grace_until', 'lic_version', 'state', 'tier', 'features',
                 'limits', 'entitlements', 'aud'):
        v.bad_claims('without ' + name, **{name: None})
    v.bad_claims('for somebody else', aud='cameleer')
    v.bad_claims('of an unknown state', state='golden')
    v.bad_claims('dates as text', valid_until='2026-03-31')
    v.bad_claims('a fraction of a second', iat=START + 0.5)
    v.bad_claims('before 1970', nbf=-1)
    v.bad_claims('exp is not the end of grace', exp=GRACE + 1)
    v.bad_claims('version 0', lic_version=0)
    v.bad_claims('a tenant with a blank', sub='ac me')
    v.bad_claims('a tenant of 65 letters', sub='a' * 65)
    v.bad('JWT: ends before it begins', v.good.token(changed(
        CLAIMS, nbf=VALID + 1)), 'bad_dates')
    v.bad('JWT: grace ends before it', v.good.token(changed(
        CLAIMS, grace_until=VALID - 1, exp=VALID - 1)), 'bad_dates')
    for name in FILE:
        v.bad_file('without ' + name, **{name: None})
    v.bad_file('grace of eleven years', gracePeriodDays=4015)
    v.bad_file('grace that is negative', gracePeriodDays=-1)
    v.bad_file('dates as text', expiresAt='2026-03-31')
    v.bad('file: ends before it begins', v.good.file(changed(
        FILE, issuedAt=VALID + 1)), 'bad_dates')


def lists(v):
    """Lists of revoked licences: what reading each of them finds."""
    def token(header=None, key=None, **members):
        head = {'typ': 'cameleer-revocations+jwt'}
        head.update(header or {})
        return (key or v.good).token(changed(LIST, **members), head)
    found = [('an empty one', token(), None),
             ('one entry', token(revoked=[IDENTITY]), None),
             ('with an end of line', token() + '\n', None),
             ('another key', token(key=v.other), 'unknown_key'),
             ('another typ', token({'typ': 'JWT'}), 'bad_header'),
             ('a licence', v.good.token(CLAIMS), 'bad_header'),
             ('not signed', token().rsplit('.', 1)[0] + '.', 'bad_signature'),
             ('one word', 'list', 'bad_form'),
             ('an entry that is a number', token(revoked=[7]), 'bad_payload'),
             ('an entry that is empty', token(revoked=['']), 'bad_payload'),
             ('serial 0', token(serial=0), 'bad_payload')]
    found += [('without ' + name, token(**{name: None}), 'bad_payload')
              for name in ('serial', 'revoked', 'iat', 'sub', 'aud')]
    return [{'name': name, 'list': text, 'reason': reason,
             'serial': 7 if reason is None else None}
            for name, text, reason in found]


def made(folder):
    """Returns the whole document."""
    v = Vectors(Key(folder, 1), Key(folder, 2))
    for fill in (times, forged, misshapen, contradictory):
        fill(v)
    return {'keys': [v.good.jwk()], 'licenses': v.items, 'lists': lists(v)}


def main():
    with tempfile.TemporaryDirectory() as folder:
        document = made(folder)
    with open(os.path.join(sys.argv[1], 'vectors.json'), 'w',
              encoding='utf-8') as f:
        json.dump(document, f, indent='\t', sort_keys=True)
        f.write('\n')


if __name__ == '__main__':
    main()
