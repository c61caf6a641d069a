# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# Lanes: test files that mostly wait run side by side, each lane with its own
# platform in its own network and mount namespace.  For a tier's file, after
# tap.sh and stack.sh:
#
# 	lanes_begin COUNT FILE...	starts COUNT copies of the tier's file
# 	lane_test			in a copy: takes files until none is left
#
# A lane takes the next file when it is free, so files start in the given order:
# name the longest first.  The output of a file is printed as one block.

# lanes_begin COUNT FILE...: returns at once in a lane, with $lane set;
# elsewhere it runs the lanes, prints their output and ends the program.
lanes_begin() {
	lane=${CAMELEER_LANE:-}
	if [ -n "$lane" ]; then
		lane_began=$(date +%s%3N)
		ip link set lo up
		CAMELEER_LOGS=${CAMELEER_LOGS:+$CAMELEER_LOGS/lane-$lane}
		[ -z "$CAMELEER_LOGS" ] || mkdir -p "$CAMELEER_LOGS"
		return
	fi
	_lanes_count=$1
	shift
	[ "$_lanes_count" -le $# ] || _lanes_count=$#
	CAMELEER_QUEUE=$(mktemp -d /tmp/cameleer-lanes.XXXXXX)
	export CAMELEER_QUEUE
	printf '%s\n' "$@" >"$CAMELEER_QUEUE/files"
	cp "$CAMELEER_QUEUE/files" "$CAMELEER_QUEUE/left"
	_lanes_pids=
	trap lanes_interrupted INT TERM HUP
	for _lane in $(seq "$_lanes_count"); do
		CAMELEER_LANE=$_lane unshare --net --mount sh "$0" \
		    >"$CAMELEER_QUEUE/lane-$_lane" 2>&1 &
		_lanes_pids="$_lanes_pids $!"
	done
	lanes_wait || tap_status=1
	cat "$CAMELEER_QUEUE"/lane-*
	lanes_whole || tap_status=1
	rm -rf "$CAMELEER_QUEUE"
	exit "$tap_status"
}

# lanes_wait: waits for all lanes; fails when one of them failed
lanes_wait() {
	_lanes_status=0
	for _pid in $_lanes_pids; do
		wait "$_pid" || _lanes_status=1
	done
	return "$_lanes_status"
}

# shellcheck disable=SC2317
lanes_interrupted() {
	trap '' INT TERM HUP
	# shellcheck disable=SC2086
	kill -TERM $_lanes_pids 2>/dev/null
	lanes_wait
	cat "$CAMELEER_QUEUE"/lane-*
	rm -rf "$CAMELEER_QUEUE"
	exit 130
}

# A file that no lane has run counts as failed.
lanes_whole() {
	while read -r _file; do
		grep -qxF "$_file" "$CAMELEER_QUEUE/ended" 2>/dev/null || {
			echo "not ok - ${_file##*/}: no lane came to its end"
			set -- bad
		}
	done <"$CAMELEER_QUEUE/files"
	[ $# -eq 0 ]
}

# lane_next: takes the next file, so that no other lane gets it
lane_next() {
	(
		flock 8
		_file=$(head -n 1 "$CAMELEER_QUEUE/left")
		sed -i 1d "$CAMELEER_QUEUE/left"
		echo "$_file"
	) 8>"$CAMELEER_QUEUE/lock"
}

# lane_test: runs files until none is left
lane_test() {
	while _test=$(lane_next) && [ -n "$_test" ]; do
		tap_python "$_test"
		echo "$_test" >>"$CAMELEER_QUEUE/ended"
	done
}
