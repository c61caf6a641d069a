# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# What one tenant's request can do to another tenant's rows, tried as each
# process with each command that it was granted (threat T1).  A new tenant
# table must be filled in lib/two_tenants.sql.

database_new isolation
ctl isolation db migrate --from "$CAMELEER_SOURCE/sql/migrations" >/dev/null
PGOPTIONS='-c search_path=cameleer' psql -XqAt -v ON_ERROR_STOP=1 \
    -d isolation -f "$CAMELEER_SOURCE/tests/db/lib/two_tenants.sql"
psql -XqAt -d isolation -c "GRANT TEMPORARY ON DATABASE isolation TO PUBLIC"

tenant_tables=$(psql -XqAt -d isolation -c "SELECT DISTINCT c.relname
    FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid
	AND a.attname = 'tenant_id' AND NOT a.attisdropped
    WHERE c.relnamespace = 'cameleer'::regnamespace AND c.relkind = 'r'
    AND (a.attnum IS NOT NULL OR c.relname = 'tenant')
    ORDER BY 1")

tenant_column() {
	[ "$1" = tenant ] && echo id || echo tenant_id
}

for table in $tenant_tables; do
	check "two tenants have rows in $table" is 2 psql -XqAt -d isolation \
	    -c "SELECT count(DISTINCT $(tenant_column "$table"))
	    FROM cameleer.$table"
done

# A state in which rows begin, so that row security refuses them and not the
# life cycle.
psql -XqAt -d isolation -c "UPDATE cameleer.tenant SET state = 'provisioning'"

# B's rows as JSON: the process might have learned them somewhere.
{
	echo "CREATE TEMP TABLE rows (tab text, col text, b jsonb);"
	for table in $tenant_tables; do
		col=$(tenant_column "$table")
		psql -XqAt -d isolation -c "SELECT format(
		    'INSERT INTO pg_temp.rows VALUES (%L, %L, %L);',
		    '$table', '$col', to_jsonb(r)) FROM cameleer.$table r
		    WHERE $col = '00000000-0000-7000-8000-0000000000b0'"
	done
} >"$cluster/rows.sql"

# Allowed on purpose, by policies that the verify scripts name: the worker finds
# work of all tenants, then pins one; it seals the chains of all.
open_to() {
	case $1 in
	worker) cat <<-OPEN ;;
		agent_door select 1 rows
		agent_door unpinned 2 rows
		audit_checkpoint insert 23505
		audit_checkpoint select 1 rows
		audit_checkpoint unpinned 2 rows
		audit_checkpoint unpinned-insert 23505
		audit_event select 1 rows
		audit_event unpinned 2 rows
		audit_head insert 23505
		audit_head move 23505
		audit_head select 1 rows
		audit_head unpinned 2 rows
		audit_head unpinned-insert 23505
		audit_head unpinned-update 2 rows
		audit_head update 1 rows
		audit_link insert 23505
		audit_link select 1 rows
		audit_link unpinned 2 rows
		audit_link unpinned-insert 23505
		audit_unsealed delete 1 rows
		audit_unsealed select 1 rows
		audit_unsealed unpinned 1 rows
		audit_unsealed unpinned-delete 1 rows
		deployment select 1 rows
		deployment unpinned 2 rows
		drift select 1 rows
		drift unpinned 2 rows
		drift_look select 1 rows
		drift_look unpinned 2 rows
		idempotency delete 1 rows
		idempotency select 1 rows
		idempotency unpinned 1 rows
		idempotency unpinned-delete 1 rows
		isolation_run select 1 rows
		isolation_run unpinned 2 rows
		license select 1 rows
		license unpinned 2 rows
		operation select 1 rows
		operation unpinned 2 rows
		operation unpinned-update 2 rows
		operation update 1 rows
		plan_override select 1 rows
		plan_override unpinned 2 rows
		provisioning_event select 1 rows
		provisioning_event unpinned 2 rows
		server_rotation select 1 rows
		server_rotation unpinned 2 rows
		server_told select 1 rows
		server_told unpinned 2 rows
		tenant select 1 rows
		tenant unpinned 2 rows
		tenant_deletion select 1 rows
		tenant_deletion unpinned 2 rows
		tenant_secret select 1 rows
		tenant_secret unpinned 2 rows
	OPEN
	esac
}

try() {
	{
		echo "BEGIN;"
		cat "$cluster/rows.sql" \
		    "$CAMELEER_SOURCE/tests/db/lib/isolation.sql"
		echo "ROLLBACK;"
	} | as "$1" isolation >"$cluster/tried" || return 1
	[ "$(wc -l <"$cluster/tried")" -eq \
	    $((10 * $(echo "$tenant_tables" | wc -l))) ]
}

# All attempts that succeeded and are not the tenant's own rows.
possible() {
	awk '$2 == "own" { next }
	    /(not granted|refused)$/ { next }
	    $2 !~ /insert|move/ && / 0 rows$/ { next }
	    { sub(/ duplicate key value .*/, ""); print }' "$cluster/tried" |
	    LC_ALL=C sort
}

own_rows() {
	grep -c ' own 1 rows$' "$cluster/tried"
}

for role in auth tenants apps billing license sso worker; do
	check "$role: each attempt on each table was made" try "$role"
	check "$role: nothing of another tenant but what is meant" \
	    is "$(open_to "$role")" possible
done
# The attempts find their target where it is the tenant's own.
granted_tables() {
	for table in $tenant_tables; do
		psql -XqAt -d isolation -c "SELECT 1
		    WHERE has_column_privilege('cameleer_$1',
			'cameleer.$table', '$(tenant_column "$table")',
			'SELECT')"
	done | wc -l
}
for role in auth tenants apps billing license sso worker; do
	try "$role" >/dev/null 2>&1
	check "$role: sees its own tenant's rows in all tables it may read" \
	    is "$(granted_tables "$role")" own_rows
done
