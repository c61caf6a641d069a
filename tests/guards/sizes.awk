# SPDX-License-Identifier: Apache-2.0
# Functions of stripped C, each line FILE:LINE:CODE, in the style of this
# project: name and braces of a function stand at the beginning of a line.
# Prints KIND FILE NAME SIZE MAX for what is too big.

function arguments(text,	i, c, depth, n) {
	n = text ~ /\([ \t]*(void)?[ \t]*\)/ ? 0 : 1
	for (i = index(text, "("); i <= length(text); i++) {
		c = substr(text, i, 1)
		if (c == "(")
			depth++
		else if (c == ")" && --depth == 0)
			break
		else if (c == "," && depth == 1)
			n++
	}
	return n
}

{
	match($0, /^[^:]*:[0-9]+:/)
	where = substr($0, 1, RLENGTH)
	$0 = substr($0, RLENGTH + 1)
	sub(/:.*/, "", where)
	if (where != file) {
		file = where
		name = ""
		inside = deepest = 0
	}
}

/^[A-Za-z_][A-Za-z0-9_]*\(/ && !inside {
	name = $0
	sub(/\(.*/, "", name)
	head = ""
	first = NR
}

name != "" && !inside { head = head " " $0 }

/^\{/ && name != "" {
	inside = 1
	n = arguments(head)
	if (n > 5 && name !~ /^__wrap_/)	# others chose those
		print "arguments", file, name, n, 5
}

/;[ \t]*$/ && !inside { name = "" }

inside && match($0, /^\t+/) && RLENGTH > deepest && $0 !~ /^\t+ / &&
    $0 !~ /^\t+(case |default:|.*\\$)/ { deepest = RLENGTH }

/^\}/ && inside {
	if (NR - first + 1 > 60)
		print "function", file, name, NR - first + 1, 60
	if (deepest > 4)
		print "nesting", file, name, deepest - 1, 3
	inside = deepest = 0
	name = ""
}
