#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The sample file and the manual say what the table says (`make settings`), and
# whoever reads or writes a setting elsewhere knows its name.
. "$(dirname "$0")/lib.sh"

table=libshared/base/conf_table.c
[ -e $table ] || bad "$table is missing"

compare()
{
	awk -v form="$1" -f "$guards/settings.awk" $table |
	    diff -u "$2" - >&2 || bad "$2 is stale: run make settings"
}
compare conf packaging/cameleer.conf
compare md docs/settings.md

# Names used by scripts that write a settings file: NAME = at a line's begin in
# a file whose name ends with cameleer.conf or cameleer.conf.in.
names=$(awk -v form=names -f "$guards/settings.awk" $table || true)
need "$(echo "$names" | grep -c . || true)" "setting"
for file in $(tree '*cameleer.conf.in' '*cameleer.conf'); do
	case $file in nginx/*) continue ;; esac
	sed -n 's/^\([a-z_]*\)[[:blank:]]*=.*/\1/p' "$file" |
	while read -r name; do
		echo "$names" | grep -qxF "$name" ||
			bad "$file: $name is no setting"
	done
done
finish
