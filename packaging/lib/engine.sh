# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# A container engine of our own: Podman's Docker-compatible service with its
# storage, networks, locks and socket in the state directory.  It lives in a
# mount namespace of its own, for two reasons: its mounts end with it; and it
# does not share the directory where all Podmans of root keep address leases and
# network names, whatever their configuration says.  Its networks come from a
# range that depends on our address, so that two engines have different ranges.
#
# Control groups: plain cgroupfs, so that systemd as PID 1 makes no difference.
# On version 2 our group must delegate its controllers.  It can do so only while
# it holds no process, so outside the root group we first move into a leaf.

ENGINE_CGROUP=libpod_parent

engine_configure() {
	for _dir in "$state/engine/storage" "$state/engine/networks" \
	    "$state/engine/volumes" \
	    "$state/run/engine/storage" "$state/run/engine/tmp"; do
		mkdir -p "$_dir"
	done
	chmod 0700 "$state/engine"
	# see engine-namespace
	mkdir -p "$state/run/engine/leases" "$state/engine/cache"
	# the worker reaches the socket through its group
	own_dir "$state/run/engine" root "$UID_WORKER" 0750
	STATE=$state NPROC=$(engine_nproc)
	ENGINE_NET=$(engine_range)0.0/16
	export STATE NPROC ENGINE_NET PORT_REGISTRY
	for _file in containers storage registries; do
		render "$top/packaging/lib/$_file.conf.in" \
	    "$state/conf/$_file.conf"
	done
}

# Without CAP_SYS_RESOURCE a process cannot raise its own limits.
engine_nproc() {
	awk '/^Max processes/ { print $4 + 0 && $4 < 32768 ? $4 : 32768 }' \
	    /proc/self/limits
}

engine_cgroup2() {
	[ -f /sys/fs/cgroup/cgroup.controllers ] || return 0
	[ ! -d /run/systemd/system ] || return 0
	tr ' ' '\n' </sys/fs/cgroup/cgroup.controllers |
	while read -r _c; do
		echo "+$_c" >/sys/fs/cgroup/cgroup.subtree_control \
		    2>/dev/null && continue
		mkdir -p /sys/fs/cgroup/init
		while read -r _pid; do
			echo "$_pid" >/sys/fs/cgroup/init/cgroup.procs \
			    2>/dev/null || :
		done </sys/fs/cgroup/cgroup.procs
		echo "+$_c" >/sys/fs/cgroup/cgroup.subtree_control \
		    2>/dev/null ||
		    echo "cgroup controller $_c cannot be handed down"
	done
}

# podman as a client of the engine's socket.
engine_podman() {
	env -i PATH=/usr/bin:/bin LANG=C.UTF-8 HOME="$state/run/engine/tmp" \
	    podman --url "unix://$state/run/engine/podman.sock" "$@" 3>&- 9>&-
}

engine_ready() {
	curl -sf -o /dev/null --noproxy '*' \
	    --unix-socket "$state/run/engine/podman.sock" \
	    http://localhost/_ping
}

# After a reboot no container runs, but files that Podman expects to lose in a
# reboot still exist: they are removed.
engine_boot() {
	_boot=$(cat /proc/sys/kernel/random/boot_id)
	if [ "${BOOT_ID:-}" != "$_boot" ]; then
		mounts_clear
		rm -rf --one-file-system "$state/run/engine"
		state_set BOOT_ID "$_boot"
	fi
}

engine_start() {
	engine_boot
	engine_configure
	engine_cgroup2
	service_inside="unshare --mount --propagation private
	    $top/packaging/lib/engine-namespace $state/run/engine/leases
	    $state/engine/cache"
	service_start engine TERM 20 0 0 - HOME=/root \
	    TMPDIR="$state/run/engine/tmp" \
	    CONTAINERS_CONF="$state/conf/containers.conf" \
	    CONTAINERS_STORAGE_CONF="$state/conf/storage.conf" \
	    CONTAINERS_REGISTRIES_CONF="$state/conf/registries.conf" \
	    "$top/packaging/lib/engine-service" \
	    "$state/run/engine/podman.sock" "$UID_WORKER"
	service_inside=
	wait_for 30 "the engine's socket" engine_ready
	engine_resume
}

# Starts the containers that "stop" ended; the worker starts all others.
engine_resume() {
	[ -s "$state/engine/stopped" ] || return 0
	while read -r _container; do
		engine_podman start "$_container" || :
	done <"$state/engine/stopped"
	rm -f "$state/engine/stopped"
}

