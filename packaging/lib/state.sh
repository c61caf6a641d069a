# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# The state directory: everything a run leaves behind is in it.
#
#   env            ports and address, chosen once (0600)
#   conf/ tls/     configuration and certificates    cred/<process>/  secrets
#   build/ web/    what was built                    java/ images/    the same
#   bin/           what the services run: they may not be able to read the tree
#   pg/ registry/ engine/ mail/ spool/               data
#   readers/       hashes of the passwords with which the engine pulls
#   nginx/         nginx's configuration and its working directories
#   sock/          the responders' sockets           run/  pid files
#   log/           one file per service and per step
#
# Sets: state, and from env: PORT_PG PORT_REGISTRY PORT_SMTP PORT_HTTPS
# PORT_INTERNAL PORT_STATUS PLATFORM_ADDR.  Services run under numeric ids of
# their own.

UID_AUTH=63101 UID_TENANTS=63102 UID_APPS=63103 UID_BILLING=63104
UID_LICENSE=63105 UID_WORKER=63106 UID_REGISTRY=63107 UID_MAIL=63108
UID_CTL=63109 GID_SPOOL=63110 UID_SSO=63111
MARKER=.cameleer-quickstart

state_path() {
	state=${CAMELEER_STATE:-/var/lib/cameleer-quickstart}
	case $state in
	/*) ;;
	*) state=$PWD/$state ;;
	esac
	state=${state%/}
	case $state in
	*[!A-Za-z0-9/._-]* | */../* | */..)
		die "CAMELEER_STATE: only letters, digits and /._- please" ;;
	/ | /bin | /boot | /dev | /etc | /home | /lib | /opt | /proc | \
	    /root | /run | /sbin | /srv | /sys | /tmp | /usr | /var | /var/lib)
		die "CAMELEER_STATE: $state is not a directory of our own" ;;
	esac
	# a unix socket's path ends at 107 bytes
	[ ${#state} -le 70 ] || die "CAMELEER_STATE: path too long: $state"
}

state_exists() {
	[ -f "$state/$MARKER" ]
}

state_create() {
	if [ -d "$state" ] && ! state_exists &&
	    [ -n "$(ls -A "$state")" ]; then
		die "$state exists and is not ours; set CAMELEER_STATE"
	fi
	umask 022
	mkdir -p "$state"
	chmod 0711 "$state"
	echo "made by packaging/quickstart" >"$state/$MARKER"
	for _dir in conf log run tls cred build; do
		mkdir -p "$state/$_dir"
	done
	chmod 0711 "$state/cred" "$state/run"
	mkdir -p "$state/secret"
	chmod 0700 "$state/secret"
	[ -f "$state/env" ] || (umask 077 && : >"$state/env")
	# services' users must be able to enter every directory above
	_up=$state
	while _up=$(dirname "$_up") && [ "$_up" != / ]; do
		case $(stat -c %A "$_up") in
		*x | *t) ;;
		*) die "$_up is closed to other users; set CAMELEER_STATE" ;;
		esac
	done
}

# Reads the values that were chosen, if there are any yet.
state_env() {
	# shellcheck disable=SC1091
	[ ! -f "$state/env" ] || . "$state/env"
}

# state_set NAME VALUE: stores it for this run and all later ones.
state_set() {
	case $2 in
	*[!A-Za-z0-9/._:,-]*) die "state_set: odd value for $1" ;;
	esac
	(
		umask 077
		grep -v "^$1=" "$state/env" >"$state/env.new" || :
		printf '%s=%s\n' "$1" "$2" >>"$state/env.new"
		mv "$state/env.new" "$state/env"
	)
	state_env
}

# Prints a free port at or above $1 that is not among the chosen ones.
port_free() {
	_port=$1
	port_taken "$_port" || { echo "$_port"; return; }
	# another instance has it and will take the next ones: look elsewhere
	_port=$((_port + 1 + $(printf '%s' "$state" | cksum | cut -d ' ' -f 1) \
	    % 800))
	while port_taken "$_port"; do
		_port=$((_port + 1))
	done
	echo "$_port"
}

port_taken() {
	grep -q "^PORT_.*=$1\$" "$state/env" ||
	    ss -Htln "sport = :$1" | grep -q .
}

