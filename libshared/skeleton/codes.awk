# SPDX-License-Identifier: Apache-2.0
# Generates from codes.list, by options:
#   -v form=h      a sorted table for problem_code.c
#   -v form=md     docs/errors.md
#   -v form=json   web/src/lib/codes.json
#   -v form=html -v into=DIR   a page for each code, and an index
# A line must be complete: a code has a status, one title and an action.

function wrong(text)
{
	print FILENAME ":" FNR ": " text >"/dev/stderr"
	failed = 1
	exit 1
}

/^## / {
	section = substr($0, 4)
	next
}

/^#/ || /^[ \t]*$/ { next }

/^[a-z]/ {
	if (code != "" && action == "")
		wrong(code " does not say what to do")
	code = $1
	title = action = ""
	if (code !~ /^[a-z][a-z0-9_]*$/ || NF < 2)
		wrong("not CODE STATUS...")
	if (code in statuses)
		wrong(code " is there twice")
	for (i = 2; i <= NF; i++)
		if ($i !~ /^([45][0-9][0-9]|job|cli)$/)
			wrong(code ": " $i " is not a status")
	statuses[code] = $0
	sub(/^[^ ]* /, "", statuses[code])
	section_of[code] = section
	order[++n] = code
	next
}

/^\t/ {
	text = substr($0, 2)
	if (title == "") {
		if (text ~ /\.$/)
			wrong(code ": a title has no full stop")
		title = title_of[code] = text
	} else if (action == "") {
		if (text !~ /[.]$/)
			wrong(code ": what to do is whole sentences")
		action = action_of[code] = text
	} else
		wrong(code ": more than a title and what to do")
	next
}

{ wrong("neither a code nor a text") }

function c_text(text)
{
	gsub(/["\\]/, "\\\\&", text)
	return "\"" text "\""
}

function html_text(text)
{
	gsub(/&/, "\\&amp;", text)
	gsub(/</, "\\&lt;", text)
	gsub(/>/, "\\&gt;", text)
	while (match(text, /`[^`]*`/))
		text = substr(text, 1, RSTART - 1) "<code>" \
		    substr(text, RSTART + 1, RLENGTH - 2) "</code>" \
		    substr(text, RSTART + RLENGTH)
	return text
}

# Insertion sort: there are a few hundred codes, and POSIX awk cannot sort.
function sort_codes(	i, j, key)
{
	for (i = 2; i <= n; i++) {
		key = order[i]
		for (j = i - 1; j > 0 && order[j] > key; j--)
			order[j + 1] = order[j]
		order[j + 1] = key
	}
}

# Returns the HTTP statuses only, with a separator.
function http_of(code, separator,	list, m, i, out)
{
	m = split(statuses[code], list, " ")
	for (i = 1; i <= m; i++)
		if (list[i] ~ /^[0-9]/)
			out = out (out == "" ? "" : separator) list[i]
	return out
}

function print_header(	i)
{
	sort_codes()
	print "/* Made from codes.list by codes.awk. */"
	print "static const struct problem_code problem_codes[] = {"
	for (i = 1; i <= n; i++)
		print "\t{ " c_text(order[i]) ", " c_text(title_of[order[i]]) \
		    ", " c_text(action_of[order[i]]) ", " \
		    (http_of(order[i], "") == "" ? "false" : "true") " },"
	print "};"
}

# A list item of Markdown within 80 columns.
function print_wrapped(text,	m, i, list, line)
{
	m = split(text, list, " ")
	line = list[1]
	for (i = 2; i <= m; i++) {
		if (length(line) + 1 + length(list[i]) > 80) {
			print line
			line = "  " list[i]
		} else
			line = line " " list[i]
	}
	print line
}

function print_manual(	i, last)
{
	print "# Errors\n"
	print "Made from `libshared/skeleton/codes.list` by `make codes`. A" \
	    " failed request is\nanswered by a problem document (RFC 9457):" \
	    " `code` is stable, `detail` says what\nwas wrong this time," \
	    " `request_id` finds the line in the log. \"job\" is a code\n" \
	    "that an operation ends with, \"cli\" one that" \
	    " `cameleerctl` prints."
	for (i = 1; i <= n; i++) {
		if (section_of[order[i]] != last)
			print "\n## " (last = section_of[order[i]]) "\n"
		print_wrapped("- `" order[i] "` (" statuses[order[i]] "): " \
		    title_of[order[i]] ". " action_of[order[i]])
	}
}

# For the console: the codes of requests and operations.
function print_words(	i, some)
{
	sort_codes()
	print "{"
	for (i = 1; i <= n; i++) {
		if (statuses[order[i]] == "cli")
			continue
		printf "%s\t\"%s\": {\n\t\t\"title\": %s,\n" \
		    "\t\t\"action\": %s\n\t}", some++ ? ",\n" : "", order[i], \
		    c_text(title_of[order[i]]), c_text(action_of[order[i]])
	}
	print "\n}"
}

function page_head(file, title)
{
	print "<!doctype html>\n<html lang=\"en\">\n<head>\n" \
	    "<meta charset=\"utf-8\">\n<meta name=\"viewport\" " \
	    "content=\"width=device-width\">\n<title>" title \
	    "</title>\n<link rel=\"stylesheet\" " \
	    "href=\"/problems/page.css\">\n" \
	    "</head>\n<body>\n<main>" >file
}

function page_foot(file)
{
	print "</main>\n</body>\n</html>" >file
	close(file)
}

function print_page(code,	file)
{
	file = into "/" code ".html"
	page_head(file, html_text(title_of[code]))
	print "<p class=\"code\"><code>" code "</code> " \
	    http_of(code, ", ") "</p>\n<h1>" html_text(title_of[code]) \
	    "</h1>\n<p>" html_text(action_of[code]) "</p>\n" \
	    "<p><a href=\"/problems/\">All errors</a></p>" >file
	page_foot(file)
}

function print_index(	file, i, last)
{
	file = into "/index.html"
	page_head(file, "Errors")
	print "<h1>Errors</h1>" >file
	for (i = 1; i <= n; i++) {
		if (section_of[order[i]] != last)
			print (last == "" ? "" : "</dl>\n") "<h2>" \
			    html_text(last = section_of[order[i]]) \
			    "</h2>\n<dl>" >file
		print "<dt><a href=\"/problems/" order[i] "\"><code>" \
		    order[i] "</code></a></dt>\n<dd>" \
		    html_text(title_of[order[i]]) "</dd>" >file
	}
	print "</dl>" >file
	page_foot(file)
}

END {
	if (failed)
		exit 1
	if (n == 0 || action == "")
		wrong("the list has no end")
	if (form == "h")
		print_header()
	else if (form == "md")
		print_manual()
	else if (form == "json")
		print_words()
	else if (form == "html") {
		for (i = 1; i <= n; i++)
			print_page(order[i])
		print_index()
	}
}
