# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# The owner: registered, verified by mail, signed in.

OWNER_EMAIL=owner@example.test
OTHER_EMAIL=other@example.test

# Writes the token of a mail's link to a file
link_token() {
	(
		umask 077
		printf '%s' "$1" | sed 's/^.*[?&#]token=\([^&#]*\).*$/\1/' \
		    >"$state/secret/link.token"
	)
}

account_link_there() {
	mail_link "$1" verify "$2"
}

account_register() {
	_mails=$(mail_count)
	token=
	api_want 202 POST /api/auth/register "$(json_file register \
	    '{email: $e}' --arg e "$2")"
	# an earlier, interrupted run has already caused the mail
	wait_for 30 "the verification mail" \
	    account_link_there "$2" "$_mails" || _mails=0
	link_token "$(mail_link "$2" verify "$_mails")"
	_file=$(json_file verify '{token: $t, name: $n,
	    password: ($p | rtrimstr("\n"))}' --arg n "$3" \
	    --rawfile t "$state/secret/link.token" \
	    --rawfile p "$state/secret/$1.password")
	api_want 200 POST /api/auth/verify "$_file"
	rm -f "$_file" "$state/secret/link.token"
}

# account NAME EMAIL FULL-NAME: registers it, verifies it, signs it in
account() {
	if [ ! -s "$state/secret/$1.password" ]; then
		(umask 077 && random_secret >"$state/secret/$1.password")
	fi
	(umask 077 && echo "$2" >"$state/secret/$1.email")
	sign_in "$1" && return 0
	account_register "$1" "$2" "$3"
	sign_in "$1"
}

label_owner() { echo "owner $OWNER_EMAIL: register, verify, sign in"; }
hint_owner() {
	echo "see also $state/log/auth.log, worker.log (it sends the mail)" \
	    "and the mails in $state/mail."
}
step_owner() {
	account owner "$OWNER_EMAIL" "Olivia Owner"
}
