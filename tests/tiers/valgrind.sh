# SPDX-License-Identifier: Apache-2.0
#
# The tests of other tiers pass under valgrind, and it reports nothing.  Takes
# long, so it runs only when it is named.
#
# needs: build runtime test
# limit: 7200
# alone: yes
set -u
# shellcheck disable=SC1091
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck disable=SC1091
. "$top/tests/lib/variant.sh"

variant_build valgrind CPPFLAGS=-DSANDBOX_RELAXED "CFLAGS=-O1 -g"
under="valgrind --quiet --error-exitcode=99 --leak-check=full"
under="$under --errors-for-leak-kinds=definite"
CAMELEER_UNDER=$under CAMELEER_WRAP=$under
CAMELEER_SLOW=${CAMELEER_SLOW:-8}
export CAMELEER_UNDER CAMELEER_WRAP CAMELEER_SLOW
variant_tiers unit db http
exit "$tap_status"
