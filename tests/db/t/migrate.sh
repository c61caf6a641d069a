# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# cameleerctl db migrate: once, again, concurrently, and refused when it must
# not run.

migrations=$CAMELEER_SOURCE/sql/migrations
count=$(find "$migrations" -name '[0-9]*.sql' | wc -l)
database_new migrate_one

applied() {
	psql -XqAt -d "$1" -c 'SELECT count(*) FROM cameleer.migration'
}

check "status before: everything is pending, and that is bad" \
    exits 1 ctl migrate_one db status --from "$migrations"
check "status before names the first one as pending" \
    says "0001_schema" ctl migrate_one db status --from "$migrations"
check "migrate applies all" \
    says "schema is current: $count migrations, $count of them applied now" \
    ctl migrate_one db migrate --from "$migrations"
check "each has a row" is "$count" applied migrate_one
check "migrate again applies none" is \
    "{\"migrations\":$count,\"applied\":[]}" \
    ctl migrate_one --json db migrate --from "$migrations"
check "status afterwards is good" \
    exits 0 ctl migrate_one db status --from "$migrations"

sums_match() {
	psql -XqAt -d migrate_one -F ' ' -c "SELECT sha256, '$migrations/' ||
	    to_char(version, 'FM0000') || '_' || name || '.sql'
	    FROM cameleer.migration" | sed 's/ /  /' |
	    sha256sum --quiet --strict -c - >&2
}
check "the recorded checksums are those of the files" sums_match

other=$cluster/other
fresh() {
	rm -rf "$other"
	cp -R "$migrations" "$other"
}

fresh
echo '-- one more comment' >>"$other/0002_audit.sql"
check "a changed file is refused" \
    says "0002_audit.sql is not what was applied" \
    ctl migrate_one db migrate --from "$other"
check "with exit code 1" exits 1 ctl migrate_one db migrate --from "$other"
check "status refuses it, too" exits 1 ctl migrate_one db status --from "$other"

fresh
mv "$other/0003_tenants.sql" "$other/0003_renters.sql"
check "a renamed file is refused" says "0003_renters.sql is not what was" \
    ctl migrate_one db migrate --from "$other"

fresh
rm "$other/0003_tenants.sql"
check "a missing number is refused" says "number 0003 is missing" \
    ctl migrate_one db migrate --from "$other"

fresh
cp "$other/0003_tenants.sql" "$other/0003_more.sql"
check "a number that is there twice is refused" \
    says "number 0003 is there twice" \
    ctl migrate_one db migrate --from "$other"

fresh
echo 'SELECT 1;' >"$other/3_short.sql"
check "a file without a number is refused" says "is not named NNNN_name.sql" \
    ctl migrate_one db migrate --from "$other"

fresh
rm "$other/$(printf %04d "$count")"_*.sql
check "a database that is newer than the files is refused" \
    says "it belongs to a newer version" \
    ctl migrate_one db migrate --from "$other"

check "an empty directory is refused" says "holds no migrations" \
    ctl migrate_one db migrate --from "$cluster/sock"
check "a directory that is not there is refused" says "No such file" \
    ctl migrate_one db migrate --from "$cluster/nowhere"

# A migration that fails half-way leaves nothing behind.
fresh
next=$(printf %04d $((count + 1)))
cat >"$other/${next}_broken.sql" <<-'SQL'
	CREATE TABLE cameleer.half (id integer);
	SELECT 1 / 0;
SQL
check "a migration that fails is bad" \
    exits 1 ctl migrate_one db migrate --from "$other"
check "and says which, and why" says "division by zero" \
    ctl migrate_one db migrate --from "$other"
check "and leaves nothing behind" is "" psql -XqAt -d migrate_one -c \
    "SELECT to_regclass('cameleer.half')"
check "nor a row" is "$count" applied migrate_one
echo 'CREATE TABLE cameleer.whole (id integer);' \
    >"$other/${next}_broken.sql"
check "put right, it is applied" \
    says "of them applied now" ctl migrate_one db migrate --from "$other"
check "by cameleer_owner" is "cameleer_owner" psql -XqAt -d migrate_one -c \
    "SELECT relowner::regrole FROM pg_class WHERE relname = 'whole'"

# Two concurrent runs: the second waits for the first, and has nothing to do.
database_new migrate_two
fresh
echo 'SELECT pg_sleep(1);' >>"$other/0001_schema.sql"
two_at_once() {
	ctl migrate_two db migrate --from "$other" >"$cluster/a" 2>&1 &
	_a=$!
	ctl migrate_two db migrate --from "$other" >"$cluster/b" 2>&1 &
	_b=$!
	wait $_a && wait $_b || return 1
	sort "$cluster/a" "$cluster/b" | grep -c ': applied in' |
	    grep -qx "$count" || return 1
	grep -q "$count of them applied now" "$cluster/a" "$cluster/b" &&
	    grep -q " 0 of them applied now" "$cluster/a" "$cluster/b"
}
check "two at once: one waits and applies nothing" two_at_once
check "each was applied once" is "$count" applied migrate_two

# A connection that dies in between is noticed; the next run finishes.
database_new migrate_cut
cut_off() {
	ctl migrate_cut db migrate --from "$other" >"$cluster/a" 2>&1 &
	_a=$!
	_left=600
	until [ "$(psql -XqAt -d postgres -c "SELECT count(
	    pg_terminate_backend(pid)) FROM pg_stat_activity
	    WHERE usename = 'cameleer_ctl' AND state = 'active'")" \
	    -gt 0 ] || [ "$_left" -eq 0 ]; do
		_left=$((_left - 1))
		sleep 0.1
	done
	! wait $_a
}
check "a lost connection is a failure" cut_off
check "the next run finishes" says "schema is current" \
    ctl migrate_cut db migrate --from "$other"
check "everything is there once" is "$count" applied migrate_cut

check "a wrong password is said" says "password authentication failed" \
    env CREDENTIALS_DIRECTORY="$cluster/cred/auth" \
    "$CAMELEER_BUILD/cameleerctl" -c "$cluster/migrate_one.conf" db status
check "settings that are wrong have exit code 78" \
    exits 78 "$CAMELEER_BUILD/cameleerctl" -c "$cluster/none" db status
check "usage has exit code 2" exits 2 "$CAMELEER_BUILD/cameleerctl" db
check "an option of another command is usage" exits 2 \
    ctl migrate_one db status --emergency
check "no transaction in a migration" sh -c "! grep -niE \
    '^[[:blank:]]*(BEGIN|COMMIT|ROLLBACK|START TRANSACTION)[[:blank:]]*;' \
    '$migrations'/*.sql"
