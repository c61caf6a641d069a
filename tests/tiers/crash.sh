# SPDX-License-Identifier: Apache-2.0
#
# The quickstart once more, while every process is killed at arbitrary times, the
# worker at each effect of a suspension, and a worker sleeps past its lease: all
# that was requested exists in the end.
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
for test in fence suspend crash; do
	tap_python "$top/tests/engine/test_$test.py"
done
