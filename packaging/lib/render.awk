# SPDX-License-Identifier: Apache-2.0
#
# render.awk - replaces @NAME@ by the environment's NAME, literally: a value is
# never read as a regular expression.  An unknown name is an error, and so is a
# value with a newline or one that could end its quotes.

function value(name) {
	if (!(name in ENVIRON)) {
		printf "render: %s is not set\n", name > "/dev/stderr"
		failed = 1
		exit 1
	}
	if (ENVIRON[name] ~ /[^A-Za-z0-9 ._:,=\/\[\]@-]/) {
		printf "render: odd value of %s\n", name > "/dev/stderr"
		failed = 1
		exit 1
	}
	return ENVIRON[name]
}

{
	rest = $0
	line = ""
	while (match(rest, /@[A-Z][A-Z0-9_]*@/)) {
		name = substr(rest, RSTART + 1, RLENGTH - 2)
		line = line substr(rest, 1, RSTART - 1) value(name)
		rest = substr(rest, RSTART + RLENGTH)
	}
	print line rest
}

END {
	exit failed
}
