# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# The control plane: certificates, users, etcd, API server, controllers.

# user NAME ACCOUNT GROUP: the files users/NAME.token and users/NAME.json, with
# which a program signs in
user() {
	_token=$(random_secret)
	echo "$_token,$2,$2,\"$3\"" >>"$state/secret/tokens.csv"
	jq -n --arg server "https://$NODE_ADDR:$PORT_API" --arg name "$1" \
	    --arg token "$_token" --rawfile ca "$state/tls/ca.pem" '
	    {apiVersion: "v1", kind: "Config", "current-context": "it",
	    clusters: [{name: "it", cluster: {server: $server,
	    "certificate-authority-data": ($ca | @base64)}}],
	    users: [{name: $name, user: {token: $token}}],
	    contexts: [{name: "it", context: {cluster: "it", user: $name}}]}' \
	    >"$state/users/$1.json"
}

# The suite is an administrator; the platform may do only what
# templates/kubernetes/platform.yaml grants.
users_make() {
	mkdir -p "$state/users"
	chmod 0700 "$state/users"
	rm -f "$state/secret/tokens.csv"
	(
		umask 077
		user admin admin system:masters
		user platform cameleer-platform cameleer
		user controllers system:kube-controller-manager system:none
		user scheduler system:kube-scheduler system:none
		user kubelet system:node:node1 system:nodes
		user proxy system:kube-proxy system:none
		user router kube-router system:none
		user flux flux flux
	)
}

# certificate NAME SUBJECT EXTENSION: tls/NAME.pem and its key, by our authority
certificate() {
	_base=$state/tls/$1
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -keyout "$_base.key" -out "$_base.csr" -subj "$2" 2>/dev/null
	echo "$3" >"$_base.ext"
	openssl x509 -req -in "$_base.csr" -CA "$state/tls/ca.pem" \
	    -CAkey "$state/tls/ca.key" -CAcreateserial -days 2 \
	    -extfile "$_base.ext" -out "$_base.pem" 2>/dev/null
}

certificates_make() {
	umask 077
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -keyout "$state/tls/ca.key" -out "$state/tls/ca.pem" -days 2 \
	    -subj "/CN=Authority of a test's cluster" 2>/dev/null
	certificate api /CN=kube-apiserver "subjectAltName=IP:$NODE_ADDR,\
IP:127.0.0.1,IP:$API_SERVICE,DNS:kubernetes,DNS:kubernetes.default,\
DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local"
	certificate api-client /O=system:masters/CN=kube-apiserver \
	    extendedKeyUsage=clientAuth
	certificate kubelet /O=system:nodes/CN=system:node:node1 \
	    "subjectAltName=IP:$NODE_ADDR,DNS:node1"
	# libgit2 compares names only, no addresses
	certificate git /CN=git subjectAltName=DNS:git.cluster.test
	openssl genrsa -out "$state/tls/accounts.key" 2048 2>/dev/null
	umask 022
}

# serve NAME COMMAND...: a service of root that has the cluster's programs
serve() {
	_service=$1
	shift
	service_start "$_service" TERM 5 0 0 - PATH="$CLUSTER_PATH" "$@"
}

# etcd's data are thrown away: nothing waits for the disk.
api_start() {
	serve etcd etcd --data-dir "$state/etcd" --unsafe-no-fsync \
	    --listen-client-urls http://127.0.0.1:2379 \
	    --advertise-client-urls http://127.0.0.1:2379 \
	    --listen-peer-urls http://127.0.0.1:2380 --log-level warn
	serve kube-apiserver kube-apiserver \
	    --etcd-servers http://127.0.0.1:2379 \
	    --bind-address "$NODE_ADDR" --advertise-address "$NODE_ADDR" \
	    --secure-port "$PORT_API" \
	    --tls-cert-file "$state/tls/api.pem" \
	    --tls-private-key-file "$state/tls/api.key" \
	    --client-ca-file "$state/tls/ca.pem" \
	    --kubelet-client-certificate "$state/tls/api-client.pem" \
	    --kubelet-client-key "$state/tls/api-client.key" \
	    --kubelet-preferred-address-types InternalIP \
	    --service-account-key-file "$state/tls/accounts.key" \
	    --service-account-signing-key-file "$state/tls/accounts.key" \
	    --service-account-issuer https://kubernetes.default.svc \
	    --token-auth-file "$state/secret/tokens.csv" \
	    --authorization-mode Node,RBAC --anonymous-auth=false \
	    --enable-admission-plugins NodeRestriction \
	    --service-cluster-ip-range "$SERVICE_RANGE" \
	    --cert-dir "$state/api" --allow-privileged=true --profiling=false
}

cluster_kubectl() {
	PATH=$CLUSTER_PATH kubectl --kubeconfig "$state/users/admin.json" "$@"
}

api_ready() {
	[ "$(cluster_kubectl get --raw /readyz)" = ok ]
}

controllers_start() {
	serve kube-controller-manager kube-controller-manager \
	    --kubeconfig "$state/users/controllers.json" \
	    --service-account-private-key-file "$state/tls/accounts.key" \
	    --root-ca-file "$state/tls/ca.pem" \
	    --use-service-account-credentials --allocate-node-cidrs=false \
	    --leader-elect=false --bind-address 127.0.0.1 \
	    --cert-dir "$state/controllers" --profiling=false
	serve kube-scheduler kube-scheduler \
	    --kubeconfig "$state/users/scheduler.json" --leader-elect=false \
	    --bind-address 127.0.0.1 --cert-dir "$state/scheduler" \
	    --profiling=false
}
