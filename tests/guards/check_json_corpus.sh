#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Python's reader agrees about the JSON corpus: y_* is JSON by our rules, n_* is
# not. test_json_check holds our own reader to the same names.
. "$(dirname "$0")/lib.sh"

command -v python3 >/dev/null || { bad "python3 is missing"; finish; }
python3 - tests/fuzz/corpus/json <<'PYTHON' || bad "the corpus is wrong"
import json
import pathlib
import sys

DEPTH_MAX, KEYS_MAX = 16, 1024


def members(pairs):
    if len(pairs) > KEYS_MAX or len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("keys")
    return dict(pairs)


def whole(text):
    if not -(1 << 63) <= int(text) < 1 << 63:
        raise ValueError("beyond 64 bits")
    return int(text)


def constant(text):
    raise ValueError(text)


def walk(value, depth):
    if isinstance(value, str):
        if "\0" in value:
            raise ValueError("NUL")
        value.encode("utf-8")		# fails for a lone surrogate
    elif isinstance(value, (dict, list)):
        if depth == DEPTH_MAX:
            raise ValueError("depth")
        if isinstance(value, dict):
            for key in value:
                walk(key, depth)
            value = value.values()
        for item in value:
            walk(item, depth + 1)


def good(data):
    try:
        walk(json.loads(data.decode("utf-8"), object_pairs_hook=members,
                        parse_int=whole, parse_constant=constant), 0)
    except (ValueError, RecursionError):
        return False
    return True


files = sorted(pathlib.Path(sys.argv[1]).iterdir())
wrong = [f.name for f in files
         if f.name[:2] not in ("y_", "n_")
         or good(f.read_bytes()) != (f.name[0] == "y")]
for name in wrong:
    print("judged otherwise:", name, file=sys.stderr)
if len(files) < 100:
    sys.exit("the corpus is too small")
sys.exit(bool(wrong))
PYTHON
finish
