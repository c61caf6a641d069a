#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The catalogue of actions is complete: routes and jobs contribute theirs, all
# others stand in modules/ctl/api/actions.c.
. "$(dirname "$0")/lib.sh"

list=modules/ctl/api/actions.c
listed=$(sed -n 's/^	{ "\([a-z_.]*\)", ".*/\1/p' $list)
need "$(echo "$listed" | grep -c . || true)" "action in $list"

# Named where a row is written, or passed to a function that writes it.
named=$(
	for file in $(tree '*.c' | grep -E '^(modules|libshared)/'); do
		[ "$file" = $list ] || tr '\n\t' '  ' <"$file" | grep -oE \
		    -e '\.action = "[a-z_.]+"' \
		    -e '(record|key_row_move)\([^";]*"(key|operator|account)\.[a-z_]+"' \
		    || true
	done | grep -oE '"[a-z_.]+"$' | tr -d '"' | grep '\.' | sort -u
)
need "$(echo "$named" | grep -c . || true)" "action in the sources"
for action in $named; do
	echo "$listed" | grep -qxF "$action" ||
		bad "$list does not list $action"
done
for action in $listed; do
	# shellcheck disable=SC2046
	grep -qF "\"$action\"" $(tree '*.c' | grep -vxF $list) ||
		bad "$list lists $action, which nothing writes"
done

# Each kind of job is in the table that cameleerctl asks for, and explained.
kinds=modules/worker/jobs/jobs.c
n=0
for file in $(tree 'job_*.c' | grep '^modules/worker/jobs/'); do
	n=$((n + 1))
	name=$(basename "${file%.c}")
	grep -qxF "	&$name," $kinds || bad "$kinds does not list $name"
	grep -qE "^const struct job_kind $name = " "$file" ||
		bad "$file does not define $name"
	grep -qE '^	\.about = "[A-Z]' "$file" ||
		bad "$file does not say what its job is about"
done
need $n "kind of job"
finish
