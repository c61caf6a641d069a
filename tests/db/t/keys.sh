# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# cameleerctl keys: made once, rotated in order, removed when they must be.

database_new keys
ctl keys db migrate --from "$CAMELEER_SOURCE/sql/migrations" >/dev/null
out=$cluster/keys

query() {
	psql -XqAt -d keys -c "$1"
}

# kid STATE PURPOSE HOLDER
kid() {
	query "SELECT kid FROM cameleer.signing_key WHERE state = '$1'
	    AND purpose = '$2' AND holder = '$3' ORDER BY changed_at DESC
	    LIMIT 1"
}

sums() {
	find "$out" -type f -exec sha256sum {} + | sort
}

unchanged() {
	sums | diff "$cluster/sums" - && query "$KEYS" | diff "$cluster/rows" -
}
KEYS="SELECT kid, purpose, state, holder, jwk FROM cameleer.signing_key
    ORDER BY 1"

check "init makes five keys and four that seal" \
    is '{"registered":5,"sealing_keys_made":4}' \
    ctl keys --json keys init --out "$out"
check "each process has its own, active" is "access|auth|active
audit|worker|active
license|worker|active
server|auth|active
server|worker|active" query "SELECT purpose, holder, state
    FROM cameleer.signing_key ORDER BY 1, 2"
check "nobody but the owner reads the files" is "400
400
400
400
400
400" find "$out" -type f -printf '%m\n'
check "the seeds are not in the database" is 0 query "SELECT count(*)
    FROM cameleer.signing_key WHERE jwk ? 'd'"
sums >"$cluster/sums"
query "$KEYS" >"$cluster/rows"
check "init again makes none" is '{"registered":0,"sealing_keys_made":0}' \
    ctl keys --json keys init --out "$out"
check "and changes no file and no row" unchanged

# A lost public half is registered again from the file.
query "DELETE FROM cameleer.signing_key WHERE purpose = 'license'"
check "init registers what only the file knows" \
    is '{"registered":1,"sealing_keys_made":0}' \
    ctl keys --json keys init --out "$out"
check "with the same key" unchanged

# kid = RFC 7638 thumbprint, and the public half belongs to the seed.
cat >"$cluster/jwk.py" <<-'PY'
	import base64, hashlib, json, sys
	for line in sys.stdin:
	    kid, jwk = line.rstrip("\n").split("|", 1)
	    jwk = json.loads(jwk)
	    names = ("crv", "kty", "x") + (("y",) if jwk["kty"] == "EC" else ())
	    core = json.dumps({n: jwk[n] for n in names}, sort_keys=True,
	                      separators=(",", ":"))
	    want = base64.urlsafe_b64encode(
	        hashlib.sha256(core.encode()).digest()).rstrip(b"=").decode()
	    assert kid == want == jwk["kid"], (kid, want)
	    assert jwk["alg"] == ("ES256" if jwk["kty"] == "EC" else "EdDSA")
	    print("good")
PY
thumbprints() {
	query "SELECT kid, jwk FROM cameleer.signing_key" |
	    python3 "$cluster/jwk.py"
}
check "each kid is the thumbprint of its key" is "good
good
good
good
good" thumbprints

first=$(kid active access auth)
check "rotate adds a pending key" says "pending" \
    ctl keys keys rotate access --holder auth --out "$out"
second=$(kid pending access auth)
check "its seed is in the file" grep -q "^access $second " \
    "$out/auth/signing.keys"
check "the old one is, too" grep -q "^access $first " "$out/auth/signing.keys"
check "rotate twice is refused" says "is pending for this already" \
    ctl keys keys rotate access --holder auth --out "$out"
check "a key that nobody has seen is not promoted" says "wait" \
    ctl keys keys promote "$second"
query "UPDATE cameleer.signing_key
    SET created_at = created_at - interval '61 s' WHERE state = 'pending'"
check "after a minute it is" says "active" ctl keys keys promote "$second"
check "and the one before is passive" is "$first" kid passive access auth
check "one is active" is "$second" kid active access auth
check "promoting it again is refused" says "is active, not pending" \
    ctl keys keys promote "$second"
