# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# cameleerctl: people, jobs, settings, routes, the API document, doctor.

database_new operator
ctl operator db migrate --from "$CAMELEER_SOURCE/sql/migrations" >/dev/null
PGOPTIONS='-c search_path=cameleer' psql -XqAt -v ON_ERROR_STOP=1 \
    -d operator -f "$CAMELEER_SOURCE/tests/db/lib/two_tenants.sql"

query() {
	psql -XqAt -d operator -c "$1"
}

query "INSERT INTO cameleer.login_guess (digest, failures, locked_until)
    SELECT encode(sha256(convert_to(key, 'UTF8')), 'hex'), 11,
	now() + interval '5 min' FROM cameleer.account,
	LATERAL (VALUES (email), ('code|' || id)) keys (key)"
check "unlock lets a person sign in again" says "may sign in again" \
    ctl operator users unlock ONE@example.org
check "nothing is counted any more" is 0 query \
    "SELECT count(*) FROM cameleer.login_guess"
check "an unknown address is said" says "there is no account" \
    ctl operator users unlock two@example.org
check "the trail knows who was unlocked" is \
    "00000000-0000-7000-8000-000000000001" query \
    "SELECT subject_id FROM cameleer.audit_event
    WHERE action = 'account.unlock' AND actor_kind = 'platform'"

query "INSERT INTO cameleer.totp (account_id, state, box)
	SELECT id, 'active', 'x' FROM cameleer.account;
    INSERT INTO cameleer.recovery_code (account_id, digest)
	SELECT id, 'x' FROM cameleer.account;
    INSERT INTO cameleer.passkey (id, account_id, name, credential, alg,
	public_key, aaguid, sign_count, backup_eligible, backed_up)
	SELECT id, id, 'key', 'AA', -7, 'x', id, 0, false, false
	FROM cameleer.account"
check "factors are removed for who lost them" says "the password alone" \
    ctl operator users remove-factors ONE@example.org
check "all of them, and sessions end" is "0|0|0|0" query \
    "SELECT (SELECT count(*) FROM cameleer.totp),
    (SELECT count(*) FROM cameleer.recovery_code),
    (SELECT count(*) FROM cameleer.passkey),
    (SELECT count(*) FROM cameleer.session WHERE revoked_at IS NULL)"
check "the person is told" is "one@example.org|notice" query \
    "SELECT address, template FROM cameleer.mail"
check "of nobody is said" says "there is no account" \
    ctl operator users remove-factors two@example.org
check "and the trail knows" is 1 query "SELECT count(*)
    FROM cameleer.audit_event WHERE action = 'account.remove_factors'"

A=00000000-0000-7000-8000-0000000000a2
B=00000000-0000-7000-8000-0000000000b2
NIL=00000000-0000-0000-0000-000000000000
query "UPDATE cameleer.operation SET state = 'failed', attempt = 3,
    failures = 3, error_code = 'peer_failed', error = 'no answer',
    finished_at = now() WHERE id = '$A';
    UPDATE cameleer.operation_step SET state = 'failed'"
check "provision lists what failed, of each tenant" says "$A  acme" \
    ctl operator provision list
check "and what waits" says "$B  bolt" ctl operator provision list
check "with the reason" says "peer_failed: no answer" \
    ctl operator provision list
check "one is shown with its steps" says "first          failed" \
    ctl operator provision show $A
check "a decision has a reason" says "REASON" ctl operator provision retry $A x
check "retry queues it again" says "is tried again" \
    ctl operator provision retry $A "The peer answers again."
check "as if it had never failed, with its fence" is "queued|3|0||" query \
    "SELECT state, attempt, failures, error_code, finished_at
    FROM cameleer.operation WHERE id = '$A'"
check "its failed steps are to be done, and only its" is \
    "$A|pending
$B|failed" query "SELECT operation_id, state FROM cameleer.operation_step
    ORDER BY 1"
check "its events say why" is "retried|The peer answers again.|no answer" \
    query "SELECT what, reason, detail FROM cameleer.provisioning_event
    WHERE operation_id = '$A' ORDER BY seq DESC LIMIT 1"
check "twice is refused" says "is queued, so this changes nothing" \
    ctl operator provision retry $A "Once more."
check "the tenant's trail knows it" is \
    "00000000-0000-7000-8000-0000000000a0|$A" query \
    "SELECT tenant_id, subject_id FROM cameleer.audit_event
    WHERE action = 'operation.retry' AND tenant_id <> '$NIL'"
check "and that of the platform" is "$A" query \
    "SELECT subject_id FROM cameleer.audit_event
    WHERE action = 'operation.retry' AND tenant_id = '$NIL'"
check "an unknown operation is said" says "there is no operation" \
    ctl operator provision retry 00000000-0000-7000-8000-00000000dead "Why."
