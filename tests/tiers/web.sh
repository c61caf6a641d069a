# SPDX-License-Identifier: Apache-2.0
#
# The console: types, lint, unit tests, build.
#
# needs: web
# limit: 900
set -u
# shellcheck disable=SC1091
. "$(dirname "$0")/../lib/tap.sh"

build=$top
tap_program "web/build" sh "$top/web/build"
tap_program "web/check" sh "$top/web/check"
exit "$tap_status"
