# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# Figures compared with programs that people use for part of the same work.
# They are fetched and built once, with pinned versions, into the cache.  A
# program that cannot be had is reported and counts as missed.

PEER_STARTS=${BENCH_PEER_STARTS:-3}
peer_cache=${CAMELEER_CACHE:-$build/cache}/bench
identity_cache=${CAMELEER_CACHE:-$build/cache}/identity
# shellcheck disable=SC1091
. "$top/packaging/lib/java.sh"
# shellcheck disable=SC1091
. "$top/packaging/lib/go.sh"

# peer FIGURE COMMAND...: builds what the figure needs
peer() {
	_peer_figure=$1
	shift
	mkdir -p "$peer_cache"
	(set -e; "$@") >"$work/log" 2>&1 && return 0
	tail -n 5 "$work/log" | sed 's/^/# /'
	echo "$_peer_figure result=unmeasured"
	missed="$missed $_peer_figure"
	return 1
}

# --- oauth2-proxy: a session of its own, checked, then the same server -------

oauth2_build() {
	_sum=$(sha256sum "$top/bench/go/go.sum" | cut -c 1-12)
	oauth2=$peer_cache/oauth2-proxy-$_sum
	[ ! -x "$oauth2" ] || return 0
	go_toolchain
	go version
	go_programs "$top/bench/go" "$oauth2.new" "$peer_cache/go"
	mv "$oauth2.new/oauth2-proxy" "$oauth2"
	rm -rf "$oauth2.new" "$peer_cache/go"
}

oauth2_ready() {
	curl -sf --noproxy '*' -k -o /dev/null \
	    "https://127.0.0.1:$PORT_OAUTH2/ping"
}

# Its own form signs people of a file in: the cookie is as any other of it.
# What it says of each request goes to a file, as with the others.
oauth2_start() {
	printf 'bench:{SHA}%s\n' "$(printf bench | openssl sha1 -binary |
	    base64)" | write_if_changed "$work/htpasswd" 0644
	bin_install "$oauth2"
	service_start oauth2 TERM 10 "$(id -u www-data)" \
	    "$(id -g www-data)" - "$state/bin/${oauth2##*/}" \
	    --http-address= --https-address="127.0.0.1:$PORT_OAUTH2" \
	    --tls-cert-file="$state/tls/server.pem" \
	    --tls-key-file="$state/tls/server.key" --provider=github \
	    --client-id=bench --client-secret=bench --email-domain='*' \
	    --cookie-secret="$(openssl rand -hex 16)" \
	    --htpasswd-file="$work/htpasswd" \
	    --upstream="http://127.0.0.1:$PORT_UPSTREAM"
	wait_for 10 oauth2-proxy oauth2_ready
	curl -sf --noproxy '*' -k -o /dev/null -c "$work/jar" \
	    -d 'username=bench&password=bench' \
	    "https://localhost:$PORT_OAUTH2/oauth2/sign_in"
	awk '/_oauth2_proxy/ { print $6 "=" $7 }' "$work/jar" \
	    >"$state/secret/cookie"
	[ -s "$state/secret/cookie" ]
}

proxy_oauth2() {
	wrk_rate cookie "https://localhost:$PORT_OAUTH2/api/v1/health"
}

bench_oauth2_proxy() {
	_sum=$(sha256sum "$top/bench/go/go.sum" | cut -c 1-12)
	oauth2=$peer_cache/oauth2-proxy-$_sum
	peer oauth2_proxy oauth2_build || return 0
	state_set PORT_OAUTH2 "$(port_free 18503)"
	peer oauth2_proxy oauth2_start || return 0
	quietly wait_for 20 "a group for demo" proxy_has_group
	sleep 1
	pairs "$PAIRS" proxy_checked proxy_oauth2
	figure oauth2_proxy requests/s ratio '>=' 4.5
	service_stop oauth2
}

# --- a Java service: the least one, and the provider of identities ----------

