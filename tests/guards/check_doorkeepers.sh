#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each third-party header is included by its doorkeeper only.
. "$(dirname "$0")/lib.sh"

list=$lists/doorkeepers.list
std="$lists/system_headers.list"

includes=$(mktemp)
trap 'rm -f "$failures" "$includes"' EXIT
tree '*.c' '*.h' | grep -v '^tests/' | xargs -r awk '
    /^#include </ { gsub(/^#include <|>.*/, ""); print FILENAME, $0 }' >"$includes"
need "$(wc -l <"$includes")" "#include"
need "$(listed "$list" | wc -l)" "doorkeeper"

# One pass: which file includes a foreign header, and which entry is not needed.
{
	listed "$std" | sed 's/^/std /'
	listed "$list" | sed 's/^/door /'
	sed 's/^/include /' "$includes"
} | awk '
$1 == "std" { std[$2] = 1 }
$1 == "door" {
	for (i = 3; i <= NF; i++)
		unused[$2 " " $i] = $i " does not include " $2
	door[++doors] = $0
}
$1 == "include" && !($3 in std) {
	ok = 0
	for (d = 1; d <= doors; d++) {
		n = split(door[d], word, " ")
		if (index($3, word[2]) != 1)
			continue
		for (i = 3; i <= n; i++)
			if (word[i] == $2) {
				ok = 1
				delete unused[word[2] " " $2]
			}
	}
	if (!ok)
		print $2 " includes <" $3 ">, whose doorkeeper is another " \
		    "(doorkeepers.list)"
}
END {
	for (key in unused)
		print "doorkeepers.list: " unused[key]
}' | bad_lines ""
finish
