#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each named query has a user, and a name of its own in its process.
. "$(dirname "$0")/lib.sh"

names=$(mktemp)
trap 'rm -f "$failures" "$names"' EXIT
for file in $(tree '*.sql'); do
	case $file in libshared/*|modules/*) ;; *) continue ;; esac
	sed -n "s|^-- \([a-z][a-z0-9_]*\) :[a-z]*[[:blank:]]*\$|\1 $file|p" \
	    "$file"
done >"$names"
need "$(wc -l <"$names")" "named query"

# A statement is prepared under its name: the library's and the module's meet.
for module in modules/*/; do
	grep -E " (libshared|${module%/})/" "$names" | cut -d ' ' -f 1 | sort |
	    uniq -d | bad_lines "$module: two queries have the name "
done

while read -r name file; do
	constant=SQL_$(echo "$name" | tr '[:lower:]' '[:upper:]')
	dir=$(dirname "$file")
	grep -rqw --include="*.c" "$constant" "$dir" || bad "$file: nobody uses $name"
done <"$names"

# The other way round: generated files are included where they are made.
for file in $(tree '*.c'); do
	sed -n 's|^#include "\(.*\)\.sql\.h".*|\1.sql|p' "$file" |
	while read -r sql; do
		[ -e "$sql" ] || bad "$file includes $sql.h: there is no $sql"
	done
done
finish
