/* SPDX-License-Identifier: Apache-2.0 */
/* Mail by SMTP (RFC 5321), by libcurl, always with TLS. */
#include "config.h"

#include <string.h>

#include "libshared/base/str.h"
#include "libshared/doors/http.h"
#include "libshared/doors/http_curl.h"
#include "libshared/proto/smtp.h"

#define MAIL_TIMEOUT_MS	30000

struct mail_reader { const char *text; size_t len, sent; };

static size_t
on_mail(char *data, size_t size, size_t n, void *arg)
{
	struct mail_reader *reader = arg;
	size_t len = size * n, left = reader->len - reader->sent;

	len = left < len ? left : len;
	memcpy(data, reader->text + reader->sent, len);
	reader->sent += len;
	return len;
}

/*
 * mail_is_refused - only a 55x to MAIL, RCPT, DATA or the text is permanent.  A
 * refused greeting, TLS or login is our configuration and is tried again.
 */
static bool
mail_is_refused(struct call *call, CURLcode code,
    const struct mail_reader *reader)
{
	long status = 0;

	(void)curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
	if (status < 550 || status > 559)
		return false;
	return code == CURLE_SEND_ERROR || (reader->sent == reader->len &&
	    (code == CURLE_WEIRD_SERVER_REPLY || code == CURLE_RECV_ERROR));
}

/* mail_prepare - sets up the connection, without a mail */
static void
mail_prepare(struct call *call, const struct mail *mail)
{
	call->easy = http_handle_new();
	http_call_common(call, mail->url, mail->ca_file,
	    mail->timeout_ms > 0 ? mail->timeout_ms : MAIL_TIMEOUT_MS);
	http_set(call, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	http_set(call, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
	if (mail->user != NULL) {
		http_set(call, CURLOPT_USERNAME, mail->user);
		http_set(call, CURLOPT_PASSWORD,
		    mail->password != NULL ? mail->password : "");
	}
}

/* mail_load - adds sender, recipient and text */
static enum err
mail_load(struct call *call, const struct mail *mail,
    struct mail_reader *reader)
{
	const char *from, *to;

	if (!http_mailbox_sound(mail->from) || !http_mailbox_sound(mail->to))
		return fail(call->ctx, ERR_INVALID, "bad_address",
		    "this is not a mail address");
	from = text_printf(call->ctx->mem, "<%s>", mail->from);
	to = text_printf(call->ctx->mem, "<%s>", mail->to);
	if (from == NULL || to == NULL)
		return fail(call->ctx, ERR_TOO_LARGE, NULL, "mail address");
	http_set(call, CURLOPT_MAIL_FROM, from);
	http_list_add(call, to);
	http_set(call, CURLOPT_MAIL_RCPT, call->list);
	http_set(call, CURLOPT_UPLOAD, 1L);
	http_set(call, CURLOPT_READFUNCTION, on_mail);
	http_set(call, CURLOPT_READDATA, reader);
	return ERR_OK;
}

enum err
http_mail(struct ctx *ctx, const struct mail *mail)
{
	struct mail_reader reader = { mail->text, mail->len, 0 };
	struct call call = { .ctx = ctx };
	CURLcode code;
	enum err e;

	mail_prepare(&call, mail);
	e = mail_load(&call, mail, &reader);
	if (e == ERR_OK) {
		code = curl_easy_perform(call.easy);
		if (code != CURLE_OK && mail_is_refused(&call, code, &reader))
			e = fail(ctx, ERR_INVALID, "mail_refused", "%s",
			    call.why);
		else if (code != CURLE_OK)
			e = http_call_failed(&call, code);
	}
	http_call_end(&call);
	return e;
}

enum err
http_mail_greet(struct ctx *ctx, const struct mail *mail)
{
	struct call call = { .ctx = ctx };
	enum err e = ERR_OK;
	CURLcode code;

	mail_prepare(&call, mail);
	http_set(&call, CURLOPT_NOBODY, 1L);
	http_set(&call, CURLOPT_CUSTOMREQUEST, "NOOP");
	code = curl_easy_perform(call.easy);
	if (code != CURLE_OK)
		e = http_call_failed(&call, code);
	http_call_end(&call);
	return e;
}