check "what is no id is said" says "is not a UUID" \
    ctl operator provision retry x "Why."
query "UPDATE cameleer.operation SET state = 'failed' WHERE id = '$A';
    INSERT INTO cameleer.operation (tenant_id, id, kind, subject_id)
    SELECT tenant_id, gen_random_uuid(), kind, subject_id
    FROM cameleer.operation WHERE id = '$A'"
check "not beside one that waits for the same" says "waits already" \
    ctl operator provision retry $A "Once more."

check "check-config is good" exits 0 ctl operator check-config
check "and shows what is in force" says '"processes":2' \
    ctl operator check-config --json
echo "nonsense = 1" | cat "$cluster/operator.conf" - >"$cluster/bad.conf"
check "a wrong line has exit code 78" exits 78 \
    "$CAMELEER_BUILD/cameleerctl" -c "$cluster/bad.conf" check-config
check "and is named" says "bad.conf:7: nonsense" \
    "$CAMELEER_BUILD/cameleerctl" -c "$cluster/bad.conf" check-config

# The tables of the programs, and the document made from them.
ctl operator routes --json --bin "$CAMELEER_BUILD" >"$cluster/routes.json"
ctl operator openapi --bin "$CAMELEER_BUILD" >"$cluster/openapi.json"
cat >"$cluster/openapi.py" <<-'PY'
	import json, sys
	routes = json.load(open(sys.argv[1]))
	api = json.load(open(sys.argv[2]))
	assert api["openapi"] == "3.1.0"
	assert [s["service"] for s in routes["services"]] == [
	    "auth", "tenants", "apps", "billing", "license", "sso"]
	paths, ids = 0, set()

	def resolved(value):
	    if "$ref" not in value:
	        return value
	    at = api
	    for part in value["$ref"].lstrip("#/").split("/"):
	        at = at[part]
	    return at

	def refs(value):
	    if isinstance(value, dict):
	        for key, item in value.items():
	            if key == "$ref":
	                yield item
	            else:
	                yield from refs(item)
	    elif isinstance(value, list):
	        for item in value:
	            yield from refs(item)

	for service in routes["services"]:
	    for route in service["routes"]:
	        there = api["paths"].get(route["path"], {}).get(
	            route["method"].lower())
	        if "internal" in route["flags"]:
	            assert there is None, route["path"]
	            continue
	        assert there, route["path"]
	        paths += 1
	        ids.add(there["operationId"])
	        codes = set(there["responses"])
	        assert str(route["status"]) in codes
	        assert {"429", "500", "503"} <= codes
	        public = route["permission"] == "public"
	        assert (there["security"] == []) == public, route["path"]
	        assert public or {"401", "403"} <= codes
	        assert ("412" in codes) == ("match" in route["flags"])
	        assert ("428" in codes) == ("match" in route["flags"])
	        assert ("423" in codes) == ("write" in route["flags"]
	            and route["tenant"] and "suspended" not in route["flags"])
	        names = {(p["in"], p["name"])
	            for p in map(resolved, there.get("parameters", []))}
	        for part in route["path"].split("/"):
	            if part.startswith("{"):
	                assert ("path", part[1:-1]) in names, names
	        for name in resolved(route.get("query", {})).get("properties", {}):
	            assert ("query", name) in names
	        assert (("header", "If-Match") in names) == (
	            "match" in route["flags"])
	        if "input" in route:
	            content = there["requestBody"]["content"]
	            kind = "application/" + ("x-www-form-urlencoded"
	                if "form" in route["flags"] else "json")
	            assert content[kind]["schema"] == route["input"]
	        if "stream" in route["flags"]:
	            assert list(there["requestBody"]["content"]) == [
	                "application/java-archive"]
	assert paths == sum(len(p) for p in api["paths"].values())
	assert len(ids) == paths
	for ref in refs(api):
	    at = api
	    for part in ref.lstrip("#/").split("/"):
	        at = at[part]
	print(paths > 40)
PY
check "each route is in the document, as the table says" is True \
    python3 "$cluster/openapi.py" "$cluster/routes.json" \
    "$cluster/openapi.json"
check "routes of a directory without programs are refused" \
    says "/auth.fcgi" ctl operator routes --bin "$cluster"

# Doctor: says "ok" of what exists, and what to do about the rest.
doctor() {
	ctl operator doctor --from "$CAMELEER_SOURCE/sql/migrations"
}
check "doctor is bad while something is missing" exits 1 doctor
check "no keys yet" says "FAIL signing keys: auth has no active key" doctor
ctl operator keys init --out "$cluster/okeys" >/dev/null
for good in settings credentials database schema 'audit trail' \
    'signing keys' clock; do
	check "$good is ok" says "ok   $good" doctor
