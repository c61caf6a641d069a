# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# Figures about processes: memory at rest, and time to the first answer.

STARTS=${BENCH_STARTS:-9}

# A settings file with its own socket directory: running responders keep theirs.
start_settings() {
	own_dir "$work/sock" root www-data 3770
	sed "s,^run_dir = .*,run_dir = $work/sock," \
	    "$state/conf/cameleer.conf" | write_if_changed \
	    "$work/cameleer.conf" 0644
}

# From exec to the first 200 of /api/<module>/ready
start_ours() {
	_uid=$(module_uid "$module")
	"$build/bench/start_time" "$work/sock/$module.sock" \
	    "/api/$module/ready" setpriv --reuid "$_uid" --regid "$_uid" \
	    --groups "$(id -g www-data)" --no-new-privs env -i \
	    CREDENTIALS_DIRECTORY="$state/cred/$module" \
	    "$state/bin/$module.fcgi" -c "$work/cameleer.conf" \
	    2>>"$work/start.log"
}

# The least program that asks the same question: connect, ask, end.
start_psql() {
	"$build/bench/start_time" - - setpriv --clear-groups \
	    "$PG_BIN/psql" -X -q -A \
	    -t -o /dev/null -h "$state/run/pg" -p "$PORT_PG" \
	    -U cameleer_tenants -c 'SELECT count(*) FROM migration' cameleer
}

bench_start_to_ready() {
	start_settings
	for module in $MODULES; do
		pairs "$STARTS" start_ours start_psql
		figure "start_to_ready_$module" ms ours '<=' 300
	done
}

# netguard in its own network, so that it does not change the machine's rules.
netguard_apart() {
	service_inside='unshare --net'
	service_start netguard TERM 10 0 0 - "$state/bin/cameleer-netguard" \
	    -c "$state/conf/cameleer.conf"
	service_inside=
	wait_for 15 netguard grep -q '"event":"ready"' \
	    "$state/log/netguard.log"
}

# process_tree PID: prints it and its children
process_tree() {
	echo "$1"
	pgrep -P "$1" || :
}

# sum_kb FIELD PID...: of smaps_rollup, in MiB
sum_mib() {
	_field=$1
	shift
	for _pid in "$@"; do
		echo "/proc/$_pid/smaps_rollup"
	done | xargs awk -v field="$_field:" '$1 == field { kb += $2 }
	    END { printf "%.1f\n", kb / 1024 }'
}

# As many sessions as ours hold in the database, by a program that does no
# more than that: psql, waiting for its input.
sessions_start() {
	_n=$(((5 + 1) * CHILDREN))
	mkfifo "$work/silence"
	exec 8<>"$work/silence"
	sessions=
	while [ $_n -gt 0 ]; do
		"$PG_BIN/psql" -X -q -h "$state/run/pg" -p "$PORT_PG" \
		    -U cameleer_tenants cameleer <&8 >/dev/null 2>&1 &
		sessions="$sessions $!"
		_n=$((_n - 1))
	done
	sleep 1
}

sessions_stop() {
	# shellcheck disable=SC2086
	kill $sessions
	exec 8>&-
}

our_pids() {
	for _process in $MODULES worker netguard; do
		read -r _main _ <"$state/run/$_process.main"
		process_tree "$_main"
	done
}

memory_ours() {
	# shellcheck disable=SC2046
	sum_mib "${1:-Pss}" $(our_pids)
}

memory_sessions() {
	# shellcheck disable=SC2086
	sum_mib Pss $sessions
}

# After everything else: at rest, but not fresh.
all_at_rest() {
	quietly netguard_apart
	quietly worker_start
	for module in $MODULES; do
		quietly warm "$module"
	done
}

bench_memory_at_rest() {
	all_at_rest
	sessions_start
	pairs 3 memory_ours memory_sessions
	sessions_stop
	figure memory_at_rest MiB ours '<=' 32
	# for who measures otherwise: a page once, whoever shares it; and a
	# page once for each process that has it
	# shellcheck disable=SC2046
	echo "# memory_at_rest: $(our_pids | wc -l) processes," \
	    "$(python3 "$top/bench/frames.py" $(our_pids)) MiB of frames," \
	    "sum of RSS $(memory_ours Rss) MiB"
}

# Each child has answered once, so that it has touched the memory that it uses.
warm() {
	_n=0
	while [ $_n -lt 20 ]; do
		https_get "/api/$1/ready"
		_n=$((_n + 1))
	done
}
