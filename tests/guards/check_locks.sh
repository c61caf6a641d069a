#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Advisory locks are listed in sql/locks.list: two that share a number by
# accident would wait for each other, and no lock is dropped with all others.
. "$(dirname "$0")/lib.sh"

list=sql/locks.list
used=$(mktemp)
trap 'rm -f "$failures" "$used"' EXIT
for file in $(tree '*.sql' '*.c'); do
	case $file in
	sql/migrations/*|libshared/*|modules/*) echo "$file" ;;
	esac
done | xargs -r grep -lE 'advisory' | xargs -r awk -f "$guards/locks.awk" |
    sort -u >"$used"
need "$(wc -l <"$used")" "advisory lock"

tab=$(printf '\t')
while IFS=$tab read -r key user where; do
	listed $list | cut -f 1,2 | grep -qxF "$key$tab$user" ||
		bad "$where: $user locks $key, which is not in $list"
done <"$used"
listed $list | cut -f 1,2 | while read -r line; do
	cut -f 1,2 "$used" | grep -qxF "$line" || echo "$line"
done | bad_lines "$list: nobody locks "
finish
