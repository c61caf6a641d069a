# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# Sources everything in packaging/lib.  Needs $top, the tree; sets $state.

for _file in step state apt service network tls postgres registry engine \
    mail nginx build image platform; do
	# shellcheck disable=SC1090
	. "$top/packaging/lib/$_file.sh"
done
