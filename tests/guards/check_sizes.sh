#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Functions within 60 lines and 5 arguments, files within 500 lines, headers
# within 150, nesting within 3.  Exceptions stand in sizes.list with a reason.
. "$(dirname "$0")/lib.sh"

list=$guards/sizes.list

# excused KIND FILE [NAME]
excused()
{
	listed "$list" | awk -v k="$1" -v f="$2" -v m="${3-}" \
	    '$1 == k && $2 == f && (m == "" || $3 == m) { found = 1 }
	    END { exit !found }'
}

n=0
for file in $(tree '*.c' '*.h'); do
	n=$((n + 1))
	lines=$(wc -l <"$file")
	case $file in
	*.h) max=150 kind=header ;;
	*) max=500 kind=file ;;
	esac
	[ "$lines" -le $max ] || excused $kind "$file" ||
		bad "$file: $lines lines, not within $max"
	stripped "$file" | awk -f "$guards/sizes.awk" |
	while read -r kind name size max; do
		excused "$kind" "$file" "$name" ||
			bad "$file: $name: $kind $size, not within $max"
	done
done
need $n "C file"

# An exception that is not needed any more goes.
listed "$list" | while read -r kind file name rest; do
	[ -e "$file" ] || bad "sizes.list: $file does not exist"
	[ -n "$rest" ] || bad "sizes.list: $kind $file $name: no reason"
done
finish
