# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# Every named query can be planned by the process that runs it, with what it
# was granted and nothing more.

database_new queries
ctl queries db migrate --from "$CAMELEER_SOURCE/sql/migrations" >/dev/null

python3 "$CAMELEER_SOURCE/tests/db/lib/queries.py" "$CAMELEER_SOURCE" \
    queries >"$cluster/queries"
queries_status=$?
grep -v '^1\.\.' "$cluster/queries"
in_files() {
	# shellcheck disable=SC2046
	cat "$CAMELEER_SOURCE"/libshared/*/*.sql \
	    $(find "$CAMELEER_SOURCE/modules" -name "*.sql") |
	    grep -cE '^-- [a-z][a-z0-9_]* :[a-z]+[[:blank:]]*$'
}
check "as many were planned as there are" is "$(in_files)" \
    grep -cE '^(not )?ok ' "$cluster/queries"
check "all of them can be" test $queries_status -eq 0
# Nobody may plan what another process runs: the check can fail.
check "auth may not run a query of the worker" says "permission denied" \
    as auth queries -c "EXPLAIN SELECT box FROM tenant_secret"
