#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A folder is a storey, and includes go down or sideways within a folder:
#
# - libshared: base < doors < proto < skeleton, and nothing of a module;
# - a module: nothing of another module; its own headers are below its folders,
#   which form no circle;
# - a peer (a folder with PEER_call.h) knows no SQL, keeps that header to
#   itself, and is included by the folders in $may_call only.
#
# `check_includes.sh dot` prints the arrows between folders for graphviz:
# check_includes.sh dot | dot -Tsvg >structure.svg
. "$(dirname "$0")/lib.sh"

storeys='base doors proto skeleton'
may_call='jobs rounds tenant runtime image'

arrows=$(mktemp)
trap 'rm -f "$failures" "$arrows"' EXIT

# storey FOLDER: its number in libshared, from the ground up.
storey_of()
{
	n=0
	for name in $storeys; do
		n=$((n + 1))
		[ "$name" != "$1" ] || echo $n
	done
}

own_includes()
{
	sed -n 's|^#include "\([^"]*\)".*|\1|p' "$1"
}

# shared_include FILE FOLDER HEADER: what a file of libshared may include.
shared_include()
{
	case $3 in
	config.h|data/*.bin.h|templates/*.h) return ;;
	libshared/*/*) ;;
	*) bad "$1 includes $3, from above"; return ;;
	esac
	theirs=${3#libshared/} theirs=${theirs%%/*}
	echo "libshared/$2 libshared/$theirs" >>"$arrows"
	[ "$(storey_of "$theirs")" -le "$(storey_of "$2")" ] ||
		bad "$1 ($2) includes $3 ($theirs), from above"
}

# module_include FILE MODULE HEADER: what a file of a module may include.
module_include()
{
	case $3 in
	config.h|templates/*.h) return ;;
	libshared/*/*)
		theirs=${3#libshared/}
		echo "modules/$2 libshared/${theirs%%/*}" >>"$arrows"
		return ;;
	"modules/$2/"*) ;;
	*) bad "$1 includes $3 of another house, or without its folder"
	   return ;;
	esac
	ours=$(dirname "$1") theirs=$(dirname "$3")
	case $1 in
	*.c) [ "$ours" != "modules/$2" ] || ours="modules/$2 " ;;
	esac
	[ "${ours% }" = "$theirs" ] && return
	# Own headers are the ground, own sources the roof: two rooms.
	echo "${ours% }$([ "$ours" = "${ours% }" ] || echo /main) $theirs" \
	    >>"$arrows"
	peer_include "$1" "${ours% }" "$3" "$theirs"
}

# peer_include FILE FOLDER HEADER PEER: a client is asked by its few callers.
peer_include()
{
	peer=${4##*/}
	[ -e "$4/${peer}_call.h" ] || return 0
	case $3 in
	*_call.h) bad "$1 includes $3, which is private to $4" ;;
	esac
	case " $may_call " in
	*" ${2##*/} "*) ;;
	*) bad "$1 includes $3: only $may_call ask a peer" ;;
	esac
}

n=0
for file in $(tree '*.c' '*.h'); do
	folder=$(dirname "$file")
	case $file in
	libshared/*/*)
		n=$((n + 1))
		[ -n "$(storey_of "${folder#libshared/}")" ] ||
			{ bad "$file stands on no storey"; continue; }
		for header in $(own_includes "$file"); do
			shared_include "$file" "${folder#libshared/}" "$header"
		done ;;
	libshared/*)
		bad "$file stands on no storey" ;;
	modules/*)
		n=$((n + 1))
		module=${file#modules/}
		for header in $(own_includes "$file"); do
			module_include "$file" "${module%%/*}" "$header"
		done
		if [ -e "$folder/${folder##*/}_call.h" ] &&
		    own_includes "$file" | grep -qE '(/sql\.h|\.sql\.h)$'; then
			bad "$file is of a peer and knows SQL"
		fi ;;
	esac
	if grep -qE '^#include "[^"]*\.c"' "$file"; then
		bad "$file includes a .c file"
	fi
done
need $n "file of libshared or of a module"

sort -u "$arrows" | awk '$1 != $2' >"$arrows.sorted"
mv "$arrows.sorted" "$arrows"
tsort "$arrows" 2>&1 >/dev/null | sed -n 's/^tsort: //p' | grep -v 'input' |
    bad_lines "in a circle of folders: "

# config.h comes first, before any header that it may change.
for file in $(tree '*.c'); do
	case $file in libshared/*|modules/*) ;; *) continue ;; esac
	first=$(grep -m 1 '^#include' "$file" || true)
	[ "$first" = '#include "config.h"' ] ||
		bad "$file does not include config.h first"
done
if [ "${1-}" = dot ]; then
	echo 'digraph structure { rankdir=BT; node [shape=box];'
	awk '{ printf "\t\"%s\" -> \"%s\";\n", $1, $2 }' "$arrows"
	echo '}'
fi
finish
