#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Lines within 80 columns (shell: 100), prose too: in *.md only rows of tables,
# fenced code and addresses may be longer.  Tabs for indentation, no blanks at
# the end, nothing left to do, no trace of the machine it was written on, and
# plain English where a pattern can tell.
. "$(dirname "$0")/lib.sh"

# PostgreSQL writes sql/schema.sql.
# shellcheck disable=SC2046
set -- $(tree '*.c' '*.h' '*.am' '*.ac' '*.sql' '*.sh' '*.awk' '*.md' |
    grep -v '^sql/schema\.sql$')
need $# "source file"
[ $# -eq 0 ] || awk '
FNR == 1 { fenced = 0 }
FILENAME ~ /\.md$/ && /^ *```/ { fenced = !fenced }
{
	text = $0
	free = FILENAME ~ /\.md$/ && (fenced || text ~ /^ *\|/)
	gsub(/[\200-\277]/, "", text)	# a character, not its bytes
	column = length(text)
	if (index(text, "\t")) {
		column = 0
		for (i = 1; i <= length(text); i++)
			if (substr(text, i, 1) == "\t")
				column += 8 - column % 8
			else
				column++
	}
	where = FILENAME ":" FNR ": "
	# A command with its arguments may be longer than a line of code.
	if (column > (FILENAME ~ /\.sh$/ ? 100 : 80) && !free &&
	    !index(text, "://"))
		print where column " columns"
	if (text ~ /[ \t]$/)
		print where "blanks at the end"
	if (FILENAME !~ /\.[ch]$/)
		next
	if (text ~ /^        /)
		print where "blanks instead of tabs"
	gsub(/"[^"]*"/, "", text)
	if (text ~ /(^|[ \t])\/\//)
		print where "/* */ stays, // does not"
}' "$@" | bad_lines ""

# Written in two halves, so that this file does not match itself.
todo='TO''DO|FIX''ME|XX''X'
place='(^|[^A-Za-z0-9.}])/(wo''rk|ro''ot)/|r-''seed|sub''agent|Anthro''pic|Cla''ude|Co''pilot'
place="$place|Chat""GPT|language mo""del|this A""I|an A""I "
# shellcheck disable=SC2046
set -- $(tree '*' | grep -vE '\.(png|jar|ico|woff2)$|package-lock\.json$')
if [ $# -gt 0 ]; then
	grep -nIE "(^|[^A-Za-z])($todo)([^A-Za-z]|\$)" "$@" /dev/null |
	    grep -v " # TO""DO expected" | bad_lines ""	# a word of TAP
	grep -nIE "$place" "$@" /dev/null | bad_lines ""
fi

# A person is "they", in texts for users and in comments.
# shellcheck disable=SC2046
set -- $(tree '*.c' '*.h' '*.sql' '*.md' '*.ts' '*.tsx' '*.txt' |
    grep -v '^tests/')
[ $# -eq 0 ] || grep -nwE 'he|his|him|himself' "$@" /dev/null |
    bad_lines "a person is 'they': "

# Plain English: "x is not a y", and whose it is by a noun.  A sentence may go
# over the end of a line.  docs/errors.md is made from codes.list.
# shellcheck disable=SC2046
set -- $(tree '*.c' '*.h' '*.sql' '*.list' '*.md' '*.ts' '*.tsx' '*.txt' |
    grep -vE '^(tests/|docs/errors\.md$)')
[ $# -eq 0 ] || awk '
FNR == 1 { last = "" }
{
	line = $0
	sub(/^[ \t]*(\/?\*+|--|#)?[ \t]*/, "", line)
	text = last " " line
	gsub(/[Tt]here (is|are) no /, "", text)
	gsub(/(is|are) no (longer|more|less|better|later|sooner) /, "", text)
	last = match(text, /([^ \t]+[ \t]+)?([^ \t]+[ \t]+)?[^ \t]+[ \t]*$/) ? \
	    substr(text, RSTART) : ""
	if (text ~ /(^|[^A-Za-z])(is|are) no [a-z]/ ||
	    tolower(text) ~ /nobody.s([^a-z]|$)|therefrom|herself/ ||
	    $0 ~ /^[ \t]*(\/\*+|--) Of [a-z]/) {
		print FILENAME ":" FNR ": " $0
		last = ""
	}
}' "$@" | bad_lines "say it plainly: "

# Packages come from the public registry, whatever mirror was used.
for file in $(tree 'package-lock.json'); do
	grep -n '"resolved"' "$file" | grep -v '"https://registry.npmjs.org/' |
	    bad_lines "$file: "
done
finish
