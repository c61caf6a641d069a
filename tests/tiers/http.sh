# SPDX-License-Identifier: Apache-2.0
#
# Black box: nginx, the responders and PostgreSQL, tested over TLS.  The files
# run side by side, each lane on its own platform.
#
# http.sh [NAME...]	all of tests/http, or test_NAME.py alone
# CAMELEER_LANES	how many lanes (three for each processor: they mostly wait)
#
# needs: build runtime test
# builds: yes
# limit: 1500
set -u
# shellcheck disable=SC1091
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck disable=SC1091
. "$top/tests/lib/stack.sh"
# shellcheck disable=SC1091
. "$top/tests/lib/lanes.sh"

# The longest first: the others fill the gaps.
files() {
	if [ $# -gt 0 ]; then
		printf "$top/tests/http/test_%s.py\\n" "$@"
		return
	fi
	set -- timing rotation upload_slow matrix isolation trail faults memory removal \
	    members factor_policy sessions ctl_login
	for _name; do
		echo "$top/tests/http/test_$_name.py"
	done
	ls "$top"/tests/http/test_*.py
}

# shellcheck disable=SC2046
lanes_begin "${CAMELEER_LANES:-$(($(nproc) * 3))}" $(files "$@" |
    awk '!seen[$0]++')
stack_begin
stack database keys mail web nginx responders worker renew owner env
tap_time "lane $lane: its platform" "$lane_began"
CAMELEER_TEST_ENV=$state/summary.json
export CAMELEER_TEST_ENV
lane_test
[ -z "$stack_tool" ] || tap_program "no report of $stack_tool" stack_reports
exit "$tap_status"
