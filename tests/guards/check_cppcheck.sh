#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# cppcheck finds nothing.  Its false alarms stand in cppcheck.list; an entry
# that is not needed any more is a failure.  Called with files, it checks only
# those.  Needs a build, for generated headers.
. "$(dirname "$0")/lib.sh"

build=${CAMELEER_BUILD:-$root/build}
[ -e "$build/config.h" ] || bad "$build is not built"
command -v cppcheck >/dev/null || bad "cppcheck is missing"
checks=warning,performance,portability
if [ $# -eq 0 ]; then
	# shellcheck disable=SC2046
	set -- $(tree '*.c')
	checks=$checks,information	# reports unused suppressions
fi
need $# "C file"
[ ! -s "$failures" ] || finish

rules=$(mktemp)
trap 'rm -f "$failures" "$rules"' EXIT
listed "$lists/cppcheck.list" >"$rules"
mkdir -p "$build/analysis/cppcheck"
cppcheck --quiet -j "$(nproc)" --enable=$checks --std=c11 \
    --library=posix,gnu -DHAVE_CONFIG_H -D__x86_64__ -I. -I"$build" \
    --cppcheck-build-dir="$build/analysis/cppcheck" \
    --suppressions-list="$rules" --error-exitcode=1 \
    --template='{file}:{line}: {severity}: {message} ({id})' "$@" >&2 ||
	bad "cppcheck has something to say"
finish
