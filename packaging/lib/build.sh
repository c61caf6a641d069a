# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# Builds into the state directory.  Slow parts are repeated only when their
# inputs have changed.

# Prints a digest of the files below some directories, without built files.
tree_stamp() {
	find "$@" \( -name node_modules -o -name dist -o -name target \
	    -o -name .git -o -name __pycache__ \) -prune -o -type f -print |
	    LC_ALL=C sort | xargs sha256sum | sha256sum | cut -c 1-64
}

# once STAMP DIGEST COMMAND...: runs it unless STAMP holds the same digest
once() {
	_once_stamp=$1 _once_digest=$2
	shift 2
	if [ -f "$_once_stamp" ] &&
	    [ "$(cat "$_once_stamp")" = "$_once_digest" ]; then
		echo "unchanged"
		return 0
	fi
	rm -f "$_once_stamp"
	"$@"
	echo "$_once_digest" >"$_once_stamp"
}

# Is one of configure's inputs newer than configure?
configure_stale() {
	[ -x "$top/configure" ] || return 0
	[ -n "$(find "$top/configure.ac" "$top/Makefile.am" \
	    "$top/libshared" "$top/modules" "$top/tests" -maxdepth 3 \
	    \( -name '*.am' -o -name configure.ac \) \
	    -newer "$top/configure" -print -quit)" ]
}

# build_forget BUILDDIR: what was built of another tree, by its paths, is built
# anew; fetched files stay
build_forget() {
	[ -f "$1/Makefile" ] || return 0
	grep -qxF "abs_srcdir = $top" "$1/Makefile" && return 0
	find "$1" -path "$1/cache" -prune -o -type f \
	    \( -name '*.o' -o -name '*.a' -o -name '*.Po' \) -exec rm -f {} +
	rm -f "$1/config.status"
}

# build_programs BUILDDIR [CONFIGURE-OPTION...]
build_programs() {
	_build=$1
	shift
	mkdir -p "$_build"
	build_forget "$_build"
	if configure_stale; then
		(cd "$top" && autoreconf -fi)
	fi
	if [ ! -f "$_build/config.status" ] || [ -n "$(find "$top/configure" \
	    -newer "$_build/config.status")" ]; then
		(cd "$_build" && "$top/configure" "$@")
	fi
	make -C "$_build" -j"$(nproc)" all
}

# Services run copies: their users must be able to read the programs, and the
# next build must not replace a running program.
programs_install() {
	for _program in auth.fcgi tenants.fcgi apps.fcgi billing.fcgi \
	    license.fcgi sso.fcgi cameleer-worker cameleerctl \
	    cameleer-netguard cameleer-probe; do
		bin_install "$1/$_program"
	done
	mkdir -p "$state/api"
	for _file in openapi.json actions.json; do
		write_if_changed "$state/api/$_file" 0644 <"$1/$_file"
	done
	rm -rf "$state/api/problems"
	cp -R "$1/problems" "$state/api/problems"
}

# Fetched files - Maven's artifacts, npm's packages - stay in one place: the
# state directory, unless CAMELEER_CACHE names another.
cache_use() {
	: "${CAMELEER_CACHE:=$state/cache}"
	MAVEN_OPTS="${MAVEN_OPTS:-} -Dmaven.repo.local=$CAMELEER_CACHE/m2"
	export CAMELEER_CACHE MAVEN_OPTS
}

# Builds the console in a copy, since the build writes beside its sources.
build_console() {
	cache_use
	_web=$state/build/web
	mkdir -p "$_web"
	find "$_web" -mindepth 1 -maxdepth 1 ! -name node_modules \
	    -exec rm -rf {} +
	tar -C "$top/web" --exclude=./node_modules --exclude=./dist -cf - . |
	    tar -C "$_web" -xf -
	sh "$_web/build"
	rm -rf "$state/web.new" "$state/web.old"
	cp -R "$_web/dist" "$state/web.new"
	chmod -R a+rX "$state/web.new"
	[ ! -d "$state/web" ] || mv "$state/web" "$state/web.old"
	mv "$state/web.new" "$state/web"
	rm -rf "$state/web.old"
}

# Java 17 is what everything here runs on; the others are for JARs that need
# them, and a machine that cannot have them goes without.
JAVA_LEVELS='21 25'

build_jre() {
	sh "$top/packaging/jre-base/build" "$state/java/jre"
	for _level in $JAVA_LEVELS; do
		sh "$top/packaging/jre-base/build" \
		    "$state/java/jre-$_level" "$_level" ||
		    echo "no base image for Java $_level"
	done
}

build_doubles() {
	cache_use
	sh "$top/tests/peers/cameleer-server/build" "$state/java/server"
	sh "$top/tests/peers/agent/build" "$state/java/agent"
}

# Builds the example application in a copy, since Maven writes beside its
# sources.
build_orders() {
	cache_use
	rm -rf "$state/java/orders"
	mkdir -p "$state/java/orders"
	(cd "$top/tests/apps/orders" && cp -R pom.xml src "$state/java/orders/")
	(cd "$state/java/orders" && . "$top/packaging/lib/java.sh" && mvn -B -q -DskipTests package)
	[ -s "$state/java/orders/target/orders.jar" ]
}
