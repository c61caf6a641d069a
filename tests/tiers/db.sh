# SPDX-License-Identifier: Apache-2.0
#
# The schema on a real PostgreSQL: migrations, named queries, row security,
# and cameleerctl, in a private cluster.
#
# needs: build runtime
# builds: yes
# limit: 600
set -u
# shellcheck disable=SC1091
. "$(dirname "$0")/../lib/tap.sh"

tap_program db sh "$top/tests/db/run"
exit "$tap_status"
