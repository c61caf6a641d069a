# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# The application: Maven builds it, nginx takes the upload; then it is followed
# until it is healthy, and its log is read.

APP=orders
JAR=java/orders/target/orders.jar

label_maven() { echo "the Camel application, by Maven"; }
hint_maven() {
	echo "Maven's message stands above; it needs a repository to fetch" \
	    "Camel from."
}
step_maven() {
	once "$state/java/.orders" "$(tree_stamp "$top/tests/apps/orders")" \
	    build_orders
}

label_application() { echo "application $APP"; }
step_application() {
	sign_in owner "$TENANT"
	case $(api GET "/api/apps/$APP") in
	200) ;;
	404) api_want 201 POST /api/apps "$(json_file app \
	    '{name: $n, display_name: "Orders"}' --arg n "$APP")" ;;
	*) api_answer . && return 1 ;;
	esac
}

# An upload is deployed to the tenant's first environment.
environment() {
	api_want 200 GET /api/apps/environments
	api_answer '[.items[]] | sort_by(.position)[0].name'
}

# Prints the release that contains exactly this JAR, if there is one
release_of() {
	api_want 200 GET "/api/apps/$APP/releases?limit=100"
	api_answer --arg s "$1" '[.items[] | select(.jar_sha256 == $s and
	    .state != "failed")][0].number // empty'
}

# deployment ENVIRONMENT FILTER
deployment() {
	api_want 200 GET "/api/apps/$APP/deployments"
	api_answer --arg e "$1" \
	    '[.items[] | select(.environment == $e)][0] | '"$2"
}

# release_follow NUMBER ENVIRONMENT: prints each new state of release and
# deployment, until it runs.
release_follow() {
	_until=$(($(date +%s) + 240)) _last=
	while :; do
		api_want 200 GET "/api/apps/$APP/releases/$1"
		_now="release $1 $(api_answer .state)"
		case $_now in
		*ready) _now="$_now, deployment $(deployment \
		    "$2" '.state // "absent"')" ;;
		*failed) api_answer . && return 1 ;;
		esac
		[ "$_now" = "$_last" ] || say "$_now"
		_last=$_now
		case $_now in
		*"deployment running") return 0 ;;
		*"deployment failed") deployment "$2" . && return 1 ;;
		esac
		if [ "$(date +%s)" -ge "$_until" ]; then
			echo "still not running: $_now"
			return 1
		fi
		sleep 0.3
	done
}

label_release() { echo "release: check, image, push, deploy, healthy"; }
hint_release() {
	echo "see $state/log/worker.log; the container's own words:" \
	    "podman --url unix://$state/run/engine/podman.sock logs NAME" \
	    "(ps -a instead of logs lists the names)."
}
step_release() {
	sign_in owner "$TENANT"
	_sha=$(sha256sum <"$state/$JAR" | cut -d ' ' -f 1)
	_release=$(release_of "$_sha")
	_environment=$(environment)
	if [ -z "$_release" ]; then
		api_want 202 POST "/api/apps/$APP/releases" "$state/$JAR" \
		    application/java-archive
		_release=$(api_answer .release.number)
	elif [ "$(deployment "$_environment" '.release // 0')" != \
	    "$_release" ]; then
		api_want 202 POST "/api/apps/$APP/deployments" \
		    "$(json_file deploy '{release: $r, environment: $e}' \
		    --argjson r "$_release" --arg e "$_environment")"
	fi
	release_follow "$_release" "$_environment"
}

logs_there() {
	api_want 200 GET "/api/apps/$APP/logs?environment=$1&limit=100"
	[ "$(api_answer '.items | length')" -ge 5 ]
}

label_logs() { echo "its log"; }
step_logs() {
	sign_in owner "$TENANT"
	wait_for 60 "five lines of log" logs_there "$(environment)"
	api_answer '.items[-5:][].line' | cut -c 1-100 |
	while read -r _line; do
		say "$_line"
	done
}
