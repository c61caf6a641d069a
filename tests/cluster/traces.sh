# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# What a cluster could leave on the machine.

link_there() {
	ip link show "$OUTER_LINK"
}

# Groups of containers lie below the cluster's: the deepest first.
groups_remove() {
	find /sys/fs/cgroup/*/"$GROUP" -depth -type d -exec rmdir {} \; \
	    2>/dev/null || :
}

# traces_list: a line for each process, mount, link, address, route, table and
# control group of the cluster
traces_list() {
	pgrep -af "$state" | grep -vE "^($$|$PPID) |pgrep|cluster down" || :
	grep -F "$state" /proc/self/mountinfo || :
	ip -o link show | grep -E " ($OUTER_LINK|$NODE_LINK|cni-cluster)[:@]" ||
	    :
	ip -o addr show | grep -F "$OUTER_ADDR/" || :
	ip route show | grep -F "via $NODE_ADDR" || :
	nft list tables 2>/dev/null | grep -E 'kube-(proxy|router)' || :
	iptables-save 2>/dev/null | grep -F KUBE- || :
	find /sys/fs/cgroup/*/"$GROUP" -type d 2>/dev/null || :
	[ ! -e "$state" ] || echo "$state"
}

# Prints what is left, and fails when something is.
traces_left() {
	_left=$(traces_list)
	[ -z "$_left" ] || echo "$_left"
	_count=$(printf '%s' "$_left" | grep -c . || :)
	echo "cluster: $_count left"
	[ "$_count" -eq 0 ]
}
