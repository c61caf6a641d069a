# SPDX-License-Identifier: Apache-2.0
# Keeps of pg_dump's output what people read: no banners, no settings, no owner
# unless it differs from cameleer_owner, and a blank line only before a table or
# a function and where the kind of statement changes.  Minor releases after
# 15.18 print "AS" before the alias of a table that is changed; it is left out
# here, as 15.18 does.

BEGIN {
	print "-- SPDX-License-Identifier: Apache-2.0"
	print "-- Made by tests/db/dump_schema.sh from the migrations:"
	print "-- to read and to compare, not to run."
}

!open && (/^--/ || /^$/ || /^\\/ || /^SET / || /^SELECT pg_catalog/ ||
    / OWNER TO cameleer_owner;$/) { next }

!open {
	kind = /^(GRANT|REVOKE) / ? "GRANT" : $1 " " $2
	if ((kind != last && !/ OWNER TO /) ||
	    kind ~ /^CREATE (TABLE|FUNCTION)$/)
		print ""
	last = kind
}

atomic && match($0, /(UPDATE|DELETE FROM) [a-z_.]+ AS /) {
	end = RSTART + RLENGTH
	$0 = substr($0, 1, end - 5) substr($0, end - 1)
}

{
	print
	if (gsub(/\$_?\$/, "&") % 2)
		quoted = !quoted
	if (/BEGIN ATOMIC$/)
		atomic = 1
	open = quoted || atomic || !/;$/
	if (atomic && /^END;?$/) {
		atomic = 0
		open = !/;$/
	}
}
