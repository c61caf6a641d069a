# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# A client of the API.  Secrets are passed in files and on stdin, never as
# arguments. Answers go to the file $answer.  A request that may have failed
# because a process was restarting is repeated with the same Idempotency-Key.

API_PATIENCE=40

# api METHOD PATH [FILE [CONTENT-TYPE]]: prints the status; 000 is no answer.
# The token is read from the file $token, when there is one.
api_once() {
	{
		printf 'request = "%s"\nurl = "%s%s"\n' "$1" "$(base_url)" "$2"
		printf 'cacert = "%s"\nnoproxy = "*"\n' "$state/tls/ca.pem"
		# whatever a name server says of our name: here it is
		printf 'connect-to = "::127.0.0.1:%s"\n' "$PORT_HTTPS"
		printf 'output = "%s"\nmax-time = 120\nsilent\n' "$answer"
		printf 'write-out = "%%{http_code}"\npath-as-is\n'
		if [ -s "${token:-/nonexistent}" ]; then
			printf 'header = "Authorization: Bearer %s"\n' \
			    "$(cat "$token")"
		fi
		[ "$1" = GET ] ||
		    printf 'header = "Idempotency-Key: %s"\n' "$_key"
		if [ -n "${3:-}" ]; then
			printf 'header = "Content-Type: %s"\n' \
			    "${4:-application/json}"
			printf 'data-binary = "@%s"\n' "$3"
		fi
	} | curl -q -K - || :
}

api() {
	answer=$state/secret/answer.json
	_key=$(cat /proc/sys/kernel/random/uuid)
	_until=$(($(date +%s) + API_PATIENCE)) _pause=0.5
	while :; do
		rm -f "$answer"
		_status=$(umask 077 && api_once "$@")
		case $_status in
		000 | 429 | 502 | 503 | 504) ;;
		*) break ;;
		esac
		[ "$(date +%s)" -lt "$_until" ] || break
		sleep $_pause
		# a sign-in counts as an attempt, whatever its outcome
		case $_pause in
		0.5) _pause=1 ;;
		*) _pause=5 ;;
		esac
	done
	echo "$1 $2: $_status" >&2
	echo "$_status"
}

# api_want STATUS METHOD PATH [FILE [TYPE]]: any other status ends the step.
api_want() {
	_want=$1
	shift
	_got=$(api "$@")
	case " $_want " in
	*" $_got "*) ;;
	*)
		echo "$1 $2 answered $_got instead of $_want:" >&2
		api_answer '.' >&2 || :
		return 1
		;;
	esac
}

api_answer() {
	jq -r "$@" <"$state/secret/answer.json"
}

# json_file NAME FILTER [JQ-OPTION...]: writes the body of a request to a file
json_file() {
	_body=$state/secret/$1.json _filter=$2
	shift 2
	(umask 077 && jq -n "$@" "$_filter" >"$_body")
	echo "$_body"
}

# sign_in WHO [TENANT]: writes a new token to secret/WHO.token, bound to TENANT
sign_in() {
	token=
	_file=$(json_file login '{email: $e,
	    password: ($p | rtrimstr("\n")), session: "token"}' \
	    --arg e "$(cat "$state/secret/$1.email")" \
	    --rawfile p "$state/secret/$1.password")
	_got=$(api POST /api/auth/login "$_file")
	rm -f "$_file"
	[ "$_got" = 200 ] || return 1
	token=$state/secret/$1.token
	(umask 077 && api_answer .access_token >"$token")
	(umask 077 && api_answer -c '.tenants' >"$state/secret/$1.tenants")
	[ -n "${2:-}" ] || return 0
	api_want 200 POST /api/auth/switch \
	    "$(json_file switch '{tenant: $t}' --arg t "$2")"
	(umask 077 && api_answer .access_token >"$token")
}

# follow OPERATION SECONDS: prints each step when it is done, to the last
follow() {
	_until=$(($(date +%s) + $2)) _said=0
	while :; do
		api_want 200 GET "/api/tenants/operations/$1"
		_done=$(api_answer '[.steps[] | select(.state == "done")] |
		    length')
		while [ "$_said" -lt "$_done" ]; do
			say "$(api_answer --argjson n "$_said" '
			    [.steps[] | select(.state == "done")][$n].name')"
			_said=$((_said + 1))
		done
		case $(api_answer .state) in
		done) return 0 ;;
		failed)
			echo "the operation failed: $(api_answer -c '
			    .error // [.steps[] | select(.state == "failed")]')"
			return 1
			;;
		esac
		if [ "$(date +%s)" -ge "$_until" ]; then
			echo "the operation is not done after $2 s:"
			api_answer -c .
			return 1
		fi
		sleep 0.3
	done
}
