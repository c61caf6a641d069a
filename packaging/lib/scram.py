# SPDX-License-Identifier: Apache-2.0
"""Reads a password from stdin, prints its SCRAM-SHA-256 verifier.

So that the clear text is in no argument list, no SQL text and no server log
(RFC 5803, the form PostgreSQL stores).  Passwords are ASCII: SASLprep is the
identity for them, and anything else is refused.
"""
import base64
import hashlib
import hmac
import os
import sys

ITERATIONS = 4096


def b64(data):
    return base64.b64encode(data).decode('ascii')


def verifier(password):
    salt = os.urandom(16)
    salted = hashlib.pbkdf2_hmac('sha256', password, salt, ITERATIONS)
    client_key = hmac.digest(salted, b'Client Key', 'sha256')
    server_key = hmac.digest(salted, b'Server Key', 'sha256')
    stored_key = hashlib.sha256(client_key).digest()
    return 'SCRAM-SHA-256$%d:%s$%s:%s' % (
        ITERATIONS, b64(salt), b64(stored_key), b64(server_key))


def main():
    password = sys.stdin.buffer.read().rstrip(b'\n')
    if not password or any(not 0x21 <= byte <= 0x7e for byte in password):
        sys.exit('scram: want a password of printable ASCII')
    print(verifier(password))


main()
