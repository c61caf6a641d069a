# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# The platform's own images: the Java base of every application, and
# cameleer-server on top of it.  Written as an OCI layout and pushed unchanged:
# the same inputs give the same digest.

IMAGE_DATE=2026-01-01T00:00:00Z

blob_put() {
	_digest=$(sha256sum <"$2" | cut -d ' ' -f 1)
	cp "$2" "$1/blobs/sha256/$_digest"
	echo "$_digest"
}

# Makes a layer from a directory; the same files give the same bytes.
layer_make() {
	tar --sort=name --mtime="$IMAGE_DATE" --owner=0 --group=0 \
	    --numeric-owner --format=posix \
	    --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime,delete=mtime \
	    -C "$1" -cf - . | gzip -n -6 >"$2"
}

# image_make NAME CONFIG LAYER.tar.gz...: CONFIG is the JSON of .config
image_make() {
	_dir=$state/images/$1 _config=$2
	rm -rf "$_dir"
	mkdir -p "$_dir/blobs/sha256"
	shift 2
	_layers='[]' _diffs='[]'
	for _layer in "$@"; do
		_digest=$(blob_put "$_dir" "$_layer")
		_diff=$(gzip -dc "$_layer" | sha256sum | cut -d ' ' -f 1)
		_layers=$(echo "$_layers" | jq -c --arg d "sha256:$_digest" \
		    --argjson s "$(stat -c %s "$_layer")" '. + [{
		    mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
		    digest: $d, size: $s}]')
		_diffs=$(echo "$_diffs" | jq -c --arg d "sha256:$_diff" \
		    '. + [$d]')
	done
	jq -cn --arg date "$IMAGE_DATE" --argjson config "$_config" \
	    --argjson diffs "$_diffs" --arg arch "$(dpkg --print-architecture)" \
	    '{architecture: $arch, os: "linux", created: $date,
	    config: $config, rootfs: {type: "layers", diff_ids: $diffs},
	    history: [$diffs[] | {created: $date}]}' >"$_dir/config.json"
	_digest=$(blob_put "$_dir" "$_dir/config.json")
	jq -cn --arg d "sha256:$_digest" --argjson layers "$_layers" \
	    --argjson s "$(stat -c %s "$_dir/config.json")" \
	    '{schemaVersion: 2,
	    mediaType: "application/vnd.oci.image.manifest.v1+json",
	    config: {mediaType: "application/vnd.oci.image.config.v1+json",
	    digest: $d, size: $s}, layers: $layers}' >"$_dir/manifest.json"
	_digest=$(blob_put "$_dir" "$_dir/manifest.json")
	echo '{"imageLayoutVersion":"1.0.0"}' >"$_dir/oci-layout"
	jq -cn --arg d "sha256:$_digest" \
	    --argjson s "$(stat -c %s "$_dir/manifest.json")" \
	    '{schemaVersion: 2, manifests: [{digest: $d, size: $s,
	    mediaType: "application/vnd.oci.image.manifest.v1+json"}]}' \
	    >"$_dir/index.json"
	rm -f "$_dir/config.json" "$_dir/manifest.json"
	echo "sha256:$_digest" >"$_dir/digest"
}

# At its socket: nobody writes by nginx.
registry_call() {
	curl -sS --fail --noproxy '*' --unix-socket \
	    "$state/run/registry/registry.sock" "$@"
}

# blob_push NAME DIGEST: uploads it unless the registry has it
blob_push() {
	_url=http://localhost/v2/platform/$1/blobs
	if registry_call --head -o /dev/null "$_url/$2" 2>/dev/null; then
		return 0
	fi
	_upload=$(registry_call -o /dev/null -D - -X POST "$_url/uploads/" |
	    tr -d '\r' | sed -n 's/^[Ll]ocation: //p')
	registry_call -o /dev/null -T \
	    "$state/images/$1/blobs/sha256/${2#sha256:}" \
	    -H 'Content-Type: application/octet-stream' \
	    "http://localhost$_upload&digest=$2"
}

# image_push NAME: prints its reference by digest in the registry
image_push() {
	_digest=$(cat "$state/images/$1/digest")
	_type=application/vnd.oci.image.manifest.v1+json
	_manifests=http://localhost/v2/platform/$1/manifests
	if ! registry_call --head -o /dev/null -H "Accept: $_type" \
	    "$_manifests/$_digest" 2>/dev/null; then
		_file=$state/images/$1/blobs/sha256/${_digest#sha256:}
		for _blob in $(jq -r '.config.digest, .layers[].digest' \
		    <"$_file"); do
			blob_push "$1" "$_blob"
		done
		registry_call -o /dev/null -X PUT -H "Content-Type: $_type" \
		    --data-binary "@$_file" "$_manifests/latest"
		registry_call --head -o /dev/null -H "Accept: $_type" \
		    "$_manifests/$_digest"
	fi
	echo "platform/$1@$_digest"
}

# image_jre NAME DIRECTORY
image_jre() {
	image_make "$1" '{"User": "65532:65532", "WorkingDir": "/app",
	    "Env": ["PATH=/usr/bin:/bin", "LANG=C.UTF-8",
	    "JAVA_HOME=/opt/java"]}' "$state/java/$2/jre-base.tar.gz"
}

# 256 MiB are enough for the test double with these options.
SERVER_JAVA_OPTIONS="-Xmx96m -Xss256k -XX:MaxMetaspaceSize=64m \
-XX:ReservedCodeCacheSize=32m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
-XX:+ExitOnOutOfMemoryError"

image_server() {
	rm -rf "$state/images/root"
	mkdir -p "$state/images/root/opt/cameleer-server"
	install -m 0644 "$state/java/server/cameleer-server.jar" \
	    "$state/images/root/opt/cameleer-server/server.jar"
	layer_make "$state/images/root" "$state/images/server.tar.gz"
	image_make cameleer-server '{"User": "65532:65532",
	    "WorkingDir": "/app", "Env": ["PATH=/usr/bin:/bin",
	    "LANG=C.UTF-8", "JAVA_HOME=/opt/java",
	    "JAVA_TOOL_OPTIONS='"$SERVER_JAVA_OPTIONS"'"],
	    "ExposedPorts": {"8081/tcp": {}}, "Entrypoint":
	    ["/opt/java/bin/java", "-jar", "/opt/cameleer-server/server.jar"]}' \
	    "$state/java/jre/jre-base.tar.gz" "$state/images/server.tar.gz"
	rm -rf "$state/images/root"
}

images_make() {
	mkdir -p "$state/images"
	once "$state/images/.jre" "$(sha256sum \
	    <"$state/java/jre/jre-base.tar.gz")" image_jre jre-base jre
	for _level in $JAVA_LEVELS; do
		_layer=$state/java/jre-$_level/jre-base.tar.gz
		[ -s "$_layer" ] || continue
		once "$state/images/.jre-$_level" "$(sha256sum <"$_layer")" \
		    image_jre "jre-base-$_level" "jre-$_level"
	done
	once "$state/images/.server" "$(cat \
	    "$state/java/jre/jre-base.tar.gz" \
	    "$state/java/server/cameleer-server.jar" | sha256sum)" image_server
}
