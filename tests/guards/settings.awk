# SPDX-License-Identifier: Apache-2.0
# Reads the table in libshared/base/conf_table.c and prints it with -v form=
#   conf   the sample file packaging/cameleer.conf
#   md     the manual page docs/settings.md
#   names  one name a line

function unquote(text) {
	sub(/^[ \t]*"/, "", text)
	sub(/"[ \t]*$/, "", text)
	gsub(/"[ \t]+"/, "", text)
	return text
}

# Splits an entry at commas outside of strings and parentheses.
function split_entry(text,	i, c, depth, quoted, n) {
	n = 1
	delete part
	for (i = 1; i <= length(text); i++) {
		c = substr(text, i, 1)
		if (c == "\"")
			quoted = !quoted
		else if (!quoted && c == "(")
			depth++
		else if (!quoted && c == ")")
			depth--
		if (c == "," && !quoted && depth == 0)
			n++
		else
			part[n] = part[n] c
	}
	return n
}

function value(text) {
	gsub(/[ \t]/, "", text)
	return text in defined ? defined[text] : text
}

function form_of(	kind) {
	kind = value(part[2])
	if (kind == "INT")
		return "number, " value(part[4]) " to " value(part[5])
	if (kind == "URL")
		return "https://host[:port]; http on loopback"
	if (kind == "PEER_URL")
		return "http:// or https://host[:port]"
	if (kind == "MAIL_URL")
		return "smtp:// or smtps://host[:port]"
	if (kind == "PATH")
		return "absolute path"
	if (kind == "IMAGE")
		return "NAME@sha256:DIGEST"
	if (kind == "LEVEL")
		return "error, warn, info or debug"
	return "text"
}

function emit_row(name, must, preset, about) {
	if (must)
		preset = "must be set"
	else
		preset = preset == "" ? "none" : "`" preset "`"
	printf "| `%s` | %s | %s | %s |\n", name, form_of(), preset, about
}

function emit_sample(name, must, preset, about) {
	printf "\n# %s\n", about
	printf "# (%s%s)\n", form_of(), must ? "; must be set" : ""
	if (must)
		printf "%s = https://localhost\n", name
	else if (preset == "")
		printf "#%s =\n", name
	else
		printf "#%s = %s\n", name, preset
}

function emit(	name, preset, about, must) {
	if (split_entry(entry) != 6) {
		print FILENAME ": cannot read: " entry > "/dev/stderr"
		failed = 1
		return
	}
	name = value(part[1])
	must = value(part[3]) == "NULL"
	preset = must ? "" : unquote(part[3])
	about = unquote(part[6])
	count++
	if (form == "names")
		print name
	else if (form == "md")
		emit_row(name, must, preset, about)
	else
		emit_sample(name, must, preset, about)
}

BEGIN {
	if (form == "conf") {
		print "# SPDX-License-Identifier: Apache-2.0"
		print "# Settings of all Cameleer processes, with their " \
		    "presets.  Passwords and keys"
		print "# are not set here: they are credentials " \
		    "($CREDENTIALS_DIRECTORY)."
		print "# Made from libshared/base/conf_table.c by " \
		    "tests/guards/settings.awk."
	} else if (form == "md") {
		print "# Settings\n"
		print "All processes read one file, `/etc/cameleer/" \
		    "cameleer.conf` or what `-c` names:"
		print "`name = value` lines and `#` comments. `cameleerctl " \
		    "check-config` says what is"
		print "wrong with it and where. Passwords and keys are not " \
		    "settings: they are files in"
		print "`$CREDENTIALS_DIRECTORY`.\n"
		print "This page is made from " \
		    "`libshared/base/conf_table.c` (`make settings`); a guard"
		print "compares them.\n"
		print "| name | form | preset | meaning |"
		print "|---|---|---|---|"
	}
}

/^#define [A-Z_]+[ \t]+[0-9]+/ { defined[$2] = $3 }

/^const struct setting settings/ { inside = 1 }

inside && /SETTING\(/ {
	entry = $0
	sub(/.*SETTING\(/, "", entry)
	while (entry !~ /\),[ \t]*$/ && (getline line) > 0)
		entry = entry line
	sub(/\),[ \t]*$/, "", entry)
	gsub(/\t/, " ", entry)
	emit()
}

END {
	if (count == 0) {
		print FILENAME ": no setting found" > "/dev/stderr"
		failed = 1
	}
	exit failed
}
