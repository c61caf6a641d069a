# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# A private PostgreSQL cluster: "postgres" logs in locally as the caller's user
# id, all others by SCRAM.  Only the databases are made here; roles come from
# sql/roles.sql, tables from "cameleerctl db migrate".

PG_BIN=/usr/lib/postgresql/15/bin
PG_LOGINS='auth tenants apps billing license sso worker ctl provisioner'

as_postgres() {
	setpriv --reuid postgres --regid postgres --clear-groups \
	    env -i PATH="$PG_BIN:/usr/bin:/bin" LANG=C.UTF-8 \
	    PGHOST="$state/run/pg" PGPORT="$PORT_PG" PGUSER=postgres "$@"
}

# superuser_sql DATABASE: SQL on stdin
superuser_sql() {
	as_postgres psql -X -q -v ON_ERROR_STOP=1 -d "$1"
}

postgres_configure() {
	PG_LISTEN=127.0.0.1${PLATFORM_ADDR:+,$PLATFORM_ADDR}
	STATE=$state
	export PORT_PG PG_LISTEN STATE
	render "$top/packaging/lib/postgresql.conf.in" \
	    "$state/conf/postgresql.conf"
	write_if_changed "$state/conf/pg_hba.conf" 0644 <<-HBA
		local all postgres peer
		local all all scram-sha-256
		host cameleer all 127.0.0.1/32 scram-sha-256
		host tenants all 127.0.0.1/32 scram-sha-256
		# containers, through the platform's address; netguard decides
		# which get there
		host tenants all 0.0.0.0/0 scram-sha-256
	HBA
	: | write_if_changed "$state/conf/pg_ident.conf" 0644
}

postgres_init() {
	own_dir "$state/pg" postgres postgres 0700
	own_dir "$state/run/pg" postgres postgres 0755
	if [ ! -f "$state/pg/data/PG_VERSION" ]; then
		rm -rf "$state/pg/data"
		as_postgres initdb -D "$state/pg/data" -U postgres \
		    --auth-local=peer --auth-host=scram-sha-256 \
		    --data-checksums -E UTF8 --locale=C.UTF-8 \
		    --no-instructions
	fi
}

postgres_ready() {
	as_postgres pg_isready -q
}

# SIGINT is PostgreSQL's fast shutdown.
postgres_start() {
	postgres_init
	postgres_configure
	_id=$(id -u postgres)
	service_start postgres INT 30 "$_id" "$(id -g postgres)" - \
	    "$PG_BIN/postgres" -D "$state/pg/data" \
	    -c "config_file=$state/conf/postgresql.conf" \
	    -c "hba_file=$state/conf/pg_hba.conf" \
	    -c "ident_file=$state/conf/pg_ident.conf"
	wait_for 30 PostgreSQL postgres_ready
}

database_exists() {
	[ "$(as_postgres psql -XAtq -d postgres -v name="$1" <<-'SQL'
		SELECT 1 FROM pg_database WHERE datname = :'name';
	SQL
	)" = 1 ]
}

# Prints a password's SCRAM verifier: PostgreSQL never sees the password.
scram_verifier() {
	python3 "$top/packaging/lib/scram.py" <"$1"
}

# Prints the file name of a login's password, a credential of its process.
login_secret() {
	case $1 in
	provisioner) echo "$state/cred/worker/provisioner.pass" ;;
	*) echo "$state/cred/$1/db.pass" ;;
	esac
}

postgres_roles() {
	for _db in cameleer tenants; do
		database_exists "$_db" ||
		    echo "CREATE DATABASE $_db;" | superuser_sql postgres
	done
	superuser_sql cameleer <"$top/sql/roles.sql"
	superuser_sql tenants <"$top/sql/tenants_database.sql"
	for _login in $PG_LOGINS; do
		printf "ALTER ROLE cameleer_%s PASSWORD '%s';\n" "$_login" \
		    "$(scram_verifier "$(login_secret "$_login")")"
	done | superuser_sql cameleer
}
