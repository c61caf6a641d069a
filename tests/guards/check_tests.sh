#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each test is registered, and each file of the library and of a module has a
# test of its name at its path below tests/unit, or an excuse with a reason in
# untested.list.
. "$(dirname "$0")/lib.sh"

list=$lists/untested.list

# registered FILE FRAGMENT NAME
registered()
{
	sed 's/#.*//' "$2" | tr -s ' \t\\' '\n\n\n' | grep -qxF "$3" ||
		bad "$1 is not registered in $2"
}

n=0
for file in $(tree 'test_*.c' | grep '^tests/unit/'); do
	n=$((n + 1))
	registered "$file" "$(dirname "$file")/unit.am" \
	    "%D%/$(basename "${file%.c}")"
done
need $n "unit test"

# A test function that main() does not name never runs.
# shellcheck disable=SC2046
awk '
function report()
{
	if (!runs)
		print last " runs no test"
	for (name in made)
		if (!(name in used))
			print last ": " name " never runs"
	split("", made)
	split("", used)
	runs = 0
}
FNR == 1 && NR > 1 { report() }
{ last = FILENAME }
/cmocka_run_group_tests/ { runs = 1 }
/^test_[a-z0-9_]*\(void \*\*/ { sub(/\(.*/, ""); made[$0]; next }
{
	for (line = $0; match(line, /test_[a-z0-9_]*/);
	    line = substr(line, RSTART + RLENGTH))
		used[substr(line, RSTART, RLENGTH)]
}
END { if (NR) report() }' $(tree 'test_*.c' | grep '^tests/unit/') /dev/null |
    bad_lines ""

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

# tested: of the files named by standard input, those with a test of their
# name at their path; test_sql_row.c is the test of sql_row.c, not of sql.c.
tested()
{
	tree 'test_*.c' '*.c' | awk '
	    FILENAME == "-" { there[$0]; next }
	    { ask[$0] }
	    END {
		for (test in there) {
			if (test !~ /^tests\/unit\//)
				continue
			file = test
			sub(/^tests\/unit\//, "", file)
			sub(/test_/, "", file)
			while (!(file in there) && sub(/_[a-z0-9]*\.c$/, ".c", file))
				;
			if (file in ask)
				print file
		}
	    }' "$1" - | sort -u
}

sources=$(mktemp)
trap 'rm -f "$failures" "$sources" "$sources".*' EXIT
tree '*.c' | grep -E '^(libshared|modules)/' >"$sources"
need "$(wc -l <"$sources")" "source file"
tested "$sources" >"$sources.tested"
listed "$list" | cut -f 1 | sort >"$sources.excused"
sort -u "$sources.tested" "$sources.excused" >"$sources.known"
comm -23 "$sources" "$sources.known" | while read -r file; do
	bad "$file has no test of its name at its path, and no excuse"
done

# An excuse names one file and gives a reason; one that is not needed is a
# failure.
comm -13 "$sources" "$sources.excused" | sort -u | while read -r file; do
	bad "untested.list: $file does not exist"
done
comm -12 "$sources.tested" "$sources.excused" | while read -r file; do
	bad "untested.list: $file has a test"
done
uniq -d "$sources.excused" | bad_lines "untested.list: two reasons for "
listed "$list" | awk 'NF < 2' | bad_lines "untested.list: no reason for "
finish
