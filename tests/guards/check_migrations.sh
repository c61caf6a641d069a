#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Migrations are numbered without gaps, have a verify twin, and are frozen by
# their sums.  `sh tests/guards/freeze` adds the sums of new ones.
. "$(dirname "$0")/lib.sh"

dir=sql/migrations sums=sql/migrations/SHA256SUMS
next=1
for file in $(tree '*.sql'); do
	case $file in $dir/*) ;; *) continue ;; esac
	name=$(basename "$file")
	echo "$name" | grep -qE '^[0-9]{4}_[a-z0-9_]+\.sql$' ||
		bad "$file: named NNNN_what.sql"
	[ "${name%%_*}" = "$(printf %04d $next)" ] ||
		bad "$file: number $(printf %04d $next) is due"
	next=$((next + 1))
	[ -s "sql/verify/$name" ] || bad "$file has no sql/verify/$name"
	# The header says why, below the SPDX line.
	sed -n 2,3p "$file" | grep -q '^-- [A-Z]' ||
		bad "$file: its header does not say why"
	grep -qs "  $name\$" $sums ||
		bad "$file is not frozen: sh tests/guards/freeze"
done
need $((next - 1)) migration

for file in $(tree '*.sql'); do
	case $file in
	sql/verify/*) [ -e "$dir/$(basename "$file")" ] ||
		bad "$file verifies no migration" ;;
	esac
done

if [ -e $sums ]; then
	(cd $dir && sha256sum --quiet --strict -c SHA256SUMS) >&2 ||
		bad "a migration that is frozen has changed: write a new one"
fi
finish
