# SPDX-License-Identifier: Apache-2.0
#
# Unit tests: a program for each file of libshared and modules.  What is not a
# build of another kind itself is also compiled by clang.
#
# CAMELEER_UNDER   what the programs run under: "valgrind --quiet ..."
#
# needs: build test
# builds: yes
# limit: 600
set -u
# shellcheck disable=SC1091
. "$(dirname "$0")/../lib/tap.sh"

CMOCKA_MESSAGE_OUTPUT=TAP
export CMOCKA_MESSAGE_OUTPUT
for test in $(make_list unit_tests); do
	# shellcheck disable=SC2086
	tap_program "${test##*/}" ${CAMELEER_UNDER:-} "./$test"
done
if [ -z "${CAMELEER_VARIANT:-}" ]; then
	# shellcheck disable=SC1091
	. "$top/tests/lib/variant.sh"
	variant_build clang CC=clang
fi
exit "$tap_status"
