# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# The first statement of a request: it pins the tenant whose membership it
# proved, whatever tenant the request names (threat T1).

database_new request
ctl request db migrate --from "$CAMELEER_SOURCE/sql/migrations" >/dev/null
PGOPTIONS='-c search_path=cameleer' psql -XqAt -v ON_ERROR_STOP=1 \
    -d request -f "$CAMELEER_SOURCE/tests/db/lib/two_tenants.sql"

id=00000000-0000-7000-8000-0000000000
account="'${id}01'"
session="'${id}02'"
acme="'${id}a0'"
bolt="'${id}b0'"

run() {
	PGOPTIONS='-c search_path=cameleer' psql -XqAt -v ON_ERROR_STOP=1 \
	    -d request -c "$1"
}

# begun TENANT SLUG [CHANGE]: what is valid, and which tenant is pinned then
begun() {
	run "BEGIN; ${3:-SELECT WHERE false}; SELECT concat_ws(' ', good, role,
	    rule, tenant_slug) FROM request_begin($session, $account, $1, $2);
	    SELECT right(current_setting('app.tenant'), 2); ROLLBACK" |
	    paste -sd ' '
}

leave() {
	echo "SET LOCAL session_replication_role = replica;
	    DELETE FROM membership WHERE tenant_id = $1"
}

of_provider="UPDATE session SET sso_tenant = $acme, methods = '{sso}'"

check "a slug names the tenant" is "t owner acme a0" begun NULL "'acme'"
check "another slug the other one" is "t owner bolt b0" begun NULL "'bolt'"
check "an id names it too" is "t owner bolt b0" begun "$bolt" NULL
check "an id counts before a slug" is "t owner acme a0" \
    begun "$acme" "'bolt'"
check "no name pins nothing" is "t " begun NULL NULL
check "an unknown slug pins nothing" is "t " begun NULL "'nobody'"
check "a tenant of others pins nothing, by its slug" is "t " \
    begun NULL "'bolt'" "$(leave "$bolt")"
check "nor by its id" is "t " begun "$bolt" NULL "$(leave "$bolt")"
check "a deleted tenant pins nothing" is "t " begun NULL "'bolt'" \
    "SET LOCAL session_replication_role = replica;
    UPDATE tenant SET state = 'deleted' WHERE id = $bolt"
check "a session that has ended pins nothing" is "f " begun NULL "'bolt'" \
    "UPDATE session SET revoked_at = now()"
check "a provider's session is in its own tenant" is "t owner acme a0" \
    begun NULL "'acme'" "$of_provider"
check "and in no other, where it is a member" is "t sso_session_bound " \
    begun NULL "'bolt'" "$of_provider"
check "nor by its id" is "t sso_session_bound " \
    begun "$bolt" NULL "$of_provider"
check "and hears the same of one that does not exist" \
    is "t sso_session_bound " begun NULL "'nobody'" "$of_provider"
check "a policy asks in its own tenant" \
    is "t owner second_factor_required acme a0" begun NULL "'acme'" \
    "UPDATE sign_in_policy SET second_factor = '{*}' WHERE tenant_id = $acme"
check "and not in another" is "t owner bolt b0" begun NULL "'bolt'" \
    "UPDATE sign_in_policy SET second_factor = '{*}' WHERE tenant_id = $acme"

# An API token names account and tenant itself.
token="INSERT INTO api_token (tenant_id, id, account_id, name, digest, hint,
    scopes, created_by, expires_at) VALUES ($acme, gen_random_uuid(),
    $account, 'm', 'd-request', 'clr_m', '{app.read}', $account,
    now() + '1 day')"
with_token() {
	run "BEGIN; $token; ${1:-SELECT WHERE false}; SELECT concat_ws(' ',
	    good, role, tenant_slug) FROM request_begin_token('d-request');
	    SELECT right(current_setting('app.tenant'), 2); ROLLBACK" |
	    paste -sd ' '
}
check "an API token pins its own tenant" is "t owner acme a0" with_token
check "and none when its account left" is "t " with_token "$(leave "$acme")"
