# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# Debian packages from packaging/packages/*.list.  Nothing that comes with a
# package may be enabled or stay enabled: we run our own instances.

POLICY=/usr/sbin/policy-rc.d
CREATECLUSTER=/etc/postgresql-common/createcluster.conf
DISTRIBUTION_UNITS='nginx.service postgresql.service docker-registry.service
podman.service podman.socket podman-restart.service
podman-auto-update.service podman-auto-update.timer containerd.service
etcd.service fcgiwrap.service fcgiwrap.socket'

# packages_missing LIST...: the packages that apt would have to install.
packages_missing() {
	for _list in "$@"; do
		[ -f "$top/packaging/packages/$_list.list" ] ||
		    die "no list packaging/packages/$_list.list"
		while read -r _package _command; do
			case $_package in
			'' | '#'*) continue ;;
			esac
			if [ -n "$_command" ] && has_function "$_command"; then
				continue
			fi
			case $(dpkg-query -W -f '${db:Status-Status}' \
			    "$_package" 2>/dev/null) in
			installed) ;;
			*) echo "$_package" ;;
			esac
		done <"$top/packaging/packages/$_list.list"
	done | sort -u
}

# Removes what this run, or an earlier interrupted one, put there.
apt_restore() {
	if grep -qs 'cameleer: temporary' "$POLICY"; then
		rm -f "$POLICY"
	fi
	[ ! -e "$POLICY.cameleer" ] || mv -f "$POLICY.cameleer" "$POLICY"
	if [ -e "$CREATECLUSTER.cameleer" ]; then
		mv -f "$CREATECLUSTER.cameleer" "$CREATECLUSTER"
	fi
}

# Maintainer scripts ask this file before they start a service; 101 forbids it.
apt_forbid_services() {
	[ ! -e "$POLICY" ] || mv -f "$POLICY" "$POLICY.cameleer"
	printf '#!/bin/sh\n# cameleer: temporary\nexit 101\n' >"$POLICY"
	chmod 0755 "$POLICY"
}

# The package would create its own cluster in /var/lib/postgresql.
apt_forbid_cluster() {
	[ -f "$CREATECLUSTER" ] || return 0
	cp -p "$CREATECLUSTER" "$CREATECLUSTER.cameleer"
	echo 'create_main_cluster = false' >>"$CREATECLUSTER"
}

apt_get() {
	DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 apt-get -q -y \
	    -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 \
	    -o Dpkg::Options::=--force-confdef \
	    -o Dpkg::Options::=--force-confold "$@" </dev/null
}

apt_retry() {
	for _try in 1 2 3; do
		apt_get "$@" && return 0
		echo "apt-get $1 failed (attempt $_try)"
		sleep "$_try"
	done
	return 1
}

apt_installed_units() {
	for _unit in $DISTRIBUTION_UNITS; do
		[ ! -e "/lib/systemd/system/$_unit" ] || echo "$_unit"
	done
}

# Only units that came with this installation, not those that existed before.
apt_disable_new_units() {
	has_function systemctl || return 0
	for _unit in $(apt_installed_units); do
		case " $1 " in
		*" $_unit "*) ;;
		*) systemctl disable "$_unit" || : ;;
		esac
	done
}

packages_install() {
	apt_restore
	_missing=$(packages_missing "$@")
	[ -n "$_missing" ] || return 0
	printf 'to install:\n%s\n' "$_missing"
	_units=$(apt_installed_units | tr '\n' ' ')
	trap apt_restore EXIT
	trap 'exit 130' INT TERM HUP
	apt_forbid_services
	apt_retry update || echo "going on with the package lists of before"
	case $_missing in
	*postgresql-15*)
		apt_retry install --no-install-recommends postgresql-common
		apt_forbid_cluster ;;
	esac
	# shellcheck disable=SC2086
	apt_retry install --no-install-recommends $_missing
	apt_restore
	apt_disable_new_units "$_units"
	trap - EXIT INT TERM HUP
	_missing=$(packages_missing "$@")
	[ -z "$_missing" ] || die "still not installed: $_missing"
}
