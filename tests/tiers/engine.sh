# SPDX-License-Identifier: Apache-2.0
#
# The whole product: the quickstart in its own directory, tests against its
# result, and nothing left of it at the end.  With names (sh
# tests/tiers/engine.sh truth heal), only those of tests/engine/test_*.py.
#
# needs: build runtime engine java test web
# builds: yes
# limit: 2700
set -u
# shellcheck disable=SC1091
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck disable=SC1091
. "$top/tests/lib/network.sh"
# shellcheck disable=SC1091
. "$top/tests/lib/quickstart.sh"

quickstart_begin "$@"
CMOCKA_MESSAGE_OUTPUT=TAP
export CMOCKA_MESSAGE_OUTPUT
engine_python() {
	for test in "$@"; do
		tap_python "$top/tests/engine/test_$test.py"
	done
}
if [ $# -gt 0 ]; then
	engine_python "$@"
	exit "$tap_status"
fi
# These have their own engine and network, and wait most of the time.
sh "$top/tests/engine/run" "$build" >"$CAMELEER_LOGS/engine-run.log" 2>&1 &
beside=$!
engine_python truth registry doctor heal health removal tenant_database \
    stores logs isolation drift rotation
wait "$beside" || tap_status=1
beside=
cat "$CAMELEER_LOGS/engine-run.log"
# Stops all of it.
engine_python readme stop
