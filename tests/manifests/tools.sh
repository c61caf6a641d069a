# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# Where fetch puts programs: a change of what pins them is another path.  Wants
# $here (this folder) and $cache.

tool_path() {
	echo "$cache/$1-$(sha256sum "$here/go/$1/go.sum" | cut -c 1-12)"
}

venv_path() {
	echo "$cache/venv-$(sha256sum "$here/requirements.txt" | cut -c 1-12)"
}
