# SPDX-License-Identifier: Apache-2.0
#
# Runs every corpus through its fuzz target.
#
# needs: build
# builds: yes
# limit: 600
set -u
# shellcheck disable=SC1091
. "$(dirname "$0")/../lib/tap.sh"

for test in $(make_list fuzz_replay_tests); do
	if [ -x "$build/$test" ]; then
		tap_program "${test##*/}" "./$test"
	else
		tap_program "${test##*/}" sh "$top/$test"
	fi
done
exit "$tap_status"
