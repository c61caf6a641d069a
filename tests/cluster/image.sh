# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# Images of one layer, each from one static program, made here: nothing is
# pulled from outside.

# blob_put DIR: stores stdin as a blob; prints its digest
blob_put() {
	cat >"$1/new"
	_blob=$(sha256sum "$1/new" | cut -d ' ' -f 1)
	mv "$1/new" "$1/$_blob"
	echo "$_blob"
}

# image_pack NAME PROGRAM USER COMMAND...: an OCI archive on stdout; the program
# is in /bin, under its own name
image_pack() {
	_image=$1 _program=$2 _user=$3
	shift 3
	_work=$(mktemp -d)
	_blobs=$_work/blobs/sha256
	mkdir -p "$_blobs" "$_work/root/bin" "$_work/root/tmp"
	chmod 1777 "$_work/root/tmp"
	cp -L "$_program" "$_work/root/bin/"
	_layer=$(tar --sort=name --mtime=@0 --owner=0 --group=0 \
	    --numeric-owner -C "$_work/root" -cf - . | blob_put "$_blobs")
	_config=$(jq -nc --arg layer "sha256:$_layer" --arg user "$_user" '
	    {architecture: $ENV.IMAGE_ARCH, os: "linux", config: {User: $user,
	    Entrypoint: $ARGS.positional, Env: ["PATH=/bin"]},
	    rootfs: {type: "layers", diff_ids: [$layer]}}' --args "$@" |
	    blob_put "$_blobs")
	_manifest=$(jq -nc --arg config "sha256:$_config" \
	    --argjson config_size "$(stat -c %s "$_blobs/$_config")" \
	    --arg layer "sha256:$_layer" \
	    --argjson layer_size "$(stat -c %s "$_blobs/$_layer")" '
	    "application/vnd.oci.image." as $type | {schemaVersion: 2,
	    mediaType: ($type + "manifest.v1+json"),
	    config: {mediaType: ($type + "config.v1+json"),
	    digest: $config, size: $config_size},
	    layers: [{mediaType: ($type + "layer.v1.tar"), digest: $layer,
	    size: $layer_size}]}' | blob_put "$_blobs")
	jq -nc --arg name "$_image" --arg manifest "sha256:$_manifest" \
	    --argjson size "$(stat -c %s "$_blobs/$_manifest")" '
	    {schemaVersion: 2, manifests: [{size: $size, digest: $manifest,
	    mediaType: "application/vnd.oci.image.manifest.v1+json",
	    annotations: {"io.containerd.image.name": $name}}]}' \
	    >"$_work/index.json"
	echo '{"imageLayoutVersion":"1.0.0"}' >"$_work/oci-layout"
	tar -C "$_work" -cf - oci-layout index.json blobs
	rm -rf "$_work"
}

images_ctr() {
	ctr --address "$state/containerd/containerd.sock" --namespace k8s.io \
	    images "$@"
}

# image_make NAME PROGRAM USER COMMAND...: so that the node has it
image_make() {
	image_pack "$@" | images_ctr import --no-unpack - >/dev/null
}

# Everything that the cluster itself runs in pods, and busybox for tests, which
# comes through the registry, as tenants' images do.
images_import() {
	IMAGE_ARCH=$(dpkg --print-architecture)
	export IMAGE_ARCH
	cc -Os -static -o "$state/bin/pause" "$here/pause.c"
	image_make cluster.test/pause:1 "$state/bin/pause" 65532 /bin/pause
	image_make cluster.test/coredns:1 "$state/bin/coredns" 65532 \
	    /bin/coredns
	image_make cluster.test/sealed-secrets:1 "$state/bin/controller" 65532 \
	    /bin/controller
	image_make "$REGISTRY_ADDR/busybox:1" /bin/busybox 65532 /bin/busybox
	images_ctr push --plain-http "$REGISTRY_ADDR/busybox:1" >/dev/null
	images_ctr rm "$REGISTRY_ADDR/busybox:1" >/dev/null
}
