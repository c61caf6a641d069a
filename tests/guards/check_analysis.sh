#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Shows that the guards that need a build or tools can fail; check_guards.sh
# shows the same for all others.
. "$(dirname "$0")/lib.sh"
. "$guards/faults.sh"

build=${CAMELEER_BUILD:-$root/build}
export CAMELEER_BUILD="$build"
for name in circles cppcheck hardening tidy; do
	empty_and_shown check_$name check_analysis.sh
done

copy_tree
only=libshared/base/str.c
fault cppcheck $only '(arrayIndexOutOfBounds)' \
    '$a int x(void);\nint x(void) { int a[2] = { 0 }; return a[2]; }'
fault tidy $only '[clang-analyzer-core.NullDereference' \
    '$a int x(void);\nint x(void) { int *p = 0; return *p; }'
fault tidy $only '[clang-diagnostic-' \
    '$a int x(void) { return 0; }'
only=

# weak GUARD EXPECTED FLAG...: the guard finds a program that was built with
# FLAG.
weak()
{
	guard=$1 expected=$2
	shift 2
	mkdir -p "$scratch/weak"
	echo 'pkglibexec_PROGRAMS = weak.fcgi' >"$scratch/weak/Makefile"
	cc "$@" -o "$scratch/weak/weak.fcgi" "$scratch/weak.c"
	CAMELEER_BUILD=$scratch/weak
	fails "check_$guard" "$root" "weak.fcgi: $expected" ||
		bad "check_$guard: does not say '$expected' of cc $*"
	CAMELEER_BUILD=$build
	faults=$((faults + 1))
}

# looped GUARD EXPECTED: the guard finds two files that call each other.
looped()
{
	mkdir -p "$scratch/loop/libshared/base"
	printf 'void b(void);\nvoid a(void);\nvoid a(void) { b(); }\n' \
	    >"$scratch/loop/libshared/base/a.c"
	printf 'void a(void);\nvoid b(void);\nvoid b(void) { a(); }\n' \
	    >"$scratch/loop/libshared/base/b.c"
	for file in a b; do
		cc -c -o "$scratch/loop/libshared/base/$file.o" \
		    "$scratch/loop/libshared/base/$file.c"
	done
	CAMELEER_BUILD=$scratch/loop
	fails "check_$1" "$scratch/loop" "$2" ||
		bad "check_$1: does not say '$2' of a circle"
	rm "$scratch/loop/libshared/base/b.o"
	fails "check_$1" "$scratch/loop" 'not every file is built' ||
		bad "check_$1: does not miss an object"
	CAMELEER_BUILD=$build
	faults=$((faults + 2))
}
looped circles 'a circle: libshared/base/a.c libshared/base/b.c'

cat >"$scratch/weak.c" <<'C'
#include <stdio.h>

int
main(int argc, char *argv[])
{
	char text[64];

	snprintf(text, sizeof(text), "%s", argv[argc - 1]);
	return puts(text) < 0;
}
C
sound='-O2 -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE -pie'
sound="$sound -Wl,-z,relro,-z,now"
# shellcheck disable=SC2086
{
	weak hardening 'not position' $sound -no-pie
	weak hardening 'no read-only' $sound -Wl,-z,norelro
	weak hardening 'relocations stay' $sound -Wl,-z,lazy
	weak hardening 'executable stack' $sound -Wl,-z,execstack
	weak hardening 'no stack' $sound -fno-stack-protector
	weak hardening 'not fortified' $sound -O0 -U_FORTIFY_SOURCE
	weak hardening 'looks for' $sound -Wl,-rpath,/tmp
}
[ $faults -ge 10 ] || bad "only $faults faults were tried"
finish
