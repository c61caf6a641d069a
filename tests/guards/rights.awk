# SPDX-License-Identifier: Apache-2.0
# Prints "WRITER<tab>TABLE<tab>FILE:LINE" for each query or function that writes
# a table of rights, and for each that changes the password or the state of an
# account.

BEGIN {
	tables = "^(invitation|membership|operator|role|sign_in_policy|" \
	    "sso_identity|team|team_application|team_member)$"
	write = "(INSERT INTO|UPDATE|DELETE FROM) (cameleer\\.)?[a-z_]+"
}

FNR == 1 { writer = table = "" }
/^-- [a-z][a-z0-9_]* :[a-z]+[ \t]*$/ { writer = $2 }
/^CREATE FUNCTION / {
	writer = $3
	sub(/^cameleer\./, "", writer)
	sub(/\(.*/, "", writer)
}
/^[ \t]*--/ { next }

{
	line = $0
	while (match(line, write)) {
		table = substr(line, RSTART, RLENGTH)
		sub(/.* /, "", table)
		sub(/^cameleer\./, "", table)
		line = substr(line, RSTART + RLENGTH)
		if (table ~ tables)
			print writer "\t" table "\t" FILENAME ":" FNR
	}
	if (table == "account" && $0 ~ /(password_hash|state) = /)
		print writer "\taccount\t" FILENAME ":" FNR
}
/;[ \t]*$/ { table = "" }
