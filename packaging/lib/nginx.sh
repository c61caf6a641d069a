# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# nginx: copies the tree's nginx/ next to rendered files, site.conf for people
# and inside-site.conf for containers, which hold every path, port and address.
# nginx runs as www-data, the masters as well: they use no port below 1024, and
# that user can read the key.

# NGINX_UNLIMITED (for tests): an address without limits on requests, or none.
nginx_configure() {
	own_dir "$state/nginx" root www-data 0755
	for _dir in tmp/body tmp/proxy tmp/fastcgi tmp/inside cache/authz \
	    groups; do
		own_dir "$state/nginx/$_dir" www-data www-data 0700
	done
	chmod 0755 "$state/nginx/tmp" "$state/nginx/cache"
	mkdir -p "$state/nginx/snippets"
	for _source in "$top/nginx/cameleer.conf" "$top/nginx/inside.conf" \
	    "$top/nginx/snippets/"*; do
		write_if_changed "$state/nginx/${_source#"$top/nginx/"}" \
		    0644 <"$_source"
	done
	mkdir -p "$state/bin"
	write_if_changed "$state/bin/nginx-groups" 0755 <"$top/nginx/groups"
	service_pid nginx >/dev/null || nginx_groups
	: >>"$state/log/access.log"
	chown www-data:www-data "$state/log/access.log"
	NGINX_WORK=$state/nginx NGINX_LOG=$state/log SOCKETS=$state/sock
	WEB_ROOT=$state/web API_ROOT=$state/api TLS_CERT=$state/tls/server.pem
	TLS_KEY=$state/tls/server.key
	INTERNAL_LISTEN=${PLATFORM_ADDR:-127.0.0.1}:$(internal_port)
	UNLIMITED=${NGINX_UNLIMITED:-255.255.255.255}
	REAL_IP_FROM=${NGINX_PROXIES:-255.255.255.255}
	HOST_NAMES=${PUBLIC_HOST:-localhost}	# of base_url
	nginx_listen | write_if_changed "$state/nginx/listen.conf" 0644
	export NGINX_WORK NGINX_LOG SOCKETS WEB_ROOT API_ROOT TLS_CERT TLS_KEY \
	    INTERNAL_LISTEN UNLIMITED REAL_IP_FROM HOST_NAMES PORT_HTTPS PORT_STATUS
	for _site in site inside-site; do
		render "$top/nginx/$_site.conf.in" "$state/nginx/$_site.conf"
	done
}

# The connections that nginx keeps open: collected anew when it starts.
nginx_groups() {
	setpriv --reuid www-data --regid www-data --clear-groups \
	    "$state/bin/nginx-groups" "$state/nginx"
}

# Where people reach nginx: this machine, and the addresses that were asked for.
nginx_listen() {
	_all=127.0.0.1
	if listen_everywhere; then
		_all=
	fi
	for _address in $_all $(echo "${LISTEN_ADDR:-}" | tr ',' ' '); do
		case $_address in
		*:*) _address="[$_address]" ;;
		esac
		echo "listen $_address:$PORT_HTTPS ssl http2;"
	done | awk '!seen[$0]++'
}

# listen_everywhere: was an address asked for that stands for all of IPv4?
listen_everywhere() {
	case ",${LISTEN_ADDR:-}," in
	*,0.0.0.0,*) ;;
	*) return 1 ;;
	esac
}

# Containers reach the platform at the same port of its own address; without
# such an address (no engine), and beside a server that has that port at all
# addresses, the internal server has a port of its own.
internal_port() {
	if [ -n "${PLATFORM_ADDR:-}" ] && ! listen_everywhere; then
		echo "$PORT_HTTPS"
	else
		echo "$PORT_INTERNAL"
	fi
}

nginx_ready() {
	curl -sf --noproxy '*' -o /dev/null \
	    "http://127.0.0.1:$PORT_STATUS/nginx_status"
}

nginx_inside_ready() {
	curl -sfk --noproxy '*' -o /dev/null --resolve \
	    "localhost:${INTERNAL_LISTEN##*:}:${INTERNAL_LISTEN%:*}" \
	    "https://localhost:${INTERNAL_LISTEN##*:}/.well-known/nothing" ||
	    [ $? -eq 22 ]	# an answer, that there is nothing
}

# nginx_serve SERVICE CONFIGURATION: checks it first
nginx_serve() {
	setpriv --reuid www-data --regid www-data --clear-groups \
	    nginx -t -q -c "$state/nginx/$2" \
	    -g "pid $state/nginx/tmp/body/test.pid; error_log stderr;"
	service_start "$1" TERM 10 "$_id" "$(id -g www-data)" - \
	    CAMELEER_SITE="$(sha256sum "$state/nginx/"*site.conf \
	    "$state/nginx/listen.conf" \
	    "$state/nginx/snippets/"* "$state/tls/server.pem" |
	    sha256sum | cut -c 1-16)" \
	    nginx -c "$state/nginx/$2" \
	    -g "daemon off; pid $state/nginx/tmp/body/$1.pid; error_log stderr warn;"
}

nginx_start() {
	nginx_configure
	_id=$(id -u www-data)
	nginx_serve nginx cameleer.conf
	wait_for 10 nginx nginx_ready
	nginx_serve nginx-inside inside.conf
	wait_for 10 "nginx for containers" nginx_inside_ready
	service_start nginx-groups TERM 5 "$_id" "$(id -g www-data)" - \
	    "$state/bin/nginx-groups" "$state/nginx" \
	    "$state/nginx/tmp/body/nginx.pid" "${NGINX_GROUPS_PAUSE:-300}"
}
