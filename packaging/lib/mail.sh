# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
#
# The mail sink: an SMTP server with STARTTLS and AUTH that keeps every mail
# as a file in mail/.

SMTP_USER=cameleer

mail_ready() {
	python3 - "$PORT_SMTP" <<-'PY'
	import smtplib, sys
	smtplib.SMTP('127.0.0.1', int(sys.argv[1]), timeout=2).quit()
	PY
}

mail_start() {
	own_dir "$state/mail" "$UID_MAIL" "$UID_MAIL" 0700
	if [ ! -s "$state/secret/smtp.pass" ]; then
		(umask 077 && random_secret >"$state/secret/smtp.pass")
	fi
	own_dir "$state/cred/mail" "$UID_MAIL" "$UID_MAIL" 0500
	install -m 0400 -o "$UID_MAIL" -g "$UID_MAIL" \
	    "$state/secret/smtp.pass" "$state/cred/mail/smtp.pass"
	bin_install "$top/tests/peers/smtp_sink.py"
	service_start mail TERM 5 "$UID_MAIL" "$UID_MAIL" - \
	    /usr/bin/python3 "$state/bin/smtp_sink.py" "$PORT_SMTP" \
	    "$state/mail" "$state/tls/mail.pem" "$state/tls/mail.key" \
	    "$SMTP_USER" "$state/cred/mail/smtp.pass"
	wait_for 15 "the mail sink" mail_ready
}

# mail_link RECIPIENT WORD [AFTER]: prints the newest link that contains WORD in
# a mail to RECIPIENT; ignores the first AFTER mails.
mail_link() {
	/usr/bin/python3 "$top/packaging/lib/mail_link.py" "$state/mail" "$@"
}

mail_count() {
	find "$state/mail" -name '*.eml' | wc -l
}
