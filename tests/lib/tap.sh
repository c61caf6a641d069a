# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# Runs programs that print TAP, for a tier's file.  Sets $build; runs from
# there.

top=$(cd "$(dirname "$0")/../.." && pwd)
build=${CAMELEER_BUILD:-$top/build}
CAMELEER_SOURCE=$top CAMELEER_BUILD=$build
export CAMELEER_SOURCE CAMELEER_BUILD
tap_status=0

# make_list VARIABLE: prints the value of a variable of the Makefile
make_list() {
	printf 'list:\n\t@echo $(%s)\n' "$1" |
	    make -s --no-print-directory -C "$build" -f Makefile -f - list
}

# tap_time NAME BEGAN: prints its duration, for the table at the end of a run
tap_time() {
	echo "# time: $(($(date +%s%3N) - $2)) ms $1"
}

# tap_program NAME COMMAND...: passes its TAP on; a program that prints none
# counts as one test, by its exit status.
tap_program() {
	_tap_name=$1 _tap_out=$(mktemp) _tap_began=$(date +%s%3N)
	shift
	(cd "$build" && "$@") >"$_tap_out" 2>&1
	_tap_rc=$?
	if grep -qE '^(not )?ok' "$_tap_out"; then
		sed -E "s,^((not )?ok)( [0-9]+)?( - )? *,\1 - $_tap_name: ," \
		    "$_tap_out"
		if [ $_tap_rc -ne 0 ] && ! grep -q '^not ok' "$_tap_out"; then
			echo "not ok - $_tap_name: exit status $_tap_rc"
		fi
	elif [ $_tap_rc -eq 0 ]; then
		echo "ok - $_tap_name"
	else
		echo "not ok - $_tap_name (exit status $_tap_rc)"
		tail -n 30 "$_tap_out" | sed 's/^/# /'
	fi
	[ $_tap_rc -eq 0 ] || tap_status=1
	rm -f "$_tap_out"
	tap_time "$_tap_name" "$_tap_began"
}

# tap_python FILE: a unittest module
tap_python() {
	_tap_began=$(date +%s%3N)
	/usr/bin/python3 "$top/tests/lib/tap_unittest.py" "$1" || tap_status=1
	tap_time "${1##*/}" "$_tap_began"
}
