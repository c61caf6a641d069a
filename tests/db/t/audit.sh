# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# The audit trail only grows, whichever role tries to change it.

database_new audit
ctl audit db migrate --from "$CAMELEER_SOURCE/sql/migrations" >/dev/null

INSERT="INSERT INTO cameleer.audit_event (tenant_id, id, actor_kind, action,
    result, service) VALUES (coalesce(cameleer.app_tenant(),
    '00000000-0000-0000-0000-000000000000'), gen_random_uuid(), 'platform',
    'test', 'done', 'test')"
A=00000000-0000-7000-8000-0000000000a0
B=00000000-0000-7000-8000-0000000000b0

pinned() {
	echo "BEGIN; SELECT cameleer.pin('$1', NULL); $2; COMMIT"
}

for role in auth tenants apps billing license sso worker; do
	check "$role adds a row to the pinned tenant" \
	    as $role audit -c "$(pinned $A "$INSERT")"
	check "$role adds a row of the platform without a pin" \
	    as $role audit -c "$INSERT"
	check "$role adds no row to another tenant" says "row-level security" \
	    as $role audit -c "$(pinned $A "INSERT INTO cameleer.audit_event
	    (tenant_id, id, actor_kind, action, result, service) VALUES
	    ('$B', gen_random_uuid(), 'platform', 'x', 'done', 'x')")"
	for change in "UPDATE cameleer.audit_event SET action = 'x'" \
	    "DELETE FROM cameleer.audit_event" \
	    "TRUNCATE cameleer.audit_event"; do
		check "$role: ${change%% *} is refused" \
		    says "permission denied" \
		    as $role audit -c "$(pinned $A "$change")"
	done
done

as_owner() {
	as ctl audit -c "SET ROLE cameleer_owner; $1"
}
check "there are rows to change" is 14 psql -XqAt -d audit -c \
    "SELECT count(*) FROM cameleer.audit_event"
for change in "UPDATE cameleer.audit_event SET action = 'x'" \
    "DELETE FROM cameleer.audit_event" "TRUNCATE cameleer.audit_event"; do
	check "the owner: ${change%% *} is refused" says "append-only" \
	    as_owner "$change"
	check "a superuser, too: ${change%% *} is refused" \
	    says "append-only" psql -XqAt -d audit -c "$change"
done
check "all rows are still there" is 14 psql -XqAt -d audit -c \
    "SELECT count(*) FROM cameleer.audit_event WHERE action = 'test'"
check "a tenant reads its own" is 7 as tenants audit -c \
    "BEGIN; SET LOCAL app.tenant = '$A';
    SELECT count(*) FROM cameleer.audit_event"
check "and nobody else's" is 0 as tenants audit -c \
    "BEGIN; SET LOCAL app.tenant = '$B';
    SELECT count(*) FROM cameleer.audit_event"
check "apps reads none" says "permission denied" as apps audit -c \
    "SELECT count(*) FROM cameleer.audit_event"
