# SPDX-License-Identifier: Apache-2.0
#
# The whole of it: the quickstart in a directory of its own, tests against
# what it made, and nothing left of it.
#
# needs: build runtime engine java web
# builds: yes
# limit: 1800
set -u
# shellcheck disable=SC1091
. "$(dirname "$0")/../lib/tap.sh"

: "${CAMELEER_LOGS:=$build/test-logs}" "${CAMELEER_CACHE:=$build/cache}"
export CAMELEER_LOGS CAMELEER_CACHE
built=$CAMELEER_CACHE/quickstart

# What a run built - programs, console, Java - is the next run's, and what did
# not change since is not built again.  A run that is cut off loses it.
built_take() {
	(
		# shellcheck disable=SC1091
		. "$top/packaging/lib/load.sh"
		state_path
		state_create
		built_move "$built" "$state"
	)
}

# built_move FROM TO
built_move() {
	mkdir -p "$2"
	for _dir in build java web images; do
		[ -d "$1/$_dir" ] || continue
		rm -rf "${2:?}/$_dir"
		mv "$1/$_dir" "$2/$_dir"
	done
}

# A network namespace of our own: the machine may run a platform already, and
# netguard's table is one for each network.  What needs a network is built
# before.
if [ -z "${CAMELEER_OWN_NETWORK:-}" ]; then
	mkdir -p "$CAMELEER_LOGS"
	CAMELEER_STATE=$(mktemp -d /var/tmp/cameleer-engine.XXXXXX)
	export CAMELEER_STATE
	tap_program "what the last run built" built_take
	tap_program "quickstart build" sh "$top/packaging/quickstart" build
	CAMELEER_OWN_NETWORK=1 exec unshare --net sh "$0"
fi

quickstart() {
	sh "$top/packaging/quickstart" "$@"
}

finish() {
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
	rm -rf "$CAMELEER_LOGS/quickstart"
	cp -R "$CAMELEER_STATE/log" "$CAMELEER_LOGS/quickstart" || :
	tap_program "reset leaves nothing" reset_clean
	rm -f "$before" "$after"
}

# What the machine has that a run adds to: addresses, bridges, tables,
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
	built_move "$CAMELEER_STATE" "$built"
	quickstart reset || return 1
	[ ! -e "$CAMELEER_STATE" ] || return 1
	traces >"$after"
	diff "$before" "$after"
}

ip link set lo up
before=$(mktemp) after=$(mktemp) beside=
traces >"$before"
trap 'finish; exit "$tap_status"' EXIT
trap 'exit 130' INT TERM HUP

tap_program "quickstart" quickstart
[ -s "$CAMELEER_STATE/summary.json" ] || exit
CAMELEER_TEST_ENV=$CAMELEER_STATE/summary.json
export CAMELEER_TEST_ENV
tap_program "quickstart status" quickstart status
CMOCKA_MESSAGE_OUTPUT=TAP
export CMOCKA_MESSAGE_OUTPUT
# These have an engine and a network of their own, and wait most of the time.
sh "$top/tests/engine/run" "$build" >"$CAMELEER_LOGS/engine-run.log" 2>&1 &
beside=$!
for test in truth heal removal; do
	tap_python "$top/tests/engine/test_$test.py"
done
wait "$beside" || tap_status=1
beside=
cat "$CAMELEER_LOGS/engine-run.log"
# These stop, kill and restart what the others need.
for test in "$top"/tests/engine/test_*.py; do
	case $test in
	*/test_truth.py | */test_heal.py | */test_removal.py) ;;
	*) tap_python "$test" ;;
	esac
done
