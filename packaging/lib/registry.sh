# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# The OCI registry, on loopback.  Its environment is set here completely: every
# REGISTRY_* variable of the caller would override its configuration.

registry_ready() {
	curl -sf --noproxy '*' -o /dev/null \
	    "http://127.0.0.1:$PORT_REGISTRY/v2/"
}

registry_start() {
	own_dir "$state/registry" "$UID_REGISTRY" "$UID_REGISTRY" 0700
	if [ ! -s "$state/secret/registry" ]; then
		(umask 077 && random_secret >"$state/secret/registry")
	fi
	STATE=$state UPLOAD_SECRET=$(cat "$state/secret/registry")
	export PORT_REGISTRY STATE UPLOAD_SECRET
	render "$top/packaging/lib/registry.yml.in" \
	    "$state/conf/registry.yml" 0640
	unset UPLOAD_SECRET
	chown "root:$UID_REGISTRY" "$state/conf/registry.yml"
	service_start registry TERM 10 "$UID_REGISTRY" "$UID_REGISTRY" - \
	    docker-registry serve "$state/conf/registry.yml"
	wait_for 20 "the registry" registry_ready
}
