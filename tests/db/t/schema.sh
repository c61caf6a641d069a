# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# sql/schema.sql is the result of the migrations.

database_new schema
ctl schema db migrate --from "$CAMELEER_SOURCE/sql/migrations" >/dev/null

current() {
	sh "$CAMELEER_SOURCE/tests/db/dump_schema.sh" schema \
	    >"$cluster/schema.sql" &&
	    grep -q 'CREATE TABLE cameleer.tenant ' "$cluster/schema.sql" &&
	    diff -u "$CAMELEER_SOURCE/sql/schema.sql" "$cluster/schema.sql"
}
check "schema.sql is current (else: sh tests/db/dump_schema.sh)" current
