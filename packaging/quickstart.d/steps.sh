# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# The steps until the platform answers.  Each can be run again.

STEPS_BUILD='packages build console java doubles'
STEPS_PLATFORM='ports certificates postgres databases registry images engine
mail settings schema keys nginx netguard responders worker renew'
STEPS_JOB='owner tenant maven application release logs proof link summary'

label_packages() { echo "Debian's packages"; }
hint_packages() {
	echo "look at the names that apt could not find or fetch; is there" \
	    "a network, and is this Debian 12?"
}
step_packages() {
	packages_install build runtime engine java web
}

label_build() { echo "the programs, in $state/build"; }
hint_build() {
	echo "mend what the compiler or configure says; \"rm -r $state/build\"" \
	    "builds all of it again."
}
step_build() {
	build_programs "$state/build"
	programs_install "$state/build"
}

label_console() { echo "the console"; }
step_console() {
	once "$state/build/.console" "$(tree_stamp "$top/web")" build_console
}

label_java() { echo "the Java base layer"; }
step_java() {
	mkdir -p "$state/java"
	build_jre
}

label_doubles() { echo "doubles of cameleer-server and agent"; }
step_doubles() {
	once "$state/java/.doubles" \
	    "$(tree_stamp "$top/tests/peers/cameleer-server" \
	    "$top/tests/peers/agent")" build_doubles
}

# As late as possible: a port that is free now may be taken a few minutes later.
label_ports() { echo "ports and an address for containers"; }
step_ports() {
	ports_choose
	address_up
}

label_certificates() { echo "certificates of an authority of our own"; }
step_certificates() { tls_certificates; }

label_postgres() { echo "PostgreSQL cluster on 127.0.0.1:$PORT_PG"; }
hint_postgres() { echo "see also $state/log/postgres.log"; }
step_postgres() { postgres_start; }

label_databases() { echo "databases and roles"; }
step_databases() {
	credentials_make
	postgres_roles
}

label_registry() { echo "OCI registry on 127.0.0.1:$PORT_REGISTRY"; }
hint_registry() {
	echo "see also $state/log/registry.log and registry-gate.log there"
}
step_registry() { registry_start; }

label_images() { echo "the platform's images in the registry"; }
step_images() {
	images_make
	image_push jre-base
	for _level in $JAVA_LEVELS; do
		[ ! -s "$state/images/jre-base-$_level/digest" ] ||
		    image_push "jre-base-$_level"
	done
	image_push cameleer-server
}

label_engine() { echo "container engine's socket"; }
hint_engine() { echo "see also $state/log/engine.log"; }
step_engine() { engine_start; }

label_mail() { echo "mail sink on 127.0.0.1:$PORT_SMTP"; }
hint_mail() { echo "see also $state/log/mail.log"; }
step_mail() { mail_start; }

label_settings() { echo "settings and credentials"; }
step_settings() {
	credentials_make
	platform_configure
}

label_schema() { echo "database schema"; }
step_schema() { schema_migrate; }

label_keys() { echo "signing keys"; }
step_keys() { keys_make; }

label_nginx() { echo "nginx on $(base_url)"; }
hint_nginx() { echo "see also $state/log/nginx.log"; }
step_nginx() { nginx_start; }

label_netguard() { echo "netguard between the tenants"; }
hint_netguard() { echo "see also $state/log/netguard.log"; }
step_netguard() { netguard_start; }

label_responders() { echo "responders: $MODULES"; }
hint_responders() {
	echo "see also $state/log/MODULE.log of the one that is not ready."
}
step_responders() { responders_start; }

label_worker() { echo "worker"; }
hint_worker() { echo "see also $state/log/worker.log"; }
step_worker() { worker_start; }

label_renew() { echo "renewal of what is replaced on disk"; }
step_renew() { renew_start 20; }
