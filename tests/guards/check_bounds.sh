#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# docs/bounds.md tells the bounds that the code has: each number is that of its
# constant, and each constant of a file that reads what others send stands there
# or, with a reason, in bounds.list.
. "$(dirname "$0")/lib.sh"

page=docs/bounds.md list=$lists/bounds.list
rows=$(mktemp)
trap 'rm -f "$failures" "$rows"' EXIT

# FILE NAME BOUND of each row
sed -n 's/^| [^|]* | \([^|]*\) | `\([^`]*\)` `\([A-Z0-9_]*\)` |.*/\2 \3 \1/p' \
    "$page" 2>/dev/null | tr -d ',' >"$rows"
need "$(wc -l <"$rows")" "row of $page"

# number_of FILE NAME: the value of the constant
number_of()
{
	_text=$(sed -n "s|^#define[[:blank:]]*$2[[:blank:]]\{1,\}||p" "$1" |
	    sed -e 's|/\*.*||' -e 's/([a-z0-9_]*_t)//g' \
	    -e 's/INT64_C(\([0-9]*\))/\1/' -e 's/\([0-9]\)u/\1/g')
	echo $((${_text:-0}))
}

# bytes_of NUMBER [UNIT]
bytes_of()
{
	case ${2:-} in
	GiB) echo $(($1 * 1073741824)) ;;
	MiB) echo $(($1 * 1048576)) ;;
	KiB) echo $(($1 * 1024)) ;;
	*) echo "$1" ;;
	esac
}

while read -r file name number unit; do
	if [ ! -f "$file" ] || ! grep -q "^#define[[:blank:]]*${name}[[:blank:]]" \
	    "$file"; then
		bad "$page: $file has no $name"
		continue
	fi
	found=$(number_of "$file" "$name")
	[ "$found" = "$(bytes_of "$number" "$unit")" ] ||
		bad "$page: $name of $file is $found, not $number $unit"
done <"$rows"

# Constants that nobody told of.
cut -d ' ' -f 1 "$rows" | sort -u | xargs -r grep -HoE \
    '^#define[[:blank:]]+[A-Z0-9_]+_MAX[[:blank:]]' 2>/dev/null |
    sed 's/:#define[[:blank:]]*/ /; s/[[:blank:]]*$//' |
while read -r file name; do
	grep -qF "$file $name " "$rows" ||
	    listed "$list" | awk '{ print $1, $2 }' |
	    grep -qxF "$file $name" ||
		echo "$file has $name, which is not in $page"
done | bad_lines ""
listed "$list" | while read -r file name reason; do
	grep -q "^#define[[:blank:]]*${name}[[:blank:]]" "$file" 2>/dev/null ||
		echo "$file has no $name"
	[ -n "$reason" ] || echo "$name has no reason"
done | bad_lines "bounds.list: "
finish
