#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# image.sh BUILDDIR - what assembling and pushing an image costs, next to
# hashing and uploading the same bytes once, and next to buildah.
#
# BENCH_RUNS (5), BENCH_MIB (60, of the JAR), BENCH_BASE (a .tar.gz to build on;
# without it 96 MiB of anything).  Needs root and buildah; the programs are
# built.  Exit 1 when a goal was missed.
set -eu

here=$(cd "$(dirname "$0")/.." && pwd)
[ $# -eq 1 ] || { echo "usage: image.sh BUILDDIR" >&2; exit 2; }
command -v buildah >/dev/null || { echo "image.sh: no buildah" >&2; exit 2; }
build=$(cd "$1" && pwd)
[ "${WITH_ENGINE:-}" = inside ] || {
	exec "$here/tests/engine/with-engine" "$0" "$build"
}
runs=${BENCH_RUNS:-5} mib=${BENCH_MIB:-60}
cd "$TEST_DIR"
work=$TEST_DIR
# shellcheck disable=SC1091
. "$here/bench/lib.sh"

random() {
	head -c "$1" /dev/urandom
}

# timed FILE COMMAND… - appends the milliseconds that COMMAND took
timed() {
	into=$1
	shift
	sync
	began=$(date +%s%N)
	"$@" >>log 2>&1 || { cat log >&2; exit 1; }
	ended=$(date +%s%N)
	echo $(((ended - began) / 1000000)) >>"$into"
}

# image_figure NAME OURS BASELINE LIMIT: compares two files of milliseconds
image_figure() {
	cp "$2" ours
	cp "$3" baseline
	figure "$1" ms ratio '<=' "$4"
}

# The least work that is possible: compute the digest, send the bytes.
once() {
	sum=$(sha256sum jar | cut -d ' ' -f 1)
	to=$(curl -sf -X POST -D - -o /dev/null \
	    "$TEST_REGISTRY/v2/bench/once/blobs/uploads/" |
	    sed -n 's/^[Ll]ocation: \(.*\)\r$/\1/p')
	curl -sf -H Expect: -H 'Content-Type: application/octet-stream' \
	    -T jar "$to&digest=sha256:$sum"
}

ours() {
	"$build/bench/image_push" "$TEST_REGISTRY" "$base" \
	    "$here/templates/image/Dockerfile.app" agent jar "bench/ours$1" \
	    "$known"
}

with_buildah() {
	buildah bud -q --isolation chroot --no-cache --timestamp 0 \
	    --tls-verify=false -t "bench:$1" -f Dockerfile context
	buildah push -q --tls-verify=false "bench:$1" \
	    "docker://$TEST_PULL/bench/buildah:$1"
}

if [ -z "${BENCH_BASE:-}" ]; then
	mkdir -p root/usr
	random $((96 << 20)) >root/usr/anything
	tar -C root -cf - . | gzip -1 >base.tar.gz
	BENCH_BASE=base.tar.gz
fi
base=$("$build/bench/image_base" "$TEST_REGISTRY" bench/base "$BENCH_BASE")
random 4000 >agent
mkdir -p context
cp agent context/agent.jar
cat >Dockerfile <<EOF
FROM $TEST_PULL/$base
COPY agent.jar /opt/cameleer/agent.jar
COPY app.jar /app/app.jar
WORKDIR /tmp
USER 65532:65532
ENTRYPOINT ["/usr/bin/java", "-javaagent:/opt/cameleer/agent.jar", "-jar", "/app/app.jar"]
EOF
buildah pull -q --tls-verify=false "docker://$TEST_PULL/$base" >/dev/null

i=0
while [ "$i" -lt "$runs" ]; do
	i=$((i + 1))
	random $((mib << 20)) >jar
	cp jar context/app.jar
	# The worker knows the digest from the upload, and still checks it.
	known=$(sha256sum jar | cut -d ' ' -f 1)
	# Each goes first in turn, so that neither always finds warm caches.
	if [ $((i % 2)) = 0 ]; then
		timed once.ms once
		timed ours.ms ours "$i"
	else
		timed ours.ms ours "$i"
		timed once.ms once
	fi
	timed buildah.ms with_buildah "$i"
	timed again.ms ours "$i"
done
image_figure image_push ours.ms once.ms 0.6
image_figure image_bud ours.ms buildah.ms 0.15
# the same image again: there is nothing to upload
image_figure image_again again.ms once.ms 1.3
[ -z "$missed" ]
