# SPDX-License-Identifier: Apache-2.0
#
# A real Kubernetes with Flux (tests/cluster), and tests against it; nothing is
# left of it at the end.  With names (sh tests/tiers/kubernetes.sh cluster),
# only those of tests/kubernetes/test_*.py.
#
# needs: build runtime kubernetes go java test
# builds: yes
# limit: 3600
# fetched: tests/cluster/fetch
set -u
# shellcheck disable=SC1091
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck disable=SC1091
. "$top/tests/lib/network.sh"
: "${CAMELEER_LOGS:=$build/test-logs}" "${CAMELEER_CACHE:=$build/cache}"
export CAMELEER_LOGS CAMELEER_CACHE

if network_outside; then
	mkdir -p "$build" "$CAMELEER_LOGS" "$CAMELEER_CACHE"
	tap_program "the cluster's programs" sh "$top/tests/cluster/fetch" \
	    "$CAMELEER_CACHE"
	tap_program "Java for pods" sh "$top/tests/kubernetes/run_place" build
	tap_program "a caller of the runtime" make -s tests/kubernetes/call
fi
network_own "$@"
CAMELEER_CLUSTER=$(mktemp -d /var/tmp/cameleer-cluster.XXXXXX)
export CAMELEER_CLUSTER
cluster() {
	_verb=$1
	shift
	sh "$top/tests/cluster/cluster" "$_verb" "$CAMELEER_CLUSTER" "$@"
}

# Says how long it took.
cluster_up() {
	cluster up >"$CAMELEER_LOGS/cluster-up" || return 1
	sed 's/^cluster: /ok - /' "$CAMELEER_LOGS/cluster-up"
}

# shellcheck disable=SC2317
cluster_end() {
	trap - EXIT
	trap '' INT TERM HUP
	if [ -n "${CAMELEER_KEEP:-}" ]; then
		echo "# kept: $CAMELEER_CLUSTER"
		exit "$tap_status"
	fi
	rm -rf "$CAMELEER_LOGS/cluster"
	cp -R "$CAMELEER_CLUSTER/log" "$CAMELEER_LOGS/cluster" || :
	tap_program "cluster down leaves nothing" cluster down
	exit "$tap_status"
}
trap cluster_end EXIT
trap 'exit 130' INT TERM HUP
tap_program "cluster up" cluster_up
[ "$tap_status" -eq 0 ] || exit
[ $# -gt 0 ] || set -- cluster flux place
for test; do
	if [ "$test" = place ]; then
		sh "$top/tests/kubernetes/run_place" || tap_status=1
	else
		tap_python "$top/tests/kubernetes/test_$test.py"
	fi
done
