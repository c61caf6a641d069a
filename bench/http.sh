# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# Figures about requests.

SECONDS_EACH=${BENCH_SECONDS:-2}
PAIRS=${BENCH_PAIRS:-5}

# wrk_rate SCRIPT URL: prints requests per second; all must succeed
wrk_rate() {
	BENCH_SECRET=$state/secret wrk -t 1 -c "$CLIENTS" -d "$SECONDS_EACH" \
	    --latency -s "$top/bench/wrk/$1.lua" "$2" >"$work/wrk" || return 1
	if grep -qE '^ *(Non-2xx|Socket errors)' "$work/wrk"; then
		cat "$work/wrk" >&2
		die "not all requests of $1 to $2 were answered well"
	fi
	awk '/^Requests\/sec:/ { print $2 }' "$work/wrk"
}

# wrk_latency PERCENT: prints milliseconds of the last wrk_rate
wrk_latency() {
	awk -v percent="$1%" '$1 == percent {
		unit = $2 ~ /us$/ ? 0.001 : $2 ~ /ms$/ ? 1 : 1000
		printf "%.3f\n", $2 * unit
	}' "$work/wrk"
}

# pgbench_rate ROLE SCRIPT: prints transactions per second, with as many
# sessions as the responder has
pgbench_rate() {
	# shellcheck disable=SC2046
	"$PG_BIN/pgbench" -h "$state/run/pg" -p "$PORT_PG" -U "cameleer_$1" -n \
	    -M prepared $(tr ' ' '\n' <"$work/claims" | sed 's/^/-D /') \
	    -f "$2" -c "$CHILDREN" -j 1 -T "$SECONDS_EACH" cameleer \
	    >"$work/pgbench" 2>&1 || {
		cat "$work/pgbench" >&2
		die "pgbench"
	}
	awk '/^tps = / { print $3 }' "$work/pgbench"
}

begin_statement() {
	statement "$top/libshared/skeleton/authn.sql" request_begin \
	    :session :account :tenant NULL
}

proxy_checked() {
	wrk_rate bearer "$(base_url)/t/demo/api/v1/health"
}

proxy_plain() {
	wrk_rate bearer "https://localhost:$PORT_PLAIN/api/v1/health"
}

proxy_kept() {
	wrk_rate bearer "https://localhost:$PORT_KEPT/api/v1/health"
}

bench_tenant_proxy() {
	quietly wait_for 20 "a group for demo" proxy_has_group
	sleep 1
	pairs "$PAIRS" proxy_checked proxy_plain
	figure tenant_proxy requests/s ratio '>=' 0.95
	pairs "$PAIRS" proxy_checked proxy_kept
	figure tenant_proxy_kept requests/s ratio '>=' 0.8
}

get_script() {
	{
		echo 'BEGIN READ ONLY;'
		begin_statement
		statement "$top/modules/tenants/tenants.sql" tenant_get
		echo 'COMMIT;'
	} >"$work/get.sql"
}

get_nginx() {
	wrk_rate bearer "$(base_url)/api/tenants/current"
}

get_fastcgi() {
	"$build/bench/fcgi_load" "$state/sock/tenants.sock" "$CLIENTS" \
	    "$SECONDS_EACH" CAM_METHOD=GET CAM_PATH=/api/tenants/current \
	    CAM_REQUEST_ID=bench CAM_CLIENT_IP=127.0.0.1 \
	    "HTTP_AUTHORIZATION@$state/secret/bearer"
}

get_pgbench() {
	pgbench_rate tenants "$work/get.sql"
}

bench_get_authenticated() {
	get_script
	pairs "$PAIRS" get_nginx get_pgbench
	figure get_authenticated requests/s ratio '>=' 0.7
}

# The goal is about the responder and its database: wrk and TLS on both sides of
# nginx would take a third of the two cores from them.
bench_get_fastcgi() {
	get_script
	quiet_pairs "$PAIRS" get_fastcgi get_pgbench
	figure get_fastcgi requests/s ours '>=' 6000 "$noise"
}

