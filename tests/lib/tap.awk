# SPDX-License-Identifier: Apache-2.0
#
# tap.awk -v status=N -v result=FILE: counts TAP, shows what failed and the
# comments that follow it, writes "passed failed" to result.
#
# Also counted as failed: a skipped test, a test marked as to be done, a plan
# with more tests than ran, a bail-out, a program that failed without naming a
# test, and a tier that tested nothing.

function bad(text) {
	failed++
	print "  not ok - " text
}

/^not ok/ {
	tests++
	failed++
	showing = shown = 1
	print "  " $0
	next
}

/^ok/ {
	tests++
	showing = 0
	if (tolower($0) ~ /# *(skip|todo)/) {
		failed++
		print "  skipped: " $0
	} else
		passed++
	next
}

/^1\.\.[0-9]+/ {
	planned += substr($1, 4)
	plans++
	showing = 0
	next
}

/^Bail out!/ {
	bad($0)
	next
}

{
	last[NR % 25] = $0
}

/^# time: / {
	next
}

/^ *#/ && showing {
	print "  " $0
}

END {
	passed += 0
	failed += 0
	# some programs of a tier may have a plan, others not
	if (plans && planned > tests)
		bad("planned " planned " tests, ran " tests)
	if (status != 0 && failed == 0)
		bad("ended with status " status)
	if (tests == 0 && failed == 0)
		bad("ran no test")
	if (status != 0 && !shown) {
		print "  its last lines:"
		for (i = NR - 24; i <= NR; i++)
			if (i > 0 && (i % 25) in last)
				print "    " last[i % 25]
	}
	print passed, failed > result
}
