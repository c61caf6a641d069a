#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Names, sizes and modes of files, and the hosts that they may name.
. "$(dirname "$0")/lib.sh"

max_kib=512
list=$lists/hosts.list

# Corpora are checked as well: a big one stands in sizes.list.
files=$(mktemp)
trap 'rm -f "$failures" "$files"' EXIT
{
	tree '*'
	find tests -path '*/corpus/*' -type f 2>/dev/null || true
} | grep -v 'package-lock\.json$' | sort -u >"$files"
need "$(wc -l <"$files")" file

grep -vE '^[A-Za-z0-9._/@$+-]+$' "$files" | bad_lines "an odd name: "
tr '\n' '\0' <"$files" | xargs -0 -r stat -c '%s %n' |
    awk -v max=$((max_kib * 1024)) '$1 > max { sub(/^[0-9]+ /, ""); print }' |
while read -r file; do
	listed "$lists/sizes.list" | grep -q "^size $file " ||
		bad "$file: more than $max_kib KiB"
done

# A file without an extension is run by its name; one with an extension, by its
# interpreter.
grep -v /corpus/ "$files" | tr '\n' '\0' | xargs -0 -r awk '
    FNR == 1 { print (/^#!/ ? "program" : "text"), FILENAME; nextfile }' |
while read -r kind file; do
	case $kind in
	program) [ -x "$file" ] ||
		bad "$file: begins with #! and cannot be run" ;;
	*) [ ! -x "$file" ] || bad "$file: can be run, and is no program" ;;
	esac
done

# RFC 2606 and 6761 names, addresses and names of one word are no real hosts.
# Unit tests have malformed ones on purpose; check_text.sh checks package locks.
grep -vE '/corpus/|^tests/unit/|\.(png|jar|ico|woff2|svg)$' "$files" |
    tr '\n' '\0' | xargs -0 -r grep -nHoIE '[a-z]+://([^/@[:blank:]"<>]*@)?[A-Za-z0-9.-]+' |
    sed -E 's,^([^:]*:[0-9]+:)[a-z]+://([^@]*@)?,\1,' |
    grep -vE ':([^.:]*|[^:]*\.(example|test)|[0-9.]+|localhost)\.?$' |
while IFS=: read -r file line host; do
	listed "$list" | awk '{ print $1 }' | grep -qxF "$host" ||
		bad "$file:$line: $host is not in hosts.list"
done
finish
