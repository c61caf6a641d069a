#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Functions that cannot be used safely, or that this project does not use.
. "$(dirname "$0")/lib.sh"

banned='strcpy|strcat|sprintf|vsprintf|strncpy|stpcpy|gets|strtok|strtok_r'
banned="$banned|alloca|system|popen|rand|srand|random|tmpnam|tempnam|mktemp"
banned="$banned|atoi|atol|atoll|atof|setjmp|longjmp|select|scanf|sscanf|fscanf"
banned="$banned|gmtime|localtime|asctime|ctime|strerror_r|vfork"

# shellcheck disable=SC2046
set -- $(tree '*.c' '*.h')
need $# "C file"
code=$(mktemp)
trap 'rm -f "$failures" "$code"' EXIT
all_stripped "$@" >"$code"

grep -E "[^A-Za-z0-9_]($banned) ?\(" "$code" | bad_lines ""
# signal(2) may set SIG_IGN or SIG_DFL; a handler needs sigaction(2).
grep -E '[^A-Za-z0-9_]signal\(SIG[A-Z]+, [a-z]' "$code" | bad_lines ""
grep -E '#include .(setjmp|fcgi_stdio|alloca)\.h' "$code" |
    grep -v '^tests/' | bad_lines ""
grep -E '^(libshared|modules)/' "$code" | grep -wE 'double|float' |
    bad_lines "money and time are whole numbers: "

# home FUNCTION FILE: only files of this pattern, and tests, may call it.
home()
{
	grep -qE "^$2:.*[^A-Za-z0-9_]$1 ?\(" "$code" ||
		bad "$2 does not call $1: this guard has lost its input"
	grep -E "^(libshared|modules)/.*[^A-Za-z0-9_]$1 ?\(" "$code" |
	    grep -vE "^$2:" | bad_lines "$1 has its home elsewhere: "
}
home clock_gettime 'libshared/base/clock\.c'
home '(un)?seal' 'libshared/(proto/sealed\.c|doors/crypto\.[ch])'
finish
