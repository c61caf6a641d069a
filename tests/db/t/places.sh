# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# Which place a tenant gets, and what a full one refuses.

database_new places
ctl places db migrate --from "$CAMELEER_SOURCE/sql/migrations" >/dev/null
PGOPTIONS='-c search_path=cameleer' psql -XqAt -v ON_ERROR_STOP=1 \
    -d places -f "$CAMELEER_SOURCE/tests/db/lib/two_tenants.sql"

query() {
	PGOPTIONS='-c search_path=cameleer' psql -XqAt -v ON_ERROR_STOP=1 \
	    -d places -c "$1"
}
A=00000000-0000-7000-8000-0000000000a0
tenant_add() {
	query "INSERT INTO tenant (id, slug, name, tier, created_by)
	    VALUES (gen_random_uuid(), '$1', '$1', 'low', '$A')"
}
where() {
	query "SELECT p.name FROM tenant t JOIN place p ON p.id = t.place_id
	    WHERE t.slug = '$1'"
}
place_add() {
	query "INSERT INTO place (id, name, kind, state, memory_mb)
	    VALUES (gen_random_uuid(), '$1', 'engine', 'ready', $2)"
}
refused='no place has room for tenant'

check "tenants run at the installation's own place" is local where acme
check "an unknown capacity refuses nobody" tenant_add free1

place_add small 512
place_add large 4096
query "UPDATE place SET state = 'draining' WHERE name = 'local'"
check "the shared place with the most room is taken" tenant_add by1
check "that is the large one" is large where by1
query "UPDATE place SET error = 'no answer' WHERE name = 'large'"
check "one that does not answer is the last choice" tenant_add by2
check "so it is the small one" is small where by2
query "UPDATE place SET error = NULL"
check "a place that is drained gets no tenant" is 3 query \
    "SELECT count(*) FROM tenant t JOIN place p ON p.id = t.place_id
    WHERE p.name = 'local'"

query "UPDATE place SET dedicated_to = '$A' WHERE name = 'large'"
check "small has room for two" tenant_add by3
check "and for no third: 3 x 384 are more than 150 % of 512" \
    says "$refused by4" tenant_add by4
check "a dedicated place takes no other tenant" is 1 query \
    "SELECT count(*) FROM tenant t JOIN place p ON p.id = t.place_id
    WHERE p.name = 'large'"
query "UPDATE tenant SET state = 'requested' WHERE slug = 'acme'"
check "its tenant is placed there when it is approved" query \
    "UPDATE tenant SET state = 'provisioning' WHERE slug = 'acme'"
check "although another one is shared" is large where acme
query "UPDATE tenant SET state = 'deleted' WHERE slug = 'by3'"
check "a tenant that is deleted makes room" tenant_add by4

query "UPDATE tenant SET state = 'deleted' WHERE slug = 'by4'"
tenant_slowly() {
	query "BEGIN; INSERT INTO tenant (id, slug, name, tier, created_by)
	    VALUES (gen_random_uuid(), 'race1', 'x', 'low', '$A');
	    SELECT pg_sleep(1); COMMIT" >/dev/null
}
tenant_slowly &
first=$!
sleep 0.3
check "of two at once for one room" says "$refused race2" tenant_add race2
wait "$first"
check "the first one wins" is small where race1

query "UPDATE place SET max_tenants = 2, memory_mb = 9000
    WHERE name = 'small'"
check "the number of tenants is a limit, too" says "$refused by5" \
    tenant_add by5

# acme runs one application at large: 384 + 512.
run_again() {
	query "UPDATE deployment SET wanted = 'stopped'
	    WHERE tenant_id = '$A'" &&
	    query "UPDATE deployment SET wanted = 'running', state = 'pending'
	    WHERE tenant_id = '$A'"
}
limit() {
	query "UPDATE place SET memory_overcommit = 100, $1
	    WHERE name = 'large'"
}
query "UPDATE tenant SET state = 'deleted' WHERE slug = 'by1'"
limit "memory_mb = 896, cpu_millis = 125"
check "a deployment that just fits starts" run_again
limit "memory_mb = 895"
check "a deployment is admitted by memory" says "is full" run_again
limit "memory_mb = 896, cpu_millis = 124"
check "and by processor time" says "is full" run_again
limit "cpu_millis = 125"
check "with room again it starts" run_again
limit "memory_mb = 895"
check "what runs may get another release" is 2 query \
    "UPDATE deployment SET wanted = 'running', version = version + 1
    WHERE tenant_id = '$A' AND wanted = 'running' RETURNING version"
upload() {
	query "INSERT INTO release (tenant_id, id, application_id, number,
	    jar_sha256, jar_size, jar_facts, created_by, deploy_to)
	    SELECT tenant_id, gen_random_uuid(), application_id, 2,
	    repeat('0', 64), 1, '{}', created_by,
	    (SELECT id FROM environment e WHERE e.tenant_id = r.tenant_id
		LIMIT 1) FROM release r WHERE r.tenant_id = '$A' RETURNING id"
}
apps() {
	query "SELECT apps FROM place_rooms(NULL) r
	    JOIN place p ON p.id = r.place WHERE p.name = 'large'"
}
check "an upload that replaces what runs needs no room" upload
limit "memory_mb = 896"
query "UPDATE deployment SET wanted = 'stopped' WHERE tenant_id = '$A'"
check "an upload that waits has its room" is 1 apps
query "DELETE FROM release WHERE number = 2"
check "which is free when it is gone" is 0 apps
limit "memory_mb = 895"
check "an upload is refused when it could not run" says "is full" upload

check "no tenant runs nowhere" says tenant_placed query \
    "UPDATE tenant SET place_id = NULL WHERE slug = 'acme'"
check "a place that is removed gives its name back" query \
    "UPDATE place SET state = 'removed' WHERE name = 'local';
    INSERT INTO place (id, name, kind) VALUES (gen_random_uuid(), 'local',
    'engine')"
check "only then" says place_name query "INSERT INTO place (id, name, kind)
    VALUES (gen_random_uuid(), 'small', 'engine')"
check "a kind without a runtime is refused" says place_kind_check query \
    "INSERT INTO place (id, name, kind) VALUES (gen_random_uuid(), 'hill',
    'heap')"
