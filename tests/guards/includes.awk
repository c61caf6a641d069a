# SPDX-License-Identifier: Apache-2.0
# Called by check_includes.sh with all files of libshared and modules: says
# what is wrong with their includes, each line "bad TEXT", and prints the
# arrows between folders, each line "arrow FROM TO".
#
# -v storeys="base ..."  from the ground up
# -v may_call="jobs ..." folders of a module that may include a peer
# -v peers="DIR ..."     folders with a DIR/PEER_call.h
BEGIN {
	n = split(storeys, list, " ")
	for (i = 1; i <= n; i++)
		storey[list[i]] = i
	n = split(may_call, list, " ")
	for (i = 1; i <= n; i++)
		caller[list[i]] = 1
	n = split(peers, list, " ")
	for (i = 1; i <= n; i++)
		peer[list[i]] = 1
}

function folder_of(path)
{
	sub(/\/[^\/]*$/, "", path)
	return path
}

function last_of(path)
{
	sub(/.*\//, "", path)
	return path
}

function bad(text)
{
	print "bad " FILENAME text
}

# In libshared: nothing from a higher storey, nothing of a module.
function shared_include(header,		ours, theirs)
{
	if (header ~ /^(config\.h|data\/.*\.h|templates\/.*\.h)$/)
		return
	ours = last_of(folder)
	theirs = last_of(folder_of(header))
	if (header !~ /^libshared\/[a-z]+\//) {
		bad(" includes " header ", from above")
		return
	}
	print "arrow " folder " libshared/" theirs
	if (!(theirs in storey) || storey[theirs] > storey[ours])
		bad(" (" ours ") includes " header " (" theirs "), from above")
}

# In a module: libshared and its own files; only some folders may include a
# peer.
function module_include(header,		ours, theirs, module)
{
	if (header ~ /^(config\.h|data\/.*\.h|templates\/.*\.h)$/)
		return
	theirs = folder_of(header)
	split(folder, list, "/")
	module = "modules/" list[2]
	if (theirs ~ /^libshared\//) {
		print "arrow " module " " theirs
		return
	}
	if (index(header, module "/") != 1) {
		bad(" includes " header " of another house, or without its " \
		    "folder")
		return
	}
	if (theirs == folder)
		return
	# A module's own headers are below its folders, its own sources above
	# them.
	ours = folder == module && FILENAME ~ /\.c$/ ? module "/main" : folder
	print "arrow " ours " " theirs
	if (!(theirs in peer))
		return
	if (header ~ /_call\.h$/)
		bad(" includes " header ", which is private to " theirs)
	if (!(last_of(folder) in caller))
		bad(" includes " header ": only " may_call " ask a peer")
}

FNR == 1 {
	if (NR > 1 && !configured)
		bad_first(last_file)
	folder = folder_of(FILENAME)
	last_file = FILENAME
	configured = FILENAME !~ /\.c$/
	first = 1
	shared = FILENAME ~ /^libshared\//
	if (shared && (FILENAME !~ /^libshared\/[^\/]*\/[^\/]*$/ ||
	    !(last_of(folder) in storey))) {
		bad(" stands on no storey")
		nextfile
	}
}

function bad_first(file)
{
	print "bad " file " does not include config.h first"
}

/^#include/ {
	if (first && /^#include "config\.h"/)
		configured = 1
	first = 0
}

/^#include "/ {
	header = $0
	sub(/^#include "/, "", header)
	sub(/".*/, "", header)
	if (header ~ /\.c$/)
		bad(" includes a .c file")
	else if (shared)
		shared_include(header)
	else
		module_include(header)
	if (folder in peer && header ~ /(\/sql\.h|\.sql\.h)$/)
		bad(" is of a peer and knows SQL")
}

END {
	if (!configured)
		bad_first(last_file)
}
