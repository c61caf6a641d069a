# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
#
# Sourced by build and check from within web/.  Debian 12's node is older than
# the tools need, so the pinned one comes as an npm package, checked against
# toolchain/package-lock.json, and lives in a cache beside others' caches:
# $CAMELEER_CACHE, or cameleer below the user's.  24 it is because 26 wants
# libatomic, which Debian's nodejs does not bring.

cache=${CAMELEER_CACHE:-${XDG_CACHE_HOME:-${HOME:?}/.cache}/cameleer}

fail() {
	echo "web: $*" >&2
	exit 1
}

# Runs a command; what it prints is shown only if it fails.
quietly() {
	_out=$(mktemp)
	if ! "$@" > "$_out" 2>&1; then
		head -n 40 "$_out" >&2
		rm -f "$_out"
		fail "failed: $*"
	fi
	rm -f "$_out"
}

# One build at a time may change node_modules or the cache.
exclusively() {
	mkdir -p "$cache"
	exec 9> "$cache/web.lock"
	flock 9
}

# Puts the pinned node and npm first in PATH.
toolchain() {
	exclusively
	case $(uname -m) in
	x86_64) _arch=x64 ;;
	aarch64) _arch=arm64 ;;
	*) fail "no node package for $(uname -m); see web/toolchain" ;;
	esac
	_key=$(sha256sum toolchain/package-lock.json | cut -c1-12)
	tools=$cache/node-$_key
	if [ ! -e "$tools/complete" ]; then
		command -v npm > /dev/null ||
		    fail "needs npm: apt-get install nodejs npm"
		rm -rf "$tools" "$tools.new"
		mkdir -p "$tools.new"
		cp toolchain/package.json toolchain/package-lock.json "$tools.new/"
		(cd "$tools.new" && quietly npm ci --ignore-scripts --no-audit \
		    --no-fund --no-update-notifier --cache "$cache/npm")
		: > "$tools.new/complete"
		mv "$tools.new" "$tools"
	fi
	PATH=$tools/node_modules/node-linux-$_arch/bin:$PATH
	PATH=$tools/node_modules/.bin:$PATH
	export PATH
	quietly node --version
}

npm_ci() {
	quietly npm ci \
	    --ignore-scripts --no-audit --no-fund --no-update-notifier \
	    --cache "$cache/npm" "$@"
}

# packages build|all: node_modules as package-lock.json says; "all" brings
# what the checks need, too, and serves a build as well.
packages() {
	_want="$(sha256sum package.json package-lock.json | sha256sum |
	    cut -c1-64)"
	_have=$(cat node_modules/.packages-stamp 2>/dev/null || :)
	case $1:$_have in
	*:"$_want all" | build:"$_want build") return ;;
	esac
	if [ "$1" = all ]; then
		npm_ci
	else
		npm_ci --omit=dev
	fi
	echo "$_want $1" > node_modules/.packages-stamp
}
