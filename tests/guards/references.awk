# SPDX-License-Identifier: Apache-2.0
#
# references.awk FILE...: what comments, and documents as a whole, name.  One
# line each: KIND FILE:LINE NAME.
#
#   path   tests/http/test_login.py, modules/*/*.sql, docs/decisions/0005
#   test   test_login_parallel_200, t_ssrf_table; NAME* is a beginning
#   T, M   T12, M2.5
#   decision  5
#   call   name() anywhere in a comment of C
#   head   name that a comment above a declaration begins with; said once the
#          declaration was read and does not hold it
function say(kind, name) {
	print kind, FILENAME ":" FNR, name
}

# Each match of PATTERN in TEXT, except after one of the characters in BEFORE.
function each(kind, text, pattern, before,    at, name, rest, last) {
	at = 0
	while (match(substr(text, at + 1), pattern)) {
		name = substr(text, at + RSTART, RLENGTH)
		last = at + RSTART == 1 ? " " : substr(text, at + RSTART - 1, 1)
		rest = substr(text, at + RSTART + RLENGTH, 1)
		at += RSTART + RLENGTH - 1
		if (last ~ before)
			continue
		if (kind == "test" && rest == "*")
			name = name "*"
		if (kind == "path")
			sub(/[.,:;*]+$/, "", name)
		if (kind == "decision")
			sub(/^[^0-9]*/, "", name)
		if (kind == "call")
			sub(/[(].*/, "", name)
		say(kind, name)
	}
}

function names(text) {
	each("path", text, "(bench|data|docs|libshared|modules|nginx|" \
	    "packaging|sql|templates|tests|web)/[A-Za-z0-9_.*<>/-]+",
	    "[A-Za-z0-9_./$@}>~-]")
	each("test", text, "(test|t)_[a-z0-9][a-z0-9_]+[a-z0-9]",
	    "[A-Za-z0-9_./%\"'-]")
	each("T", text, "T[0-9]+", "[A-Za-z0-9_:.-]")
	each("M", text, "M[0-9][.][0-9]+", "[A-Za-z0-9_:.-]")
	each("decision", text, "decisions? (record )?[0-9]+", "[A-Za-z0-9_-]")
}

# A comment of C that began in line HEAD has ended: which function does it
# introduce?
function declared(code) {
	if (want == "" || code ~ /^[ \t]*$/)
		return
	statement = statement " " code
	if (code ~ /^#/ && statement !~ "#define")
		want = ""
	else if (statement ~ ("(^|[^A-Za-z0-9_])" want "[ \t]*([[({=;,]|$)"))
		want = ""
	else if (code ~ /[;{]|=$|[^\\]$/ && code ~ /[;{=]/) {
		print "head", FILENAME ":" at, want
		want = ""
	}
}

function comment_of_c(text,    word) {
	names(text)
	each("call", text, "[a-z_][a-z0-9_]+[(][)]", "[A-Za-z0-9_.>-]")
	if (begins) {
		word = text
		sub(/^[ \t*]+/, "", word)
		if (word == "")
			return
		begins = 0
		want = statement = ""
		if (match(word, /^[a-z_][a-z0-9_]*(\(\))? - /)) {
			want = substr(word, 1, RLENGTH)
			sub(/[( ].*/, "", want)
			at = FNR
		}
	}
}

function line_of_c(text,    i, j, code) {
	code = ""
	gsub(/"([^"\\]|\\.)*"/, "\"\"", text)
	for (;;) {
		if (inside) {
			i = index(text, "*/")
			comment_of_c(i ? substr(text, 1, i - 1) : text)
			if (!i)
				break
			inside = 0
			text = substr(text, i + 2)
		}
		i = index(text, "/*")
		j = slashes ? match(text, /(^|[^:])\/\//) : 0
		if (j && (!i || j < i)) {
			comment_of_c(substr(text, j))
			code = code substr(text, 1, j - 1)
			break
		}
		if (!i) {
			code = code text
			break
		}
		code = code substr(text, 1, i - 1)
		inside = 1
		begins = i == 1 && code == ""
		text = substr(text, i + 2)
	}
	if (!slashes)
		declared(code)
}

FNR == 1 {
	inside = begins = quoted = 0
	want = ""
	slashes = FILENAME ~ /\.(tsx?|mjs|css)$/
}
FILENAME ~ /\.md$/ { names($0); next }
FILENAME ~ /\.([ch]|tsx?|mjs|css)$/ { line_of_c($0); next }
FILENAME ~ /\.(sql|psql)$/ {
	if (match($0, /--.*/))
		names(substr($0, RSTART))
	next
}
# Python: docstrings as well.
FILENAME ~ /\.py$/ && (quoted || /"""/) {
	names($0)
	line = $0
	if (gsub(/"""/, "", line) % 2)
		quoted = !quoted
	next
}
match($0, /(^|[ \t])#([ \t].*|$)/) { names(substr($0, RSTART)) }
