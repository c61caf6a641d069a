#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Node, npm, Java, Maven and Go are pinned or come from our lists: a script gets
# them from web/toolchain, packaging/lib/java.sh or go.sh, not from the machine.
. "$(dirname "$0")/lib.sh"

# scripts: shell and Python, by name or by their first line
scripts()
{
	tree '*' | grep -vE '^web/(toolchain|src)/|\.(png|jar|ico|woff2)$' |
	while IFS= read -r file; do
		case $file in
		*.sh | *.py) echo "$file" ;;
		*.*) ;;
		*) ! head -n 1 "$file" | grep -q '^#!.*sh$' || echo "$file" ;;
		esac
	done
}

# a command at the beginning of a shell command, or one that Python starts
before='(^|[;&|(][[:blank:]]*|^[[:blank:]]+)'
n=0
for file in $(scripts); do
	n=$((n + 1))
	grep -qF toolchain/lib.sh "$file" ||
	    grep -nE "$before(node|npm|npx) [^[]|\[['\"](node|npm)['\"]" \
	    "$file" | grep -vF toolchain/run |
	    bad_lines "$file: node from the machine: "
	grep -qF lib/java.sh "$file" ||
	    grep -nE "$before(java|javac|jar|mvn) -|\[['\"](java|mvn)['\"]" \
	    "$file" | bad_lines "$file: Java from the machine: "
	grep -nF '/usr/local/''go' "$file" |
	    bad_lines "$file: Go from the machine: "
	grep -nF 'JAVA''_HOME:-' "$file" |
	    bad_lines "$file: Java from the environment: "
done
need $n script
finish
