# SPDX-License-Identifier: Apache-2.0
# Functions of stripped C in the style of this house: the name at the begin of
# a line, braces of the body at the begin of a line.
# Prints KIND NAME SIZE MAX for what is too big.

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
		print "arguments", name, n, 5
}

/;[ \t]*$/ && !inside { name = "" }

inside && match($0, /^\t+/) && RLENGTH > deepest && $0 !~ /^\t+ / &&
    $0 !~ /^\t+(case |default:|.*\\$)/ { deepest = RLENGTH }

/^\}/ && inside {
	if (NR - first + 1 > 60)
		print "function", name, NR - first + 1, 60
	if (deepest > 4)
		print "nesting", name, deepest - 1, 3
	inside = deepest = 0
	name = ""
}
