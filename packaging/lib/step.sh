# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# Steps: a line each with its time; on failure the last lines of its log and
# what to do.  A step <id> is a function step_<id>; label_<id> prints what it
# is called and hint_<id>, where there is one, what to do when it fails.
# A step runs in a subshell with its output in a log.  What it wants to keep it
# writes to a file (see state.sh); what people should see goes to fd 3.

step_total=0
step_number=0

now_ms() {
	date +%s%3N
}

seconds() {
	printf '%d.%d' $(($1 / 1000)) $(($1 % 1000 / 100))
}

# Prints a line for people, from inside a step.
say() {
	[ -e "$state/log/said" ] || printf '\n' >&3
	: >"$state/log/said"
	printf '        %s\n' "$*" >&3
}

die() {
	printf '%s: %s\n' "${program:-cameleer}" "$*" >&2
	exit 1
}

has_function() {
	command -v "$1" >/dev/null 2>&1
}

step_failed() {
	_id=$1 _log=$2 _hint=
	{
		printf '\nThe step "%s" failed. ' "$_id"
		printf 'The last lines of %s:\n\n' "$_log"
		tail -n 25 "$_log" | sed 's/^/    /'
		if has_function "hint_$_id"; then
			_hint=$("hint_$_id") || _hint=
		fi
		printf '\nWhat to do: %s\n' "${_hint:-mend what the log says.}"
		printf 'Then run the same command again: '
		printf 'finished steps are reused.\n'
	} >&2
}

# Runs one step.  Must not be called where the shell ignores "set -e".
step() {
	_id=$1
	step_number=$((step_number + 1))
	_log=$state/log/step-$_id.log
	_label=$("label_$_id")
	printf '[%2d/%d] %s … ' "$step_number" "$step_total" "$_label" >&3
	_began=$(now_ms)
	rm -f "$state/log/said"
	set +e
	(
		set -e
		"step_$_id"
	) >"$_log" 2>&1
	_rc=$?
	set -e
	_took=$(($(now_ms) - _began))
	[ ! -e "$state/log/said" ] || printf '        ' >&3
	rm -f "$state/log/said"
	if [ "$_rc" -ne 0 ]; then
		printf 'FAILED after %s s\n' "$(seconds "$_took")" >&3
		step_failed "$_id" "$_log"
		exit 1
	fi
	printf '%s s\n' "$(seconds "$_took")" >&3
	printf '%s\t%s\n' "$_id" "$(seconds "$_took")" >>"$state/log/steps.new"
	state_env
}

steps() {
	step_total=$#
	: >"$state/log/steps.new"
	for _step in "$@"; do
		step "$_step"
	done
	mv "$state/log/steps.new" "$state/log/steps"
}

# wait_for SECONDS WHAT COMMAND...: waits until COMMAND succeeds.  CAMELEER_SLOW
# multiplies the seconds, for services under valgrind and the like.
wait_for() {
	_deadline=$(($(now_ms) + $1 * 1000 * ${CAMELEER_SLOW:-1})) _what=$2
	shift 2
	until "$@" >/dev/null 2>&1; do
		if [ "$(now_ms)" -gt "$_deadline" ]; then
			echo "not ready in time: $_what" >&2
			return 1
		fi
		sleep 0.1
	done
}
