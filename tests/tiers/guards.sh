# SPDX-License-Identifier: Apache-2.0
#
# Guards: rules that hold for the whole tree, hardening of the programs, and
# cppcheck, clang-tidy and shellcheck without findings.
#
# needs: build test
# builds: yes
# limit: 900
set -u
# shellcheck disable=SC1091
. "$(dirname "$0")/../lib/tap.sh"

scripts() {
	grep -rlIE '^#!/bin/sh|shellcheck shell=sh' "$top/packaging" \
	    "$top/tests" "$top/.ci" "$top/web/build" "$top/web/check" |
	    grep -v -e /node_modules/ -e /target/ -e /corpus/ -e '\.py$'
	ls "$top"/tests/tiers/*.sh
}

for guard in $(make_list guard_tests) $(make_list analysis_tests); do
	tap_program "${guard##*/}" sh "$top/$guard"
done
# shellcheck disable=SC2046
tap_program shellcheck shellcheck -x -S warning \
    $(scripts | sort -u)
exit "$tap_status"