done
check "no responder" says "auth.sock: No such file" doctor
check "no worker" says "worker.sock: No such file" doctor
python3 "$CAMELEER_SOURCE/tests/db/lib/peers.py" "$cluster/peers" &
peers=$!
while [ ! -e "$cluster/peers/port" ]; do sleep 0.1; done
ln -s peers/worker.sock "$cluster/worker.sock"
check "a worker that does nothing" says "' has never run; start cameleer-worker" doctor
query "UPDATE cameleer.schedule SET ran_at = now() - interval '67 s'"
check "a worker that is gone" says "' ran 6" doctor
query "UPDATE cameleer.schedule SET ran_at = now(), error = 'no engine'
    WHERE kind = 'sweep'; UPDATE cameleer.schedule SET ran_at = now()"
check "work that fails" says "FAIL worker: \`sweep' failed last: no engine" \
    doctor
query "UPDATE cameleer.schedule SET error = NULL"
check "a worker that works" says "ok   worker" doctor
check "no GitOps repository" says "ok   GitOps repository" doctor
cp "$cluster/operator.conf" "$cluster/operator.kept"
echo "git_url = https://git.example/fleet.git" >>"$cluster/operator.conf"
query "UPDATE cameleer.schedule SET error = 'no branch main'
    WHERE kind = 'gitops'"
check "a GitOps repository without its branch" says "FAIL GitOps repository: \
https://git.example/fleet.git: no branch main" doctor
check "the worker is not to blame" says "ok   worker" doctor
query "UPDATE cameleer.schedule SET ran_at = NULL WHERE kind = 'gitops'"
check "a GitOps repository nobody looked at" says "nobody has looked" doctor
query "UPDATE cameleer.schedule SET ran_at = now(), error = NULL
    WHERE kind = 'gitops'"
check "a GitOps repository" says "ok   GitOps repository" doctor
mv "$cluster/operator.kept" "$cluster/operator.conf"
check "no registry" says "FAIL registry: registry_url: is not set" doctor
check "no engine" says "FAIL container engine" doctor
chmod 0444 "$cluster/cred/ctl/db.pass"
check "a password that others read" \
    says "FAIL credentials: db.pass: others may read" doctor
chmod 0600 "$cluster/cred/ctl/db.pass"
query "GRANT UPDATE ON cameleer.audit_event TO cameleer_apps"
check "a trail that can be changed" says "can be changed by cameleer_apps" \
    doctor
query "REVOKE UPDATE ON cameleer.audit_event FROM cameleer_apps"
query "ALTER TABLE cameleer.audit_event DISABLE TRIGGER append_only"
check "a trail without its trigger" says "the trigger is off" doctor
query "ALTER TABLE cameleer.audit_event ENABLE TRIGGER append_only"
query "DELETE FROM cameleer.migration
    WHERE version = (SELECT max(version) FROM cameleer.migration)"
check "a schema that is behind" says "1 migrations are pending" doctor

# The same when more exists; all of it does in tests/engine/test_doctor.py.
mkdir -p "$cluster/spool"
chmod 2770 "$cluster/spool"
database_new well
ctl well db migrate --from "$CAMELEER_SOURCE/sql/migrations" >/dev/null
ctl well keys init --out "$cluster/wkeys" >/dev/null
psql -XqAt -d well -c "UPDATE cameleer.schedule SET ran_at = now()"
digest=sha256:$(printf %064d 0)
{
	grep -v '^run_dir' "$cluster/well.conf"
	echo "run_dir = $cluster/peers"
	echo "spool_dir = $cluster/spool"
	echo "registry_url = http://localhost"
	echo "registry_socket = $cluster/peers/registry.sock"
	echo "registry_pull = 127.0.0.1:$(cat "$cluster/peers/port")"
	echo "base_image = platform/jre-base@$digest"
	echo "engine_socket = $cluster/peers/engine.sock"
} >"$cluster/well.tmp"
mv "$cluster/well.tmp" "$cluster/well.conf"
# shellcheck disable=SC2120
well() {
	ctl well doctor --from "$CAMELEER_SOURCE/sql/migrations"
}
well_json() {
	ctl well --json doctor --from "$CAMELEER_SOURCE/sql/migrations"
}
for good in responders worker registry 'base image' 'container engine' \
    spool; do
	check "$good is ok when it is there" says "ok   $good" well
done
sed -i 's/jre-base/jre-none/' "$cluster/well.conf"
check "an image that was never pushed" says "jre-none@$digest: answers 404" \
    well
sed -i 's/jre-none/jre-base/' "$cluster/well.conf"
chmod 0700 "$cluster/spool"
check "a spool that is not shared" says "cannot share files" well
chmod 0777 "$cluster/spool"
check "a spool that is open" says "everybody on this machine" well
chmod 2770 "$cluster/spool"
kill $peers
wait $peers 2>/dev/null
check "a registry that is gone" says "FAIL registry" well
check "JSON says the same" says '"check":"registry","ok":false' well_json
