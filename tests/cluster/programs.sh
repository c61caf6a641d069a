# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# Where the compiled programs are.  Needs $here, this folder, and $cache.

# What a cluster needs first is built first.
MODULES='kubernetes kube-router coredns source-controller kustomize-controller
sealed-secrets helm-controller helm'
go=$here/go

# module_dir NAME: its programs, and crds/ with its definitions of resources.
# The sums name the folder, so that other versions are other programs.
module_dir() {
	echo "$cache/cluster/$1-$(sha256sum "$go/$1/go.sum" | cut -c 1-12)"
}
