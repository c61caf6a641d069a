# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# The verify scripts pass on the schema, and fail on one that was tampered
# with: each line below breaks one thing, and one script must say so.

database_new verify
ctl verify db migrate --from "$CAMELEER_SOURCE/sql/migrations" >/dev/null

verify() {
	psql -Xq -d verify -f "$CAMELEER_SOURCE/sql/verify/$1"
}

for file in "$CAMELEER_SOURCE"/sql/migrations/[0-9]*.sql; do
	file=${file##*/}
	check "$file is in force" verify "$file"
done

# breaks SCRIPT TEXT SQL: applied, noticed by SCRIPT with TEXT, and undone
breaks() {
	{
		echo "BEGIN; $3"
		sed -e 's/^BEGIN READ ONLY;$//' -e 's/^ROLLBACK;$//' \
		    "$CAMELEER_SOURCE/sql/verify/$1"
	} >"$cluster/broken.sql"
	cp "$CAMELEER_SOURCE/sql/verify/lib.psql" "$cluster/"
	! psql -Xq -d verify -f "$cluster/broken.sql" >"$cluster/said" 2>&1 ||
	    { echo "not noticed"; return 1; }
	grep -q "not in force: $2" "$cluster/said" ||
	    { cat "$cluster/said"; return 1; }
}

while IFS='|' read -r script text sql; do
	check "noticed: $sql" breaks "$script" "$text" "$sql"
done <<LIST
$(grep -v '^#' "$CAMELEER_SOURCE/tests/db/lib/broken.list")
LIST
check "and everything is as it was" verify 0003_tenants.sql
