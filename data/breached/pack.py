#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Packs a list of breached passwords, one a line, most frequent first.

Kept are those of the least length that we take, since others are refused
anyway, and the most frequent of any length, since people make a long password
of a short one.  A record is the first 6 bytes of the SHA-256 of a password in
lower case; records are sorted and unique.

    python3 pack.py 10_million_password_list_top_1M.txt passwords.bin
"""
import hashlib
import sys

LEAST, COMMON, RECORD = 12, 20000, 6


def main(source, target):
    records = set()
    with open(source, encoding='utf-8', errors='replace') as f:
        for number, line in enumerate(f):
            word = line.rstrip('\r\n').lower()
            if len(word) >= LEAST or (number < COMMON and len(word) >= 4):
                records.add(hashlib.sha256(word.encode()).digest()[:RECORD])
    with open(target, 'wb') as f:
        f.write(b''.join(sorted(records)))


if __name__ == '__main__':
    main(*sys.argv[1:])
