# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# Checks who can reach the tenant's server, and who is refused.

OTHER_TENANT=other

# Two refusals must be the same bytes, except for the request id.
refusal() {
	sed 's/"request_id": *"[^"]*"/"request_id":""/' \
	    "$state/secret/answer.json"
}

label_proof() { echo "/t/$TENANT/api/v1/health: 200, 401, 404"; }
hint_proof() { echo "see also $state/log/access.log and auth.log."; }
step_proof() {
	_health=/api/v1/health
	sign_in owner "$TENANT"
	api_want 200 GET "/t/$TENANT$_health"
	[ "$(api_answer .status)" = UP ]
	token=
	api_want 401 GET "/t/$TENANT$_health"

	account other "$OTHER_EMAIL" "Oscar Other"
	tenant_create other "$OTHER_TENANT" "Other Ltd"
	sign_in other "$OTHER_TENANT"
	api_want 404 GET "/t/$TENANT$_health"
	_foreign=$(refusal)
	api_want 404 GET "/t/nosuchtenant$_health"
	_unknown=$(refusal)
	if [ "$_foreign" != "$_unknown" ]; then
		printf 'differs:\n%s\n%s\n' "$_foreign" "$_unknown"
		return 1
	fi
}

reset_link_there() {
	mail_link "$OWNER_EMAIL" reset "$1"
}

label_link() { echo "one-time password link for the owner"; }
step_link() {
	_mails=$(mail_count)
	token=
	api_want 202 POST /api/auth/recover "$(json_file recover \
	    '{email: $e}' --arg e "$OWNER_EMAIL")"
	# soon after the last one no mail is sent, and its link still holds
	_wait=30
	[ ! -s "$state/owner-password-link" ] || _wait=8
	wait_for "$_wait" "the mail with the link" \
	    reset_link_there "$_mails" || _mails=0
	(umask 077 && mail_link "$OWNER_EMAIL" reset "$_mails" \
	    >"$state/owner-password-link.new")
	mv "$state/owner-password-link.new" "$state/owner-password-link"
}
