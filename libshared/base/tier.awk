# SPDX-License-Identifier: Apache-2.0
# Generates from tier.list, by -v form=:
#   h      tables, for tier.c
#   sql    the rows of table plan
#   md     docs/tiers.md
#   json   web/src/lib/tiers.json
#   nginx  nginx/snippets/gates.conf

function wrong(text)
{
	print FILENAME ":" FNR ": " text >"/dev/stderr"
	failed = 1
	exit 1
}

function must_be_told()
{
	if ((nrows > 0 && about[nrows] == "") ||
	    (nrows == 0 && ntiers > 0 && tier_about[ntiers] == ""))
		wrong("a title or a sentence is missing before this")
}

/^#/ || /^[ \t]*$/ { next }

/^tier / {
	must_be_told()
	if (NF != 2 || nrows > 0)
		wrong("not tier NAME, or behind a row")
	tier[++ntiers] = $2
	next
}

/^(fact|limit|feature) / {
	must_be_told()
	if (NF != 3 + ntiers || ($2 in row_of))
		wrong("not PART KEY KIND and a value for each tier, or twice")
	row_of[$2] = ++nrows
	part[nrows] = $1
	key[nrows] = $2
	kind[nrows] = $3
	most[nrows] = 0
	if (sub(/:.*/, "", kind[nrows]))
		most[nrows] = substr($3, length(kind[nrows]) + 2)
	if (kind[nrows] !~ /^(word|bool|count|days|bytes|milli|list)$/)
		wrong($3 " is not a kind")
	for (i = 1; i <= ntiers; i++) {
		value[nrows, i] = $(3 + i)
		if (kind[nrows] == "bool" && $(3 + i) !~ /^(yes|no)$/)
			wrong($(3 + i) " is not yes or no")
		if (kind[nrows] ~ /^(count|days|bytes|milli)$/ &&
		    $(3 + i) !~ /^(-|0|[1-9][0-9]*)$/)
			wrong($(3 + i) " is not a number")
	}
	next
}

/^\t= / {
	n = ++words[nrows]
	word[nrows, n] = $2
	said[nrows, n] = substr($0, length($2) + 5)
	word_said[nrows, $2] = said[nrows, n]
	next
}

/^\t> / {
	if (part[nrows] != "feature" || NF > 3 ||
	    $2 !~ /^\/api(\/(\*|[a-z]+))+$/ ||
	    (NF == 3 && !((nrows, $3) in word_said)))
		wrong("not > PATH of a feature, with one of its words or none")
	path[++npaths] = $2
	path_row[npaths] = nrows
	path_value[npaths] = $3
	next
}

/^\t/ {
	text = substr($0, 2)
	if (nrows == 0 && ntiers == 0)
		wrong("a text of nothing")
	if (nrows == 0 && tier_title[ntiers] == "")
		tier_title[ntiers] = text
	else if (nrows == 0 && tier_about[ntiers] == "")
		tier_about[ntiers] = text
	else if (nrows > 0 && title[nrows] == "")
		title[nrows] = text
	else if (nrows > 0 && about[nrows] == "")
		about[nrows] = text
	else
		wrong("more than a title and a sentence")
	next
}

{ wrong("neither a tier, a row nor a text") }

