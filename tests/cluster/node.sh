# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# The node: containerd, kubelet, service addresses, enforced network policies.

containerd_ready() {
	ctr --address "$state/containerd/containerd.sock" version
}

# Images come from the registry over plain HTTP.  Without CAP_SYS_RESOURCE the
# kernel refuses lower scores for its out-of-memory killer.
containerd_start() {
	mkdir -p "$state/containerd" "$state/images/$REGISTRY_ADDR"
	cat >"$state/images/$REGISTRY_ADDR/hosts.toml" <<-TOML
		server = "http://$REGISTRY_ADDR"
		[host."http://$REGISTRY_ADDR"]
		capabilities = ["pull", "resolve"]
	TOML
	cat >"$state/conf/containerd.toml" <<-TOML
		version = 2
		root = "$state/containerd/root"
		state = "/run/containerd-state"
		[grpc]
		address = "$state/containerd/containerd.sock"
		[plugins."io.containerd.internal.v1.opt"]
		path = "$state/containerd/opt"
		[plugins."io.containerd.grpc.v1.cri"]
		sandbox_image = "cluster.test/pause:1"
		restrict_oom_score_adj = true
		tolerate_missing_hugetlb_controller = true
		stream_server_address = "127.0.0.1"
		[plugins."io.containerd.grpc.v1.cri".containerd]
		default_runtime_name = "runc"
		[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
		runtime_type = "io.containerd.runc.v2"
		[plugins."io.containerd.grpc.v1.cri".cni]
		bin_dir = "/usr/lib/cni"
		conf_dir = "$state/cni"
		[plugins."io.containerd.grpc.v1.cri".registry]
		config_path = "$state/images"
	TOML
	cni_configure
	serve containerd containerd --config "$state/conf/containerd.toml"
	wait_for 20 containerd containerd_ready
}

cni_configure() {
	mkdir -p "$state/cni"
	jq -n --arg range "$NODE_PODS" '
	    {cniVersion: "0.4.0", name: "cluster", plugins: [
	    {type: "bridge", bridge: "cni-cluster", isGateway: true,
	    ipMasq: true, hairpinMode: true, ipam: {type: "host-local",
	    ranges: [[{subnet: $range}]], routes: [{dst: "0.0.0.0/0"}]}},
	    {type: "portmap", capabilities: {portMappings: true}}]}' \
	    >"$state/cni/cluster.conflist"
}

# The disk's fill and missing control groups are no reason to send pods away.
kubelet_configure() {
	jq -n --arg state "$state" --arg dns "$DNS_SERVICE" '
	    {apiVersion: "kubelet.config.k8s.io/v1beta1",
	    kind: "KubeletConfiguration",
	    authentication: {anonymous: {enabled: false},
	    webhook: {enabled: true},
	    x509: {clientCAFile: ($state + "/tls/ca.pem")}},
	    authorization: {mode: "Webhook"},
	    tlsCertFile: ($state + "/tls/kubelet.pem"),
	    tlsPrivateKeyFile: ($state + "/tls/kubelet.key"),
	    cgroupDriver: "cgroupfs", failCgroupV1: false, failSwapOn: false,
	    cgroupsPerQOS: false, enforceNodeAllocatable: [],
	    localStorageCapacityIsolation: false,
	    featureGates: {KubeletInUserNamespace: true},
	    containerRuntimeEndpoint:
	    ("unix://" + $state + "/containerd/containerd.sock"),
	    podLogsDir: ($state + "/log/pods"),
	    volumePluginDir: ($state + "/kubelet/plugins"),
	    clusterDNS: [$dns], clusterDomain: "cluster.local",
	    resolvConf: ($state + "/conf/resolv.conf"),
	    imageGCHighThresholdPercent: 100, imageMinimumGCAge: "1h",
	    evictionHard: {"memory.available": "50Mi",
	    "nodefs.available": "1%", "imagefs.available": "1%"},
	    syncFrequency: "10s", healthzBindAddress: "127.0.0.1",
	    shutdownGracePeriod: "0s"}' >"$state/conf/kubelet.json"
	: >"$state/conf/resolv.conf"
}

node_start() {
	kubelet_configure
	mkdir -p "$state/log/pods"
	serve kubelet kubelet --config "$state/conf/kubelet.json" \
	    --kubeconfig "$state/users/kubelet.json" \
	    --root-dir "$state/kubelet" --cert-dir "$state/kubelet/certificates" \
	    --hostname-override node1 --node-ip "$NODE_ADDR"
	serve kube-proxy kube-proxy --kubeconfig "$state/users/proxy.json" \
	    --proxy-mode nftables --hostname-override node1 \
	    --cluster-cidr "$POD_RANGE" --conntrack-max-per-core 0 \
	    --conntrack-tcp-timeout-established 0s \
	    --conntrack-tcp-timeout-close-wait 0s \
	    --healthz-bind-address 127.0.0.1:10256 \
	    --metrics-bind-address 127.0.0.1:10249
	serve kube-router NODE_NAME=node1 kube-router --run-firewall=true \
	    --run-router=false --run-service-proxy=false \
	    --kubeconfig "$state/users/router.json" \
	    --hostname-override node1 --metrics-port 0 \
	    --service-cluster-ip-range "$SERVICE_RANGE" \
	    --health-port 20244 --iptables-sync-period 1m
}

node_ready() {
	cluster_kubectl wait --for=condition=Ready node/node1 --timeout=1s
}

# The kubelet does not measure its disk here, so it says nothing of it, and pods
# that ask for a part of it would go nowhere.
node_disk() {
	cluster_kubectl patch node node1 --subresource=status --type=merge \
	    -p '{"status": {"capacity": {"ephemeral-storage": "20Gi"},
	    "allocatable": {"ephemeral-storage": "20Gi"}}}' >/dev/null
}

# system_ready: the pods of manifests/
system_ready() {
	cluster_kubectl --namespace kube-system wait --timeout=1s \
	    --for=condition=Available deployment --all
}

# Definitions come from the modules that the programs were built from.
definitions_apply() {
	cluster_kubectl apply --server-side -f "$state/crds" >/dev/null
	cluster_kubectl apply --server-side \
	    -f "$top/templates/kubernetes/platform.yaml" \
	    -f "$here/manifests" >/dev/null
}
