# SPDX-License-Identifier: Apache-2.0
# Blanks comments and the inside of strings, so that only code is left.  With
# -v named=1 each line begins with FILE:LINE:
FNR == 1 { state = "" }

{
	out = ""
	n = length($0)
	for (i = 1; i <= n; i++) {
		c = substr($0, i, 1)
		two = substr($0, i, 2)
		if (state == "comment") {
			if (two == "*/") {
				state = ""
				i++
			}
		} else if (state == "string" || state == "char") {
			if (c == "\\")
				i++
			else if (c == (state == "string" ? "\"" : "'")) {
				out = out c
				state = ""
			}
		} else if (two == "/*") {
			state = "comment"
			i++
		} else if (two == "//") {
			break
		} else {
			if (c == "\"")
				state = "string"
			else if (c == "'")
				state = "char"
			out = out c
		}
	}
	if (state != "comment")
		state = ""
	print (named ? FILENAME ":" FNR ":" : "") out
}
