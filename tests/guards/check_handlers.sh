#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A responder's code frees nothing and ends no transaction: memory belongs to
# the arena, the transaction to the dispatcher, or to sql_begin() on a
# ROUTE_REMOTE route. Processes without routes (worker, ctl, netguard, the
# inspector) are not checked.
. "$(dirname "$0")/lib.sh"

banned='free|malloc|calloc|realloc|strdup|strndup|asprintf|exit|fork'
transaction='BEGIN|COMMIT|ROLLBACK|SAVEPOINT'
sql="$transaction|SELECT|INSERT|UPDATE|DELETE"
ddl='SET (LOCAL|SESSION|ROLE)|CREATE|ALTER|DROP|GRANT|TRUNCATE'

# shellcheck disable=SC2046
set -- $(tree '*.c' | grep '^modules/' |
    grep -vE '^modules/(worker|ctl|netguard)/' |
    grep -v '^modules/apps/inspect/')
need $# "file of a responder"
all_stripped "$@" | grep -E "[^A-Za-z0-9_]($banned) ?\(" |
    bad_lines "a handler has nothing to give back: "
all_stripped "$@" | grep -E '[^A-Za-z0-9_]goto ' |
    bad_lines "a handler returns early: "
[ $# -eq 0 ] || grep -nE "\"($sql)( |\")" "$@" /dev/null |
    bad_lines "SQL stands in .sql files: "

# shellcheck disable=SC2046
set -- $(tree '*.sql' | grep -E '^(libshared|modules)/')
need $# "file of named queries"
if [ $# -gt 0 ]; then
	grep -niE "^[[:blank:]]*($transaction|$ddl)[[:blank:];]" "$@" \
	    /dev/null | bad_lines "not in a named query: "
	grep -nE '(SELECT|RETURNING)[[:blank:]]+\*' "$@" /dev/null |
	    bad_lines "columns are named: "
fi
finish
