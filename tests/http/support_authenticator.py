# SPDX-License-Identifier: Apache-2.0
"""Writes what an authenticator sends, as bytes: CBOR, and the authenticator
data of Web Authentication Level 2, 6.1. Used by tests/http and by the corpus of
tests/fuzz; it needs no running stack."""
import hashlib
import struct

UP, UV, BE, BS, AT, ED = 1, 4, 8, 16, 64, 128


def _head(major, n):
    if n < 24:
        return bytes([major << 5 | n])
    if n < 256:
        return bytes([major << 5 | 24, n])
    return bytes([major << 5 | 25]) + struct.pack('>H', n)


def cbor(value):
    """Encodes a value as CBOR (RFC 8949), for the types that tests need."""
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        return _head(3, len(value)) + value.encode()
    if isinstance(value, list):
        return _head(4, len(value)) + b''.join(map(cbor, value))
    return _head(5, len(value)) + b''.join(
        cbor(k) + cbor(v) for k, v in value.items())


def auth_data(rp, flags, count, tail=b''):
    """Returns authenticator data for a relying party."""
    return hashlib.sha256(rp.encode()).digest() + bytes([flags]) + \
        struct.pack('>I', count) + tail


def attested(key, identity, aaguid=bytes(16)):
    """Returns attested credential data: a new public key in COSE form."""
    return aaguid + struct.pack('>H', len(identity)) + identity + cbor(key)
