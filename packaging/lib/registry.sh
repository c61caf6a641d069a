# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# The OCI registry.  It listens at a socket that the worker alone can reach; who
# reaches it reads and writes everything.  The engine pulls through an nginx of
# its own on loopback, which asks for the password of the repository's owner
# and only lets it read (nginx/registry.conf.in).  Both run as one user.
#
# The environment of docker-registry is set here completely: every REGISTRY_*
# variable of the caller would override its configuration.

registry_ready() {
	curl -sf --noproxy '*' -o /dev/null --unix-socket \
	    "$state/run/registry/registry.sock" http://localhost/v2/
}

# Whether it asks for a password is a question of cameleerctl doctor.
registry_gate_ready() {
	curl -s --noproxy '*' -o /dev/null \
	    "http://127.0.0.1:$PORT_REGISTRY/v2/"
}

registry_configure() {
	own_dir "$state/registry" "$UID_REGISTRY" "$UID_REGISTRY" 0700
	own_dir "$state/run/registry" "$UID_REGISTRY" "$UID_REGISTRY" 0750
	own_dir "$state/run/registry/tmp" "$UID_REGISTRY" "$UID_REGISTRY" 0700
	if [ ! -s "$state/secret/registry" ]; then
		(umask 077 && random_secret >"$state/secret/registry")
	fi
	STATE=$state UPLOAD_SECRET=$(cat "$state/secret/registry")
	export PORT_REGISTRY STATE UPLOAD_SECRET
	render "$top/packaging/lib/registry.yml.in" \
	    "$state/conf/registry.yml" 0640
	unset UPLOAD_SECRET
	chown "root:$UID_REGISTRY" "$state/conf/registry.yml"
	render "$top/nginx/registry.conf.in" "$state/conf/registry-gate.conf"
}

registry_start() {
	registry_configure
	# the socket is open to the group, too
	# shellcheck disable=SC2016
	service_start registry TERM 10 "$UID_REGISTRY" "$UID_REGISTRY" - \
	    sh -c 'umask 0007; exec docker-registry serve "$1"' registry \
	    "$state/conf/registry.yml"
	wait_for 20 "the registry" registry_ready
	service_start registry-gate TERM 10 "$UID_REGISTRY" "$UID_REGISTRY" - \
	    nginx -c "$state/conf/registry-gate.conf" \
	    -g "daemon off; pid $state/run/registry/tmp/nginx.pid; error_log stderr warn;"
	wait_for 10 "nginx for the registry" registry_gate_ready
}
