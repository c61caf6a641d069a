#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# compile_commands.sh BUILD [FILE...] - prints how a file is compiled there,
# or a compilation database of these files, for clang-tidy and editors.
set -eu

build=$(cd "$1" && pwd)
shift
# shellcheck disable=SC2016
compile=$(printf 'list:\n\t@:$(info $(COMPILE))\n' |
    make -s --no-print-directory -C "$build" -f Makefile -f - list)
if [ $# -eq 0 ]; then
	printf '%s\n' "$compile"
	exit
fi
quoted=$(printf '%s' "$compile" | sed 's/["\\]/\\&/g')
between='['
for file; do
	printf '%s\n{ "directory": "%s", "file": "%s",\n  "command": "%s" }' \
	    "$between" "$build" "$PWD/$file" "$quoted -c $PWD/$file"
	between=,
done
printf '\n]\n'
