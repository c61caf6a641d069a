# SPDX-License-Identifier: Apache-2.0
#
# What others build, against what we read: JARs by the real tools, what a JVM
# makes of them, and what providers say of people.  A thin list of programs; each
# fetches and builds what it needs once, into the cache.
#
# needs: build runtime java interop
# builds: yes
# limit: 900
set -u
# shellcheck disable=SC1091
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck disable=SC1091
. "$top/packaging/lib/java.sh"
INTEROP_JARS=${CAMELEER_CACHE:-$build/cache}/interop/jars
MAVEN_REPO=${CAMELEER_CACHE:-$build/cache}/m2
PYTHONPATH=$top/tests/interop
export INTEROP_JARS MAVEN_REPO PYTHONPATH

tap_program "JARs by the real tools" \
    sh "$top/tests/interop/jars/build" "$INTEROP_JARS"
tap_program "the inspector" make -s -C "$build" tests/interop/inspect
for test in jvm jars; do
	tap_python "$top/tests/interop/test_$test.py"
done
tap_program "providers as people have them" \
    sh "$top/tests/tiers/identity.sh" shapes
exit "$tap_status"
