# SPDX-License-Identifier: Apache-2.0
# Shared by the guards: the path of the tree, its files, and how to complain.  A
# guard fails when it finds something wrong, and when it finds no input.
set -eu
LC_ALL=C
export LC_ALL

guards=$(cd "$(dirname "$0")" && pwd)
root=${CAMELEER_SOURCE:-$(cd "$guards/../.." && pwd)}
lists=$root/tests/guards	# the lists of the checked tree
cd "$root"
failures=$(mktemp)
trap 'rm -f "$failures"' EXIT

# bad TEXT...: one complaint.
bad()
{
	echo "$*" >&2
	echo "$*" >>"$failures"
}

# bad_lines TEXT: one complaint for each line of standard input.
bad_lines()
{
	while IFS= read -r line; do
		bad "$1$line"
	done
}

# need COUNT WHAT: fails when a guard has no input.
need()
{
	[ "$1" -gt 0 ] || bad "found no $2: this guard has lost its input"
}

# tree PATTERN...: prints our files with these names, without generated ones.
tree()
{
	for pattern; do
		find . -type d \( -name .git -o -name build -o -name build-aux \
		    -o -name autom4te.cache -o -name node_modules \
		    -o -name target -o -name dist -o -name __pycache__ \
		    -o -name corpus -o -name .deps \) -prune -o -type f \
		    -name "$pattern" ! -name '*.sql.h' ! -name 'config.h' \
		    ! -name .git -print
	done | sed 's|^\./||' | sort |
	    grep -vxE 'aclocal\.m4|configure~?|config\.h\.in~?|Makefile\.in' ||
	    true
}

# stripped FILE: C without comments, and with empty strings, line for line.
stripped()
{
	awk -f "$guards/strip_c.awk" "$1"
}

# all_stripped FILE...: the same for many, each line as FILE:LINE:CODE.
all_stripped()
{
	[ $# -eq 0 ] || awk -v named=1 -f "$guards/strip_c.awk" "$@"
}

# count WORD...
count()
{
	echo $#
}

# listed FILE: a list without comments and blank lines.
listed()
{
	[ -e "$1" ] || return 0
	sed -e 's/[[:blank:]]*#.*//' -e '/^[[:blank:]]*$/d' "$1"
}

finish()
{
	[ ! -s "$failures" ] || {
		echo "$(basename "$0"): $(wc -l <"$failures") found" >&2
		exit 1
	}
}
