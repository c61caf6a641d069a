# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# Row security by the catalogue: every tenant table has it, and nobody bypasses
# it.

database_new rls
ctl rls db migrate --from "$CAMELEER_SOURCE/sql/migrations" >/dev/null

query() {
	psql -XqAt -d rls -c "$1"
}

check "each table with a tenant has row security, forced" is "" query \
    "SELECT c.relname FROM pg_class c JOIN pg_attribute a
	ON a.attrelid = c.oid AND a.attname = 'tenant_id'
    WHERE c.relnamespace = 'cameleer'::regnamespace AND c.relkind = 'r'
    AND NOT (c.relrowsecurity AND c.relforcerowsecurity)"
check "each of them has a policy for everybody that asks for the tenant" \
    is "" query "SELECT relname FROM pg_class
    WHERE relrowsecurity AND relnamespace = 'cameleer'::regnamespace
    AND NOT EXISTS (SELECT FROM pg_policies WHERE schemaname = 'cameleer'
	AND tablename = relname AND roles = '{public}'
	AND (coalesce(qual, '') || coalesce(with_check, ''))
	    LIKE '%app_tenant()%')"
check "tables with row security were found" is t query \
    "SELECT count(*) > 15 FROM pg_class WHERE relrowsecurity
    AND relforcerowsecurity AND relnamespace = 'cameleer'::regnamespace"
check "no policy for everybody lets everything through" is "" query \
    "SELECT tablename, policyname FROM pg_policies
    WHERE schemaname = 'cameleer' AND roles = '{public}'
    AND (coalesce(qual, '') || coalesce(with_check, ''))
	NOT LIKE '%app_tenant()%'"
check "only the worker has policies of its own" is "{cameleer_worker}" query \
    "SELECT DISTINCT roles FROM pg_policies
    WHERE schemaname = 'cameleer' AND roles <> '{public}'"
check "keys of tenant tables begin with the tenant" is "" query \
    "SELECT conrelid::regclass, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'cameleer'::regnamespace
    AND contype IN ('p', 'u') AND conrelid IN (SELECT attrelid
	FROM pg_attribute WHERE attname = 'tenant_id')
    AND conrelid <> 'cameleer.idempotency'::regclass
    AND pg_get_constraintdef(oid) !~ '\(tenant_id[,)]'"
check "foreign keys between tenant tables carry the tenant" is "" query \
    "SELECT conrelid::regclass, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'cameleer'::regnamespace
    AND contype = 'f' AND EXISTS (SELECT FROM pg_attribute
	WHERE attrelid = confrelid AND attname = 'tenant_id')
    AND pg_get_constraintdef(oid) !~ '^FOREIGN KEY \(tenant_id,'"
check "no view or sequence is open to a process" is "" query \
    "SELECT relname FROM pg_class WHERE relkind IN ('v', 'm', 'f', 'S')
    AND relnamespace = 'cameleer'::regnamespace AND relacl IS NOT NULL"
