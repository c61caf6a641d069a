# SPDX-License-Identifier: Apache-2.0
#
# The schema on a real PostgreSQL: migrations, named queries, row security.
#
# needs: build runtime
# builds: yes
# limit: 900
set -u
# shellcheck disable=SC1091
. "$(dirname "$0")/../lib/tap.sh"

exec sh "$top/tests/db/run"
