# SPDX-License-Identifier: Apache-2.0
# Collects the tables `const struct setting <group>_settings[]` of the given
# files, each of which must have one, and prints them with -v form=
#   c      the C table of all settings, for libshared/base/conf_table.c
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
	kind = value(part[3])
	if (kind == "INT")
		return "number, " value(part[5]) " to " value(part[6])
	if (kind == "URL")
		return "https://host[:port]; http on loopback"
	if (kind == "PEER_URL")
		return "http:// or https://host[:port]"
	if (kind == "MAIL_URL")
		return "smtp:// or smtps://host[:port]"
	if (kind == "GIT_URL")
		return "https://host[:port]/path, ssh://user@host[:port]/path or " \
		    "file:///path; http on loopback"
	if (kind == "PATH")
		return "absolute path"
	if (kind == "IMAGE")
		return "NAME@sha256:DIGEST"
	if (kind == "NETWORKS")
		return "networks with commas: 10.1.0.0/16, fd00:7::/64"
	if (kind == "SSLMODE")
		return "disable, require, verify-ca or verify-full"
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

function emit_c(name) {
	sub(/^ +/, "", part[4])
	printf "\t{ \"%s\", SETTING_%s, 0, %s, %s, %s, NULL },\n", name, \
	    value(part[3]), part[4], value(part[5]), value(part[6])
}

# Derives the title from path and name: which program declares the table.
function emit_head(group,	title, n, folder) {
	n = split(FILENAME, folder, "/")
	for (title = n; title > 1 && folder[title] != "modules"; title--)
		;
	title = folder[title] != "modules" ? "Every process" \
		(group == "base" ? "" : ": " group) : \
	    folder[title + 1] == group ? "The " group : \
	    "The " folder[title + 1] ": " group
	if (form == "md") {
		printf "\n## %s\n\n", title
		print "| name | form | preset | meaning |"
		print "|---|---|---|---|"
	} else if (form == "conf")
		printf "\n# --- %s ---\n", title
}

function emit(	name, preset, about, must) {
	if (split_entry(entry) != 7) {
		print FILENAME ": cannot read: " entry > "/dev/stderr"
		failed = 1
		return
	}
	name = value(part[2])
	must = value(part[4]) == "NULL"
	preset = must ? "" : unquote(part[4])
	about = unquote(part[7])
	count++
	if (name in declared) {
		print FILENAME ": " name " stands in " declared[name] \
		    ", too" > "/dev/stderr"
		failed = 1
	}
	declared[name] = FILENAME
	if (about !~ /^[A-Z].........+\.$/) {
		print FILENAME ": " name " is not explained by a sentence" \
		    > "/dev/stderr"
		failed = 1
	}
	if (form == "c")
		emit_c(name)
	else if (form == "names")
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
		print "# Made from the modules' tables by `make settings`."
	} else if (form == "md") {
		print "# Settings\n"
		print "All processes read one file, `/etc/cameleer/" \
		    "cameleer.conf` or what `-c` names:"
		print "`name = value` lines and `#` comments. " \
		    "`cameleerctl check-config` says what is"
		print "wrong with it and where. Passwords and keys are not " \
		    "settings: they are files in"
		print "`$CREDENTIALS_DIRECTORY`.\n"
		print "Each module declares its own settings beside its " \
		    "code; this page is made from"
		print "their tables (`make settings`), and a guard compares " \
		    "them."
	} else if (form == "c") {
		print "/* Made from the modules' tables by settings.awk. */"
		print "const struct setting conf_known[] = {"
	}
}

function check_file() {
	if (last != "" && !found) {
		print last ": no table of settings found" > "/dev/stderr"
		failed = 1
	}
	last = FILENAME
	found = inside = 0
	split("", defined)
}

FNR == 1 { check_file() }

/^#define [A-Z_]+[ \t]+[0-9]+/ { defined[$2] = $3 }

/^(static )?const struct setting [a-z_]+_settings\[\] = \{/ {
	inside = found = 1
	sub(/^(static )?const struct setting /, "")
	sub(/_settings.*/, "")
	emit_head($0)
	next
}

/SETTINGS_END/ { inside = 0 }

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
	check_file()
	if (form == "c") {
		print "\t{ NULL, SETTING_TEXT, 0, NULL, 0, 0, NULL }"
		print "};"
	}
	if (count == 0) {
		print "no setting found" > "/dev/stderr"
		failed = 1
	}
	exit failed
}
