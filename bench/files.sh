# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# Figures about files: an upload, and what the console's first page loads.

UPLOAD_MIB=${BENCH_UPLOAD_MIB:-200}
UPLOADS=${BENCH_UPLOADS:-5}

# A small Camel application and one big file beside it, stored.
upload_jar() {
	cp "$top/tests/fuzz/corpus/zip/ok.camel-main.jar" "$work/upload.jar"
	head -c $((UPLOAD_MIB << 20)) /dev/urandom >"$work/filler.bin"
	(cd "$work" && python3 -c 'import zipfile
with zipfile.ZipFile("upload.jar", "a") as jar:
    jar.write("filler.bin")')
	rm -f "$work/filler.bin"
}

upload_app() {
	token=$state/secret/owner.token
	superuser_sql cameleer <<-SQL
		UPDATE cameleer.tenant SET tier = 'business';
	SQL
	api_want '201 409' POST /api/apps "$(json_file upload \
	    '{name: "upload", display_name: "Upload"}')"
}

# upload STATUS URL METHOD: prints MiB per second
upload() {
	sync
	_began=$(now_ms)
	_status=$(curl -s --noproxy '*' --cacert "$state/tls/ca.pem" \
	    -o "$work/uploaded" -w '%{http_code}' -X "$3" \
	    -H "Authorization: $(cat "$state/secret/bearer")" \
	    -H 'Content-Type: application/java-archive' -H Expect: \
	    -H "Idempotency-Key: $(cat /proc/sys/kernel/random/uuid)" \
	    -T "$work/upload.jar" "$2")
	[ "$_status" = "$1" ] || {
		cat "$work/uploaded" >&2
		die "the upload was answered $_status"
	}
	awk -v ms=$(($(now_ms) - _began)) -v mib="$UPLOAD_MIB" \
	    'BEGIN { printf "%.1f\n", mib * 1000 / ms }'
}

upload_ours() {
	upload 202 "$(base_url)/api/apps/upload/releases?deploy=false" POST
}

upload_plain() {
	rm -f "$state/nginx/tmp/body/put/"*
	upload 201 "https://localhost:$PORT_PLAIN/put/$(now_ms)" PUT
}

bench_upload() {
	own_dir "$state/nginx/tmp/body/put" www-data www-data 0700
	quietly upload_jar
	quietly upload_app
	pairs "$UPLOADS" upload_ours upload_plain
	figure upload MiB/s ratio '>=' 0.8
	rm -rf "$work/upload.jar" "$state/nginx/tmp/body/put" \
	    "${state:?}/spool/"*
}

# What the sign-in page loads, compared with all that the console may load.
bench_first_load() {
	[ -s "$top/web/dist/index.html" ] || peer first_load sh \
	    "$top/web/build" || return 0
	python3 "$top/bench/first_load.py" "$top/web/dist" >"$work/loads"
	sed -n 1p "$work/loads" >"$work/ours"
	sed -n 2p "$work/loads" >"$work/baseline"
	figure first_load KiB ours '<=' 120
	sed -n '3,$p' "$work/loads"
}
