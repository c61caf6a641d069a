#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Functions within 60 lines and 5 arguments, files within 500 lines, headers
# within 150, nesting within 3, folders within 20 .c files.  Exceptions stand in
# sizes.list with a reason.
. "$(dirname "$0")/lib.sh"

list=$lists/sizes.list

used=$(mktemp)
trap 'rm -f "$failures" "$used"' EXIT

# excused KIND FILE [NAME]
excused()
{
	listed "$list" | awk -v k="$1" -v f="$2" -v m="${3--}" \
	    '$1 == k && $2 == f && $3 == m { print $1, $2, $3; found = 1 }
	    END { exit !found }' >>"$used"
}

# shellcheck disable=SC2046
set -- $(tree '*.c' '*.h')
need $# "C file"
[ $# -eq 0 ] || wc -l "$@" | grep -v ' total$' | while read -r lines file; do
	case $file in
	*.h) max=150 kind=header ;;
	*) max=500 kind=file ;;
	esac
	[ "$lines" -le $max ] || excused $kind "$file" ||
		bad "$file: $lines lines, not within $max"
done
all_stripped "$@" | awk -f "$guards/sizes.awk" |
while read -r kind file name size max; do
	excused "$kind" "$file" "$name" ||
		bad "$file: $name: $kind $size, not within $max"
done

# A folder with more files has more than one subject: it needs subfolders.
tree '*.c' | grep -E '^(libshared|modules)/' | sed 's|/[^/]*$||' | sort |
    uniq -c | while read -r count folder; do
	[ "$count" -le 20 ] || excused folder "$folder" ||
		bad "$folder: $count .c files, not within 20"
done

# An exception that is not needed any more is a failure.
listed "$list" | while read -r kind file name rest; do
	[ "$kind" = size ] || grep -qxF "$kind $file $name" "$used" ||
		bad "sizes.list: $kind $file $name: not needed"
	[ -n "$rest" ] || bad "sizes.list: $kind $file $name: no reason"
done
finish
