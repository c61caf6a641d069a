#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A change of rights stands in the audit trail, also one that a function in the
# database makes: each query and function that writes a table of rights stands
# in rights.list with the actions that record it.
. "$(dirname "$0")/lib.sh"

list=$lists/rights.list
used=$(mktemp)
trap 'rm -f "$failures" "$used"' EXIT
{
	tree '*.sql' | grep -E '^modules/' || true
	ls sql/schema.sql 2>/dev/null || true
} | xargs -r awk -f "$guards/rights.awk" | sort -u >"$used"
need "$(wc -l <"$used")" "writer of rights"
need "$(listed "$list" | wc -l)" "line of rights.list"

tab=$(printf '\t')
while IFS=$tab read -r writer table where; do
	listed "$list" | cut -f 1,2 | grep -qxF "$writer$tab$table" ||
		bad "$where: $writer writes $table and is not in rights.list"
done <"$used"
listed "$list" | while IFS=$tab read -r writer table actions; do
	cut -f 1,2 "$used" | grep -qxF "$writer$tab$table" ||
		echo "$writer does not write $table"
	[ -n "$actions" ] || echo "$writer: no action records it"
	for action in $actions; do
		# shellcheck disable=SC2046
		grep -qF -e "\"$action\"" -e "'$action'" $(tree '*.c' '*.sql') ||
			echo "$writer: nothing writes action $action"
	done
done | bad_lines "rights.list: "
finish
