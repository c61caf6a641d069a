#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each file names its licence in its first lines.
. "$(dirname "$0")/lib.sh"

# shellcheck disable=SC2046
set -- $(tree '*.c' '*.h' '*.sh' '*.am' '*.awk' '*.sql' '*.py' '*.java' \
    '*.ts' '*.tsx' '*.css' '*.ac')
need $# "file"
# Scripts without an extension as well.
for file in $(tree '*'); do
	case ${file##*/} in *.*) continue ;; esac
	head -n 1 "$file" | grep -q '^#!' && set -- "$@" "$file"
done

[ $# -eq 0 ] || awk '
FNR == 1 && NR > 1 && !said { print last }
FNR == 1 { said = 0; last = FILENAME }
FNR <= 3 && /SPDX-License-Identifier: Apache-2.0/ { said = 1 }
END { if (!said) print last }' "$@" | while read -r file; do
	bad "$file: no SPDX line"
done
# awk(1) does not report a file without lines.
for file; do
	[ -s "$file" ] || bad "$file: no SPDX line"
done
finish
