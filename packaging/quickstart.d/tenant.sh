# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# The tenant: created once, and followed until its server answers.

TENANT=demo

# has_tenant ACCOUNT SLUG: reads the answer of the last sign-in
has_tenant() {
	jq -e --arg s "$2" 'any(.[]; .slug == $s)' \
	    <"$state/secret/$1.tenants" >/dev/null
}

# tenant_create ACCOUNT SLUG NAME: the tenant exists when this returns
tenant_create() {
	has_tenant "$1" "$2" && return 0
	api_want "202 409" POST /api/tenants "$(json_file tenant \
	    '{slug: $s, name: $n, tier: "mid"}' --arg s "$2" --arg n "$3")"
}

# Prints the newest operation of a kind, as the tenant sees it
tenant_operation() {
	api_want 200 GET /api/tenants/operations
	api_answer --arg k "$1" '[.items[] | select(.kind | startswith($k))]
	    [0].id // empty'
}

label_tenant() { echo "tenant $TENANT, up to ACTIVE"; }
hint_tenant() {
	echo "see $state/log/worker.log and $state/log/engine.log; the" \
	    "worker goes on by itself once the cause is gone."
}
step_tenant() {
	sign_in owner
	tenant_create owner "$TENANT" "Demo Ltd"
	sign_in owner "$TENANT"
	_operation=$(tenant_operation tenant.provision)
	if [ -n "$_operation" ]; then
		follow "$_operation" 300
	fi
	api_want 200 GET /api/tenants/current
	[ "$(api_answer .state)" = active ] || {
		echo "the tenant is $(api_answer .state), not active"
		return 1
	}
}
