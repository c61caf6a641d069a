#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The tier matrix of tier.list equals the rows of the migration, docs/tiers.md,
# the console's titles and the map of nginx; its tiers are the words of C, and
# each row is a column of table plan or one of its features.
. "$(dirname "$0")/lib.sh"

list=libshared/base/tier.list
maker=libshared/base/tier.awk
work=$(mktemp -d)
trap 'rm -rf "$failures" "$work"' EXIT

made()
{
	LC_ALL=C awk -v form="$1" -f $maker $list 2>&1
}

for pair in md:docs/tiers.md json:web/src/lib/tiers.json \
    nginx:nginx/snippets/gates.conf; do
	made "${pair%%:*}" | diff -u "${pair#*:}" - >&2 ||
		bad "${pair#*:} is stale: run make tiers"
done

sed -n '/^INSERT INTO cameleer.plan /,/;$/p' sql/migrations/*.sql \
    >"$work/migrated"
need "$(wc -l <"$work/migrated")" "row of a tier"
made sql | diff -u "$work/migrated" - >&2 ||
	bad "the rows of table plan are stale: run make tiers"

awk '/^tier / { printf "\"%s\", ", $2 }' $list >"$work/tiers"
grep -qF "tier_words[] = { $(cat "$work/tiers")NULL };" \
    libshared/skeleton/words.c ||
	bad "libshared/skeleton/words.c has other tiers than $list"
grep -q "^#define TIERS		$(grep -c '^tier ' $list)\$" \
    libshared/base/tier.h || bad "TIERS of tier.h is another number"
finish
