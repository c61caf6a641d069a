# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# A tenant in the tenants' database: its two logins take turns, and whoever uses
# it meanwhile does not notice; another tenant's logins reach nothing of it.

database_new tenants
psql -XqAt -v ON_ERROR_STOP=1 -d tenants \
    -f "$CAMELEER_SOURCE/sql/tenants_database.sql"
stores_conf=$cluster/stores.conf
conf_write tenants "$stores_conf"
cat >>"$stores_conf" <<CONF
tenant_db_host = $cluster/sock
tenant_db_port = $PGPORT
tenant_db_name = tenants
tenant_db_connections = 8
CONF
(umask 077; echo provisioner >"$cluster/cred/provisioner.pass")
one=00000000-0000-7000-8000-000000000001
two=00000000-0000-7000-8000-000000000002

# store COMMAND TENANT [TURN [PASSWORD]]
store() {
	# shellcheck disable=SC2086
	CREDENTIALS_DIRECTORY=$cluster/cred ${CAMELEER_UNDER:-} \
	    "$CAMELEER_BUILD/tests/db/store_drive" "$stores_conf" "$@" \
	    2>"$cluster/store.said" && return
	grep -v '^NOTICE' "$cluster/store.said" >&2
	return 1
}

# session LOGIN PASSWORD SQL
session() {
	PGPASSWORD=$2 psql -XqAt -v ON_ERROR_STOP=1 -U "$1" -d tenants -c "$3"
}

number() {
	psql -XqAt -d tenants -c "$1"
}

# again COMMAND...: as the worker does after "not yet"
again() {
	for _try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		_said=$("$@" 2>&1) && return 0
		case $_said in
		login_busy:*) sleep 0.5 ;;
		*) echo "$_said"; return 1 ;;
		esac
	done
	echo "$_said"
	return 1
}

# Asks over new connections with what the file says, as a server's pool does.
load() {
	until [ -e "$cluster/load.end" ]; do
		read -r _login _word <"$cluster/load.now"
		if _said=$(session "$_login" "$_word" \
		    "INSERT INTO load VALUES (1) RETURNING 1" 2>&1); then
			echo "good $_login"
		else
			echo "bad $_login $_said"
		fi
	done >"$cluster/load.$1"
}

# use LOGIN PASSWORD: from now on
use() {
	echo "$1 $2" >"$cluster/load.new"
	mv "$cluster/load.new" "$cluster/load.now"
}

# turns: four renewals under load, each as the job does them
turns() {
	for _turn in 1 2 3 4; do
		store ensure "$one" $_turn "word-$_turn" >/dev/null || return 1
		use "$(store login "$one" $_turn)" "word-$_turn"
		sleep 0.4
		again store retire "$one" $((_turn - 1)) || return 1
	done
}

role=$(store login "$one" 0)
other=$(store login "$two" 0)
check "a tenant gets a role, a schema and a login" is "$role" \
    store ensure "$one" 0 word-0
check "again, with the same result" is "$role" store ensure "$one" 0 word-0
check "another tenant too" is "$other" store ensure "$two" 0 word-two
check "the second login has the role's name and a letter" is "${role}b" \
    store login "$one" 1
session "$role" word-0 "CREATE TABLE load (n integer)"
session "$role" word-0 "CREATE TABLE secret AS SELECT 'planted' AS word"

use "$role" word-0
for client in 1 2; do
	load $client &
	eval "client_$client=\$!"
done
check "four renewals under load" turns
touch "$cluster/load.end"
# shellcheck disable=SC2154
wait "$client_1" "$client_2"
asked=$(cat "$cluster"/load.[12] | wc -l)
echo "# $asked queries during four renewals," \
    "$(cat "$cluster"/load.[12] | grep -c ^bad) failed"
check "no query failed" exits 1 grep ^bad "$cluster/load.1" "$cluster/load.2"
check "both logins were asked" is 2 sh -c \
    "cut -d ' ' -f 2 '$cluster'/load.[12] | sort -u | wc -l"
check "each query was done once" is "$asked" number \
    "SELECT count(*) FROM $role.load"

