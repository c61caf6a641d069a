# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# TAP for a part: each test is a command, which passes when its exit status is
# 0; the output of a failed command is shown.  A part ends with check_end.

checks=0 checks_failed=0

# check NAME COMMAND...
check() {
	_check=$1
	shift
	checks=$((checks + 1))
	if _said=$("$@" 2>&1); then
		echo "ok $checks - $_check"
	else
		echo "not ok $checks - $_check"
		printf '%s\n' "$_said" | head -n 40 | sed 's/^/# /'
		checks_failed=$((checks_failed + 1))
	fi
}

# says WANT COMMAND...: its output, with standard error, contains WANT
says() {
	_want=$1
	shift
	_all=$("$@" 2>&1)
	case $_all in
	*"$_want"*) ;;
	*)
		printf 'wanted: %s\nsaid: %s\n' "$_want" "$_all"
		return 1
		;;
	esac
}

# exits STATUS COMMAND...
exits() {
	_want=$1
	shift
	"$@"
	_is=$?
	[ $_is -eq "$_want" ] || {
		echo "exit status $_is, wanted $_want"
		return 1
	}
}

# is WANT COMMAND...: its standard output is exactly WANT
is() {
	_want=$1
	shift
	_all=$("$@") || return 1
	[ "$_all" = "$_want" ] || {
		printf 'is     %s\nwanted %s\n' "$_all" "$_want"
		return 1
	}
}

check_end() {
	echo "1..$checks"
	[ "$checks_failed" -eq 0 ] && [ "$checks" -gt 0 ]
}