function quoted(text)
{
	gsub(/["\\]/, "\\\\&", text)
	return "\"" text "\""
}

function null_or(text)
{
	return text == "" || text == "-" ? "NULL" : quoted(text)
}

# The value as the database writes it.
function plain(row, i,	v)
{
	v = value[row, i]
	if (kind[row] == "bool")
		return v == "yes" ? "true" : "false"
	return v
}

function print_tables(	i, j, head)
{
	print "/* Made from tier.list by tier.awk. */"
	print "static const struct tier tiers[] = {"
	for (i = 1; i <= ntiers; i++)
		print "\t{ " quoted(tier[i]) ", " quoted(tier_title[i]) \
		    ",\n\t    " quoted(tier_about[i]) " },"
	print "};"
	for (i = 1; i <= nrows; i++) {
		if (words[i] == 0)
			continue
		print "static const struct tier_word words_" key[i] "[] = {"
		for (j = 1; j <= words[i]; j++)
			print "\t{ " quoted(word[i, j]) ", " \
			    quoted(said[i, j]) " },"
		print "\t{ NULL, NULL }\n};"
	}
	print "static const struct tier_row rows[] = {"
	for (i = 1; i <= nrows; i++) {
		head = "\t{ " quoted(key[i]) ", TIER_" toupper(part[i]) \
		    ", TIER_" toupper(kind[i]) ", " most[i] ","
		print head
		print "\t    " quoted(title[i]) ", " quoted(about[i]) ", {"
		for (j = 1; j <= ntiers; j++)
			print "\t    " null_or(plain(i, j)) ","
		print "\t    }, " (words[i] ? "words_" key[i] : "no_words") \
		    " },"
	}
	print "};"
}

# Adds a piece of a statement, within 80 columns.
function put(piece)
{
	if (length(line) + 1 + length(piece) > 72) {
		print line
		line = "\t" piece
	} else
		line = line (line == "\t" || line ~ /\($/ ? "" : " ") piece
}

function sql_value(row, i,	v)
{
	v = plain(row, i)
	if (v == "-")
		return "NULL"
	if (kind[row] == "list")
		return "'{" v "}'"
	return kind[row] == "word" ? "'" v "'" : v
}

function print_features(i,	j, v, some, last)
{
	for (j = 1; j <= nrows; j++)
		if (part[j] == "feature")
			last = j
	for (j = 1; j <= nrows; j++) {
		if (part[j] != "feature")
			continue
		v = plain(j, i)
		if (kind[j] == "word")
			v = "\"" v "\""
		put((some++ ? "" : "'{") "\"" key[j] "\": " v \
		    (j == last ? "}')" : ","))
	}
}

function print_rows(	i, j)
{
	line = "INSERT INTO cameleer.plan (tier, position,"
	for (j = 1; j <= nrows; j++)
		if (part[j] != "feature")
			put(key[j] ",")
	put("features) VALUES")
	for (i = 1; i <= ntiers; i++) {
		print line
		line = "    ('" tier[i] "', " i ","
		for (j = 1; j <= nrows; j++)
			if (part[j] != "feature")
				put(sql_value(j, i) ",")
		print_features(i)
		line = line (i == ntiers ? ";" : ",")
	}
	print line
}

function told(row, i,	v, n)
{
	v = value[row, i]
	if ((row, v) in word_said)
		return word_said[row, v]
	if (v == "-")
		return "Unlimited"
	if (kind[row] == "bool")
		return v == "yes" ? "Yes" : "No"
	if (kind[row] == "days")
		return v " days"
	if (kind[row] == "bytes")
		return v / 1048576 " MiB"
	if (kind[row] == "milli")
		return v / 1000 " %"
	gsub(/,/, ", ", v)
	return v
}

# A list item of Markdown within 80 columns.
function print_wrapped(text,	m, i, list, out)
{
	m = split(text, list, " ")
	out = list[1]
	for (i = 2; i <= m; i++) {
		if (length(out) + 1 + length(list[i]) > 80) {
			print out
			out = "  " list[i]
		} else
			out = out " " list[i]
	}
	print out
}

function print_manual(	i, j, row)
{
	print "# Tiers\n"
	print "Made from `libshared/base/tier.list` by `make tiers`: what" \
	    " each plan\nincludes (M2.12)." \
	    " Operators set other limits and features" \
	    " for one tenant, by its\ncontract: `cameleerctl tenants" \
	    " set-limit`. What a plan lacks is refused with\n403" \
	    " `not_entitled`.\n"
	for (i = 1; i <= ntiers; i++)
		print_wrapped("- **" tier_title[i] "** (`" tier[i] "`): " \
		    tier_about[i])
	row = "\n| |"
	for (i = 1; i <= ntiers; i++)
		row = row " " tier_title[i] " |"
	print row
	row = "|---|"
	for (i = 1; i <= ntiers; i++)
		row = row "---|"
	print row
	for (j = 1; j <= nrows; j++) {
		row = "| " title[j] " |"
		for (i = 1; i <= ntiers; i++)
			row = row " " told(j, i) " |"
		print row
	}
	print "\n## What each row means\n"
	for (j = 1; j <= nrows; j++)
		print_wrapped("- **" title[j] "** (`" key[j] "`" \
		    (part[j] == "fact" ? ", by plan" : \
		    ", by plan or contract") "): " about[j])
	print "\n## Gated paths of a tenant's server\n"
	print "nginx and auth.fcgi refuse these paths below `/t/<tenant>`" \
	    " when the plan, or the\ncontract, does not include the feature;" \
	    " `*` is any part of a path. The longest\npath decides. Letters" \
	    " count alike in both cases and when they are encoded.\n"
	for (i = 1; i <= npaths; i++)
		print "- `" path[i] "`: " key[path_row[i]] \
		    (path_value[i] == "" ? "" : " (" path_value[i] ")")
}

function print_words(	i, j)
{
	print "{"
	for (i = 1; i <= ntiers; i++)
		print "\t" quoted(tier[i]) ": {\n\t\t\"title\": " \
		    quoted(tier_title[i]) ",\n\t\t\"about\": " \
		    quoted(tier_about[i]) "\n\t}" (i < ntiers ? "," : "")
	print "}"
}

# $cam_plain is decoded; no part of it is empty.
function pattern(text)
{
	gsub(/\*/, "[^/]+", text)
	return "~*^/t/[^/]+" text "(?:/|$)"
}

# The first regular expression that fits decides, so the longest are first.
function print_map(	i, depth, deepest, parts, list)
{
	print "# SPDX-License-Identifier: Apache-2.0\n#"
	print "# Made from libshared/base/tier.list by `make tiers`: the" \
	    " feature that a path of\n# a tenant's server needs, for" \
	    " auth.fcgi."
	print "map $cam_plain $cam_gate {\n\tdefault \"\";"
	for (i = 1; i <= npaths; i++) {
		parts[i] = split(path[i], list, "/")
		if (parts[i] > deepest)
			deepest = parts[i]
	}
	for (depth = deepest; depth > 0; depth--)
		for (i = 1; i <= npaths; i++)
			if (parts[i] == depth)
				print "\t\"" pattern(path[i]) "\" " \
				    key[path_row[i]] (path_value[i] == "" ? \
				    "" : "=" path_value[i]) ";"
	print "}"
}

END {
	if (failed)
		exit 1
	if (nrows == 0)
		wrong("no row")
	must_be_told()
	if (form == "h")
		print_tables()
	else if (form == "sql")
		print_rows()
	else if (form == "md")
		print_manual()
	else if (form == "json")
		print_words()
	else
		print_map()
}
