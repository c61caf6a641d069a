# SPDX-License-Identifier: Apache-2.0
# Compares named queries (first file: NAME FILE) with the .c files that include
# the generated headers, and complains.

function folder(path) {
	sub(/\/[^\/]*$/, "", path)
	return path
}

FILENAME == ARGV[1] {
	query[++n] = $1
	where[n] = $2
	known[$2] = 1
	next
}

/^#include ".*\.sql\.h"/ {
	sql = $2
	gsub(/^"|\.h"$/, "", sql)
	if (!(sql in known))
		print FILENAME " includes " sql ".h: there is no " sql
	else if (index(folder(FILENAME) "/", folder(sql) "/") != 1)
		print FILENAME " uses " sql \
		    ", which is not in its folder or above"
	includes[FILENAME, sql] = 1
	if (!(sql in home))
		home[sql] = folder(FILENAME)
	else if (home[sql] != folder(FILENAME))
		home[sql] = folder(sql)
}

/SQL_[A-Z0-9_]+/ {
	line = $0
	while (match(line, /SQL_[A-Z0-9_]+/)) {
		used[++m] = substr(line, RSTART, RLENGTH)
		by[m] = FILENAME
		line = substr(line, RSTART + RLENGTH)
	}
}

END {
	for (i = 1; i <= m; i++)
		for (sql in known)
			if ((by[i], sql) in includes)
				good[used[i], sql] = 1
	for (i = 1; i <= n; i++)
		if (!(("SQL_" toupper(query[i]), where[i]) in good))
			print where[i] ": nobody uses " query[i]
	for (sql in home)
		if (home[sql] != folder(sql))
			print sql " is used in " home[sql] \
			    " only: it belongs there"
}
