#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The house has storeys: a file of libshared includes nothing from above, a
# module nothing of another module, and libshared nothing of a module.
. "$(dirname "$0")/lib.sh"

storeys=$guards/storeys.list

# storey NAME: of a header or file of libshared, without its ending.
storey()
{
	listed "$storeys" | awk -v name="$1" '
	    { for (i = 2; i <= NF; i++) if ($i == name) print $1 }'
}

own_includes()
{
	sed -n 's|^#include "\([^"]*\)".*|\1|p' "$1"
}

n=0
for file in $(tree '*.c' '*.h'); do
	case $file in
	libshared/*)
		n=$((n + 1))
		name=$(basename "${file%.*}")
		mine=$(storey "$name")
		[ -n "$mine" ] || {
			bad "$file stands on no storey (storeys.list)"
			continue
		}
		for header in $(own_includes "$file"); do
			case $header in
			config.h|libshared/*.sql.h|data/*.bin.h) continue ;;
			libshared/*) ;;
			*) bad "$file includes $header, from above"; continue ;;
			esac
			theirs=$(storey "$(basename "${header%.h}")")
			[ -n "$theirs" ] && [ "$theirs" -le "$mine" ] ||
				bad "$file (storey $mine) includes $header" \
				    "(storey ${theirs:-unknown})"
		done ;;
	modules/*)
		n=$((n + 1))
		module=${file#modules/} module=${module%%/*}
		for header in $(own_includes "$file"); do
			case $header in
			config.h|libshared/*.sql.h) ;;
			libshared/*|"modules/$module/"*|templates/*.h) ;;
			*) bad "$file includes $header of another house, or without its folder" ;;
			esac
		done ;;
	esac
	if grep -qE '^#include "[^"]*\.c"' "$file"; then
		bad "$file includes a .c file"
	fi
done
need $n "file of libshared or of a module"

# config.h comes first, before any header that it may change.
for file in $(tree '*.c'); do
	case $file in libshared/*|modules/*) ;; *) continue ;; esac
	first=$(grep -m 1 '^#include' "$file" || true)
	[ "$first" = '#include "config.h"' ] ||
		bad "$file does not include config.h first"
done
finish
