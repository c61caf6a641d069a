# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# Where fetch puts programs: a change of what pins them is another path.  Wants
# $here (this folder) and $cache.

# tool_module TOOL: the folder that pins it
tool_module() {
	case $1 in
	helm) echo "$here/../cluster/go/helm" ;;
	kubeseal) echo "$here/../cluster/go/sealed-secrets" ;;
	*) echo "$here/go/$1" ;;
	esac
}

tool_path() {
	echo "$cache/$1-$(sha256sum "$(tool_module "$1")/go.sum" | cut -c 1-12)"
}

venv_path() {
	echo "$cache/venv"
}
