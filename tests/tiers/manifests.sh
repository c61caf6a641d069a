# SPDX-License-Identifier: Apache-2.0
#
# Manifests for Kubernetes and the chart of a tenant's server, as helm,
# kube-score, checkov, kubernetes-validate and kubeseal see them, and its pool
# on PgBouncer and PostgreSQL.  No cluster is needed.
#
# needs: build runtime go manifests
# builds: yes
# limit: 1500
set -u
# shellcheck disable=SC1091
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck disable=SC1091
. "$top/packaging/lib/load.sh"
# shellcheck disable=SC1091
. "$top/tests/lib/network.sh"

: "${CAMELEER_CACHE:=$build/cache}"
cache_use
here=$top/tests/manifests
cache=$CAMELEER_CACHE/manifests
# shellcheck disable=SC1091
. "$here/tools.sh"
if network_outside; then
	tap_program "programs are there" sh "$here/fetch"
	tap_program "examples" make -s tests/manifests/write_example
fi
network_own
TOOL_HELM=$(tool_path helm) TOOL_KUBE_SCORE=$(tool_path kube-score)
TOOL_KUBESEAL=$(tool_path kubeseal) TOOL_VENV=$(venv_path)
export TOOL_HELM TOOL_KUBE_SCORE TOOL_KUBESEAL TOOL_VENV
tap_python "$here/test_manifests.py"
tap_python "$here/test_pooler.py"
tap_python "$here/test_seal.py"
exit "$tap_status"
