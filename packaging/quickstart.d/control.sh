# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# start, build, status, doctor, stop, reset.

# One run at a time; only this shell holds the lock.
control_lock() {
	exec 9>"$state/lock"
	# lib/renew looks at the lock for a moment, now and then
	flock -w 2 9 || die "another run is at work on $state"
}

# All steps that need a network; starts nothing.
control_build() {
	state_create
	control_lock
	# shellcheck disable=SC2086
	steps $STEPS_BUILD maven
}

control_start() {
	state_create
	control_lock
	state_env
	_started=$(now_ms)
	# shellcheck disable=SC2086
	steps $STEPS_BUILD $STEPS_PLATFORM $STEPS_JOB
	control_epilogue "$(seconds $(($(now_ms) - _started)))"
}

control_epilogue() {
	cat <<-TEXT

	Running after $1 s.
	  console     $(base_url)/  (trust $state/tls/ca.pem)
	  sign in as  $OWNER_EMAIL
	  password    one-time link in $state/owner-password-link
	  programs    $state/summary.json
	  well?       sh packaging/quickstart doctor
	  look        podman --url unix://$state/run/engine/podman.sock ps
	  stop        sh packaging/quickstart stop
	TEXT
}

service_ready() {
	case $1 in
	postgres | registry | engine | mail | nginx | netguard) "$1_ready" ;;
	registry-gate) registry_gate_ready ;;
	worker | nginx-inside | nginx-groups | renew) true ;;
	*) https_get "/api/$1/ready" ;;
	esac >/dev/null 2>&1
}

control_status() {
	if ! state_exists; then
		echo "nothing in $state"
		exit 3
	fi
	_down=0
	printf '%-13s %8s %10s  %s\n' service pid uptime ready
	for _service in postgres registry registry-gate engine mail netguard \
	    $MODULES worker nginx nginx-inside nginx-groups renew; do
		_ready=no _up=- _main=-
		if service_pid "$_service" >/dev/null; then
			_main=$(pid_alive "$state/run/$_service.main") ||
			    _main=-
		fi
		if [ "$_main" != - ]; then
			_up="$(service_uptime "$_main") s"
			if service_ready "$_service"; then
				_ready=yes
			fi
		fi
		[ "$_ready" = yes ] || _down=1
		printf '%-13s %8s %10s  %s\n' "$_service" "$_main" "$_up" \
		    "$_ready"
	done
	exit $_down
}

# What cameleerctl cannot see: services that nothing else asks for.
doctor_services() {
	_sound=0
	for _service in registry-gate nginx nginx-inside nginx-groups \
	    netguard renew; do
		if service_pid "$_service" >/dev/null &&
		    pid_alive "$state/run/$_service.main" >/dev/null &&
		    service_ready "$_service"; then
			echo "ok   $_service"
			continue
		fi
		_sound=1
		echo "FAIL $_service: it does not run, or does not what it is" \
		    "for; see $state/log/$_service.log, then" \
		    "sh packaging/quickstart start"
	done
	return $_sound
}

# As root: others cannot enter the directories of sockets.
control_doctor() {
	if ! state_exists; then
		echo "nothing in $state; sh packaging/quickstart start"
		exit 3
	fi
	_bad=0
	doctor_services || _bad=1
	env -i PATH=/usr/bin:/bin LANG=C.UTF-8 \
	    CREDENTIALS_DIRECTORY="$state/cred/ctl" \
	    "$state/bin/cameleerctl" -c "$state/conf/cameleer.conf" \
	    doctor --from "$state/sql" || _bad=$?
	exit $_bad
}

# Ends all that is ours: processes, listening sockets, mounts, kernel tables.
control_halt() {
	for _service in renew nginx-groups nginx-inside nginx $MODULES worker; do
		service_stop "$_service"
	done
	engine_stop
	services_stop
	netguard_clear
	address_down
}

control_stop() {
	if ! state_exists; then
		echo "nothing in $state"
		return 0
	fi
	control_lock
	control_halt >"$state/log/stop.log" 2>&1 || {
		tail -n 20 "$state/log/stop.log" >&2
		die "could not stop everything; see $state/log/stop.log"
	}
	echo "stopped; sh packaging/quickstart starts it again"
}

control_reset() {
	if [ ! -e "$state" ]; then
		echo "nothing in $state"
		return 0
	fi
	state_exists ||
	    die "$state was not made by quickstart: it is left alone"
	control_stop
	if grep -qF " $state/" /proc/self/mountinfo; then
		die "something is still mounted below $state"
	fi
	rm -rf --one-file-system "${state:?}"
	echo "removed $state"
}
