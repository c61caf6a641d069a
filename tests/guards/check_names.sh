#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A function's name has two words, static or not, so that grep finds it and a
# reader knows what is taken, found or run.  Excepted: main(), the verbs that
# every file uses, and standard names of algorithms.
. "$(dirname "$0")/lib.sh"

usual='main|fail|reply|seal|unseal|uuid7'

# shellcheck disable=SC2046
set -- $(tree '*.c' | grep -E '^(libshared|modules)/')
need $# "C file"
[ $# -eq 0 ] || grep -nHE '^[a-z0-9]+\(' "$@" |
    grep -vE ":($usual)\(" | bad_lines "a function of one word: "
finish
