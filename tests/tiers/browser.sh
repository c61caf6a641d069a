# SPDX-License-Identifier: Apache-2.0
#
# The console in a real browser, against nginx, the responders and PostgreSQL.
#
# needs: build runtime web browser
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
	tap_program "the console" sh "$top/web/toolchain/run" all \
	    sh "$top/web/build"
fi
network_own
CAMELEER_LOGS=${CAMELEER_LOGS:-$top/build/test-logs}
CAMELEER_BUILD=${CAMELEER_BUILD:-$top/build}
export CAMELEER_LOGS CAMELEER_BUILD
tap_program "pages" sh "$top/web/e2e/run" pages
stack_begin
stack database keys mail web nginx responders worker owner env
CAMELEER_TEST_ENV=$state/summary.json
SUMMARY=$CAMELEER_TEST_ENV
HOOK="/usr/bin/python3 $top/tests/browser/hook.py"
export CAMELEER_TEST_ENV SUMMARY HOOK
tap_program "identity" sh "$top/web/e2e/run" identity
tap_program "tabs" sh "$top/web/e2e/run" tabs
exit "$tap_status"
