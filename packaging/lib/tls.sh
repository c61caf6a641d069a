# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# Certificates of our own authority: clients and containers trust tls/ca.pem;
# there is one certificate for nginx and one for the mail sink.

tls_authority() {
	[ ! -s "$state/tls/ca.pem" ] || return 0
	(
		umask 077
		openssl req -x509 -newkey ec -noenc -days 3650 \
		    -pkeyopt ec_paramgen_curve:P-256 -sha256 \
		    -subj "/O=Cameleer quickstart/CN=Quickstart CA" \
		    -addext basicConstraints=critical,CA:TRUE,pathlen:0 \
		    -addext keyUsage=critical,keyCertSign,cRLSign \
		    -keyout "$state/tls/ca.key" -out "$state/tls/ca.new"
	)
	chmod 0644 "$state/tls/ca.new"
	mv "$state/tls/ca.new" "$state/tls/ca.pem"
}

# tls_leaf NAME OWNER GROUP SAN: makes a certificate; again when its names
# change, when it is about to expire, or when the authority has changed.
tls_leaf() {
	_base=$state/tls/$1
	if [ -s "$_base.pem" ] && [ "$(cat "$_base.san")" = "$4" ] &&
	    openssl x509 -in "$_base.pem" -noout -checkend 2592000 &&
	    openssl verify -CAfile "$state/tls/ca.pem" "$_base.pem"; then
		return 0
	fi
	(
		umask 077
		printf '%s\n' basicConstraints=critical,CA:FALSE \
		    keyUsage=critical,digitalSignature \
		    extendedKeyUsage=serverAuth \
		    subjectKeyIdentifier=hash authorityKeyIdentifier=keyid \
		    "subjectAltName=$4" >"$_base.ext"
		openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 \
		    -noenc -subj "/O=Cameleer quickstart/CN=$1" \
		    -keyout "$_base.key" -out "$_base.csr"
		openssl x509 -req -in "$_base.csr" -days 397 -sha256 \
		    -CA "$state/tls/ca.pem" -CAkey "$state/tls/ca.key" \
		    -set_serial "0x$(openssl rand -hex 16)" \
		    -extfile "$_base.ext" -out "$_base.new"
	)
	rm -f "$_base.csr" "$_base.ext"
	chown "$2:$3" "$_base.key" "$_base.new"
	chmod 0400 "$_base.key"
	chmod 0644 "$_base.new"
	printf '%s' "$4" >"$_base.san"
	mv "$_base.new" "$_base.pem"
}

# tls_name NAME: as a subjectAltName
tls_name() {
	case $1 in
	*:*) echo "IP:$1" ;;
	*) echo "DNS:$1" ;;
	esac
}

tls_certificates() {
	chmod 0711 "$state/tls"
	tls_authority
	_names=DNS:localhost,IP:127.0.0.1
	_host=$(uname -n)
	case $_host in
	localhost | '' | *[!A-Za-z0-9.-]*) ;;
	*) _names=$_names,DNS:$_host ;;
	esac
	for _name in $(echo "${PUBLIC_HOST:-},${LISTEN_ADDR:-}" | tr ',' ' ')
	do
		case $_name in
		0.0.0.0 | :: | localhost) ;;
		*:* | *[!0-9.]*) _names=$_names,$(tls_name "$_name") ;;
		*) _names=$_names,IP:$_name ;;
		esac
	done
	tls_leaf server www-data www-data \
	    "$_names${PLATFORM_ADDR:+,IP:$PLATFORM_ADDR}"
	tls_leaf mail "$UID_MAIL" "$UID_MAIL" DNS:localhost,IP:127.0.0.1
}
