# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# A figure: pairs of measurements, ours and a limit in turn, so that other load
# on the machine affects both; medians of each side, and of the ratios.
#
# Needs $work, a directory.  Sets $missed when a goal was missed.

missed=

# median FILE
median() {
	sort -g "$1" | awk '{ v[NR] = $1 }
	    END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR/2] + v[NR/2+1]) / 2 }'
}

# measure SIDE FUNCTION: appends one number
measure() {
	"$2" >>"$work/$1" || die "$2 could not be measured"
}

# pairs N OURS BASELINE: two functions that print a number each; each goes
# first every other time
pairs() {
	: >"$work/ours"
	: >"$work/baseline"
	_i=0
	while [ $_i -lt "$1" ]; do
		[ $((_i % 2)) = 0 ] || measure baseline "$3"
		measure ours "$2"
		[ $((_i % 2)) = 1 ] || measure baseline "$3"
		_i=$((_i + 1))
	done
}

# Prints the share of the machine that others use while we do nothing, in
# percent.
noise() {
	{
		grep '^cpu ' /proc/stat
		sleep 1
		grep '^cpu ' /proc/stat
	} | awk '{
		idle = $5 + $6 - idle
		busy = $2 + $3 + $4 + $7 + $8 + $9 - busy
	    }
	    END { printf "%.0f\n", 100 * busy / (busy + idle) }'
}

# quiet_pairs N OURS BASELINE: also measures the noise before and after; keeps
# the larger
quiet_pairs() {
	noise >"$work/noise"
	pairs "$@"
	noise >>"$work/noise"
	noise=$(sort -n "$work/noise" | tail -n 1)
}

# figure NAME UNIT [FIELD OPERATOR LIMIT [NOISE]]: prints the line of the last
# pairs.  The goal is about a field, ours or ratio.  An absolute one holds for
# a quiet machine: with NOISE above 10 % it is shown, and not judged.
figure() {
	paste "$work/ours" "$work/baseline" |
	    awk '{ print $1 / $2 }' >"$work/ratio"
	_name=$1 _unit=$2
	shift 2
	_goal=$(awk -v name="$_name" -v unit="$_unit" -v field="${1:-}" \
	    -v op="${2:-}" -v limit="${3:-0}" -v noise="${4:-0}" \
	    -v ours="$(median "$work/ours")" \
	    -v baseline="$(median "$work/baseline")" \
	    -v ratio="$(median "$work/ratio")" '
	    BEGIN {
		printf ratio < 0.1 ? "%s ratio=%.4f" : "%s ratio=%.2f",
		    name, ratio
		printf " ours=%g baseline=%g unit=%s", ours, baseline, unit
		if (field == "") { print ""; exit }
		value = field == "ratio" ? ratio : ours
		good = op == "<=" ? value <= limit : value >= limit
		said = good ? "met" : noise > 10 ? "unjudged" : "missed"
		printf " goal=%s%s%s result=%s", field, op, limit, said
		if (noise > 10) printf " noise=%d%%", noise
		print ""
		exit said == "missed"
	    }') || missed="$missed $_name"
	echo "$_goal"
}

# statement FILE NAME VALUE...: the named query with $1, $2, ... replaced, for
# pgbench, to which a colon in a literal would be a variable.
statement() {
	_file=$1 _query=$2
	shift 2
	awk -v name="$_query" -v values="$(printf '%s\n' "$@")" '
	    BEGIN { n = split(values, value, "\n") }
	    /^-- [a-z_]+ :/ { inside = $2 == name; next }
	    !inside || /^--/ || /^$/ { next }
	    {
		while (match($0, /\$[0-9]+/)) {
			i = substr($0, RSTART + 1, RLENGTH - 1)
			$0 = substr($0, 1, RSTART - 1) value[i] \
			    substr($0, RSTART + RLENGTH)
		}
		if (gsub(/:MI/, "\\x3AMI") + gsub(/:SS/, "\\x3ASS") > 0)
			sub(/\047YYYY/, "E\047YYYY")
		print
	    }' "$_file"
}
