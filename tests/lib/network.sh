# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# For a tier's file, after tap.sh: its own network and mount namespace, in which
# every port is free and which end with their last process.  What needs the
# machine's network (packages) is fetched before.

# network_own ARGUMENT...: starts the tier's file again in there, with the same
# arguments; inside it only returns.
network_own() {
	if [ -n "${CAMELEER_OWN_NETWORK:-}" ]; then
		ip link set lo up
		return
	fi
	[ "$tap_status" -eq 0 ] || exit 1
	CAMELEER_OWN_NETWORK=1 exec unshare --mount --net sh "$0" "$@"
}

# network_outside: true while the machine's network is still there
network_outside() {
	[ -z "${CAMELEER_OWN_NETWORK:-}" ]
}
