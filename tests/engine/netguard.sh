#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# netguard.sh - what containers of two tenants can reach, with real containers
# on a real engine, in with-engine's network.
#
# Needs TEST_NETGUARD (the program), TEST_BASE (probe as a base, .tar.gz) and
# TEST_PROBE (the same program, for the host's side).
set -eu

here=$(cd "$(dirname "$0")" && pwd)
: "${TEST_NETGUARD:?}" "${TEST_BASE:?}" "${TEST_PROBE:?}"
[ "${WITH_ENGINE:-}" = inside ] || exec "$here/with-engine" "$0" "$@"

passed=0 failed=0 guard='' pids=''
# The user "nobody" must be able to run it, wherever it was built.
chmod 711 "$TEST_DIR"
install -m 755 "$TEST_NETGUARD" "$TEST_DIR/cameleer-netguard"
TEST_NETGUARD=$TEST_DIR/cameleer-netguard
# Public addresses, of this network namespace only.
platform=10.231.0.1 outside=198.20.0.2 inside=198.20.0.1

finish() {
	code=$?
	for pid in $guard $pids; do
		kill -9 "$pid" 2>/dev/null || :
	done
	ip netns del outside 2>/dev/null || :
	exit "$code"
}
trap finish EXIT

say() {
	if [ "$1" = 0 ]; then
		passed=$((passed + 1))
		echo "ok - $2"
	else
		failed=$((failed + 1))
		echo "not ok - $2: $3"
	fi
}

# probe NETWORK ORDER… - prints what a container on that network prints
probe() {
	network=$1
	shift
	podman run --rm --network "$network" --user 65532:65532 --read-only \
	    --cap-drop ALL localhost/probe "$@" 2>&1 || :
}

# reach TITLE NETWORK WANTED ORDER… - WANTED is a pattern, or !pattern
reach() {
	title=$1 network=$2 wanted=$3
	shift 3
	got=$(probe "$network" "$@")
	case $wanted in
	!*)	case $got in
		*": ${wanted#!}"*) say 1 "$title" "$got" ;;
		*:*) say 0 "$title" "" ;;
		*) say 1 "$title" "no answer: $got" ;;
		esac ;;
	*)	case $got in
		*": $wanted"*) say 0 "$title" "" ;;
		*) say 1 "$title" "$got" ;;
		esac ;;
	esac
}

# guard_begin - starts it with the only capability that it needs
guard_begin() {
	: >"$TEST_DIR/guard.log"	# not an earlier one's "ready"
	setpriv --reuid 65531 --regid 65531 --clear-groups --no-new-privs \
	    --inh-caps=-all,+net_admin --ambient-caps=-all,+net_admin \
	    --bounding-set=-all,+net_admin -- "$TEST_NETGUARD" \
	    "$@" \
	    2>>"$TEST_DIR/guard.log" &
	guard=$!
	i=0
	until grep -q '"ready"' "$TEST_DIR/guard.log"; do
		i=$((i + 1))
		[ "$i" -le 50 ] || {
			cat "$TEST_DIR/guard.log"
			exit 1
		}
		sleep 0.1
	done
}

guard_end() {
	kill "-$1" "$guard"
	wait "$guard" 2>/dev/null || :
	guard=''
}

table() {
	nft list table inet cameleer 2>/dev/null
}

# network NAME BRIDGE - makes a network as the worker does
network() {
	curl -sf --unix-socket "$TEST_ENGINE" -H Content-Type:application/json \
	    -d "{\"Name\":\"$1\",\"Driver\":\"bridge\",\"Options\":{
	    \"com.docker.network.bridge.name\":\"$2\"}}" \
	    http://engine/v1.41/networks/create >/dev/null
}

address() {
	set -- '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' "$1"
	podman inspect -f "$1" "$2"
}

gateway() {
	podman network inspect "$1" | sed -n 's/.*"gateway": "\(.*\)".*/\1/p'
}

# The netavark of Debian 12 loses its isolation when a container ends.
break_netavark() {
	for chain in NETAVARK_ISOLATION_1 NETAVARK_ISOLATION_2 \
	    NETAVARK_ISOLATION_3; do
		iptables -F "$chain" 2>/dev/null || :
	done
}

# The outside world: one host behind this machine.
mkdir -p /run/netns
ip netns add outside
ip link add up0 type veth peer name up0 netns outside
ip addr add $inside/24 dev up0
ip link set up0 up
ip -n outside link set lo up
ip -n outside addr add $outside/24 dev up0
for special in 169.254.169.254 168.63.129.16 100.100.100.200 192.168.7.4 \
    172.16.5.5 198.18.0.9; do
	ip -n outside addr add $special/32 dev lo
done
ip -n outside link set up0 up
ip -n outside route add 10.0.0.0/8 via $inside
ip route add default via $outside
ip addr add $platform/32 dev lo
ip netns exec outside "$TEST_PROBE" serve 80 & pids="$pids $!"
# This host: the platform's two ports, and one that is closed to containers.
for port in 8443 5432 9999; do
	"$TEST_PROBE" serve $port & pids="$pids $!"
