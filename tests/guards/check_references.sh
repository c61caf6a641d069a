#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What a comment or a document names exists: paths, tests, threats (T12) and
# requirements (M2.5), decisions, functions; and a comment `name - ...' above
# a declaration names what is declared there.  Exceptions, with reasons, stand
# in references.list: names that are still to come, or stand for any name.
. "$(dirname "$0")/lib.sh"

list=$guards/references.list
threats=docs/threats.md
requirements=docs/requirements.md

scratch=$(mktemp -d)
trap 'rm -rf "$failures" "$scratch"' EXIT

excused()
{
	listed "$list" | awk -v name="$1" '$1 == name { found = 1 }
	    END { exit !found }'
}

# path_there FILE PATH: from the top, beside FILE, or in its part of the tree;
# <name>, NAME, PATH and FILE match any name, and a name may continue.
path_there()
{
	[ ! -e "$2" ] || return 0
	pattern=$(echo "$2" | sed -e 's/<[^>]*>/*/g' -e 's/NAME\|FILE/*/g' \
	    -e 's|PATH/.*||')
	for base in . "${1%/*}" "${1%%/*}"; do
		# shellcheck disable=SC2231
		for found in "$base"/$pattern "$base"/${pattern}[-.]*; do
			[ ! -e "$found" ] || return 0
		done
	done
	return 1
}

# Definitions and files: all that can be called a test.
tests_named()
{
	{
		# shellcheck disable=SC2046
		grep -hoE '^(    def )?(test|t)_[a-z0-9_]+' $(tree '*.c' '*.h' \
		    '*.py' '*.sh' | grep '^tests/') | sed 's/.* //'
		find tests -name 'test_*' | sed -e 's|.*/||' -e 's/\..*//'
	} | sort -u
}

# shellcheck disable=SC2046
set -- $(tree '*.c' '*.h' '*.sql' '*.psql' '*.am' '*.ac' '*.sh' '*.awk' \
    '*.py' '*.md' '*.conf' '*.list' '*.in' '*.ts' '*.tsx' '*.mjs' '*.css' |
    grep -vxF -e tests/guards/references.list -e sql/schema.sql)
need $# "source file"
[ $# -eq 0 ] || awk -f "$guards/references.awk" "$@" >"$scratch/all"
: >>"$scratch/all"

# missing KIND KNOWN WHERE: names of a kind that the list KNOWN does not contain
missing()
{
	need "$(grep -c . "$scratch/$2" || true)" "$2 that can be named"
	awk -v kind="$1" 'NR == FNR { known[$1]; next }
	    $1 == kind && !($3 in known) { print $2 ": " $3 }' \
	    "$scratch/$2" "$scratch/all" | while read -r where name; do
		excused "$name" || bad "$where $name is not in $3"
	done
}

sed -n 's/^### \(T[0-9]*\) .*/\1/p' "$threats" >"$scratch/threats"
sed -n 's/^- \*\*\(M[0-9]\.[0-9]*\)\*\* .*/\1/p' "$requirements" \
    >"$scratch/requirements"
find docs/decisions -name '0*.md' | sed 's|.*/0*\([0-9]*\)-.*|\1|' \
    >"$scratch/decisions"
missing T threats "$threats"
missing M requirements "$requirements"
missing decision decisions docs/decisions

awk '$1 == "path" && !seen[$3]++ { print $2, $3 }' "$scratch/all" |
while read -r where path; do
	path_there "${where%:*}" "$path" || excused "$path" ||
		bad "$where: $path does not exist"
done

tests_named >"$scratch/tests"
need "$(grep -c . "$scratch/tests" || true)" "test"
awk 'NR == FNR { known[$1]; next }
    $1 != "test" { next }
    $3 in known { next }
    $3 ~ /\*$/ { start = substr($3, 1, length($3) - 1)
	for (name in known)
		if (index(name, start) == 1)
			next
    }
    { print $2 ": " $3 }' "$scratch/tests" "$scratch/all" |
while read -r where name; do
	excused "$name" || bad "$where $name is no test"
done

awk '$1 == "head" { print $2 ": " $3 }' "$scratch/all" |
while read -r where name; do
	bad "$where the comment names $name, the declaration does not"
done

# A function is called or defined somewhere, with arguments or without.
# shellcheck disable=SC2046
set -- $(tree '*.c' '*.h' '*.sql' '*.py' '*.sh' '*.ts' '*.tsx' '*.mjs')
[ $# -eq 0 ] || awk '{
	while (match($0, /[A-Za-z_][A-Za-z0-9_]*[ \t]?[(][^)]/) ||
	    match($0, /[A-Za-z_][A-Za-z0-9_]*[ \t]?[(][)]?$/)) {
		name = substr($0, RSTART, RLENGTH)
		sub(/[ \t(].*/, "", name)
		if (!seen[name]++)
			print name
		$0 = substr($0, RSTART + RLENGTH)
	}
}' "$@" >"$scratch/functions"
: >>"$scratch/functions"
missing call functions "the sources"

# Each document can be reached from the first page.
for page in $(find . -maxdepth 1 -name '*.md' ! -name README.md) docs/*.md; do
	grep -qF "](${page#./})" README.md || bad "README.md does not list $page"
done

# An exception that is not needed any more is a failure.
listed "$list" | while read -r name rest; do
	[ -n "$rest" ] || bad "references.list: $name: no reason"
	[ ! -e "$name" ] || bad "references.list: $name exists"
	awk -v name="$name" '$3 == name { found = 1 } END { exit !found }' \
	    "$scratch/all" || bad "references.list: nobody names $name"
done
# A decision is cited by its number: the file's name and its title agree.
for file in docs/decisions/[0-9]*.md; do
	number=${file##*/}
	number=$(printf '%s' "${number%%-*}" | sed 's/^0*//')
	sed -n "1{/^# $number\. /!p;q}" "$file" | bad_lines "$file: not $number: "
done
finish
