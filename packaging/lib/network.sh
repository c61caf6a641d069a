# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# The address, on lo, under which containers reach the platform; and netguard,
# the one privileged helper, which blocks all other destinations for containers.

address_taken() {
	ip -o -4 addr show | grep -qF " $1/"
}

address_ours() {
	ip -o -4 addr show dev lo | grep -qF " $1/32 "
}

# Takes the first free address and stores it.
address_choose() {
	[ -z "${PLATFORM_ADDR:-}" ] || return 0
	for _n in 1 2 3 4 5 6 7 8 9 10 11 12; do
		if ! address_taken "10.231.0.$_n"; then
			state_set PLATFORM_ADDR "10.231.0.$_n"
			return 0
		fi
	done
	die "none of 10.231.0.1 to .12 is free"
}

address_up() {
	address_choose
	address_ours "$PLATFORM_ADDR" ||
	    ip addr add "$PLATFORM_ADDR/32" dev lo
	# the engine enables it; stop restores the former value
	grep -q '^IP_FORWARD=' "$state/env" ||
	    state_set IP_FORWARD "$(cat /proc/sys/net/ipv4/ip_forward)"
}

address_down() {
	[ -n "${PLATFORM_ADDR:-}" ] || return 0
	if address_ours "$PLATFORM_ADDR"; then
		ip addr del "$PLATFORM_ADDR/32" dev lo
	fi
}

netguard_ready() {
	nft list table inet cameleer
}

# The machine has one such table: two platforms would cut off each other's
# containers again and again.
netguard_start() {
	if [ ! -e "$state/netguard.used" ] && netguard_ready; then
		die "another Cameleer keeps the table inet cameleer: stop it" \
		    "first (or: nft delete table inet cameleer)"
	fi
	: >"$state/netguard.used"
	service_start netguard TERM 10 0 0 - "$state/bin/cameleer-netguard" \
	    -c "$state/conf/cameleer.conf"
	wait_for 15 "netguard's table" netguard_ready
}

# Removes our tables from the kernel.
netguard_clear() {
	[ -e "$state/netguard.used" ] || return 0
	for _table in cameleer cameleer_limits; do
		nft delete table inet "$_table" 2>/dev/null || :
	done
	rm -f "$state/netguard.used"
}
