/* SPDX-License-Identifier: Apache-2.0 */
/* Mail by SMTP (RFC 5321), always with TLS. */
#ifndef CAMELEER_SMTP_H
#define CAMELEER_SMTP_H

#include <stddef.h>

#include "libshared/base/ctx.h"

/*
 * Sends one mail: RFC 5322 text with CRLF lines.  Always with TLS: smtps://, or
 * smtp:// with STARTTLS.
 */
struct mail {
	const char	*url;			/* smtp://host:port/our-name */
	const char	*user, *password;	/* or NULL */
	const char	*ca_file;
	const char	*from, *to;
	const char	*text;
	size_t		 len;
	int		 timeout_ms;		/* 0: 30 s */
};
/* ERR_INVALID: permanently refused (5xx); ERR_PEER, ERR_TIMEOUT: try again. */
enum err http_mail(struct ctx *ctx, const struct mail *mail) must_check;
/*
 * Only greets the mail server: connection, certificate, TLS and, with a user,
 * the login.  Sends nothing; from, to and text are not used.
 */
enum err http_mail_greet(struct ctx *ctx, const struct mail *mail) must_check;

#endif
