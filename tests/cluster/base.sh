# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# What both sides of the cluster know: addresses, limits and paths.

OUTER_LINK=kt-outer NODE_LINK=kt-node
OUTER_ADDR=10.250.0.1 NODE_ADDR=10.250.0.2
POD_RANGE=10.244.0.0/16 NODE_PODS=10.244.0.0/24
SERVICE_RANGE=10.96.0.0/24 API_SERVICE=10.96.0.1 DNS_SERVICE=10.96.0.10
PORT_API=6443 PORT_GIT=3000 PORT_GIT_TLS=3443 PORT_IMAGES=5000
REGISTRY_ADDR=$NODE_ADDR:$PORT_IMAGES
UP_S=180
UID_PEERS=63120
FLUX_KINDS=gitrepositories,ocirepositories,kustomizations,helmreleases
: "${here:?}" "${top:?}"
export NODE_LINK NODE_PODS API_SERVICE DNS_SERVICE PORT_API PORT_GIT PORT_GIT_TLS
export REGISTRY_ADDR UID_PEERS OUTER_LINK POD_RANGE SERVICE_RANGE

cluster_path() {
	state_path
	cache=${CAMELEER_CACHE:-${CAMELEER_BUILD:-$top/build}/cache}
	CLUSTER_PATH=$state/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin
	export cache CLUSTER_PATH
}

# The name of its control groups: of this state, and of no other.
group_name() {
	GROUP=cameleer-cluster-$(printf '%s' "$state" | cksum | cut -d ' ' -f 1)
}

# The compiled programs under their names, and definitions of resources.
programs_link() {
	# shellcheck disable=SC1091
	. "$here/programs.sh"
	mkdir -p "$state/bin" "$state/crds"
	for _module in $MODULES; do
		for _program in "$(module_dir "$_module")"/*; do
			[ -f "$_program" ] || continue
			ln -sfn "$_program" "$state/bin/${_program##*/}"
		done
		for _crd in "$(module_dir "$_module")"/crds/*.yaml; do
			[ ! -f "$_crd" ] || ln -sfn "$_crd" "$state/crds"
		done
	done
}
