#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A folder is a storey, and includes go down or sideways within a folder:
#
# - libshared: base < doors < proto < rows < plan < skeleton, and nothing of a module;
# - a module: nothing of another module; its own headers are below its folders,
#   which form no circle;
# - a peer (a folder with PEER_call.h) includes no SQL; only its own files include
#   that header, and only the folders in $may_call include the peer;
# - config.h comes first, before any header that it may change;
# - a function of libshared is declared in the header with its file's name, or in
#   that of which the file is a part: field_check.c of field.h.
#
# `check_includes.sh dot` prints the arrows between folders for graphviz:
# check_includes.sh dot | dot -Tsvg >structure.svg
. "$(dirname "$0")/lib.sh"

storeys='base doors proto rows plan skeleton'
may_call='jobs rounds tenant runtime image'

found=$(mktemp)
trap 'rm -f "$failures" "$found"' EXIT

# Folders with a header of their own name and _call.h.
peers()
{
	tree '*_call.h' | grep '^modules/' | while read -r header; do
		folder=$(dirname "$header")
		[ "$(basename "$header")" != "$(basename "$folder")_call.h" ] ||
			echo "$folder"
	done
}

# shellcheck disable=SC2046
set -- "${1-}" $(tree '*.c' '*.h' | grep -E '^(libshared|modules)/')
form=$1
shift
need $# "file of libshared or of a module"
[ $# -eq 0 ] || awk -v storeys="$storeys" -v may_call="$may_call" \
    -v peers="$(peers | tr '\n' ' ')" -f "$guards/includes.awk" "$@" >"$found"
sed -n 's/^bad //p' "$found" | bad_lines ""

for file; do
	case $file in libshared/*.c) ;; *) continue ;; esac
	[ -e "${file%.c}.h" ] || [ -e "${file%_*}.h" ] ||
		bad "$file has no header, its own or one that it is a part of"
done

arrows=$(sed -n 's/^arrow //p' "$found" | sort -u | awk '$1 != $2')
echo "$arrows" | tsort 2>&1 >/dev/null | sed -n 's/^tsort: //p' |
    grep -v input | bad_lines "in a circle of folders: "
if [ "$form" = dot ]; then
	echo 'digraph structure { rankdir=BT; node [shape=box];'
	echo "$arrows" | awk '{ printf "\t\"%s\" -> \"%s\";\n", $1, $2 }'
	echo '}'
fi
finish
