# SPDX-License-Identifier: Apache-2.0
#
# Black box: nginx, the responders and PostgreSQL, asked over TLS.
#
# needs: build runtime
# builds: yes
# limit: 1500
set -u
# shellcheck disable=SC1091
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck disable=SC1091
. "$top/tests/lib/stack.sh"

stack_begin
stack database keys mail web nginx responders worker owner env
CAMELEER_TEST_ENV=$state/summary.json
export CAMELEER_TEST_ENV
for test in "$top"/tests/http/*.sh; do
	[ ! -f "$test" ] || tap_program "${test##*/}" sh "$test"
done
for test in "$top"/tests/http/test_*.py; do
	[ ! -f "$test" ] || tap_python "$test"
done
[ -z "$stack_tool" ] || tap_program "no report of $stack_tool" stack_reports
exit "$tap_status"
