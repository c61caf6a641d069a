#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the corpus of fuzz_license from the test vectors: each as it is, and
what it says without its signature, which the target makes anew.

    python3 tests/fuzz/make_corpus_license.py tests/fuzz/corpus/license"""
import base64
import json
import pathlib
import re
import sys

VECTORS = pathlib.Path(__file__).resolve().parents[2] / \
    'docs/license/vectors.json'


def decoded(part):
    """Returns the bytes of base64 or base64url; None when it is neither."""
    part = part.replace('-', '+').replace('_', '/')
    try:
        return base64.b64decode(part + '=' * (-len(part) % 4), validate=True)
    except ValueError:
        return None


def unsigned(text, letter):
    """Returns the input that the target signs, or None."""
    parts = [decoded(part) for part in text.strip().split('.')]
    if None in parts:
        return None
    if len(parts) == 3:
        return letter + parts[0] + b'\n' + parts[1]
    return b'F' + parts[0] if len(parts) == 2 else None


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    vectors = json.loads(VECTORS.read_text(encoding='utf-8'))
    for raw, letter, items in ((b'T', b'J', vectors['licenses']),
                               (b'L', b'R', vectors['lists'])):
        for item in items:
            name = re.sub('[^a-z0-9]+', '_', item['name'].lower())
            text = item.get('license', item.get('list'))
            name = letter.decode().lower() + '_' + name
            (folder / (name + '_whole')).write_bytes(raw + text.encode())
            made = unsigned(text, letter)
            if made is not None:
                (folder / name).write_bytes(made)


if __name__ == '__main__':
    main()
