# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# The roles, and that none can do more than its process does.  The single grants
# are tested in sql/verify.

database_new grants
ctl grants db migrate --from "$CAMELEER_SOURCE/sql/migrations" >/dev/null

query() {
	psql -XqAt -d grants -c "$1"
}

PROCESSES="('cameleer_auth', 'cameleer_tenants', 'cameleer_apps',
    'cameleer_billing', 'cameleer_license', 'cameleer_worker')"

check "no role of ours is a superuser, replicates or makes databases" \
    is "" query "SELECT rolname FROM pg_roles WHERE rolname LIKE 'cameleer\_%'
    AND (rolsuper OR rolreplication OR rolcreatedb)"
check "only cameleer_gate is past row security" is "cameleer_gate" query \
    "SELECT rolname FROM pg_roles WHERE rolbypassrls
    AND rolname LIKE 'cameleer\_%'"
check "neither it nor the owner can log in" is "cameleer_gate
cameleer_owner" query "SELECT rolname FROM pg_roles WHERE NOT rolcanlogin
    AND rolname LIKE 'cameleer\_%' ORDER BY 1"
query "ALTER ROLE cameleer_gate PASSWORD 'gate'"
check "logging in as cameleer_gate is refused" says "not permitted to log in" \
    as gate grants -c 'SELECT 1'
check "only cameleer_provisioner makes roles" is "cameleer_provisioner" \
    query "SELECT rolname FROM pg_roles WHERE rolcreaterole
    AND rolname LIKE 'cameleer\_%'"
check "no role inherits" is "" query "SELECT rolname FROM pg_roles
    WHERE rolinherit AND rolname LIKE 'cameleer\_%'"
check "only ctl and the owner are members of others" is \
    "cameleer_ctl>cameleer_gate
cameleer_ctl>cameleer_owner
cameleer_owner>cameleer_gate" query "SELECT member::regrole || '>' ||
    roleid::regrole FROM pg_auth_members
    WHERE member::regrole::text LIKE 'cameleer\_%' ORDER BY 1"
check "no process owns anything" is "" query "SELECT classid::regclass, objid
    FROM pg_shdepend JOIN pg_roles r ON r.oid = refobjid
    WHERE deptype = 'o' AND rolname IN $PROCESSES"
check "nor do ctl and the provisioner" is "" query "SELECT objid
    FROM pg_shdepend JOIN pg_roles r ON r.oid = refobjid
    WHERE deptype = 'o' AND rolname IN ('cameleer_ctl',
	'cameleer_provisioner')"
check "all of the schema belongs to the owner, but the gate's functions" \
    is "" query "SELECT relname FROM pg_class
    WHERE relnamespace = 'cameleer'::regnamespace
    AND relowner <> 'cameleer_owner'::regrole UNION ALL
    SELECT proname FROM pg_proc
    WHERE pronamespace = 'cameleer'::regnamespace
    AND proowner <> 'cameleer_owner'::regrole
    AND NOT (prosecdef AND proowner = 'cameleer_gate'::regrole)"
check "nobody may truncate, refer to or trigger on a table" is "" query \
    "SELECT c.relname, r.rolname FROM pg_class c, pg_roles r
    WHERE c.relnamespace = 'cameleer'::regnamespace AND c.relkind = 'r'
    AND r.rolname LIKE 'cameleer\_%' AND r.rolname <> 'cameleer_owner'
    AND has_table_privilege(r.oid, c.oid, 'TRUNCATE, REFERENCES, TRIGGER')"
check "nobody may grant on what they were granted" is "" query \
    "SELECT relname FROM pg_class, aclexplode(relacl)
    WHERE relnamespace = 'cameleer'::regnamespace AND is_grantable
    AND grantee <> relowner"
check "PUBLIC has nothing in the schema" is "" query \
    "SELECT relname FROM pg_class, aclexplode(relacl)
    WHERE relnamespace = 'cameleer'::regnamespace AND grantee = 0
    UNION ALL SELECT proname FROM pg_proc,
	aclexplode(coalesce(proacl, acldefault('f', proowner)))
    WHERE pronamespace = 'cameleer'::regnamespace AND grantee = 0"
check "each function that has its owner's rights pins its search_path" \
    is "" query "SELECT proname FROM pg_proc
    WHERE pronamespace = 'cameleer'::regnamespace AND prosecdef
    AND proconfig IS DISTINCT FROM ARRAY['search_path=cameleer, pg_temp']"
check "no process makes objects" is "" query "SELECT rolname, nspname
    FROM pg_roles, pg_namespace WHERE rolname IN $PROCESSES
    AND has_schema_privilege(pg_roles.oid, pg_namespace.oid, 'CREATE')"
check "nor temporary ones" is "" query "SELECT rolname FROM pg_roles
    WHERE rolname IN $PROCESSES
    AND has_database_privilege(oid, 'grants', 'TEMPORARY, CREATE')"

query "CREATE ROLE t_somebody LOGIN PASSWORD 't'"
check "a tenant's own role cannot connect" \
    says "permission denied for database" \
    env PGUSER=t_somebody PGPASSWORD=t psql -XqAt -d grants -c 'SELECT 1'
check "nor can the provisioner" says "permission denied for database" \
    as provisioner grants -c 'SELECT 1'
query "DROP ROLE t_somebody"
check "ctl without SET ROLE sees nothing" says "permission denied" \
    as ctl grants -c 'SELECT count(*) FROM cameleer.account'
check "roles.sql may run again" psql -Xq -v ON_ERROR_STOP=1 -d grants \
    -f "$CAMELEER_SOURCE/sql/roles.sql"
