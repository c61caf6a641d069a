#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each named query has a user, and a unique name in its process.  Queries stand
# in the folder of their users, one file for each subject, and format times by
# rfc3339().
. "$(dirname "$0")/lib.sh"

names=$(mktemp)
trap 'rm -f "$failures" "$names"' EXIT
tree '*.sql' | grep -E '^(libshared|modules)/' | xargs -r awk '
    /^-- [a-z][a-z0-9_]* :[a-z]*[ \t]*$/ { print $2, FILENAME }' >"$names"
need "$(wc -l <"$names")" "named query"

# A statement is prepared under its name, so names of library and module must
# differ.
for module in modules/*/; do
	grep -E " (libshared|${module%/})/" "$names" | cut -d ' ' -f 1 | sort |
	    uniq -d | bad_lines "$module: two queries have the name "
done

cut -d ' ' -f 2 "$names" | uniq | xargs -r wc -l |
    awk -v max=150 '$2 != "total" && $1 > max {
	print $2 ": lines " $1 " > " max }' | bad_lines ""

# A user includes the file of the query, and stands in its folder or below.
tree '*.c' | grep -E '^(libshared|modules)/' |
    xargs -r awk -f "$guards/queries.awk" "$names" | bad_lines ""

# One function formats times; the migration that makes it is the only exception.
tree '*.sql' | grep -E '^(libshared|modules|sql/migrations)/' |
    grep -v '^sql/migrations/0001_' |
    xargs -r grep -nE 'YYYY-MM-DD"T"' /dev/null |
    sed 's/$/: say rfc3339() instead/' | bad_lines ""
finish
