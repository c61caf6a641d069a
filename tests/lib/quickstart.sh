# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# The quickstart in its own directory and network, for a tier's file, after
# tap.sh and network.sh: quickstart_begin, then tests; at the end a test checks
# that nothing of it is left.
#
# It needs its own network namespace: the machine may already run a platform,
# and a network has only one table of netguard.  What needs a network is built
# before.

: "${CAMELEER_LOGS:=$build/test-logs}" "${CAMELEER_CACHE:=$build/cache}"
export CAMELEER_LOGS CAMELEER_CACHE

quickstart() {
	sh "$top/packaging/quickstart" "$@"
}

# The results of a run - programs, console, Java - are kept for the next run and
# for other tiers: unchanged parts are not built again.  One tier builds at a
# time; the others use its results.
quickstart_build() {
	mkdir -p "$CAMELEER_CACHE"
	(
		flock 8
		# shellcheck disable=SC1091
		. "$top/packaging/lib/load.sh"
		state_path
		state_create
		built_copy "$CAMELEER_CACHE/quickstart" "$state" &&
		    quickstart build 8>&- &&
		    built_copy "$state" "$CAMELEER_CACHE/quickstart"
	) 8>"$CAMELEER_CACHE/quickstart.lock"
}

# built_copy FROM TO: without files that only another build needs
built_copy() {
	mkdir -p "$2"
	for _dir in build java web images; do
		[ -d "$1/$_dir" ] || continue
		rm -rf "${2:?}/$_dir"
		mkdir "$2/$_dir"
		tar -C "$1/$_dir" --exclude=./web --exclude=./jre/rootfs \
		    --exclude=./jre-*/rootfs \
		    -cf - . | tar -C "$2/$_dir" -xf - || return 1
	done
}

# quickstart_begin: leaves $before, $CAMELEER_TEST_ENV
quickstart_begin() {
	if network_outside; then
		mkdir -p "$CAMELEER_LOGS"
		CAMELEER_STATE=$(mktemp -d /var/tmp/cameleer-engine.XXXXXX)
		export CAMELEER_STATE
		trap 'rm -rf "$CAMELEER_STATE"' EXIT
		trap 'exit 130' INT TERM HUP
		tap_program "quickstart build" quickstart_build
		[ "$tap_status" -eq 0 ] || exit 1
		trap - EXIT INT TERM HUP
	fi
	network_own "$@"
	before=$(mktemp) after=$(mktemp) beside=
	traces >"$before"
	trap 'quickstart_end; exit "$tap_status"' EXIT
	trap 'exit 130' INT TERM HUP
	tap_program "quickstart" quickstart
	[ -s "$CAMELEER_STATE/summary.json" ] || exit
	CAMELEER_TEST_ENV=$CAMELEER_STATE/summary.json
	export CAMELEER_TEST_ENV
	tap_program "quickstart status" quickstart status
}

quickstart_end() {
	trap - EXIT
	trap '' INT TERM HUP
	if [ -n "$beside" ]; then
		kill "$beside"
		wait "$beside"
	fi
	if [ -n "${CAMELEER_KEEP:-}" ]; then
		echo "# kept: $CAMELEER_STATE"
		return
	fi
	_name=$(basename "$0" .sh)
	rm -rf "$CAMELEER_LOGS/quickstart-$_name"
	cp -R "$CAMELEER_STATE/log" "$CAMELEER_LOGS/quickstart-$_name" || :
	tap_program "reset leaves nothing" reset_clean
	rm -f "$before" "$after"
}

# Everything on the machine that a run adds to: addresses, bridges, tables,
# mounts, processes.
traces() {
	ip -o -4 addr show | awk '{ print $2, $4 }'
	ip -o link show type bridge | awk '{ print $2 }'
	nft list tables | grep cameleer
	iptables-save | grep -i netavark
	grep -F "$CAMELEER_STATE" /proc/self/mountinfo
	pgrep -af "$CAMELEER_STATE" | grep -v pgrep
	:
}

reset_clean() {
	quickstart reset || return 1
	[ ! -e "$CAMELEER_STATE" ] || return 1
	traces >"$after"
	diff "$before" "$after"
}
