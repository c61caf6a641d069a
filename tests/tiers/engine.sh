# SPDX-License-Identifier: Apache-2.0
#
# The whole of it: the quickstart in a directory of its own, tests against
# what it made, and nothing left of it.
#
# needs: build runtime engine java web
# builds: yes
# limit: 2700
set -u
# shellcheck disable=SC1091
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck disable=SC1091
. "$top/tests/lib/network.sh"
# shellcheck disable=SC1091
. "$top/tests/lib/quickstart.sh"

quickstart_begin
CMOCKA_MESSAGE_OUTPUT=TAP
export CMOCKA_MESSAGE_OUTPUT
# These have an engine and a network of their own, and wait most of the time.
sh "$top/tests/engine/run" "$build" >"$CAMELEER_LOGS/engine-run.log" 2>&1 &
beside=$!
for test in truth heal removal; do
	tap_python "$top/tests/engine/test_$test.py"
done
wait "$beside" || tap_status=1
beside=
cat "$CAMELEER_LOGS/engine-run.log"
# Stops all of it.
tap_python "$top/tests/engine/test_stop.py"
