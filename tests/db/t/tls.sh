# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# A PostgreSQL elsewhere: TLS, its certificate, and ours.

tls=$cluster/tls
install -d -o postgres -g postgres -m 0755 "$tls"

# tls_ca NAME: a certificate authority
tls_ca() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc \
	    -days 2 -subj "/CN=$1" -addext basicConstraints=critical,CA:TRUE \
	    -keyout "$tls/$1.key" -out "$tls/$1.pem" 2>/dev/null
}

# tls_leaf NAME SUBJECT SAN: signed by the authority "ca"
tls_leaf() {
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc \
	    -subj "$2" -keyout "$tls/$1.key" -out "$tls/$1.csr" 2>/dev/null
	printf 'subjectAltName=%s\n' "$3" >"$tls/$1.ext"
	openssl x509 -req -in "$tls/$1.csr" -days 2 -CA "$tls/ca.pem" \
	    -CAkey "$tls/ca.key" -CAcreateserial -extfile "$tls/$1.ext" \
	    -out "$tls/$1.pem" 2>/dev/null
}

tls_ca ca
tls_ca other
tls_leaf server /CN=server DNS:localhost
tls_leaf client /CN=cameleer_ctl DNS:client
chown postgres:postgres "$tls"/*
chmod 0600 "$tls"/*.key
tls_port=$(python3 -c 'import socket; s = socket.socket()
s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')

# database strict: only with a certificate of the user's own
cluster_su initdb -D "$tls/data" -U postgres --auth=trust --no-sync \
    --no-instructions >"$tls/initdb.log" 2>&1
cat >"$tls/data/pg_hba.conf" <<-'HBA'
	local all all trust
	hostssl strict all 127.0.0.1/32 cert
	hostssl far all 127.0.0.1/32 scram-sha-256
HBA
cluster_su pg_ctl -D "$tls/data" -l "$tls/data/log" -w -s -o "-c ssl=on \
    -c ssl_cert_file=$tls/server.pem -c ssl_key_file=$tls/server.key \
    -c ssl_ca_file=$tls/ca.pem -c listen_addresses=127.0.0.1 \
    -c port=$tls_port -c unix_socket_directories=$tls -c fsync=off" start
elsewhere() {
	PGHOST=$tls PGPORT=$tls_port psql -XqAt -v ON_ERROR_STOP=1 "$@"
}
for _db in far strict; do
	elsewhere -d postgres -c "CREATE DATABASE $_db"
	elsewhere -d $_db -f "$CAMELEER_SOURCE/sql/roles.sql" \
	    -c "ALTER ROLE cameleer_ctl PASSWORD 'ctl'"
done
far_db=far
mkdir -p "$cluster/cred/ctl"
(umask 077; echo ctl >"$cluster/cred/ctl/db.pass")

# far HOST [SETTING...]: doctor's lines about that database
far() {
	_host=$1
	shift
	{
		echo "base_url = https://localhost:8443"
		echo "run_dir = $cluster"
		echo "db_host = $_host"
		echo "db_port = $tls_port"
		echo "db_name = $far_db"
		printf '%s\n' "$@"
	} >"$cluster/far.conf"
	ctl far doctor --from "$CAMELEER_SOURCE/sql/migrations" |
	    grep -E '^[A-Za-z]+ +(database|settings)'
}
ca="db_ca = $tls/ca.pem"
full='db_sslmode = verify-full'
check "a server whose certificate is good" says "ok   database" \
    far localhost "$full" "$ca"
check "of another name" says "does not match host name" \
    far 127.0.0.1 "$full" "$ca"
check "of another name, when only the authority counts" says "ok   database" \
    far 127.0.0.1 "db_sslmode = verify-ca" "$ca"
check "of another authority" says "certificate verify failed" \
    far localhost "$full" "db_ca = $tls/other.pem"
check "of an authority that the system does not know" \
    says "certificate verify failed" far localhost "$full"
check "encryption alone" says "ok   database" \
    far localhost "db_sslmode = require"
check "no TLS where it is wanted" says "no encryption" \
    far localhost "db_sslmode = disable"
check "on this machine nothing is asked for" says "ok   database" \
    far localhost
far_db=strict
check "no certificate of ours where one is wanted" \
    says "connection requires a valid client certificate" \
    far localhost "$full" "$ca"
install -m 0400 "$tls/client.pem" "$cluster/cred/ctl/db.cert"
install -m 0400 "$tls/client.key" "$cluster/cred/ctl/db.key"
check "a certificate of ours" says "ok   database" \
    far localhost "$full" "$ca"
rm -f "$cluster/cred/ctl/db.cert" "$cluster/cred/ctl/db.key"
printf 'base_url = https://localhost\ndb_sslmode = allow\n' \
    >"$cluster/odd.conf"
check "a mode that does not exist" says "must be disable, require" \
    "$CAMELEER_BUILD/cameleerctl" -c "$cluster/odd.conf" check-config
cluster_su pg_ctl -D "$tls/data" -m immediate -s stop
