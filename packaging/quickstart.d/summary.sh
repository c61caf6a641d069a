# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# summary.json: what programs need to continue from here (0600).

# The application's container, from the engine itself
summary_container() {
	curl -sf --noproxy '*' -G --unix-socket "$state/run/engine/podman.sock" \
	    --data-urlencode "filters=$(jq -cn --arg t "$TENANT" --arg a "$APP" \
	    '{label: ["cameleer.role=app", "cameleer.tenant=\($t)",
	    "cameleer.app=\($a)"]}')" \
	    http://localhost/containers/json
}

summary_steps() {
	jq -R -s 'split("\n") | map(select(. != "") | split("\t") |
	    {name: .[0], seconds: (.[1] | tonumber)})' <"$state/log/steps.new"
}

label_summary() { echo "$state/summary.json"; }
step_summary() {
	summary_container >"$state/secret/containers.json"
	[ "$(jq length <"$state/secret/containers.json")" = 1 ] || {
		echo "want one container of $APP, the engine has:"
		jq -c '.[].Names' <"$state/secret/containers.json"
		return 1
	}
	_image=$(jq -r '.[0].Image' <"$state/secret/containers.json")
	case $_image in
	*@sha256:*) ;;
	*) die "the container's image is not named by digest: $_image" ;;
	esac
	(
		umask 077
		jq -n --rawfile password "$state/secret/owner.password" \
		    --rawfile db "$state/cred/ctl/db.pass" \
		    --arg base "$(base_url)" --arg ca "$state/tls/ca.pem" \
		    --arg tenant "$TENANT" --arg email "$OWNER_EMAIL" \
		    --arg engine "unix://$state/run/engine/podman.sock" \
		    --arg registry "127.0.0.1:$PORT_REGISTRY" \
		    --arg image "$_image" --arg pg "127.0.0.1:$PORT_PG" \
		    --argjson steps "$(summary_steps)" --arg container \
		    "$(jq -r '.[0].Id' <"$state/secret/containers.json")" '
		    {base_url: $base, ca_cert: $ca, tenant: $tenant,
		    owner_email: $email,
		    owner_password: ($password | rtrimstr("\n")),
		    engine: $engine, registry: $registry, image: $image,
		    container: $container, database_url:
		    "postgresql://cameleer_ctl:\($db | rtrimstr("\n"))@\($pg)/cameleer",
		    steps: $steps}' >"$state/summary.json.new"
	)
	mv "$state/summary.json.new" "$state/summary.json"
}
