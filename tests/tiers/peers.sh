# SPDX-License-Identifier: Apache-2.0
#
# The test doubles of cameleer-server and the agent keep their contract: other
# tiers rely on them.
#
# needs: runtime java
# limit: 600
set -u
# shellcheck disable=SC1091
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck disable=SC1091
. "$top/packaging/lib/load.sh"
# shellcheck disable=SC1091
. "$top/tests/lib/network.sh"

: "${CAMELEER_CACHE:=$build/cache}"
cache_use
build=$top
if network_outside; then
	for peer in cameleer-server agent; do
		tap_program "build: $peer" sh "$top/tests/peers/$peer/build"
	done
fi
network_own
# shellcheck disable=SC1091
. "$top/packaging/lib/java.sh"
tap_program "doubles" /usr/bin/python3 "$top/tests/peers/test_server.py"
exit "$tap_status"
