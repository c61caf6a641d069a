# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# A tenant that is removed leaves rows of its audit trail, and what names
# nobody; another tenant loses nothing.  Each table with a tenant has a row.

database_new removal
ctl removal db migrate --from "$CAMELEER_SOURCE/sql/migrations" >/dev/null
PGOPTIONS='-c search_path=cameleer' psql -XqAt -v ON_ERROR_STOP=1 \
    -d removal -f "$CAMELEER_SOURCE/tests/db/lib/two_tenants.sql"

A=00000000-0000-7000-8000-0000000000a0
B=00000000-0000-7000-8000-0000000000b0
query() {
	psql -XqAt -d removal -c "$1"
}
# rows TENANT: how many rows of it each table has
rows() {
	for table in $(query "SELECT c.relname FROM pg_class c
	    JOIN pg_attribute a ON a.attrelid = c.oid
	    WHERE a.attname = 'tenant_id' AND NOT a.attisdropped
	    AND c.relkind = 'r'
	    AND c.relnamespace = 'cameleer'::regnamespace ORDER BY 1"); do
		echo "$table $(query "SELECT count(*) FROM cameleer.$table
		    WHERE tenant_id = '$1'")"
	done
}
# erase: as the worker, which has forgotten the answers of requests before
erase() {
	as worker removal -c "BEGIN; SELECT pin('$A', NULL);
	    DELETE FROM idempotency WHERE tenant_id = app_tenant();
	    SELECT tenant_erase('$A'); COMMIT"
}

check "a tenant that is not being deleted stays" \
    says "not being deleted" erase
query "UPDATE cameleer.tenant SET state = 'deleting' WHERE id = '$A'"
before=$(rows "$B")
check "one that is being deleted is erased" says '"application": 1' erase
check "rows of these tables are left" is "audit_checkpoint audit_event \
audit_head audit_link audit_unsealed deletion_certificate license" \
    sh -c "echo \$(echo '$(rows "$A")' | awk '\$2 > 0 { print \$1 }')"
check "another tenant has all its rows" is "$before" rows "$B"
check "its row names nobody" is "Deleted|f|" query "SELECT name,
    slug = 'acme', place_id FROM cameleer.tenant WHERE id = '$A'"
check "its licences are revoked and empty" is "revoked|" query "SELECT state,
    token || file FROM cameleer.license WHERE tenant_id = '$A'"
check "its name is given to nobody" says "a tenant was called acme" query \
    "INSERT INTO cameleer.tenant (id, slug, name, tier, created_by)
    VALUES (gen_random_uuid(), 'acme', 'Again', 'low', '$A')"
check "nothing is erased twice" says "not being deleted" erase
