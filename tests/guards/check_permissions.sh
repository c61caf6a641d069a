#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each permission is required by a route and known to the roles in the database;
# each route requires one, and names its columns after the fourth.
. "$(dirname "$0")/lib.sh"

perms=$(stripped libshared/skeleton/authz.h | tr -c 'A-Z_' '\n' | grep '^PERM_' |
    grep -vx 'PERM_UNSET\|PERM__MAX' | sort -u || true)
need "$(echo "$perms" | grep -c PERM_ || true)" permission

sources=$(tree '*.c' '*.h' | grep '^modules/' || true)
need "$(echo "$sources" | grep -c . || true)" "module"
for perm in $perms; do
	# shellcheck disable=SC2086
	grep -qw "$perm" $sources libshared/skeleton/common.c ||
		bad "no route asks for $perm"
	case $perm in PERM_PUBLIC|PERM_ACCOUNT) continue ;; esac
	name=$(sed -n "s/.*\[$perm\] = [{ ]*\"\([a-z._]*\)\".*/\1/p" \
	    libshared/skeleton/authz.c)
	[ -n "$name" ] || { bad "$perm has no name in authz.c"; continue; }
	grep -q "[^a-z._]${name}[^a-z._]" sql/migrations/*.sql ||
		bad "$perm: no role has $name in sql/migrations"
done

# PERM_UNSET is what the dispatcher refuses to start with.
# shellcheck disable=SC2086
grep -nw PERM_UNSET $sources | bad_lines "a route without a permission: "

# Method, path, permission and handler by position, all others by name.
rows=$(for file in $sources; do
	stripped "$file" | awk -v file="$file" '
	    /^static const struct route [a-z_]*\[\] = \{/ { on = 1; next }
	    /^\};/ { on = 0 }
	    on && /^\t\{ / { row = ""; first = NR }
	    on { row = row " " $0 }
	    on && / \},$/ { print file ":" first ":" row }'
done | tr -s ' \t' ' ')
need "$(echo "$rows" | grep -c '{ ' || true)" "route row"
echo "$rows" | grep -vE '\{ [A-Z]+, [^,]*, PERM_[A-Z_]+, [a-z_]+,( \.[a-z_]+ = [^,]*,?)* \},$' |
    bad_lines "a column without its name: "
finish