# port_lost NAME SERVICE: another program listens on a port that was chosen
port_lost() {
	_chosen=$(sed -n "s/^PORT_$1=//p" "$state/env")
	[ -n "$_chosen" ] && ! service_pid "$2" >/dev/null &&
	    ss -Htln "sport = :$_chosen" | grep -q .
}

# Where people shall reach the platform, kept for later runs: CAMELEER_LISTEN is
# one or more addresses with commas, beside 127.0.0.1; CAMELEER_HOST the name, or
# the address, that their browsers show; CAMELEER_PORT the port.
listen_choose() {
	case ${CAMELEER_LISTEN:-} in
	*[!0-9a-fA-F.:,]*) die "CAMELEER_LISTEN: addresses with commas, such" \
	    "as 192.0.2.7 or 0.0.0.0, not $CAMELEER_LISTEN" ;;
	?*) state_set LISTEN_ADDR "$CAMELEER_LISTEN" ;;
	esac
	case ${CAMELEER_HOST:-} in
	*[!0-9a-zA-Z.-]*) die "CAMELEER_HOST: a name or an IPv4 address, not" \
	    "$CAMELEER_HOST" ;;
	?*) state_set PUBLIC_HOST "$CAMELEER_HOST" ;;
	esac
	case ${CAMELEER_PORT:-} in
	'' | "${PORT_HTTPS:-}") return 0 ;;
	*[!0-9]* | ?????? | ? | ?? | ???) die "CAMELEER_PORT: a port from" \
	    "1024, since nginx has no privileges, not $CAMELEER_PORT" ;;
	esac
	if [ "$CAMELEER_PORT" -lt 1024 ] || [ "$CAMELEER_PORT" -gt 65535 ]; then
		die "CAMELEER_PORT: from 1024 to 65535, not $CAMELEER_PORT"
	fi
	if port_taken "$CAMELEER_PORT"; then
		die "CAMELEER_PORT: another program listens on $CAMELEER_PORT"
	fi
	state_set PORT_HTTPS "$CAMELEER_PORT"
}

# Ports below 32768: outgoing connections do not use them while we are stopped.
ports_choose() {
	listen_choose
	for _pair in HTTPS:18443:nginx INTERNAL:18444:nginx \
	    STATUS:18480:nginx PG:15432:postgres \
	    REGISTRY:15000:registry-gate SMTP:12525:mail; do
		_name=${_pair%%:*} _service=${_pair##*:}
		_base=${_pair#*:} _base=${_base%:*}
		if port_lost "$_name" "$_service"; then
			sed -i "/^PORT_$_name=/d" "$state/env"
		fi
		if ! grep -q "^PORT_$_name=" "$state/env"; then
			state_set "PORT_$_name" "$(port_free "$_base")"
		fi
	done
}

# own_dir PATH USER GROUP MODE: makes a directory
own_dir() {
	mkdir -p "$1"
	chown "$2:$3" "$1"
	chmod "$4" "$1"
}

# bin_install FILE...: replaces whole files, only when they differ.
bin_install() {
	mkdir -p "$state/bin"
	for _bin in "$@"; do
		write_if_changed "$state/bin/${_bin##*/}" 0755 <"$_bin"
	done
}

random_secret() {
	openssl rand -base64 33 | tr '+/' '-_' | tr -d '=\n'
}

# Writes stdin to a file, but only when the content differs, so that the file's
# time does not trigger what depends on it.  $2 is the mode.
write_if_changed() {
	_tmp=$1.new.$$
	(umask 077 && cat >"$_tmp")
	chmod "$2" "$_tmp"
	if [ -f "$1" ] && cmp -s "$1" "$_tmp"; then
		rm -f "$_tmp"
		return
	fi
	mv "$_tmp" "$1"
}

# render TEMPLATE FILE [MODE]: replaces @NAME@ by values of the environment,
# literally.
render() {
	(umask 077 &&
	    awk -f "$top/packaging/lib/render.awk" "$1" >"$2.rendered")
	write_if_changed "$2" "${3:-0644}" <"$2.rendered"
	rm -f "$2.rendered"
}
