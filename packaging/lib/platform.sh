# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# Cameleer's own processes: settings, credentials, schema, keys, responders,
# worker.  Each process reads the one settings file and its own credentials.

MODULES='auth tenants apps billing license sso'

module_uid() {
	case $1 in
	auth) echo "$UID_AUTH" ;;
	tenants) echo "$UID_TENANTS" ;;
	apps) echo "$UID_APPS" ;;
	billing) echo "$UID_BILLING" ;;
	license) echo "$UID_LICENSE" ;;
	sso) echo "$UID_SSO" ;;
	worker) echo "$UID_WORKER" ;;
	ctl) echo "$UID_CTL" ;;
	*) die "no such process: $1" ;;
	esac
}

# credential PROCESS NAME: stores stdin as a credential of that process only
credential() {
	_uid=$(module_uid "$1")
	own_dir "$state/cred/$1" "$_uid" "$_uid" 0500
	(umask 077 && cat >"$state/cred/$1/.new")
	chown "$_uid:$_uid" "$state/cred/$1/.new"
	chmod 0400 "$state/cred/$1/.new"
	mv "$state/cred/$1/.new" "$state/cred/$1/$2"
}

# Passwords of the database logins, and the like, made once.
credentials_make() {
	for _login in $PG_LOGINS; do
		[ ! -s "$(login_secret "$_login")" ] || continue
		case $_login in
		provisioner) random_secret |
		    credential worker provisioner.pass ;;
		*) random_secret | credential "$_login" db.pass ;;
		esac
	done
	# from it the worker derives the passwords of the engine's pulls
	if [ ! -s "$state/cred/worker/registry.key" ]; then
		random_secret | credential worker registry.key
	fi
	if [ -s "$state/secret/smtp.pass" ]; then
		credential worker smtp.pass <"$state/secret/smtp.pass"
	fi
}

base_url() {
	echo "https://${PUBLIC_HOST:-localhost}:$PORT_HTTPS"
}

internal_url() {
	echo "https://${PLATFORM_ADDR:-127.0.0.1}:$(internal_port)"
}

image_or_none() {
	if [ -s "$state/images/$1/digest" ]; then
		echo "platform/$1@$(cat "$state/images/$1/digest")"
	else
		echo "platform/$1@sha256:$(printf '%064d' 0)"
	fi
}

# Makes the directories that the processes share.
platform_directories() {
	# sticky: nobody removes another process's socket; setgid: nginx's group
	own_dir "$state/sock" root www-data 3770
	own_dir "$state/spool" "$UID_APPS" "$GID_SPOOL" 2770
	# setgid: the worker writes for the nginx that guards the registry
	own_dir "$state/readers" "$UID_WORKER" "$UID_REGISTRY" 2750
	own_dir "$state/git" "$UID_WORKER" "$UID_WORKER" 0700
}

platform_configure() {
	platform_directories
	write_if_changed "$state/conf/cameleer.conf" 0644 <<-CONF
		# Written by packaging/lib/platform.sh.
		base_url = $(base_url)
		internal_url = $(internal_url)
		run_dir = $state/sock
		spool_dir = $state/spool
		db_host = $state/run/pg
		db_port = $PORT_PG
		db_name = cameleer
		tenant_db_host = ${PLATFORM_ADDR:-127.0.0.1}
		tenant_db_port = $PORT_PG
		tenant_db_name = tenants
		# an address of this machine, whose packets never leave it
		tenant_db_sslmode = disable
		registry_url = http://localhost
		registry_socket = $state/run/registry/registry.sock
		registry_pull = 127.0.0.1:$PORT_REGISTRY
		registry_readers = $state/readers
		base_image = $(image_or_none jre-base)
		$(for _level in $JAVA_LEVELS; do
			[ ! -s "$state/images/jre-base-$_level/digest" ] ||
			    echo "base_image_$_level =" \
			    "$(image_or_none "jre-base-$_level")"
		done)
		server_image = $(image_or_none cameleer-server)
		agent_jar = $state/java/agent/agent.jar
		engine_socket = $state/run/engine/podman.sock
		probe_program = $state/bin/cameleer-probe
		ca_file = $state/tls/ca.pem
		smtp_url = smtp://localhost:$PORT_SMTP
		smtp_user = $SMTP_USER
		smtp_ca = $state/tls/ca.pem
		mail_from = cameleer@localhost
		git_directory = $state/git
		log_level = info
		edge_port = $PORT_HTTPS
		processes = 2
		worker_processes = 2
	CONF
	ctl check-config
}

# cameleerctl, as its own user and with its own credentials
ctl() {
	setpriv --reuid "$UID_CTL" --regid "$UID_CTL" --clear-groups \
	    --no-new-privs env -i PATH=/usr/bin:/bin LANG=C.UTF-8 \
	    CREDENTIALS_DIRECTORY="$state/cred/ctl" \
	    "$state/bin/cameleerctl" -c "$state/conf/cameleer.conf" "$@"
}

# From a copy, as for programs: that user may not be able to read the tree.
schema_migrate() {
	rm -rf "$state/sql"
	cp -R "$top/sql/migrations" "$state/sql"
	chmod -R a+rX "$state/sql"
	ctl db migrate --from "$state/sql"
	ctl db status --from "$state/sql"
}

# Each process gets only the keys that it signs with.  Runs as root, because
# only root can write into all their directories.
keys_make() {
	env -i PATH=/usr/bin:/bin LANG=C.UTF-8 \
	    CREDENTIALS_DIRECTORY="$state/cred/ctl" \
	    "$state/bin/cameleerctl" -c "$state/conf/cameleer.conf" \
	    keys init --out "$state/cred"
	for _module in auth license sso worker; do
		_uid=$(module_uid "$_module")
		own_dir "$state/cred/$_module" "$_uid" "$_uid" 0500
		chown -R "$_uid:$_uid" "$state/cred/$_module"
	done
}

module_start() {
	_uid=$(module_uid "$1") _groups=$(id -g www-data)
	case $1 in
	apps) _groups=$_groups,$GID_SPOOL ;;
	esac
	service_start "$1" TERM 20 "$_uid" "$_uid" "$_groups" \
	    CREDENTIALS_DIRECTORY="$state/cred/$1" "$state/bin/$1.fcgi" \
	    -c "$state/conf/cameleer.conf"
}

# https_get PATH: sends a GET through nginx, as a client would
https_get() {
	curl -sf --noproxy '*' --cacert "$state/tls/ca.pem" --connect-to \
	    "::127.0.0.1:$PORT_HTTPS" "$(base_url)$1"
}

responders_start() {
	for _module in $MODULES; do
		module_start "$_module"
	done
	for _module in $MODULES; do
		wait_for 10 "$_module" https_get "/api/$_module/ready"
	done
}

worker_start() {
	# nginx's group: it answers nginx over a socket, as the responders do;
	# the registry's: it writes to the registry's socket
	service_start worker TERM 30 "$UID_WORKER" "$UID_WORKER" \
	    "$GID_SPOOL,$(id -g www-data),$UID_REGISTRY" \
	    CREDENTIALS_DIRECTORY="$state/cred/worker" \
	    "$state/bin/cameleer-worker" -c "$state/conf/cameleer.conf"
}

