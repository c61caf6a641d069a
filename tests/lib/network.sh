# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# For a tier's file, after tap.sh: a network and a mount namespace of its own,
# where every port is free and which end with the last process in them.  What
# needs the machine's network (packages) is fetched before.

# network_own: starts the tier's file again in there; there it only returns.
network_own() {
	if [ -n "${CAMELEER_OWN_NETWORK:-}" ]; then
		ip link set lo up
		return
	fi
	[ "$tap_status" -eq 0 ] || exit 1
	CAMELEER_OWN_NETWORK=1 exec unshare --mount --net sh "$0"
}

# network_outside: whether the machine's network is still there
network_outside() {
	[ -z "${CAMELEER_OWN_NETWORK:-}" ]
}
