#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Programs are built with all hardening that the tools offer.  Needs a build
# without sanitizers.
. "$(dirname "$0")/lib.sh"

build=${CAMELEER_BUILD:-$root/build}
command -v readelf >/dev/null || bad "readelf is missing"
# shellcheck disable=SC2016
programs=$(printf 'list:\n\t@:$(info $(pkglibexec_PROGRAMS) %s)\n' \
    '$(sbin_PROGRAMS)' | make -s --no-print-directory -C "$build" \
    -f Makefile -f - list 2>/dev/null || true)
# shellcheck disable=SC2086
need "$(count $programs)" "program in $build"

# has PROGRAM TEXT PATTERN: complains "lacks TEXT" when the pattern does not
# match
has()
{
	grep -qE "$3" "$said" || bad "$1: $2"
}

said=$(mktemp)
trap 'rm -f "$failures" "$said"' EXIT
for program in $programs; do
	readelf -hldW --dyn-syms "$build/$program" >"$said" 2>&1 ||
		bad "$program: readelf cannot read it"
	# A static program has its functions in the other table.
	grep -q INTERP "$said" ||
		readelf -sW "$build/$program" >>"$said" 2>&1 ||
		bad "$program: readelf cannot read its symbols"
	has "$program" "not position independent" 'Flags:.* PIE'
	has "$program" "no read-only relocations" GNU_RELRO
	has "$program" "relocations stay open" 'Flags: NOW|BIND_NOW'
	has "$program" "executable stack" 'GNU_STACK .* RW  '
	has "$program" "no stack protector" __stack_chk_fail
	has "$program" "not fortified" '__[a-z_]+_chk(@|$)'
	! grep -E 'R(UN)?PATH|TEXTREL' "$said" ||
		bad "$program: looks for libraries elsewhere, or writes code"
done

# Tests of limits need the strict sandbox, which a build for tools does not
# have.
CMOCKA_MESSAGE_OUTPUT=TAP "$build/tests/unit/modules/apps/inspect/test_sandbox_child" \
    >"$said" 2>&1 || bad "test_sandbox_child fails"
has "the sandbox" "not strict" '^ok.* test_memory_is_limited'
finish