check "a passive key is kept while tokens live" says "may live for" \
    ctl keys keys retire "$first"
check "an active one is not retired" says "is active, not passive" \
    ctl keys keys retire "$second"
query "UPDATE cameleer.signing_key
    SET changed_at = now() - interval '721 s' WHERE kid = '$first'"
check "when they have ended it is retired" says "retired" \
    ctl keys keys retire "$first"
check "init leaves a retired key retired" is \
    '{"registered":0,"sealing_keys_made":0}' \
    ctl keys --json keys init --out "$out"

ctl keys keys rotate license --holder worker --out "$out" >/dev/null
old=$(kid active license worker) new=$(kid pending license worker)
ctl keys keys promote "$new" --now >/dev/null
check "a licence key is retired by an explicit word only" says "say --now" \
    ctl keys keys retire "$old"
check "with it, it is" says "retired" ctl keys keys retire "$old" --now

check "removing asks for --emergency" exits 2 ctl keys keys remove "$second"
ctl keys keys rotate access --holder auth --out "$out" >/dev/null
third=$(kid pending access auth)
check "a key that others know is ended at once" says "retired" \
    ctl keys keys remove "$second" --emergency
check "and the pending one takes its place" is "$third" kid active access auth
check "removing the last says what to do" says "keys init makes a new one" \
    ctl keys keys remove "$third" --emergency
check "init then makes a new one" is '{"registered":1,"sealing_keys_made":0}' \
    ctl keys --json keys init --out "$out"
check "which is none of the old ones" test "$(kid active access auth)" \
    != "$third"
check "an unknown kid is said" says "there is no key" \
    ctl keys keys retire nonsense
check "a process does not get another's purpose" exits 2 \
    ctl keys keys rotate license --holder auth --out "$out"
listed() {
	ctl keys keys list | wc -l
}
check "list shows all of them" is \
    "$(query 'SELECT count(*) FROM cameleer.signing_key')" listed
check "each change is in the trail of the platform" is "key.add|10
key.pass|2
key.promote|3
key.remove|2
key.retire|2" query "SELECT action, count(*) FROM cameleer.audit_event
    WHERE tenant_id = '00000000-0000-0000-0000-000000000000'
    AND actor_kind = 'platform' AND service = 'ctl'
    AND subject_type = 'key' AND result = 'done' GROUP BY 1 ORDER BY 1"
check "no seed is" is "" sh -c "cut -d ' ' -f 3 '$out'/*/signing.keys |
    while read -r seed; do psql -XqAt -d keys -c \"SELECT action FROM
    cameleer.audit_event WHERE facts::text LIKE '%\$seed%'\"; done"

# Two concurrent runs must not make two sets.
database_new keys_two
ctl keys_two db migrate --from "$CAMELEER_SOURCE/sql/migrations" >/dev/null
two_at_once() {
	ctl keys_two keys init --out "$cluster/keys2" &
	_a=$!
	ctl keys_two keys init --out "$cluster/keys2" &
	wait $! && wait $_a && [ "$(cat "$cluster"/keys2/*/signing.keys |
	    wc -l)" -eq 5 ]
}
check "two inits at once make five keys" two_at_once
check "and register five" is 5 psql -XqAt -d keys_two -c \
    "SELECT count(*) FROM cameleer.signing_key WHERE state = 'active'"

sealing() {
	cut -c 1-43 "$out/auth/factor.key" "$out/auth/gate.key" \
	    "$out/sso/sso.key" "$out/worker/master.key" | sort -u |
	    grep -cE '^[A-Za-z0-9_-]{43}$'
}
check "each key that seals is another one of 32 bytes" is 4 sealing

echo "access kid seed" >"$cluster/bad"
install -D -m 0400 "$cluster/bad" "$cluster/keys3/auth/signing.keys"
check "a file that is no key file is refused, and kept" \
    says "signing.keys line 1" ctl keys keys init --out "$cluster/keys3"
check "as it was" cmp "$cluster/bad" "$cluster/keys3/auth/signing.keys"
