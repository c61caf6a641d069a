# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# A private PostgreSQL 15 cluster for tests: its own directory, only a unix
# socket, gone when the caller ends.  Needs root (it runs as user postgres).
#
#   cluster_start         sets $cluster, $PGHOST, $PGPORT; roles are there
#   database_new NAME     an empty database with roles.sql run in it
#   conf_write NAME FILE  settings of a process for that database
#
# CAMELEER_UNDER   what programs of ours run under: "valgrind -q …"

PG_BIN=${PG_BIN:-/usr/lib/postgresql/15/bin}
DB_LOGINS='auth tenants apps billing license sso worker ctl provisioner'

cluster_fail() {
	echo "Bail out! $*"
	exit 99
}

cluster_su() {
	setpriv --reuid postgres --regid postgres --clear-groups \
	    env -i PATH="$PG_BIN:/usr/bin:/bin" LANG=C.UTF-8 "$@"
}

cluster_start() {
	[ "$(id -u)" = 0 ] || cluster_fail "needs root"
	[ -x "$PG_BIN/initdb" ] ||
	    cluster_fail "package postgresql-15 is missing"
	cluster=$(mktemp -d /tmp/cameleer-db.XXXXXX) || exit 99
	trap cluster_stop EXIT
	trap 'exit 99' INT TERM HUP
	chmod 0755 "$cluster"
	install -d -o postgres -g postgres -m 0700 "$cluster/data"
	install -d -o postgres -g postgres -m 0755 "$cluster/sock"
	echo postgres >"$cluster/password"
	cluster_su initdb -D "$cluster/data" -U postgres -E UTF8 \
	    --locale=C.UTF-8 --auth=scram-sha-256 --no-sync --no-instructions \
	    --pwfile="$cluster/password" >"$cluster/initdb.log" 2>&1 ||
	    cluster_fail "initdb: $(tail -n 3 "$cluster/initdb.log")"
	cluster_up
	PGHOST=$cluster/sock PGPORT=5432 PGUSER=postgres PGPASSWORD=postgres
	PGOPTIONS="-c client_min_messages=warning"
	export PGHOST PGPORT PGUSER PGPASSWORD PGOPTIONS
}

cluster_up() {
	cluster_su pg_ctl -D "$cluster/data" -l "$cluster/data/server.log" \
	    -w -t 60 -s -o "-c listen_addresses= -c fsync=off \
	    -c unix_socket_directories=$cluster/sock -c port=5432 \
	    -c password_encryption=scram-sha-256 -c max_connections=60 \
	    -c shared_buffers=32MB -c log_min_messages=warning" start ||
	    cluster_fail "PostgreSQL does not start:" \
	    "$(tail -n 5 "$cluster/data/server.log")"
}

cluster_stop() {
	trap - EXIT
	if [ -f "$cluster/data/postmaster.pid" ]; then
		cluster_su pg_ctl -D "$cluster/data" -m immediate -s stop
	fi
	rm -rf "$cluster"
}

# database_new NAME: the cluster has the roles; their passwords are their names
database_new() {
	psql -XqAt -v ON_ERROR_STOP=1 -d postgres \
	    -c "CREATE DATABASE $1" || cluster_fail "no database $1"
	psql -XqAt -v ON_ERROR_STOP=1 -d "$1" \
	    -f "$CAMELEER_SOURCE/sql/roles.sql" || cluster_fail "roles.sql"
	for _login in $DB_LOGINS; do
		echo "ALTER ROLE cameleer_$_login PASSWORD '$_login';"
	done | psql -XqAt -v ON_ERROR_STOP=1 -d "$1" ||
	    cluster_fail "passwords"
	for _login in $DB_LOGINS; do
		mkdir -p "$cluster/cred/$_login"
		(umask 077; echo "$_login" >"$cluster/cred/$_login/db.pass")
	done
}

conf_write() {
	cat >"$2" <<-CONF
		base_url = https://localhost:8443
		run_dir = $cluster
		db_host = $PGHOST
		db_port = $PGPORT
		db_name = $1
		log_level = warn
	CONF
}

# ctl NAME ARGUMENT…: cameleerctl for database NAME
ctl() {
	_name=$1
	shift
	[ -f "$cluster/$_name.conf" ] ||
	    conf_write "$_name" "$cluster/$_name.conf"
	# shellcheck disable=SC2086
	CREDENTIALS_DIRECTORY=$cluster/cred/ctl ${CAMELEER_UNDER:-} \
	    "$CAMELEER_BUILD/cameleerctl" -c "$cluster/$_name.conf" "$@"
}

# as ROLE NAME [psql argument…]: runs SQL as one of our login roles
as() {
	_role=$1 _name=$2
	shift 2
	PGUSER=cameleer_$_role PGPASSWORD=$_role \
	    PGOPTIONS='-c search_path=cameleer' \
	    psql -XqAt -v ON_ERROR_STOP=1 -d "$_name" "$@"
}