done
podman import -q --change 'ENTRYPOINT ["/usr/bin/java"]' "$TEST_BASE" \
    localhost/probe >/dev/null

network cml-acme cml00000000acc
network cml-beta cml00000000be7
podman run -d -q --name acme-server --network cml-acme localhost/probe \
    serve 8081 >/dev/null
podman run -d -q --name beta-server --network cml-beta localhost/probe \
    serve 8081 >/dev/null
acme=$(address acme-server) beta=$(address beta-server)
acme_gw=$(gateway cml-acme) beta_gw=$(gateway cml-beta)

# Without the guard: shows that these tests can fail.
break_netavark
reach 'control: without the guard tenants reach each other' cml-beta open \
    connect "$acme" 8081
reach 'control: without the guard the host is open' cml-beta open \
    connect "$beta_gw" 9999
reach 'control: without the guard clouds give away credentials' cml-beta open \
    connect 169.254.169.254 80
reach 'control: without the guard private networks are open' cml-beta open \
    connect 192.168.7.4 80

guard_begin --platform $platform --ports 8443,5432
grep -q '^CapEff:.*0000000000001000$' "/proc/$guard/status" &&
    grep -q '^Uid:.65531' "/proc/$guard/status" && say 0 \
    'it runs as nobody with CAP_NET_ADMIN alone' || say 1 capabilities \
    "$(grep -E '^(Cap|Uid)' "/proc/$guard/status")"
break_netavark
reach 'beta does not reach a container of acme' cml-beta !open \
    connect "$acme" 8081
reach 'acme does not reach a container of beta' cml-acme !open \
    connect "$beta" 8081
reach 'acme reaches its own server' cml-acme open connect "$acme" 8081
reach 'acme resolves its own server' cml-acme "$acme" resolve acme-server
reach 'beta does not resolve the server of acme' cml-beta "!$acme" \
    resolve acme-server
reach "beta gets no answer from the name server of acme" cml-beta silent \
    resolve acme-server "$acme_gw"
reach 'the outside world is reachable' cml-acme open connect $outside 80
for special in 169.254.169.254 168.63.129.16 100.100.100.200 192.168.7.4 \
    172.16.5.5 198.18.0.9; do
	reach "a network with a special purpose is not: $special" cml-acme \
	    !open connect $special 80
done
reach 'the platform is reachable at its address' cml-acme open \
    connect $platform 8443
reach 'and at its second port' cml-beta open connect $platform 5432
reach 'and at no other port' cml-acme !open connect $platform 9999
reach 'no service of the host at the own gateway' cml-acme !open \
    connect "$acme_gw" 9999
reach 'no platform port at the own gateway' cml-acme !open \
    connect "$acme_gw" 8443
reach "no service of the host at the other's gateway" cml-acme !open \
    connect "$beta_gw" 9999
reach 'no service of the host at its outer address' cml-acme !open \
    connect $inside 9999
got=$(curl -s -m 3 "http://$acme:8081/" || :)
[ "$got" = ok ] && say 0 'the host reaches containers' ||
    say 1 'the host reaches containers' "$got"
got=$(ip netns exec outside "$TEST_PROBE" connect "$acme" 8081)
case $got in
*open*) say 1 'the outside world does not reach containers' "$got" ;;
*) say 0 'the outside world does not reach containers' '' ;;
esac

# A bridge that the guard has not seen yet.
kill -STOP "$guard"
network cml-late cml00000001a7e
podman run -d -q --name late-server --network cml-late localhost/probe \
    serve 8081 >/dev/null
late=$(address late-server)
reach 'an unknown bridge does not reach the outside' cml-late !open \
    connect $outside 80
reach 'nor the platform' cml-late !open connect $platform 8443
reach 'nor a name server' cml-late silent resolve late-server
reach 'nor a tenant' cml-late !open connect "$acme" 8081
kill -CONT "$guard"
sleep 0.5
reach 'once known, it reaches the platform' cml-late open \
    connect $platform 8443
reach 'and the outside' cml-late open connect $outside 80
reach 'and its own' cml-late open connect "$late" 8081
reach 'and no tenant' cml-late !open connect "$acme" 8081

# Odd names never get into the text of the rules.
# shellcheck disable=SC2016
ip link add 'cml"};$x{0' type bridge
ip link add cmlxyz type bridge
ip link add cml00000000d0e type veth peer name peer0
sleep 0.5
case $(table) in
*xyz*|*'$x'*|*d0e*) say 1 'odd links are left out' "$(table)" ;;
*) say 0 'odd links are left out' '' ;;
esac
reach 'and the table still works' cml-acme open connect $platform 8443