spring_build() {
	spring=$peer_cache/spring-$(tree_stamp "$top/bench/spring" |
	    cut -c 1-12).jar
	[ ! -s "$spring" ] || return 0
	cp -R "$top/bench/spring" "$work/spring"
	(cd "$work/spring" && mvn -B -q -DskipTests \
	    -Dmaven.repo.local="$peer_cache/m2" package)
	mv "$work/spring/target/spring.jar" "$spring"
	rm -rf "$peer_cache/m2"
}

spring_run() {
	exec java -Xmx256m -jar "$spring" --server.address=127.0.0.1 \
	    --server.port="$PORT_PEER"
}

keycloak_fetch() {
	sh "$top/tests/identity/fetch" "$identity_cache"
	cp -R "$identity_cache/keycloak/" "$work/keycloak"
}

keycloak_run() {
	export JAVA_OPTS_KC_HEAP="-Xms64m -Xmx512m"
	exec sh "$work/keycloak/bin/kc.sh" start --optimized --cache=local \
	    --http-enabled=true --hostname-strict=false \
	    --http-host=127.0.0.1 --http-port="$PORT_PEER"
}

# java_start PATH COMMAND: waits until PATH answers; its pid is in $java
java_start() {
	_url=http://127.0.0.1:$PORT_PEER$1
	_began=$(now_ms)
	"$2" >"$work/java.log" 2>&1 &
	java=$!
	until curl -sf --noproxy '*' -o /dev/null "$_url"; do
		if [ $(($(now_ms) - _began)) -gt 120000 ] ||
		    ! kill -0 "$java" 2>/dev/null; then
			tail -n 20 "$work/java.log" >&2
			kill "$java" 2>/dev/null || :
			return 1
		fi
		sleep 0.02
	done
	echo $(($(now_ms) - _began)) >>"$work/java.ms"
}

# At rest: after some requests, and five seconds of none.
java_memory() {
	_n=0
	while [ $_n -lt 20 ]; do
		curl -sf --noproxy '*' -o /dev/null "$_url"
		_n=$((_n + 1))
	done
	sleep 5
	# shellcheck disable=SC2046
	sum_mib Pss $(process_tree "$java") >>"$work/java.mib"
}

# One service compared with one service: a responder's master and children.
memory_one() {
	read -r _main _ <"$state/run/tenants.main"
	# shellcheck disable=SC2046
	sum_mib Pss $(process_tree "$_main")
}

# java_figures NAME PATH COMMAND MEMORY: compares start and memory with ours
java_figures() {
	_java_name=$1
	rm -f "$work/java.ms" "$work/java.mib" "$work/our.ms" "$work/our.mib"
	start_settings
	module=auth
	_round=0
	while [ $_round -lt "$PEER_STARTS" ]; do
		_round=$((_round + 1))
		java_start "$2" "$3" || die "$1 does not start"
		java_memory
		kill "$java"
		wait "$java" || :
		start_ours >>"$work/our.ms"
		"$4" >>"$work/our.mib"
	done
	cp "$work/our.ms" "$work/ours"
	cp "$work/java.ms" "$work/baseline"
	figure "start_$_java_name" ms ratio '<=' 0.0333
	cp "$work/our.mib" "$work/ours"
	cp "$work/java.mib" "$work/baseline"
	figure "memory_$_java_name" MiB ratio '<=' 0.1
}

bench_spring_boot() {
	spring=$peer_cache/spring-$(tree_stamp "$top/bench/spring" |
	    cut -c 1-12).jar
	peer spring_boot spring_build || return 0
	all_at_rest
	state_set PORT_PEER "$(port_free 18504)"
	java_figures spring_boot /ready spring_run memory_one
}

bench_keycloak() {
	peer keycloak keycloak_fetch || return 0
	all_at_rest
	state_set PORT_PEER "$(port_free 18504)"
	java_figures keycloak /realms/master keycloak_run memory_ours
	rm -rf "$work/keycloak"
}
