# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# venv_make VENV REQUIREMENTS: makes the folder VENV a virtual environment of
# Python with what the file pins by hash, unless it is one already.  Its
# programs name its path, so a folder that was moved here is made anew.
venv_make() {
	_venv_is="$1 $(sha256sum "$2" | cut -c 1-16)"
	[ "$(cat "$1/complete" 2>/dev/null)" != "$_venv_is" ] || return 0
	rm -rf "$1"
	/usr/bin/python3 -m venv "$1" &&
	    "$1/bin/pip" install -q --require-hashes --only-binary :all: \
		-r "$2" &&
	    echo "$_venv_is" >"$1/complete"
}
