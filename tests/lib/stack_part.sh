# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# sh -c ". stack_part.sh" stack TOP PART: starts one part of a test's platform,
# in its own shell so that its first failure ends it.
set -eu

top=$1
export program=stack
# shellcheck disable=SC1091
. "$top/packaging/lib/load.sh"
for _file in api owner tenant; do
	# shellcheck disable=SC1090
	. "$top/packaging/quickstart.d/$_file.sh"
done
exec 3>&1
state_path
state_env

# A cluster with roles and the schema, as in production.
part_database() {
	postgres_start
	credentials_make
	postgres_roles
	platform_configure
	schema_migrate
}

part_keys() {
	keys_make
}

part_web() {
	if [ -d "$top/web/dist" ]; then
		cp -R "$top/web/dist" "$state/web"
	else
		mkdir -p "$state/web/assets"
		echo '<!doctype html><title>Cameleer</title>' \
		    >"$state/web/index.html"
		echo 'export {};' >"$state/web/assets/page-0.js"
	fi
	chmod -R a+rX "$state/web"
}

part_mail() {
	tls_certificates
	mail_start
	credentials_make
}

part_registry() {
	registry_start
}

# Tests send more requests than people: 127.0.0.1 is not limited, 127.0.0.2 is,
# and 127.0.9.1 is a load balancer.
part_nginx() {
	tls_certificates
	NGINX_PROXIES=127.0.9.1 NGINX_UNLIMITED=127.0.0.1
	NGINX_GROUPS_PAUSE=1
	nginx_start
}

part_responders() {
	responders_start
}

part_worker() {
	worker_start
}

part_renew() {
	renew_start 1
}

# An owner without a tenant.
part_account() {
	account owner "$OWNER_EMAIL" "Olivia Owner"
}

# An owner with a tenant, provisioned as far as that is possible without an
# engine.
part_owner() {
	part_account
	tenant_create owner "$TENANT" "Demo Ltd"
}

# Writes summary.json with the members that exist here.
part_env() {
	(
		umask 077
		jq -n --rawfile password "$state/secret/owner.password" \
		    --rawfile db "$state/cred/ctl/db.pass" \
		    --arg base "$(base_url)" --arg ca "$state/tls/ca.pem" \
		    --arg tenant "$TENANT" --arg email "$OWNER_EMAIL" \
		    --arg internal "$(internal_url)" \
		    --arg status "http://127.0.0.1:$PORT_STATUS" \
		    --arg pg "127.0.0.1:$PORT_PG" --arg state "$state" '
		    {base_url: $base, ca_cert: $ca, tenant: $tenant,
		    owner_email: $email,
		    owner_password: ($password | rtrimstr("\n")),
		    database_url:
		    "postgresql://cameleer_ctl:\($db | rtrimstr("\n"))@\($pg)/cameleer",
		    internal_url: $internal, status_url: $status,
		    mail: ($state + "/mail"), state: $state}' \
		    >"$state/summary.json"
	)
}

"part_$2"
