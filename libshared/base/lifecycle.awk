# SPDX-License-Identifier: Apache-2.0
# # SPDX-License-Identifier: Apache-2.0 Generates from lifecycle.list, by -v
# Generates from lifecycle.list, by -v form=:
#   h     enums, for lifecycle.h
#   c     rows, words and functions, for lifecycle.c
#   md    docs/lifecycles.md
#   rows  "noun from to who", to compare with the database
#   sets  "table state ...", each sorted, to compare with its CHECK

function wrong(text)
{
	print FILENAME ":" FNR ": " text >"/dev/stderr"
	failed = 1
	exit 1
}

/^#/ || /^[ \t]*$/ { next }

/^[a-z]/ {
	noun = $1
	if (NF != 2 || (noun in table))
		wrong("not NOUN TABLE, or there twice")
	table[noun] = $2
	nouns[++nnouns] = noun
	next
}

/^\t/ {
	split($0, part, "\t")
	if (split(part[2], word, " ") != 3 || part[3] == "")
		wrong("not FROM TO WHO<tab>WHY")
	if ((noun, word[1], word[2]) in seen)
		wrong(noun " from " word[1] " to " word[2] " is there twice")
	seen[noun, word[1], word[2]]
	n++
	noun_of[n] = noun
	from[n] = word[1]
	to[n] = word[2]
	who[n] = word[3]
	why[n] = part[3]
	note_state(noun, word[1])
	note_state(noun, word[2])
	next
}

{ wrong("neither a noun nor a change") }

function note_state(noun, state)
{
	if (state != "-" && !((noun, state) in known)) {
		known[noun, state]
		states[noun, ++count[noun]] = state
	}
}

function print_header(	i, j, noun)
{
	print "/* Made from lifecycle.list by lifecycle.awk. */"
	for (i = 1; i <= nnouns; i++) {
		noun = nouns[i]
		print "\nenum " noun "_state {"
		for (j = 1; j <= count[noun]; j++)
			print "\t" toupper(noun "_" states[noun, j]) ","
		print "\t" toupper(noun) "_STATE__MAX\n};"
		print "enum " noun "_state " noun "_state_of(const char *word);"
		print "const char *" noun "_state_word(enum " noun \
		    "_state state);"
		print "extern const char *const " noun "_states[" \
		    toupper(noun) "_STATE__MAX + 1];"
	}
}

function print_tables(	i, j, noun, max)
{
	print "/* Made from lifecycle.list by lifecycle.awk. */"
	for (i = 1; i <= nnouns; i++) {
		noun = nouns[i]
		max = toupper(noun) "_STATE__MAX"
		print "\nconst char *const " noun "_states[" max " + 1] = {"
		for (j = 1; j <= count[noun]; j++)
			print "\t\"" states[noun, j] "\","
		print "\tNULL\n};\n\nenum " noun "_state\n" noun \
		    "_state_of(const char *word)\n{\n\treturn (enum " noun \
		    "_state)state_index(" noun "_states,\n\t    " max \
		    ", word);\n}\n\nconst char *\n" noun \
		    "_state_word(enum " noun "_state state)\n{\n" \
		    "\treturn state < " max " ? " noun \
		    "_states[state] : NULL;\n}"
	}
}

function print_rows(	i)
{
	print "/* Made from lifecycle.list by lifecycle.awk. */"
	print "static const struct lifecycle_row lifecycle_list[] = {"
	for (i = 1; i <= n; i++) {
		gsub(/"/, "\\\"", why[i])
		print "\t{ \"" noun_of[i] "\", \"" from[i] "\", \"" to[i] \
		    "\", \"" who[i] "\",\n\t    \"" why[i] "\" },"
	}
	print "};"
}

function print_manual(	i, last)
{
	print "# Life cycles\n"
	print "Made from `libshared/base/lifecycle.list` by `make" \
	    " lifecycles`: which\nstate may follow which, which process" \
	    " moves it, and why. The database refuses\nevery other change" \
	    " (table `lifecycle`)."
	for (i = 1; i <= n; i++) {
		if (noun_of[i] != last) {
			last = noun_of[i]
			print "\n## " last " (table `" table[last] "`)\n"
			print "| from | to | who | why |\n|---|---|---|---|"
		}
		print "| " (from[i] == "-" ? "" : from[i]) " | " to[i] " | " \
		    who[i] " | " why[i] " |"
	}
}

function print_sets(	i, j, k, noun, list, key)
{
	for (i = 1; i <= nnouns; i++) {
		noun = nouns[i]
		for (j = 1; j <= count[noun]; j++) {
			key = states[noun, j]
			for (k = j - 1; k > 0 && list[k] > key; k--)
				list[k + 1] = list[k]
			list[k + 1] = key
		}
		printf "%s", table[noun]
		for (j = 1; j <= count[noun]; j++)
			printf " %s", list[j]
		print ""
	}
}

END {
	if (failed)
		exit 1
	if (n == 0) {
		print "no life cycle" >"/dev/stderr"
		exit 1
	}
	if (form == "h")
		print_header()
	else if (form == "c") {
		print_rows()
		print_tables()
	}
	else if (form == "md")
		print_manual()
	else if (form == "sets")
		print_sets()
	else
		for (i = 1; i <= n; i++)
			print noun_of[i], from[i], to[i], who[i]
}
