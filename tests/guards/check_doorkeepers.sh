#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each third-party header is included by its doorkeeper only.
. "$(dirname "$0")/lib.sh"

list=$guards/doorkeepers.list
std="$guards/system_headers.list"

includes=$(mktemp)
trap 'rm -f "$failures" "$includes"' EXIT
for file in $(tree '*.c' '*.h'); do
	case $file in tests/*) continue ;; esac
	sed -n "s|^#include <\([^>]*\)>.*|$file \1|p" "$file"
done >"$includes"
need "$(wc -l <"$includes")" "#include"
need "$(listed "$list" | wc -l)" "doorkeeper"

while read -r file header; do
	listed "$std" | grep -qxF "$header" && continue
	listed "$list" | awk -v f="$file" -v h="$header" '
	    index(h, $1) == 1 { for (i = 2; i <= NF; i++) if ($i == f) ok = 1 }
	    END { exit !ok }' ||
		bad "$file includes <$header>, whose doorkeeper is another" \
		    "(doorkeepers.list)"
done <"$includes"

# Nobody stands at a door that is gone.
listed "$list" | while read -r prefix keepers; do
	for file in $keepers; do
		awk -v f="$file" -v p="$prefix" '
		    $1 == f && index($2, p) == 1 { ok = 1 }
		    END { exit !ok }' "$includes" ||
			bad "doorkeepers.list: $file does not include $prefix"
	done
done
finish