engine_conmon_gone() {
	! pgrep -f "^[^ ]*conmon .*$state/" >/dev/null
}

# Ends every container, remembers which ones ran, and removes the firewall rules
# and control groups that the engine leaves behind.
engine_stop() {
	[ -f "$state/conf/containers.conf" ] || return 0
	if engine_ready >/dev/null 2>&1; then
		engine_podman ps -q --no-trunc >"$state/engine/stopped.new"
		if [ -s "$state/engine/stopped.new" ]; then
			mv "$state/engine/stopped.new" "$state/engine/stopped"
			engine_podman stop -a -t 5 || engine_podman kill -a ||
			    :
		fi
		rm -f "$state/engine/stopped.new"
	fi
	wait_for 15 "the containers' monitors" engine_conmon_gone ||
	    engine_kill
	service_stop engine
	engine_traces
	mounts_clear
	rmdir /var/lib/containers/cache /var/lib/containers 2>/dev/null || :
	cgroup_clear
	firewall_clear
	if [ "${IP_FORWARD:-1}" = 0 ]; then
		echo 0 >/proc/sys/net/ipv4/ip_forward
	fi
}

# Kills the processes under our monitors when no service is left to stop them.
engine_kill() {
	for _pid in $(pgrep -f "^[^ ]*conmon .*$state/"); do
		pkill -KILL -P "$_pid" || :
	done
	wait_for 10 "the containers' monitors" engine_conmon_gone || :
}

# The address range for networks; it depends on our address.
engine_range() {
	echo "10.$((100 + ${PLATFORM_ADDR##*.}))."
}

# A cleanup that was killed leaves the network's name server, which holds the
# containers' namespaces, and its bridge, although the network does not exist
# any more.
engine_traces() {
	_server=$(cat "$state/run/engine/leases/aardvark-dns/aardvark.pid" \
	    2>/dev/null) || :
	if [ -n "$_server" ] &&
	    grep -qs aardvark-dns "/proc/$_server/cmdline"; then
		kill "$_server" || :
		wait_for 5 "the end of the name server" \
		    not kill -0 "$_server" || kill -KILL "$_server" || :
	fi
	rm -rf "$state/run/engine/leases/aardvark-dns"
	for _network in "$state/engine/networks"/*.json; do
		[ -f "$_network" ] || continue
		_bridge=$(jq -r .network_interface <"$_network")
		ip link del "$_bridge" 2>/dev/null || :
	done
	[ -n "${PLATFORM_ADDR:-}" ] || return 0
	ip -o -4 addr show | awk -v range="$(engine_range)" \
	    '$2 ~ /^cml/ && index($4, range) == 1 { print $2 }' |
	while read -r _bridge; do
		ip link del "$_bridge" || :
	done
}

# Unmounts all mounts below the state directory, the deepest first.
mounts_clear() {
	awk -v under="$state/" 'index($5, under) == 1 { print $5 }' \
	    /proc/self/mountinfo | sort -r |
	while read -r _mount; do
		umount "$_mount" 2>/dev/null || umount -l "$_mount" || :
	done
}

cgroup_clear() {
	for _group in "/sys/fs/cgroup/$ENGINE_CGROUP" \
	    "/sys/fs/cgroup/"*"/$ENGINE_CGROUP"; do
		[ -d "$_group" ] || continue
		find "$_group" -depth -type d -exec rmdir {} \; \
		    2>/dev/null || :
	done
}

# Removes netavark's chains once no network on the machine uses them.
firewall_clear() {
	has_function iptables || return 0
	if ip -o link show type bridge | grep -qE ': (podman|cml)'; then
		return 0
	fi
	for _table in nat filter; do
		_rules=$(iptables -w -t "$_table" -S 2>/dev/null) || continue
		echo "$_rules" | grep '^-A .*-j NETAVARK' |
		    sed 's/^-A/-D/' | firewall_delete "$_table"
		echo "$_rules" | sed -n 's/^-N \(NETAVARK.*\)/-F \1/p' |
		    firewall_delete "$_table"
		echo "$_rules" | sed -n 's/^-N \(NETAVARK.*\)/-X \1/p' |
		    firewall_delete "$_table"
	done
}

firewall_delete() {
	while read -r _rule; do
		# shellcheck disable=SC2086
		eval "iptables -w -t $1 $_rule" 2>/dev/null || :
	done
}