# Somebody else's firewall is reloaded.
nft flush ruleset
sleep 1.5
case $(table) in
*cml00000000acc*) say 0 'a flushed table is written again' '' ;;
*) say 1 'a flushed table is written again' "$(cat "$TEST_DIR/guard.log")" ;;
esac
nft add rule inet cameleer forward counter accept
nft flush chain inet cameleer input
sleep 1.5
case $(table) in
*'dport 8443'*) say 0 'an emptied chain is written again' '' ;;
*) say 1 'an emptied chain is written again' "$(table)" ;;
esac
n=$(grep -c touched "$TEST_DIR/guard.log" || :)
[ "$n" -le 4 ] && say 0 'it does not answer its own changes' '' ||
    say 1 'it does not answer its own changes' "$n times"

podman rm -f -t 0 late-server >/dev/null
podman network rm cml-late >/dev/null
sleep 0.5
case $(table) in
*cml00000001a7e*) say 1 'a bridge that is gone leaves the table' '' ;;
*) say 0 'a bridge that is gone leaves the table' '' ;;
esac

guard_end KILL
break_netavark
reach 'killed, it leaves the tenants apart' cml-beta !open \
    connect "$acme" 8081
guard_begin
guard_end TERM
reach 'stopped, it leaves the tenants apart' cml-beta !open \
    connect "$acme" 8081
guard_begin --remove-on-exit
guard_end TERM
table >/dev/null && say 1 '--remove-on-exit removes the table' '' ||
    say 0 '--remove-on-exit removes the table' ''
cat >"$TEST_DIR/cameleer.conf" <<EOF
base_url = https://localhost:8443
internal_url = https://$platform:8443
tenant_db_host = $platform
tenant_db_port = 5432
tenant_db_connections = 3
tenant_db_connections_all = 5
open_networks = 192.168.0.0/16
EOF
guard_begin -c "$TEST_DIR/cameleer.conf"
reach 'the settings file names the platform' cml-acme open \
    connect $platform 8443
reach 'and no other port' cml-acme !open connect $platform 9999
reach 'a network that the operator opened is reachable' cml-acme open \
    connect 192.168.7.4 80
reach 'and no other with a special purpose' cml-acme !open \
    connect 172.16.5.5 80
reach "an application does not reach the tenants' database" cml-acme !open \
    connect $platform 5432

# server BRIDGE - the address that the worker gives the tenant's server
server() {
	echo "$1" | sed -E 's/^cml(.)(..)(..)(..)(..)(..)$/\12:\2:\3:\4:\5:\6/'
}
# hold NAME NETWORK BRIDGE N - a server that holds N connections
hold() {
	name=$1 network=$2 mac=$(server "$3") n=$4
	podman run -d -q --name "$name" --network "$network" --mac-address \
	    "$mac" --user 65532:65532 --cap-drop ALL localhost/probe \
	    hold $platform 5432 "$n" >/dev/null
	i=0
	until podman logs "$name" 2>&1 | grep -q '^held '; do
		i=$((i + 1))
		[ "$i" -le 100 ] || break
		sleep 0.1
	done
	podman logs "$name" 2>&1 | tail -n 1
}
held() {
	[ "$2" = "held $3" ] && say 0 "$1" '' || say 1 "$1" "$2"
}
held 'a server reaches it, up to its share of connections' \
    "$(hold acme-holds cml-acme cml00000000acc 9)" 3
# The rules are written again; what is open still counts.
network cml-more cml0000000003e
sleep 0.5
held 'and no further after a change of the rules' \
    "$(podman exec acme-holds /usr/bin/java hold $platform 5432 9 once)" 0
held 'all servers together have no more than theirs' \
    "$(hold beta-holds cml-beta cml00000000be7 9)" 2
podman rm -f -t 0 acme-holds >/dev/null
i=0
got=
until [ "$got" = 'held 1' ] || [ "$i" -gt 100 ]; do
	got=$(podman exec beta-holds /usr/bin/java hold $platform 5432 1 once)
	i=$((i + 1))
	sleep 0.1
done
held 'connections that ended make room' "$got" 1
podman rm -f -t 0 beta-holds >/dev/null
podman network rm cml-more >/dev/null
guard_end TERM
"$TEST_NETGUARD" --remove && "$TEST_NETGUARD" --remove && ! table >/dev/null &&
    say 0 '--remove removes the table, and is done when there is none' '' ||
    say 1 '--remove removes the table' "$(table)"
for wrong in '--platform 10.231.0.1' '--ports 1' '--platform x --ports 1' \
    '--platform 10.231.0.1 --ports 0' '--platform 10.231.0.1 --ports 65536' \
    '--platform 10.231.0.1 --ports 1,' 'x' '--nothing'; do
	# shellcheck disable=SC2086
	"$TEST_NETGUARD" $wrong 2>/dev/null && code=0 || code=$?
	[ "$code" = 2 ] && say 0 "refuses '$wrong'" '' ||
	    say 1 "refuses '$wrong'" "exit $code"
done

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
