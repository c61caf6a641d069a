#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each named query has a user, and a name of its own in its process.
. "$(dirname "$0")/lib.sh"

names=$(mktemp)
trap 'rm -f "$failures" "$names"' EXIT
tree '*.sql' | grep -E '^(libshared|modules)/' | xargs -r awk '
    /^-- [a-z][a-z0-9_]* :[a-z]*[ \t]*$/ { print $2, FILENAME }' >"$names"
need "$(wc -l <"$names")" "named query"

# A statement is prepared under its name: the library's and the module's meet.
for module in modules/*/; do
	grep -E " (libshared|${module%/})/" "$names" | cut -d ' ' -f 1 | sort |
	    uniq -d | bad_lines "$module: two queries have the name "
done

# Users stand in the folder of the file, or below it.
awk '{ folder = $2; sub(/[^\/]*$/, "", folder);
    print "SQL_" toupper($1), folder, $1, $2 }' "$names" >"$names.constants"
tree '*.c' | xargs -r grep -oHE 'SQL_[A-Z0-9_]+' | sort -u | tr : ' ' |
    awk 'NR == FNR { used[$2] = used[$2] " " $1; next }
    {
	n = split(used[$1], user, " ")
	for (i = 1; i <= n; i++)
		if (index(user[i], $2) == 1)
			next
	print $4 ": nobody uses " $3
    }' - "$names.constants" | bad_lines ""
rm -f "$names.constants"

# The other way round: generated files are included where they are made.
tree '*.c' | xargs -r grep -H '^#include ".*\.sql\.h"' |
    sed 's|^\([^:]*\):#include "\(.*\)\.h".*|\1 \2|' |
while read -r file sql; do
	[ -e "$sql" ] || bad "$file includes $sql.h: there is no $sql"
done
finish
