# SPDX-License-Identifier: Apache-2.0
#
# Unit tests: a program for each file of libshared and modules.  A plain build
# also compiles everything by clang.
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
said=$(mktemp -d)
trap 'rm -rf "$said"' EXIT
trap 'exit 130' INT TERM HUP

# part N OF: prints each OF-th test, beginning with the N-th
part() {
	for test in $(make_list unit_tests | tr ' ' '\n' |
	    awk -v n="$1" -v of="$2" 'NR % of == n % of'); do
		# shellcheck disable=SC2086
		tap_program "${test##*/}" ${CAMELEER_UNDER:-} "./$test"
	done
	return "$tap_status"
}

# One part for each processor, as `make check -j` does it.
parts=
for n in $(seq "$(nproc)"); do
	part "$n" "$(nproc)" >"$said/$n" 2>&1 &
	parts="$parts $!"
done
for one in $parts; do
	wait "$one" || tap_status=1
done
cat "$said"/*
if [ -z "${CAMELEER_VARIANT:-}" ]; then
	# shellcheck disable=SC1091
	. "$top/tests/lib/variant.sh"
	variant_build clang CC=clang
fi
exit "$tap_status"
