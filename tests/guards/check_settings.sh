#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The build collects each table of settings; the sample file and the manual
# equal the tables (`make settings`); whoever reads or writes a setting
# elsewhere uses a known name.
. "$(dirname "$0")/lib.sh"

# shellcheck disable=SC2046
tables=$(grep -lE '^(static )?const struct setting [a-z_]+_settings\[\]' \
    $(tree '*.c' | grep -E '^(libshared|modules)/') || true)
need "$(echo "$tables" | grep -c . || true)" "table of settings"

# shellcheck disable=SC2046
collected=$(awk '
    /^settings_tables/ { inside = 1 }
    inside { print }
    !/\\$/ { inside = 0 }' $(tree '*.am') /dev/null |
    tr -s ' \t\\' '\n\n\n' | grep '\.c$' || true)
for file in $tables; do
	echo "$collected" | grep -qxF "$file" ||
		bad "$file: not in settings_tables of its module's .am"
done
for file in $collected; do
	echo "$tables" | grep -qxF "$file" ||
		bad "settings_tables: $file has no table of settings"
done

# collect FORM: what settings.awk makes of all tables
collect()
{
	# shellcheck disable=SC2086
	awk -v form="$1" -f libshared/base/settings.awk $tables ||
		bad "the tables of settings cannot be read"
}

compare()
{
	collect "$1" | diff -u "$2" - >&2 ||
		bad "$2 is stale: run make settings"
}
compare conf packaging/cameleer.conf
compare md docs/settings.md

# A setting of another module is read by its name.
names=$(collect names)
need "$(echo "$names" | grep -c . || true)" "setting"
# shellcheck disable=SC2046
grep -oE 'conf_value\([a-z.>-]+, "[a-z_]*"' $(tree '*.c' |
    grep -E '^(libshared|modules)/') /dev/null | tr -d '"' |
while read -r where name; do
	echo "$names" | grep -qxF "$name" ||
		bad "${where%%:*}: $name is no setting"
done

# Names used by scripts that write a settings file: NAME = at a line's begin in
# a file whose name ends with cameleer.conf or cameleer.conf.in.
for file in $(tree '*cameleer.conf.in' '*cameleer.conf'); do
	case $file in nginx/*) continue ;; esac
	sed -n 's/^\([a-z_]*\)[[:blank:]]*=.*/\1/p' "$file" |
	while read -r name; do
		echo "$names" | grep -qxF "$name" ||
			bad "$file: $name is no setting"
	done
done
finish
