# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# Where Flux and the node fetch: Git over HTTP, and a registry.  Git is open to
# readers; who pushes is "platform" with the password in secret/git, over TLS
# where that is asked for.

git_configure() {
	own_dir "$state/git" "$UID_PEERS" "$UID_PEERS" 0755
	own_dir "$state/nginx" "$UID_PEERS" "$UID_PEERS" 0700
	install -m 0400 -o "$UID_PEERS" "$state/tls/git.key" \
	    "$state/tls/git.pem" "$state/nginx"
	(umask 077 && random_secret >"$state/secret/git")
	printf 'platform:{SHA}%s\n' "$(openssl dgst -sha1 -binary \
	    "$state/secret/git" | base64)" >"$state/conf/git.users"
	cat >"$state/conf/git.conf" <<-CONF
		pid $state/nginx/pid;
		error_log stderr warn;
		worker_processes 1;
		daemon off;
		events { worker_connections 128; }
		http {
		access_log off;
		client_body_temp_path $state/nginx/body;
		fastcgi_temp_path $state/nginx/fastcgi;
		proxy_temp_path $state/nginx/proxy;
		uwsgi_temp_path $state/nginx/uwsgi;
		scgi_temp_path $state/nginx/scgi;
		map "\$uri?\$args" \$asks {
		"~git-receive-pack" "Git";
		default off;
		}
		server {
		listen $NODE_ADDR:$PORT_GIT;
		listen $NODE_ADDR:$PORT_GIT_TLS ssl;
		ssl_certificate $state/nginx/git.pem;
		ssl_certificate_key $state/nginx/git.key;
		client_max_body_size 64m;
		auth_basic \$asks;
		auth_basic_user_file $state/conf/git.users;
		location / {
		fastcgi_pass unix:$state/nginx/git.sock;
		fastcgi_param SCRIPT_FILENAME $(git --exec-path)/git-http-backend;
		fastcgi_param GIT_PROJECT_ROOT $state/git;
		fastcgi_param GIT_HTTP_EXPORT_ALL 1;
		fastcgi_param PATH_INFO \$uri;
		fastcgi_param REMOTE_USER \$remote_user;
		fastcgi_param REMOTE_ADDR \$remote_addr;
		fastcgi_param QUERY_STRING \$query_string;
		fastcgi_param REQUEST_METHOD \$request_method;
		fastcgi_param CONTENT_TYPE \$content_type;
		fastcgi_param CONTENT_LENGTH \$content_length;
		fastcgi_param HTTP_CONTENT_ENCODING \$http_content_encoding;
		}
		}
		}
	CONF
}

registry_configure_peer() {
	own_dir "$state/registry" "$UID_PEERS" "$UID_PEERS" 0700
	cat >"$state/conf/registry.yml" <<-YML
		version: 0.1
		log: {level: warn, accesslog: {disabled: true}}
		storage:
		  filesystem: {rootdirectory: $state/registry}
		  delete: {enabled: true}
		http:
		  addr: "$REGISTRY_ADDR"
		  relativeurls: true
		  secret: $(random_secret)
	YML
}

registry_answers() {
	curl -sf --noproxy '*' -o /dev/null "http://$REGISTRY_ADDR/v2/"
}

# Services do not run as root: a repository runs hooks.
peer_service() {
	_peer=$1
	shift
	service_start "$_peer" TERM 5 "$UID_PEERS" "$UID_PEERS" - "$@"
}

peers_start() {
	git_configure
	registry_configure_peer
	peer_service registry docker-registry serve "$state/conf/registry.yml"
	peer_service fcgiwrap fcgiwrap -c 2 -s "unix:$state/nginx/git.sock"
	peer_service git nginx -e stderr -c "$state/conf/git.conf"
	wait_for 20 "the registry" registry_answers
}
