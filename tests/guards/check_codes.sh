#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The catalogue of errors (libshared/skeleton/codes.list) contains each code
# that code fails with, with the right statuses, and no unused code; what is
# made from it is current, and nginx uses the same words.
. "$(dirname "$0")/lib.sh"

list=libshared/skeleton/codes.list
maker=libshared/skeleton/codes.awk
[ -e $list ] || bad "$list is missing"

work=$(mktemp -d)
trap 'rm -rf "$failures" "$work"' EXIT

# compare FORM FILE
compare()
{
	awk -v form="$1" -f $maker $list 2>&1 | diff -u "$2" - >&2 ||
		bad "$2 is stale: run make codes"
}
compare md docs/errors.md
compare json web/src/lib/codes.json

sed -n 's/^\([a-z][a-z0-9_]* .*\)/\1/p' $list 2>/dev/null >"$work/listed"
need "$(wc -l <"$work/listed")" "listed code"
sed -n 's/.*\[\(ERR_[A-Z_]*\)\] = { \([0-9]*\), "\([a-z_]*\)".*/\1 \2 \3/p' \
    libshared/base/err.c >"$work/errors"
need "$(wc -l <"$work/errors")" "row of err.c"

# shellcheck disable=SC2046
set -- $(tree '*.c' | grep -E '^(libshared|modules)/')
need $# "C file"
[ $# -eq 0 ] || awk -f "$guards/codes.awk" "$@" >"$work/failed"

# Statuses count only where they reach a client: not in the worker and in ctl.
awk -v OFS='|' '
FILENAME ~ /listed$/ { known[$1] = " " $0 " "; next }
FILENAME ~ /errors$/ { status[$1] = $2; next }
!($2 in known) { print $1 ": " $2 " is not in codes.list"; next }
{
	word = status[$3]
	if ($1 ~ /^modules\/worker\//)
		word = "job"
	if ($1 ~ /^modules\/ctl\//)
		word = "cli"
	if (word != "" && index(known[$2], " " word " ") == 0 && \
	    !($1 ~ /^libshared\// && known[$2] ~ / (job|cli) /))
		print $1 ": " $2 " has no " word " in codes.list"
}' "$work/listed" "$work/errors" "$work/failed" | bad_lines ""

# Used: in fail(), as a default of err.c, named in a table, or by nginx.
cat >"$work/code" "$@" nginx/snippets/*.conf </dev/null
while read -r code rest; do
	grep -q "\"$code\"" "$work/code" ||
		bad "codes.list: nothing fails with $code ($rest)"
done <"$work/listed"

# nginx sends some of the same problems, in the same words.
grep -ho '"type":"/problems/[a-z_]*","title":"[^"]*"' nginx/snippets/*.conf \
    >"$work/nginx" || true
need "$(wc -l <"$work/nginx")" "problem of nginx"
sed 's/^"type":"\/problems\/\([a-z_]*\)","title":"\(.*\)"/\1 \2/' \
    "$work/nginx" | while read -r code title; do
	awk -v code="$code" '$1 == code && /^[a-z]/ { getline; sub(/^\t/, "")
	    print; exit }' $list | grep -qxF "$title" ||
		bad "nginx: $code is called '$title', not as in codes.list"
done
finish
