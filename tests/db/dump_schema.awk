# SPDX-License-Identifier: Apache-2.0
# Leaves of pg_dump's text what somebody reads: no banners, no settings, no
# owner but where it is not cameleer_owner, and a blank line only before a table
# or a function and where the kind of statement changes.

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
