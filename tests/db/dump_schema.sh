#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# dump_schema.sh DATABASE: the schema as sql/schema.sql shows it, from a
# migrated database (libpq's PG* variables say where).  Without DATABASE,
# makes one in a private cluster and writes sql/schema.sql.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

dump() {
	pg_dump --schema-only --schema=cameleer --no-comments -d "$1" |
	    awk -f "$here/dump_schema.awk"
}

if [ $# -eq 1 ]; then
	dump "$1"
	exit
fi
CAMELEER_SOURCE=$(cd "$here/../.." && pwd)
CAMELEER_BUILD=${CAMELEER_BUILD:-$CAMELEER_SOURCE/build}
# shellcheck disable=SC1091
. "$CAMELEER_SOURCE/tests/db/lib/cluster.sh"
cluster_start
database_new dump
ctl dump db migrate --from "$CAMELEER_SOURCE/sql/migrations"
dump dump >"$CAMELEER_SOURCE/sql/schema.sql"