for turn in 0 1 2 3; do
	check "the login of turn $turn is refused" says FATAL \
	    session "$(store login "$one" $turn)" "word-$turn" "SELECT 1"
done
check "that of turn 4 is not" is 1 session "$role" word-4 "SELECT 1"
check "the second login is gone" is 0 number \
    "SELECT count(*) FROM pg_roles WHERE rolname = '${role}b'"

store ensure "$one" 5 word-5 >/dev/null
check "the second login works as the role, in its schema" \
    is "$role|${role}b|$role" session "${role}b" word-5 \
    "SELECT current_user, session_user, current_schema()"
session "${role}b" word-5 "CREATE TABLE made (n integer)"
PGPASSWORD=word-5 psql -XqAt -U "${role}b" -d tenants >/dev/null <<SQL
DISCARD ALL;
CREATE TABLE reset (n integer);
SET ROLE NONE;
CREATE TABLE own (n integer);
SQL
check "also after its session was reset, unless it says otherwise" is \
    "own|${role}b
reset|$role" number "SELECT tablename, tableowner FROM pg_tables
    WHERE tablename IN ('own', 'reset') ORDER BY 1"
check "it has the same limits" is "8|f|t" number "SELECT rolconnlimit,
    rolcanlogin AND rolsuper, rolconfig::text LIKE '%statement_timeout%'
    FROM pg_roles WHERE rolname = '${role}b'"

PGPASSWORD=word-5 psql -XqAt -U "${role}b" -d tenants \
    -c "SELECT 'whole' FROM pg_sleep(3)" >"$cluster/slow" &
slow=$!
sleep 1
check "a statement under way is waited for" says \
    "login_busy: 1 sessions of the old login" store retire "$one" 5
check "meanwhile nobody signs in with that login" says FATAL \
    session "${role}b" word-5 "SELECT 1"
check "the login ends after it" again store retire "$one" 5
wait "$slow"
check "and it was not cut off" is whole cat "$cluster/slow"
check "what the second login made is the role's" is "$role" number \
    "SELECT DISTINCT tableowner FROM pg_tables
    WHERE tablename IN ('made', 'reset', 'own', 'load', 'secret')"
check "a login that ended may end again" is "${role}b" store retire "$one" 5

store ensure "$one" 6 word-6 >/dev/null
store ensure "$two" 1 word-two-b >/dev/null
for login in "$other word-two" "${other}b word-two-b"; do
	name=${login% *} word=${login#* }
	for sql in "SELECT * FROM $role.secret" "SET ROLE $role" \
	    "SET ROLE ${role}b" "ALTER ROLE $role PASSWORD 'x'" \
	    "GRANT $role TO $name" "CREATE TABLE $role.x (n integer)" \
	    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
	    WHERE usename = '$role'" "CREATE ROLE x" "CREATE SCHEMA x" \
	    "CREATE TABLE public.x (n integer)"; do
		PGPASSWORD=word-6 psql -XqAt -U "$role" -d tenants \
		    -c "SELECT pg_sleep(0.3)" >/dev/null &
		kept=$!
		sleep 0.1
		check "$name is refused: $(echo "$sql" | head -n 1)" \
		    says ERROR session "$name" "$word" "$sql"
		wait $kept
	done
	check "$name finds no word of the other" exits 1 sh -c \
	    "PGPASSWORD='$word' psql -XqAt -U '$name' -d tenants -c \
	    \"SELECT relname, query FROM pg_class, pg_stat_activity\" |
	    grep planted"
done

check "a tenant is dropped with both its logins" is "$other" \
    store drop "$two"
check "nothing of it is left" is "0|0|0" number "SELECT
    (SELECT count(*) FROM pg_roles WHERE rolname LIKE '$other%'),
    (SELECT count(*) FROM pg_namespace WHERE nspname LIKE '$other%'),
    (SELECT count(*) FROM pg_db_role_setting s JOIN pg_roles r
    ON r.oid = s.setrole WHERE rolname LIKE '$other%')"
check "it may be dropped again" is "$other" store drop "$two"
check "and the other tenant keeps its own" is planted session "$role" word-6 \
    "SELECT word FROM secret"
