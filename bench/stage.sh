# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# The stage of the figures: the platform of the tests, an active tenant whose
# server is a tiny nginx, accounts to sign in with, and a plain proxy.

CLIENTS=4		# connections of a load generator
CHILDREN=2		# of a responder: its sessions in the database
ACCOUNTS=16

# The functions of the quickstart as this shell's own, with their output in
# the log: a failure shows its end.
quietly() {
	"$@" >"$work/log" 2>&1 || {
		tail -n 20 "$work/log" >&2
		die "failed: $*"
	}
}

bench_nginx() {
	service_start "$1" TERM 10 "$(id -u www-data)" "$(id -g www-data)" - \
	    nginx -c "$work/$1.conf" \
	    -g "daemon off; pid $state/nginx/tmp/body/$1.pid; error_log stderr;"
}

nginx_temp() {
	for _kind in client_body proxy fastcgi uwsgi scgi; do
		echo "${_kind}_temp_path $state/nginx/tmp/body/$_kind.$1;"
	done
}

# A tenant's server that costs almost nothing, so that it is not the limit.
upstream_start() {
	write_if_changed "$work/upstream.conf" 0644 <<-CONF
		worker_processes 1;
		events { worker_connections 2048; }
		http {
			access_log off;
			$(nginx_temp upstream)
			server {
				listen 127.0.0.1:$PORT_UPSTREAM;
				default_type application/json;
				location / { return 200 '{"status":"UP"}'; }
			}
		}
	CONF
	bench_nginx upstream
}

# plain NAME PORT [DIRECTIVE...]: nothing but TLS and proxy_pass, which sends
# to a group with these besides its server, and this.
plain() {
	_plain=$1 _port=$2 _group=${3:-} _pass=${4:-}
	write_if_changed "$work/$_plain.conf" 0644 <<-CONF
		worker_processes auto;
		events { worker_connections 2048; }
		http {
			access_log $state/nginx/tmp/body/$_plain.log;
			$(nginx_temp "$_plain")
			ssl_protocols TLSv1.3;
			ssl_certificate $state/tls/server.pem;
			ssl_certificate_key $state/tls/server.key;
			upstream server {
				server 127.0.0.1:$PORT_UPSTREAM;
				$_group
			}
			server {
				listen 127.0.0.1:$_port ssl http2;
				location /put/ {
					alias $state/nginx/tmp/body/put/;
					client_max_body_size 256m;
					dav_methods PUT;
				}
				location / {
					$_pass
					proxy_pass http://server;
				}
			}
		}
	CONF
	bench_nginx "$_plain"
}

# The baselines: a connection for each request, and kept ones.
plain_start() {
	plain plain "$PORT_PLAIN"
	plain kept "$PORT_KEPT" "keepalive 8;" \
	    'proxy_http_version 1.1; proxy_set_header Connection "";'
}

# nginx reloads when it has a new group: not while something is measured.
proxy_has_group() {
	curl -sf --noproxy '*' --cacert "$state/tls/ca.pem" -o /dev/null \
	    -H "Authorization: $(cat "$state/secret/bearer")" \
	    "$(base_url)/t/demo/api/v1/health" &&
	    grep -q '"demo 127.0.0.1:' "$state/nginx/groups/groups.conf"
}

# Without an engine the tenant would stay on its way.
tenant_activate() {
	superuser_sql cameleer <<-SQL
		SET search_path = cameleer;
		UPDATE operation SET state = 'done', finished_at = now(),
		    attempt = attempt + 1;
		UPDATE tenant SET state = 'active';
		INSERT INTO tenant_endpoint
		SELECT id, '127.0.0.1:$PORT_UPSTREAM' FROM tenant
		ON CONFLICT (tenant_id) DO UPDATE
		SET upstream = excluded.upstream;
		INSERT INTO account (id, email, name, password_hash,
		    verified_at)
		SELECT gen_random_uuid(), 'bench' || n || '@example.test',
		    'Benno Bench', a.password_hash, now()
		FROM account a, generate_series(1, $ACCOUNTS) n
		WHERE a.email = 'owner@example.test';
	SQL
}

# The claims of the token, as variables of the statements.
token_claims() {
	sign_in owner demo
	printf 'Bearer %s\n' "$(cat "$state/secret/owner.token")" \
	    >"$state/secret/bearer"
	jq -rR 'split(".")[1] | gsub("-"; "+") | gsub("_"; "/") | @base64d |
	    fromjson | "session=\(.sid) account=\(.sub) tenant=\(.tid)"' \
	    <"$state/secret/owner.token" >"$work/claims"
}

passwords() {
	: >"$state/secret/pgpass"
	for _login in tenants apps; do
		printf '*:*:*:cameleer_%s:%s\n' $_login \
		    "$(cat "$state/cred/$_login/db.pass")" \
		    >>"$state/secret/pgpass"
	done
	chmod 0600 "$state/secret/pgpass"
	PGPASSFILE=$state/secret/pgpass
	PGOPTIONS='-c search_path=cameleer -c TimeZone=UTC -c DateStyle=ISO'
	export PGPASSFILE PGOPTIONS
}

# The worker runs only while accounts are made; afterwards the machine is quiet.
stage() {
	umask 022
	stack database keys mail web nginx responders worker owner
	service_stop worker
	work=$state/bench
	mkdir -p "$work"
	state_set PORT_UPSTREAM "$(port_free 18500)"
	state_set PORT_PLAIN "$(port_free 18501)"
	state_set PORT_KEPT "$(port_free 18502)"
	quietly upstream_start
	quietly plain_start
	quietly tenant_activate
	quietly token_claims
	passwords
}
