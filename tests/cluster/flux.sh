# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# Flux as an operator of many tenants runs it: an object refers to nothing in
# another namespace, bases come from the repository alone, and what names no
# service account gets the one that may do nothing.

# flux NAME PORT OPTION...: a controller; PORT is its health, the next one its
# figures
flux() {
	_controller=$1 _port=$2
	shift 2
	serve "$_controller" KUBECONFIG="$state/users/flux.json" \
	    RUNTIME_NAMESPACE=flux-system TMPDIR="$state/flux" \
	    "$_controller" --health-addr "127.0.0.1:$_port" \
	    --metrics-addr "127.0.0.1:$((_port + 1))" \
	    --watch-all-namespaces=true --log-level info "$@"
}

flux_start() {
	mkdir -p "$state/flux" "$state/source"
	flux source-controller 9401 --storage-path "$state/source" \
	    --storage-addr 127.0.0.1:9410 --storage-adv-addr 127.0.0.1:9410
	flux kustomize-controller 9403 --no-cross-namespace-refs=true \
	    --default-service-account=default --no-remote-bases=true \
	    --requeue-dependency=2s
	flux helm-controller 9405 --no-cross-namespace-refs=true \
	    --default-service-account=default
}

flux_ready() {
	for _port in 9401 9403 9405; do
		curl -sf --noproxy '*' -o /dev/null \
		    "http://127.0.0.1:$_port/readyz" || return 1
	done
}
