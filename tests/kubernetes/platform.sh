# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# The platform beside a cluster, for tests/kubernetes/run_place: as operators
# have it, with one machine for the platform and PostgreSQL that the cluster
# reaches at an address, and the cluster's registry and Git server.

CLUSTER_NODE=10.250.0.2 CLUSTER_OUTER=10.250.0.1
CLUSTER_IMAGES=$CLUSTER_NODE:5000
: "${CAMELEER_CACHE:?}"

# Images go to the cluster's registry.
registry_call() {
	curl -sS --fail --noproxy '*' \
	    --connect-to "localhost:80:$CLUSTER_IMAGES" "$@"
}

# What pods of a pool run: Debian's PgBouncer and its libraries.
image_pooler() {
	_root=$state/images/root
	rm -rf "$_root"
	mkdir -p "$_root/usr/sbin"
	cp /usr/sbin/pgbouncer "$_root/usr/sbin/"
	ldd /usr/sbin/pgbouncer | sed -n 's/.* => \(\/[^ ]*\) .*/\1/p
	    s/^[[:space:]]*\(\/[^ ]*\) (.*/\1/p' | while read -r _library; do
		mkdir -p "$_root$(dirname "$_library")"
		cp -L "$_library" "$_root$_library"
	done
	layer_make "$_root" "$state/images/pooler.tar.gz"
	image_make pgbouncer '{"User": "65532:65532",
	    "Env": ["PATH=/usr/sbin:/usr/bin", "LANG=C.UTF-8"]}' \
	    "$state/images/pooler.tar.gz"
	rm -rf "$_root"
}

# The doubles of server and agent, and a small Camel application.
java_built() {
	cp -R "$CAMELEER_CACHE/kubernetes/java" "$state/java"
	images_make
	image_pooler
	image_push jre-base
	image_push cameleer-server
	image_push pgbouncer
}

# java_build: needs the machine's network
java_build() {
	state=$CAMELEER_CACHE/kubernetes
	mkdir -p "$state/java"
	sh "$top/packaging/jre-base/build" "$state/java/jre"
	once "$state/java/.doubles" \
	    "$(tree_stamp "$top/tests/peers/cameleer-server" \
	    "$top/tests/peers/agent")" build_doubles
	once "$state/java/.orders" "$(tree_stamp "$top/tests/apps/orders")" \
	    build_orders
}

# Pods reach the platform at the address of its own link, port 443, which the
# policies allow.
addresses_choose() {
	echo 0 >/proc/sys/net/ipv4/ip_unprivileged_port_start
	state_set PLATFORM_ADDR "$CLUSTER_OUTER"
	state_set PORT_HTTPS 443
	# in the tier's own mounts
	{ cat /etc/hosts; echo "$CLUSTER_NODE git.cluster.test"; } \
	    >"$state/conf/hosts"
	chmod 0644 "$state/conf/hosts"
	mount --bind "$state/conf/hosts" /etc/hosts
}

# settings_add: the cluster's registry and Git server instead of our own
settings_add() {
	sed -i -e '/^registry_/d' "$state/conf/cameleer.conf"
	cat >>"$state/conf/cameleer.conf" <<-CONF
		registry_url = http://$CLUSTER_IMAGES
		git_url = https://git.cluster.test:3443/fleet.git
		git_ca = $state/tls/git-ca.pem
		git_user = platform
	CONF
	install -m 0644 "$CAMELEER_CLUSTER/tls/ca.pem" \
	    "$state/tls/git-ca.pem"
	credential worker git.token <"$CAMELEER_CLUSTER/secret/git"
	ctl check-config
}

chart_push() {
	mkdir -p "$state/chart"
	"$CAMELEER_CLUSTER/bin/helm" package -d "$state/chart" \
	    "$top/templates/charts/cameleer-server"
	"$CAMELEER_CLUSTER/bin/helm" push --plain-http \
	    "$state"/chart/cameleer-server-*.tgz \
	    "oci://$CLUSTER_IMAGES/charts"
}
