# SPDX-License-Identifier: Apache-2.0
#
# The worker's Git client against git http-backend, TLS, sshd and servers that
# misbehave.  With names (sh tests/tiers/git.sh commit ssh), only those of
# tests/git/test_git_*.py.
#
# needs: build git
# builds: yes
# limit: 600
set -u
# shellcheck disable=SC1091
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck disable=SC1091
. "$top/tests/lib/network.sh"

network_outside &&
	tap_program "the client" make -s -C "$build" tests/git/client
network_own "$@"
[ $# -gt 0 ] || set -- commit trouble ssh
for test in "$@"; do
	tap_python "$top/tests/git/test_git_$test.py"
done
exit "$tap_status"
