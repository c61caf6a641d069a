# SPDX-License-Identifier: Apache-2.0
#
# Built with the address and the undefined-behaviour sanitizer, the tests of
# other tiers pass, and no process reports anything.
#
# needs: build runtime
# limit: 3600
# alone: yes
set -u
# shellcheck disable=SC1091
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck disable=SC1091
. "$top/tests/lib/variant.sh"

variant_build sanitize "CFLAGS=-O1 -g -fsanitize=address,undefined \
-fno-omit-frame-pointer -fno-sanitize-recover=all"
ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1
UBSAN_OPTIONS=print_stacktrace=1
CAMELEER_SLOW=${CAMELEER_SLOW:-3}
export ASAN_OPTIONS UBSAN_OPTIONS CAMELEER_SLOW
variant_tiers unit fuzz-replay db http
exit "$tap_status"
