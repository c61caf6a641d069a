# SPDX-License-Identifier: Apache-2.0
#
# The schema on a real PostgreSQL: migrations, named queries, row security.
#
# needs: build runtime
# builds: yes
# limit: 600
set -u
# shellcheck disable=SC1091
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck disable=SC1091
. "$top/tests/lib/stack.sh"

stack_begin
stack database
CAMELEER_CONF=$state/conf/cameleer.conf
CAMELEER_CRED=$state/cred
PGHOST=$state/run/pg PGPORT=$PORT_PG
export CAMELEER_CONF CAMELEER_CRED PGHOST PGPORT

CMOCKA_MESSAGE_OUTPUT=TAP
export CMOCKA_MESSAGE_OUTPUT
for test in $(make_list db_tests); do
	tap_program "${test##*/}" "./$test"
done
for test in "$top"/tests/db/test_*.sh; do
	[ ! -f "$test" ] || tap_program "${test##*/}" sh "$test"
done
for test in "$top"/tests/db/test_*.py; do
	[ ! -f "$test" ] || tap_python "$test"
done
exit "$tap_status"
