# SPDX-License-Identifier: Apache-2.0
#
# Sign-in by real OpenID providers, Keycloak and oidc-provider, and by a hostile
# one of ours.  All of it runs in its own network, whose loopback device has
# public addresses, with its own name server and authority: the code that calls
# providers has no switch for tests (decision record 4).
#
# identity.sh [NAME...]	those three, or tests/identity/test_NAME.py alone; the
#			tier interop calls it with "shapes"
#
# needs: build runtime java web browser
# builds: yes
# limit: 900
set -u
# shellcheck disable=SC1091
. "$(dirname "$0")/../lib/tap.sh"
identity=${CAMELEER_CACHE:-$build/cache}/identity
[ $# -gt 0 ] || set -- liar provider keycloak

# wanted NAME TEST...: is the test among those that run?
wanted() {
	_wanted=$1
	shift
	case " $* " in
	*" $_wanted "*) ;;
	*) return 1 ;;
	esac
}

# shellcheck disable=SC1091
. "$top/tests/lib/stack.sh"
# shellcheck disable=SC1091
. "$top/tests/lib/network.sh"

if network_outside && { wanted provider "$@" || wanted keycloak "$@"; }; then
	tap_program "real providers" sh "$top/tests/identity/fetch" "$identity"
	tap_program "the console" sh "$top/web/toolchain/run" all \
	    sh "$top/web/build"
fi
network_own "$@"
IDENTITY_CACHE=$identity
IDENTITY_OP=45.90.0.1 IDENTITY_KEYCLOAK=45.90.0.2 IDENTITY_LIAR=45.90.0.3
IDENTITY_NODE=
if wanted provider "$@"; then
	IDENTITY_NODE=$(sh "$top/web/toolchain/run" none sh -c \
	    'command -v node')
fi
export IDENTITY_CACHE IDENTITY_NODE IDENTITY_OP IDENTITY_KEYCLOAK IDENTITY_LIAR

addresses() {
	for _address in $IDENTITY_OP $IDENTITY_KEYCLOAK $IDENTITY_LIAR; do
		ip address add "$_address/32" dev lo
	done
	mkdir -p "$state/idp"
	chmod 0755 "$state/idp"
	cat >"$state/idp/names" <<-NAMES
		A op.example $IDENTITY_OP
		A keycloak.example $IDENTITY_KEYCLOAK
		A liar.example $IDENTITY_LIAR
		A other.example $IDENTITY_LIAR
		A accounts.google.com $IDENTITY_LIAR
		A inside.example 127.0.0.1
		A metadata.example 169.254.169.254
	NAMES
	echo "nameserver 127.0.0.1" >"$state/idp/resolv.conf"
	mount --bind "$state/idp/resolv.conf" /etc/resolv.conf
	/usr/bin/python3 "$top/tests/identity/names.py" 127.0.0.1 \
	    "$state/idp/names" >"$state/log/names.log" 2>&1 &
	names=$!
}

# The certificates of the providers, and the authority that everybody here
# trusts.
certificates() {
	_dir=$state/idp
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -keyout "$_dir/ca.key" -out "$_dir/ca.pem" -days 2 \
	    -subj "/CN=Authority of a test" 2>/dev/null
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -keyout "$_dir/key.pem" -out "$_dir/csr.pem" -subj /CN=providers \
	    2>/dev/null
	printf 'subjectAltName=%s\n' "DNS:op.example,DNS:keycloak.example,\
DNS:liar.example,DNS:other.example,DNS:rebind.example,\
DNS:accounts.google.com" >"$_dir/names.ext"
	openssl x509 -req -in "$_dir/csr.pem" -CA "$_dir/ca.pem" \
	    -CAkey "$_dir/ca.key" -CAcreateserial -days 2 \
	    -extfile "$_dir/names.ext" -out "$_dir/cert.pem" 2>/dev/null
	cat /etc/ssl/certs/ca-certificates.crt "$_dir/ca.pem" >"$_dir/all.pem"
	chmod 0644 "$_dir/all.pem" "$_dir/key.pem"
	mount --bind "$_dir/all.pem" /etc/ssl/certs/ca-certificates.crt
}

stack_begin
addresses
certificates
# the slowest first; its own test waits for it
keycloak=
if wanted keycloak "$@"; then
	sh "$top/tests/identity/keycloak" "$state" "$PORT_HTTPS" \
	    >"$state/log/keycloak.log" 2>&1 &
	keycloak=$!
fi
# shellcheck disable=SC2317
identity_end() {
	# shellcheck disable=SC2086
	kill $keycloak "$names" 2>/dev/null
	stack_end
}
trap identity_end EXIT
stack database keys mail web nginx responders worker owner env
CAMELEER_TEST_ENV=$state/summary.json
PYTHONPATH=$top/tests/http:$top/tests/identity
export CAMELEER_TEST_ENV PYTHONPATH
for test; do
	tap_python "$top/tests/identity/test_$test.py"
done
[ -z "$stack_tool" ] || tap_program "no report of $stack_tool" stack_reports
exit "$tap_status"
