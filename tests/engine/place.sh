#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# place.sh PROGRAM - runs test_place against the real engine behind nginx as
# nginx/place.conf.in has it, with certificates made here, in with-engine's
# network.  What it finds besides: TEST_PLACE, the directory with ca.pem and
# NAME.pem, NAME.key of each client.
#
#   https://localhost:7443   the place, with a certificate for that name
#   https://localhost:7444   the same, with one that has expired
#   https://localhost:5000   the registry, which does not speak TLS
set -eu

here=$(cd "$(dirname "$0")" && pwd)
[ "${WITH_ENGINE:-}" = inside ] || exec "$here/with-engine" "$0" "$@"

TEST_PLACE=$TEST_DIR/place
export TEST_PLACE
mkdir "$TEST_PLACE"
cd "$TEST_PLACE"
pids=''
finish() {
	code=$?
	for pid in $pids; do
		kill "$pid" 2>/dev/null || :
		wait "$pid" 2>/dev/null || :
	done
	exit "$code"
}
trap finish EXIT

key_new() {
	openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"
}
# authority_new NAME
authority_new() {
	key_new "$1"
	openssl req -x509 -new -key "$1.key" -subj "/CN=$1" -days 1 \
	    -out "$1.pem"
}
# certificate_new NAME AUTHORITY DAYS [SAN]
certificate_new() {
	key_new "$1"
	printf '%s\n' "${4:+subjectAltName=$4}" >"$1.ext"
	openssl req -new -key "$1.key" -subj "/CN=$1" -out "$1.csr"
	openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" \
	    -CAcreateserial -days "$3" -extfile "$1.ext" -out "$1.pem" \
	    2>/dev/null
}
# proxy_start PORT CERTIFICATE: nginx as the place has it
proxy_start() {
	mkdir -p "$1/tmp" "$1/certificates"
	cp "$2.pem" "$1/certificates/server.pem"
	cp "$2.key" "$1/certificates/server.key"
	cp ca.pem "$1/certificates/clients.pem"
	sed -e "s|@LISTEN@|127.0.0.1:$1|" -e "s|@SOCKET@|$TEST_ENGINE|" \
	    -e "s|@CERTIFICATES@|$TEST_PLACE/$1/certificates|" \
	    -e "s|@STATE@|$TEST_PLACE/$1|" \
	    "$CAMELEER_SOURCE/nginx/place.conf.in" >"$1/place.conf"
	nginx -c "$TEST_PLACE/$1/place.conf" -p "$TEST_PLACE/$1" \
	    -g 'daemon off;' >"$1/log" 2>&1 &
	pids="$pids $!"
}

authority_new ca
authority_new alien
certificate_new server ca 1 DNS:localhost
certificate_new expired ca -1 DNS:localhost
certificate_new client ca 1
certificate_new client-expired ca -1
certificate_new client-alien alien 1
proxy_start 7443 server
proxy_start 7444 expired
i=0
until curl -sf --cacert ca.pem --cert client.pem --key client.key \
    https://localhost:7443/_ping >/dev/null; do
	i=$((i + 1))
	[ "$i" -le 100 ] || {
		cat 7443/log >&2
		echo "place.sh: nginx does not answer" >&2
		exit 2
	}
	sleep 0.1
done
"$@"
