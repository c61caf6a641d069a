# SPDX-License-Identifier: Apache-2.0
#
# The served OpenAPI document, and schemathesis with it, as an owner: every
# answer is in the document, whatever is sent.  Clients that oapi-codegen and
# openapi-typescript generate from it with default options compile.
#
# needs: build runtime schemathesis web go
# builds: yes
# limit: 900
set -u
# shellcheck disable=SC1091
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck disable=SC1091
. "$top/tests/lib/stack.sh"
# shellcheck disable=SC1091
. "$top/tests/lib/network.sh"

if network_outside; then
	tap_program "schemathesis is there" \
	    sh "$top/tests/openapi/run_schemathesis" fetch
	tap_program "a Go client compiles" sh "$top/tests/openapi/run_go" \
	    "$build/openapi.json"
	tap_program "a TypeScript client compiles" sh \
	    "$top/tests/openapi/run_typescript" "$build/openapi.json"
fi
network_own
stack_begin
stack database keys mail web nginx responders worker owner env
CAMELEER_TEST_ENV=$state/summary.json
export CAMELEER_TEST_ENV
tap_python "$top/tests/openapi/test_document.py"
tap_program schemathesis sh "$top/tests/openapi/run_schemathesis"
exit "$tap_status"
