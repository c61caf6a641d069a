#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The life cycles of lifecycle.list equal those of the migrations, of the CHECK
# constraints and of docs/lifecycles.md; C compares states by their enums.
. "$(dirname "$0")/lib.sh"

list=libshared/base/lifecycle.list
maker=libshared/base/lifecycle.awk
work=$(mktemp -d)
trap 'rm -rf "$failures" "$work"' EXIT

made()
{
	awk -v form="$1" -f $maker $list 2>&1
}

made md | diff -u docs/lifecycles.md - >&2 ||
	bad "docs/lifecycles.md is stale: run make lifecycles"

made rows | sort >"$work/listed"
need "$(wc -l <"$work/listed")" "change of a state"
sed -n "s/^    ('\([a-z]*\)', '\([a-z-]*\)', '\([a-z]*\)', '{\([a-z,]*\)}').*/\1 \2 \3 \4/p" \
    sql/migrations/*.sql 2>/dev/null | sort >"$work/migrated"
comm -23 "$work/listed" "$work/migrated" |
    bad_lines "no migration has the change "
comm -13 "$work/listed" "$work/migrated" |
    bad_lines "lifecycle.list does not have the change "

# table state ...: the states that a CHECK accepts.
sed -n "s/.*CONSTRAINT \([a-z_]*\)_state_check CHECK ((state = ANY (ARRAY\[\(.*\)\]))).*/\1 \2/p" \
    sql/schema.sql 2>/dev/null | sed "s/'\([a-z]*\)'::text,\{0,1\}/\1/g" |
    awk '{
	n = 0
	for (i = 2; i <= NF; i++) {
		for (j = n++; j > 0 && word[j] > $i; j--)
			word[j + 1] = word[j]
		word[j + 1] = $i
	}
	line = $1
	for (i = 1; i <= n; i++)
		line = line " " word[i]
	print line
    }' | sort >"$work/checked"
need "$(wc -l <"$work/checked")" "CHECK of a state"
made sets | sort >"$work/sets"
comm -3 "$work/sets" "$work/checked" | tr -s '\t' ' ' |
    bad_lines "states differ between lifecycle.list and schema.sql: "

words=$(made sets | tr ' ' '\n' | sort -u | grep -v _ | tr '\n' '|')
tree '*.c' | grep -E '^(libshared|modules)/' | xargs -r grep -nE \
    "strcmp\([^)]*state[^)]*\"(${words%|})\"" |
    bad_lines "compare states by their enum: "
finish
