# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# Services: commands that lib/supervise keeps running.  A process is ours when
# its pid file contains its pid and its start time, because another process may
# have got the same pid since.

# pid_alive FILE: prints the pid when the process of that file still runs.
pid_alive() {
	[ -f "$1" ] || return 1
	read -r _alive _since <"$1" || return 1
	[ -n "$_since" ] || return 1
	[ "$(pid_since "$_alive")" = "$_since" ] || return 1
	echo "$_alive"
}

# pid_since PID: prints its start time; nothing when it does not run.
pid_since() {
	{ read -r _stat <"/proc/$1/stat"; } 2>/dev/null || return 0
	_stat=${_stat##*) }
	case $_stat in
	Z* | X*) return 0 ;;
	esac
	# shellcheck disable=SC2086
	set -- $_stat
	shift 19
	echo "$1"
}

service_pid() {
	pid_alive "$state/run/$1.pid"
}

service_uptime() {
	ps -o etimes= -p "$1" 2>/dev/null | tr -d ' '
}

service_gone() {
	! service_pid "$1" >/dev/null
}

# What a service was started from: its command line and the content of the files
# named in it.  When that has changed, "start" restarts the service.
service_spec() {
	echo "$*"
	for _arg in "$@"; do
		_arg=${_arg#*=}
		[ ! -f "$_arg" ] || sha256sum "$_arg"
	done
}

# service_start NAME SIGNAL SECONDS UID GID GROUPS COMMAND...
# COMMAND may begin with NAME=VALUE; otherwise its environment is PATH and LANG.
# $service_inside, when set, is a command that starts the supervisor.
service_start() {
	_name=$1
	(umask 077 && service_spec "$@" >"$state/run/$_name.wanted")
	if service_pid "$_name" >/dev/null; then
		if cmp -s "$state/run/$_name.wanted" \
		    "$state/run/$_name.spec"; then
			rm -f "$state/run/$_name.wanted"
			return 0
		fi
		service_stop "$_name"
	fi
	mv "$state/run/$_name.wanted" "$state/run/$_name.spec"
	_signal=$2 _seconds=$(($3 * ${CAMELEER_SLOW:-1})) _uid=$4 _gid=$5 _groups=$6
	shift 6
	(
		cd /
		exec 3>&- 4>&- 9>&-
		# shellcheck disable=SC2086
		exec setsid ${service_inside:-} \
		    "$top/packaging/lib/supervise" "$_name" \
		    "$state/run" "$state/log/$_name.log" "$_signal" \
		    "$_seconds" "$_uid" "$_gid" "$_groups" env -i \
		    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
		    LANG=C.UTF-8 "$@" </dev/null >/dev/null 2>&1
	) &
	echo "$! $(pid_since $!)" >"$state/run/$_name.pid"
	echo "$_name" >>"$state/run/order"
}

# renew_start PAUSE: restarts what was replaced on disk; see lib/renew
renew_start() {
	service_start renew TERM 5 0 0 - CAMELEER_STATE="$state" \
	    CAMELEER_SLOW="${CAMELEER_SLOW:-1}" \
	    "$top/packaging/lib/renew" "$top" "$1"
}

# service_stop NAME: terminates it, then kills what still runs.
service_stop() {
	_pid=$(service_pid "$1") || {
		service_orphan "$1"
		return 0
	}
	kill -TERM "$_pid" 2>/dev/null || :
	if ! wait_for 40 "the end of $1" service_gone "$1"; then
		kill -KILL "$_pid" 2>/dev/null || :
		service_orphan "$1"
	fi
	rm -f "$state/run/$1.pid" "$state/run/$1.main" "$state/run/$1.spec"
}

# Ends the command of a supervisor that was killed.
service_orphan() {
	_main=$(pid_alive "$state/run/$1.main") || return 0
	kill -TERM "$_main" 2>/dev/null || :
	wait_for 10 "the end of $1" not pid_alive "$state/run/$1.main" ||
	    kill -KILL "-$_main" 2>/dev/null || :
	rm -f "$state/run/$1.main"
}

not() {
	! "$@"
}

# Stops all services, the last started first.
services_stop() {
	[ -f "$state/run/order" ] || return 0
	tac "$state/run/order" | awk '!seen[$0]++' |
	while read -r _service; do
		service_stop "$_service"
	done
	rm -f "$state/run/order"
}
