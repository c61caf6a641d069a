# SPDX-License-Identifier: Apache-2.0
#
# Unit tests: a program for each file of libshared and modules.
#
# needs: build
# builds: yes
# limit: 600
set -u
# shellcheck disable=SC1091
. "$(dirname "$0")/../lib/tap.sh"

CMOCKA_MESSAGE_OUTPUT=TAP
export CMOCKA_MESSAGE_OUTPUT
for test in $(make_list unit_tests); do
	tap_program "${test##*/}" "./$test"
done
exit "$tap_status"
