# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# A small platform for tests, on loopback, in its own directory, made by the
# functions of the quickstart.  A tier's file sources this after tap.sh, calls
# stack_begin, then starts what it needs.  stack_end runs on every exit.

export program=stack
# shellcheck disable=SC1091
. "$top/packaging/lib/load.sh"

stack_begin() {
	[ "$(id -u)" -eq 0 ] || {
		echo "Bail out! needs root: services run under users of their own"
		exit 1
	}
	CAMELEER_STATE=$(mktemp -d /tmp/cameleer-test.XXXXXX)
	export CAMELEER_STATE
	trap stack_end EXIT
	trap 'exit 130' INT TERM HUP
	state_path
	state_create
	exec 3>"$state/log/stack.log"
	ports_choose
	programs_install "$build"
	stack_tools
}

# For a build with sanitizers, or services that run under CAMELEER_WRAP
# ("valgrind --quiet ...").  Both report into the logs of the services and slow
# them down; CAMELEER_SLOW tells tests by how much.  valgrind needs its own
# build with CPPFLAGS=-DSANDBOX_RELAXED: otherwise the inspector's sandbox kills
# it.
stack_tools() {
	stack_tool=
	if grep -q -e '^CFLAGS = .*-fsanitize' "$build/Makefile"; then
		stack_tool=sanitizers CAMELEER_SLOW=${CAMELEER_SLOW:-3}
	fi
	if [ -n "${CAMELEER_WRAP:-}" ]; then
		stack_tool=${CAMELEER_WRAP%% *} CAMELEER_SLOW=${CAMELEER_SLOW:-8}
		for _program in auth.fcgi tenants.fcgi apps.fcgi billing.fcgi \
		    license.fcgi sso.fcgi cameleer-worker; do
			mv "$state/bin/$_program" "$state/bin/.$_program"
			printf '#!/bin/sh\nexec %s "%s" "$@"\n' \
			    "$CAMELEER_WRAP" "$state/bin/.$_program" |
			    write_if_changed "$state/bin/$_program" 0755
		done
	fi
	export CAMELEER_SLOW="${CAMELEER_SLOW:-1}"
}

# Ends the services, since some reports come only then, and prints all reports.
stack_reports() {
	services_stop >/dev/null 2>&1
	! grep -hE -A 20 -e 'Sanitizer|runtime error: ' -e '^==[0-9]+==' \
	    "$state"/log/*.log
}

# stack PART...: starts each part with a log; shows the log of a part that
# fails.
stack() {
	for _part in "$@"; do
		if ! sh -c ". '$top/tests/lib/stack_part.sh'" stack "$top" \
		    "$_part" >"$state/log/$_part.log" 2>&1; then
			echo "not ok - the test's own platform: $_part"
			tail -n 20 "$state/log/$_part.log" | sed 's/^/# /'
			exit 1
		fi
		state_env
	done
}

stack_end() {
	trap - EXIT
	trap '' INT TERM HUP
	if [ -n "${CAMELEER_KEEP:-}" ]; then
		echo "# kept: $state"
		return
	fi
	services_stop >/dev/null 2>&1
	mounts_clear
	address_down
	if [ -n "${CAMELEER_LOGS:-}" ]; then
		rm -rf "$CAMELEER_LOGS/services"
		cp -R "$state/log" "$CAMELEER_LOGS/services"
	fi
	rm -rf --one-file-system "${state:?}"
}