# The database part of a request with an audit row.
post_script() {
	{
		echo 'BEGIN;'
		begin_statement
		statement "$top/modules/apps/quota.sql" quota_lock
		statement "$top/modules/apps/apps.sql" app_insert \
		    'gen_random_uuid()' "('p' || gen_random_uuid())" "'Bench'"
		statement "$top/modules/apps/quota.sql" quota_apps
		statement "$top/libshared/skeleton/audit.sql" audit_insert \
		    'gen_random_uuid()' "'account'" "'app.create'" "'app'" \
		    'gen_random_uuid()' NULL \
		    "'{\"client_ip\":\"127.0.0.1\"}'" "'done'" NULL \
		    "'{\"name\":\"bench\"}'" \
		    "'0123456789abcdef0123456789abcdef'" "'apps'"
		echo 'COMMIT;'
	} >"$work/post.sql"
}

# Each run begins without applications: the plan's limit counts them.
post_forget() {
	superuser_sql cameleer <<-SQL
		UPDATE cameleer.plan SET max_apps = 1000000;
		DELETE FROM cameleer.application WHERE name ~ '^[bp][0-9a-f-]+$';
	SQL
}

# So many tenants with a licence each, which ask with the same token.
poll_tenants() {
	_digest=$(printf %s "$BENCH_BOOTSTRAP" | b2sum -l 256 | cut -d ' ' -f 1)
	superuser_sql cameleer <<-SQL
		SET search_path = cameleer;
		INSERT INTO tenant (id, slug, name, tier, state, created_by)
		SELECT gen_random_uuid(), 'poll' || n, 'Poll', 'mid', 'active',
		    gen_random_uuid() FROM generate_series(1, $1) n;
		INSERT INTO tenant_secret (tenant_id, name, box, digest)
		SELECT id, 'bootstrap-token', 'box', '$_digest' FROM tenant
		WHERE slug ~ '^poll[0-9]+\$';
		INSERT INTO license (tenant_id, version, tier, state,
		    valid_until, grace_until, token, file)
		SELECT id, v, 'mid', 'active', now() + interval '30 days',
		    now() + interval '37 days', repeat('t', 1500),
		    repeat('f', 700) FROM tenant, generate_series(1, 12) v
		WHERE slug ~ '^poll[0-9]+\$';
		ANALYZE tenant, tenant_secret, license;
	SQL
}

# poll_slowest TENANTS: prints the slowest of a hundred polls
poll_slowest() {
	BENCH_TENANTS=$1
	export BENCH_TENANTS BENCH_BOOTSTRAP
	wrk_rate poll "$(base_url)" >>"$work/rate$1"
	wrk_latency 99
}

poll_many() {
	poll_slowest 1000
}

poll_few() {
	poll_slowest 10
}

# A storm: every server of a thousand tenants asks as fast as it is answered.
bench_license_poll() {
	BENCH_BOOTSTRAP=bootstrap-token-of-the-benchmark
	poll_tenants 1000
	pairs "$PAIRS" poll_many poll_few
	figure license_poll_p99 ms ratio '<=' 1.5
	echo "# license_poll: $(median "$work/rate1000") polls/s"
}

post_nginx() {
	post_forget
	BENCH_ROUND=$(now_ms)
	export BENCH_ROUND
	wrk_rate create "$(base_url)/api/apps"
	wrk_latency 99 >>"$work/p99"
	wrk_latency 50 >>"$work/p50"
}

post_pgbench() {
	post_forget
	pgbench_rate apps "$work/post.sql"
}

bench_audited_post() {
	post_script
	rm -f "$work/p99" "$work/p50"
	pairs "$PAIRS" post_nginx post_pgbench
	figure audited_post requests/s ratio '>=' 0.9
	mv "$work/p99" "$work/ours"
	mv "$work/p50" "$work/baseline"
	figure audited_post_p99 ms ratio '<=' 3
}

login_nginx() {
	wrk_rate login "$(base_url)/api/auth/login"
}

login_hashes() {
	"$build/bench/hash_load" "$CHILDREN" "$SECONDS_EACH"
}

bench_login() {
	quiet_pairs "$PAIRS" login_nginx login_hashes
	figure login logins/s ours '>=' 40 "$noise"
}
