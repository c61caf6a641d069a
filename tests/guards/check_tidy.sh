#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# clang-tidy finds nothing; .clang-tidy lists its checks.  Called with files, it
# checks only those.  Needs a build: its flags and its headers.
#
# A file that was clean is checked again when it, a header that it includes, or
# the flags have changed: BUILD/analysis/tidy/ remembers.
. "$(dirname "$0")/lib.sh"

build=${CAMELEER_BUILD:-$root/build}
seen=$build/analysis/tidy
[ -e "$build/config.h" ] || bad "$build is not built"
tidy=$(command -v clang-tidy-14 || command -v clang-tidy) ||
	bad "clang-tidy is missing"
# shellcheck disable=SC2046
[ $# -gt 0 ] || set -- $(tree '*.c')
need $# "C file"
[ ! -s "$failures" ] || finish

mkdir -p "$seen"
sh "$guards/compile_commands.sh" "$build" "$@" \
    >"$seen/compile_commands.json"
"$tidy" --version >"$seen/rules"
cat .clang-tidy tests/.clang-tidy >>"$seen/rules"
compile=$(sh "$guards/compile_commands.sh" "$build")

# digest FILE: over everything on which a report about it depends
digest()
{
	{
		cat "$seen/rules"
		echo "$compile $1"
		(cd "$build" && eval "$compile -MM '$root/$1'" |
		    sed -e 's/^[^:]*://' -e 's/\\$//' | xargs cat)
	} | sha256sum | cut -c 1-64
}

for file; do
	key=$(digest "$file")
	[ -e "$seen/$key" ] || echo "$file $key"
done >"$seen/todo"
find "$seen" -type f -name '????????????????????????????????*' -mtime +30 \
    -delete

# shellcheck disable=SC2016
xargs -r -P "$(nproc)" -L 1 sh -c '
	said=$("$0" --quiet -p "$1" "$2" 2>"$1/$3.err") && {
		: >"$1/$3"
		rm "$1/$3.err"
		exit 0
	}
	printf "%s\n" "${said:-$(cat "$1/$3.err")}" >&2
	rm "$1/$3.err"
	exit 1' "$tidy" "$seen" <"$seen/todo" ||
	bad "clang-tidy has something to say"
echo "$# files, $(wc -l <"$seen/todo") of them looked at"
finish
