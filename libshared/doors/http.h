/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The doorkeeper of libcurl: one call, one deadline, one size cap.
 *
 * No redirects are followed, no proxy is taken from the environment, and no
 * address outside the policy is connected to (threat T10).
 */
#ifndef CAMELEER_HTTP_H
#define CAMELEER_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/ctx.h"

enum http_policy {
	HTTP_CONFIGURED,	/* the operator named this peer: any address */
	HTTP_PUBLIC,		/* a tenant named it: https on port 443, 8200 */
				/* or 8443, no user, public addresses */
};

struct sockaddr;

struct http_header { const char *name, *value; };

struct http_request {
	const char			*method;	/* GET, PUT, … */
	const char			*url;
	const char			*unix_socket;	/* or NULL */
	/* ends with .name NULL */
	const struct http_header	*headers;
	const char			*body;		/* or NULL */
	size_t				 body_len;
	/* >= 0: body_len bytes of it … */
	int				 body_fd;
	/* … from here, by pread */
	int64_t				 body_offset;
	/* Or body_len bytes from here: at most max from offset; false stops. */
	bool (*source)(void *arg, int64_t offset, void *buf, size_t max,
	    size_t *n);
	void				*source_arg;
	const char			*ca_file;	/* NULL: the system's */
	enum http_policy		 policy;
	/* whole call; 0 refused */
	int				 timeout_ms;
	/* of the answer; 0: 64 KiB */
	size_t				 max_body;
	/*
	 * Takes the body of a 2xx answer piece by piece instead, up to
	 * max_body (0: no cap); false ends the call.  Other answers go to
	 * response->body, cut at 64 KiB.
	 */
	bool (*sink)(void *arg, const void *data, size_t len);
	void				*sink_arg;
};

#define HTTP_DEFAULTS	.body_fd = -1	/* NOLINT: a designator */

struct http_response {
	int			 status;
	/* NUL-terminated, in ctx->mem */
	const char		*body;
	size_t			 body_len;
	const char		*location;	/* NULL when absent */
	const char		*content_type;
	const char		*digest;	/* Docker-Content-Digest */
	int			 retry_after_s;	/* 0 when absent */
};

int http_init(void) must_check;		/* once a process */

/*
 * ERR_OK whenever a whole HTTP answer came, whatever its status.  ERR_TIMEOUT,
 * ERR_PEER (no connection, broken answer, too large), ERR_FORBIDDEN (policy).
 * ERR_PEER without a fault message when the sink said false: it knows why.
 */
enum err http_call(struct ctx *ctx, const struct http_request *request,
    struct http_response *response) must_check;

/*
 * Percent-encodes one path segment or query value, in ctx->mem.  Dots alone
 * are encoded, too: they would walk.
 */
enum err http_escape(struct ctx *ctx, const char *text, const char **out)
    must_check;
#define HTTP_URL_MAX	2048	/* of a URL that a tenant names */
/* What HTTP_PUBLIC asks of a URL, but for its address: to check early. */
bool http_url_public(const char *url);
/* No CR, LF or other control character; a name is a token. */
bool http_header_sound(const struct http_header *header);
/* One @, no blanks, brackets or control characters. */
bool http_mailbox_sound(const char *text);
/* Networks that HTTP_PUBLIC may reach although they are special; checked. */
void http_open_networks(const char *list);
/* True for addresses that a tenant's URL must not reach (base/network.h). */
bool http_address_special(const char *address);
bool http_sockaddr_special(const struct sockaddr *address, size_t len);

/*
 * Sends one mail: RFC 5322 text with CRLF lines.  Never without TLS: smtps://,
 * or smtp:// with STARTTLS.
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
/* ERR_INVALID: refused for good (5xx); ERR_PEER / ERR_TIMEOUT: try again. */
enum err http_mail(struct ctx *ctx, const struct mail *mail) must_check;

#endif
