# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# go_toolchain: puts the pinned Go first in PATH.  Debian 12's Go is too old for
# what tests and benchmarks compile.  The pinned one is fetched once from the Go
# module proxy, which Debian's Go names, into CAMELEER_CACHE, and checked
# against the sums below.

GO_RELEASE=go1.26.8
GO_SUM_amd64=30c2b1bf7dcc88d3eb0a1364e47ddd9128edb3110a30e8a0ef61cd5856b31de7
GO_SUM_arm64=02b36b6787b3ac767668f630e2998df45a3b1f9ffee08d1bf3ef6487cd658d99

go_toolchain() {
	_go_arch=$(dpkg --print-architecture)
	_go_cache=${CAMELEER_CACHE:-${XDG_CACHE_HOME:-${HOME:?}/.cache}/cameleer}
	_go=$_go_cache/$GO_RELEASE
	if [ ! -e "$_go/complete" ]; then
		mkdir -p "$_go_cache"
		(flock 8 && go_fetch) 8>"$_go_cache/go.lock" || return 1
	fi
	PATH=$_go/bin:$PATH GOTOOLCHAIN=local
	export PATH GOTOOLCHAIN
}

# The module's archive has no file modes: programs become executable here.
go_fetch() {
	[ ! -e "$_go/complete" ] || return 0
	eval "_go_sum=\${GO_SUM_$_go_arch:-}"
	[ -n "$_go_sum" ] || {
		echo "no pinned Go for $_go_arch: see packaging/lib/go.sh" >&2
		return 1
	}
	_go_proxy=${GOPROXY:-$(/usr/bin/go env GOPROXY)}
	_go_name=v0.0.1-$GO_RELEASE.linux-$_go_arch
	rm -rf "$_go" "$_go.new"
	mkdir "$_go.new"
	curl -fsSL --retry 3 -o "$_go.new/go.zip" \
	    "${_go_proxy%%[,|]*}/golang.org/toolchain/@v/$_go_name.zip" &&
	    echo "$_go_sum  $_go.new/go.zip" | sha256sum -c --quiet &&
	    python3 -m zipfile -e "$_go.new/go.zip" "$_go.new" || return 1
	mv "$_go.new/golang.org/toolchain@$_go_name" "$_go"
	rm -rf "$_go.new"
	chmod +x "$_go"/bin/* "$_go"/pkg/tool/*/*
	: >"$_go/complete"
}

# go_programs MODULE OUT WORK [LINK]: builds what the Go file of the folder
# MODULE imports, a program each, into the folder OUT, with the sums of its
# go.sum.  WORK keeps downloads and objects for the next module; the caller
# removes it.  LINK: options of the linker, such as a version to tell.
go_programs() {
	_go_out=$2
	(
		cd "$1" || exit
		export CGO_ENABLED=0 GOCACHE="$3/objects" GOPATH="$3/path"
		export GOFLAGS="-mod=readonly -modcacherw -trimpath"
		_go_names=$(go list -e -tags tools \
		    -f '{{join .Imports " "}}' .) || exit
		# shellcheck disable=SC2086
		go build -ldflags "-s -w ${4:-}" -o "$_go_out/" $_go_names
	)
}
