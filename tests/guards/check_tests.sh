#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each test is registered, and each file of the library and of a module has a
# test of its name, or an excuse with a reason in untested.list.
. "$(dirname "$0")/lib.sh"

list=$guards/untested.list

# registered FILE FRAGMENT NAME
registered()
{
	sed 's/#.*//' "$2" | tr -s ' \t\\' '\n\n\n' | grep -qxF "$3" ||
		bad "$1 is not registered in $2"
}

n=0
for file in $(tree 'test_*.c'); do
	case $file in tests/unit/*) ;; *) continue ;; esac
	n=$((n + 1))
	registered "$file" tests/unit/unit.am "${file%.c}"
	grep -q cmocka_run_group_tests "$file" || bad "$file runs no test"
	# A test function that main() does not name never runs.
	for name in $(sed -n 's/^\(test_[a-z0-9_]*\)(void \*\*.*/\1/p' \
	    "$file"); do
		[ "$(grep -cw "$name" "$file")" -ge 2 ] ||
			bad "$file: $name never runs"
	done
done
need $n "unit test"

n=0
for file in $(tree 'fuzz_*.c'); do
	n=$((n + 1))
	name=$(basename "${file%.c}")
	registered "$file" tests/fuzz/fuzz.am "tests/fuzz/$name"
	[ -n "$(ls "tests/fuzz/corpus/${name#fuzz_}" 2>/dev/null)" ] ||
		bad "$file has no corpus"
done
need $n "fuzz target"

n=0
for file in $(tree 'check_*.sh'); do
	case $file in tests/guards/*) ;; *) continue ;; esac
	n=$((n + 1))
	registered "$file" tests/guards/guards.am "$file"
done
need $n "guard"

n=0
for file in $(tree '*.c'); do
	case $file in libshared/*|modules/*) ;; *) continue ;; esac
	n=$((n + 1))
	name=$(basename "${file%.c}")
	excuse=$(listed "$list" | while read -r pattern reason; do
		# shellcheck disable=SC2254
		case $file in $pattern) echo "${reason:-none}" ;; esac
	done)
	tests=$(ls tests/unit/test_"$name".c tests/unit/test_"$name"_*.c \
	    2>/dev/null || true)
	[ "$excuse" != none ] || bad "untested.list: $file has no reason"
	[ -n "$tests" ] || [ -n "$excuse" ] ||
		bad "$file has no tests/unit/test_$name.c and no excuse"
done
need $n "source file"

# An excuse for nothing goes.
listed "$list" | while read -r pattern reason; do
	# shellcheck disable=SC2086
	[ -n "$(ls $pattern 2>/dev/null)" ] ||
		bad "untested.list: $pattern matches no file"
done
finish
