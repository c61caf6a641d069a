#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# docs/license/vectors.json is what its script writes, byte for byte, so that
# the vectors and what they are to show cannot drift apart.
. "$(dirname "$0")/lib.sh"

for tool in python3 openssl; do
	command -v $tool >/dev/null || { bad "$tool is missing"; finish; }
done
made=$(mktemp -d)
trap 'rm -rf "$failures" "$made"' EXIT
python3 tests/license/make_vectors.py "$made" ||
    bad "make_vectors.py failed"
cmp -s "$made/vectors.json" docs/license/vectors.json ||
    bad "docs/license/vectors.json is stale: run make_vectors.py docs/license"
finish
