#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Migrations are numbered without gaps, state their purpose, have a verify twin,
# are installed, and name objects of the database, never our files, since files
# move.  Those of
# a release (sql/migrations/SHA256SUMS) have not changed since.
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
	grep -qF "$file" modules/ctl/ctl.am ||
		bad "$file is not installed: modules/ctl/ctl.am"
	[ -s "sql/verify/$name" ] || bad "$file has no sql/verify/$name"
	# The header says why, below the SPDX line.
	sed -n 2,3p "$file" | grep -q '^-- [A-Z]' ||
		bad "$file: its header does not say why"
done
need $((next - 1)) migration

# A path below one of our folders, or a name that only a file has.
folders=$(find . -mindepth 1 -maxdepth 1 -type d ! -name '.*' |
    sed 's|^\./||' | sort | paste -sd '|' -)
endings='c|h|sql|sh|py|am|awk|md|tsx?|conf|list|fcgi'
grep -nE -e "(^|[^a-z.])($folders)/[a-z0-9]" \
    -e "[a-z0-9_]\.($endings)([^a-z]|\$)" $dir/*.sql 2>/dev/null |
    sed 's/$/: names a file/' | bad_lines ""

for file in $(tree '*.sql'); do
	case $file in
	sql/verify/*) [ -e "$dir/$(basename "$file")" ] ||
		bad "$file verifies no migration" ;;
	esac
done

# All migrations up to the last release are frozen, each under its release.
[ -e $sums ] || bad "$sums is gone: what was released is not known"
last=$(listed $sums | sed 's/.*  //' | tail -n 1)
for file in "$dir"/[0-9]*.sql; do
	[ -n "$last" ] || break
	name=$(basename "$file")
	grep -qs "^[0-9a-f]\{64\}  $name\$" $sums ||
		bad "$file is older than $last of a release, but not frozen"
	[ "$name" != "$last" ] || last=
done
awk '/^# release [0-9]+\.[0-9]+\.[0-9]+$/ { release = 1 }
    !/^#/ && !release { print FILENAME ": " $2 " belongs to no release" }' \
    $sums 2>/dev/null | bad_lines ""
if [ -n "$(listed $sums)" ]; then
	(cd $dir && sha256sum --quiet --strict -c SHA256SUMS) >&2 ||
		bad "a migration of a release has changed: write a new one"
fi
finish
