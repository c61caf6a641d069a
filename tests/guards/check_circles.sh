#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# No circle among the files of a folder: a file calls only files below it.  The
# linker's symbols say which file calls which; tsort(1) finds circles.  A
# callback is a pointer that the caller gives.
. "$(dirname "$0")/lib.sh"

build=${CAMELEER_BUILD:-$root/build}
calls=$(mktemp)
trap 'rm -f "$failures" "$calls" "$calls".*' EXIT

# Objects of deleted files may still be there.
tree '*.c' | grep -E '^(libshared|modules)/' | sed 's/\.c$//' >"$calls.files"
need "$(wc -l <"$calls.files")" "C file"
while read -r file; do
	[ ! -e "$build/$file.o" ] || echo "$file.o"
done <"$calls.files" >"$calls.objects"
[ "$(wc -l <"$calls.objects")" -eq "$(wc -l <"$calls.files")" ] ||
	bad "$build: not every file is built"

(cd "$build" 2>/dev/null && xargs -r nm -A -P) <"$calls.objects" | awk '
{
	file = $1
	sub(/\.o:$/, ".c", file)
	folder = file
	sub(/\/[^\/]*$/, "", folder)
	if ($3 == "U") {
		user[++n] = file
		place[n] = folder " " $2
	} else if ($3 ~ /^[A-TV-Z]$/)
		home[folder " " $2] = file
}
END {
	for (i = 1; i <= n; i++)
		if (place[i] in home)
			print user[i], home[place[i]]
}' | sort -u >"$calls"
need "$(wc -l <"$calls")" "call of one file by another"

tsort "$calls" 2>"$calls.circles" >/dev/null || true
sed 's/^tsort: //' "$calls.circles" | awk '
/input contains a loop/ { if (circle != "") print circle; circle = "" ; next }
{ circle = circle " " $0 }
END { if (circle != "") print circle }' | bad_lines "a circle:"
finish
