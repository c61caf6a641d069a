#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes corpus/webauthn/: what passes, one of each kind, and ways to be wrong.

    python3 tests/fuzz/make_corpus_webauthn.py tests/fuzz/corpus/webauthn
"""
import json
import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'http'))
# pylint: disable=wrong-import-position
from support_authenticator import attested, auth_data, cbor  # noqa: E402

CHALLENGE = 'GvZ1RyBHgYzdVd5iAFBwOp7Cmb3hLxOqPqBJ6m8HAkY'
ORIGIN = 'https://localhost:18443'
# The base point of P-256 (SEC 2): on the curve, as a key must be.
GX = bytes.fromhex('6b17d1f2e12c4247f8bce6e563a440f2'
                   '77037d812deb33a0f4a13945d898c296')
GY = bytes.fromhex('4fe342e2fe1a7f9b8ee7eb4a7c0f9e16'
                   '2bce33576b315ececbb6406837bf51f5')


def client(kind, **more):
    data = {'type': kind, 'challenge': CHALLENGE, 'origin': ORIGIN,
            'crossOrigin': False}
    data.update(more)
    return json.dumps(data, separators=(',', ':')).encode() + b'\n'


def auth(flags=5, count=8, tail=b'', rp='localhost'):
    return auth_data(rp, flags, count, tail)


def credential(key):
    return attested(key, b'credential-1', bytes(range(16)))


ES256 = {1: 2, 3: -7, -1: 1, -2: GX, -3: GY}
EDDSA = {1: 1, 3: -8, -1: 6, -2: GX}
RS256 = {1: 3, 3: -257, -1: b'\xc5' * 256, -2: b'\1\0\1'}


def made(key=None, fmt='none', statement=None, flags=0x45, tail=b''):
    return b'R' + client('webauthn.create') + cbor({
        'fmt': fmt, 'attStmt': statement or {},
        'authData': auth(flags, 0, credential(key or ES256) + tail)})


def shown(data, kind=b'S', signature=b''):
    return kind + client('webauthn.get') + struct.pack('>H', len(data)) + \
        data + signature


FILES = {
    'es256': made(), 'eddsa': made(EDDSA), 'rs256': made(RS256),
    'backed_up': made(flags=0x5d),
    'extensions': made(flags=0xc5, tail=cbor({'credProtect': 2})),
    'packed': made(fmt='packed', statement={'alg': -7, 'sig': bytes(70)}),
    'packed_x5c': made(fmt='packed', statement={
        'alg': -7, 'sig': bytes(70), 'x5c': [b'\x30\x00']}),
    'off_the_curve': made({**ES256, -3: GX}),
    'trailing': made(tail=b'\0'), 'trailing_object': made() + b'\0',
    'not_verified': made(flags=0x41), 'bs_without_be': made(flags=0x55),
    'huge_array': b'R' + client('webauthn.create') + b'\x9b' + b'\xff' * 8,
    'deep': b'R' + client('webauthn.create') + b'\x81' * 40,
    'indefinite': b'R' + client('webauthn.create') + b'\xbf\x63fmt\xff',
    'shown': shown(auth()), 'shown_uncounted': shown(auth(count=0)),
    'shown_again': shown(auth(count=7)),
    'shown_extensions': shown(auth(0x85, 9, cbor({'x': 1}))),
    'shown_trailing': shown(auth() + b'\0'),
    'shown_attested': shown(auth(0x45, 9, credential(EDDSA))),
    'shown_elsewhere': shown(auth(rp='example.org')),
    'shown_unsigned': shown(auth(), b'A', bytes(64)),
    'other_origin': b'S' + client('webauthn.get', origin='https://x') +
                    struct.pack('>H', 37) + auth(),
    'framed': b'S' + client('webauthn.get', crossOrigin=True) +
              struct.pack('>H', 37) + auth(),
}

if __name__ == '__main__':
    os.makedirs(sys.argv[1], exist_ok=True)
    for name, data in FILES.items():
        with open(os.path.join(sys.argv[1], name), 'wb') as f:
            f.write(data)
