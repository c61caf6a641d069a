#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each named query has a user, and a name of its own in its process.  Queries
# stand in the folder of their users, one file for each subject.
. "$(dirname "$0")/lib.sh"

lines_max=150
names=$(mktemp) includes=$(mktemp)
trap 'rm -f "$failures" "$names" "$includes"' EXIT
for file in $(tree '*.sql'); do
	case $file in libshared/*|modules/*) ;; *) continue ;; esac
	sed -n "s|^-- \([a-z][a-z0-9_]*\) :[a-z]*[[:blank:]]*\$|\1 $file|p" \
	    "$file"
	n=$(wc -l <"$file")
	[ "$n" -le $lines_max ] || bad "$file: lines $n > $lines_max"
done >"$names"
need "$(wc -l <"$names")" "named query"

# A statement is prepared under its name: the library's and the module's meet.
for module in modules/*/; do
	grep -E " (libshared|${module%/})/" "$names" | cut -d ' ' -f 1 | sort |
	    uniq -d | bad_lines "$module: two queries have the name "
done

# SQL USER: what is generated is included where it is made, or below.
for file in $(tree '*.c'); do
	case $file in libshared/*|modules/*) ;; *) continue ;; esac
	sed -n "s|^#include \"\(.*\.sql\)\.h\".*|\1 $file|p" "$file"
done >"$includes"
while read -r sql file; do
	[ -e "$sql" ] || bad "$file includes $sql.h: there is no $sql"
	case $file in
	"${sql%/*}"/*) ;;
	*) bad "$file uses $sql, which is not in its folder or above" ;;
	esac
done <"$includes"

for sql in $(cut -d ' ' -f 2 "$names" | sort -u); do
	users=$(sed -n "s|^$sql ||p" "$includes")
	folders=$(echo "$users" | sed 's|/[^/]*$||' | sort -u)
	if [ "$(echo "$folders" | wc -l)" -eq 1 ] && [ -n "$folders" ] &&
	    [ "$folders" != "${sql%/*}" ]; then
		bad "$sql is used in $folders only: it belongs there"
	fi
	# shellcheck disable=SC2086
	used=$([ -z "$users" ] || grep -hoE 'SQL_[A-Z0-9_]+' $users | sort -u)
	sed -n "s| $sql\$||p" "$names" | while read -r name; do
		constant=SQL_$(echo "$name" | tr '[:lower:]' '[:upper:]')
		echo "$used" | grep -qx "$constant" ||
			echo "$sql: nobody uses $name"
	done | bad_lines ""
done
finish
