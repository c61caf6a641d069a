# SPDX-License-Identifier: Apache-2.0
# Prints "KEY<tab>USER<tab>FILE:LINE" for each advisory lock in .sql and .c
# files, KEY as in sql/locks.list, or "?" when it is not a literal.

function key_of(rest) {
	gsub(/[ \t\n]+/, " ", rest)
	if (match(rest, /^[0-9]+\)/))
		return substr(rest, 1, RLENGTH - 1)
	if (match(rest, /^[0-9]+,/))
		return substr(rest, 1, RLENGTH - 1) " +"
	if (rest ~ /^hashtextextended\(/ && match(rest, /, [0-9]+\)/))
		return "seed " substr(rest, RSTART + 2, RLENGTH - 3)
	return "?"
}

function say(key) {
	print key "\t" user "\t" FILENAME ":" start
}

function statement_end(	rest) {
	rest = text
	while (match(rest, /advisory[a-z_]*lock[a-z_]*\(/)) {
		rest = substr(rest, RSTART + RLENGTH)
		say(key_of(rest))
	}
	rest = text
	while (match(rest, /(objid|classid) = [0-9]+/)) {
		n = substr(rest, RSTART, RLENGTH)
		sub(/.* /, "", n)
		if (n != 0)
			say(n (rest ~ /objsubid = 2/ ? " +" : ""))
		rest = substr(rest, RSTART + RLENGTH)
	}
	text = ""
}

FNR == 1 {
	text = ""
	user = FILENAME
	sub(/.*\//, "", user)
	sub(/\.[a-z]+$/, "", user)
}

FILENAME ~ /\.sql$/ && /^-- [a-z][a-z0-9_]* :[a-z]+[ \t]*$/ { user = $2 }
/^CREATE FUNCTION / {
	user = $3
	sub(/^cameleer\./, "", user)
	sub(/\(.*/, "", user)
}

{
	line = $0
	sub(/^[ \t]*--.*/, "", line)
	if (text == "")
		start = FNR
	text = text "\n" line
	if (line ~ /;[ \t"\\]*$/)
		statement_end()
}
