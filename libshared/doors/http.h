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

/*
 * For TLS, as PEM: who signed the peer's certificate, and nobody else is
 * trusted; and what we show, or NULL for none.
 */
struct http_identity { const char *ca, *certificate, *key; };

struct http_request {
	const char			*method;	/* GET, PUT, … */
	const char			*url;
	const char			*unix_socket;	/* or NULL */
	/* Ends with .name NULL. */
	const struct http_header	*headers;
	const char			*body;		/* or NULL */
	size_t				 body_len;
	/* A file from which the body is read, or -1 … */
	int				 body_fd;
	/* … by pread, from this offset. */
	int64_t				 body_offset;
	/*
	 * Or a callback for the body: gives at most max bytes; false stops the
	 * call.
	 */
	bool (*source)(void *arg, int64_t offset, void *buf, size_t max,
	    size_t *n);
	void				*source_arg;
	/* Who is trusted, and nobody else; NULL: whom the system trusts. */
	const char			*ca_file;
	const struct http_identity	*identity;	/* or NULL */
	enum http_policy		 policy;
	/* For the whole call; 0 is refused. */
	int				 timeout_ms;
	/* Limit for the body of the answer; 0: 64 KiB. */
	size_t				 max_body;
	/*
	 * Takes the body of a 2xx answer piece by piece, up to max_body (0: no
	 * limit); false ends the call.  Bodies of other answers go to
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

int http_init(void) must_check;		/* once per process */

/*
 * ERR_OK whenever a whole HTTP answer came, whatever its status.  ERR_TIMEOUT,
 * ERR_PEER (no connection, broken answer, too large), ERR_FORBIDDEN (policy).
 * When the sink returned false, ERR_PEER without a fault: the sink recorded it.
 */
enum err http_call(struct ctx *ctx, const struct http_request *request,
    struct http_response *response) must_check;

/*
 * Percent-encodes one path segment or query value, in ctx->mem.  A value of
 * dots only is encoded as well, since "." and ".." would change the path.
 */
enum err http_escape(struct ctx *ctx, const char *text, const char **out)
    must_check;
#define HTTP_URL_MAX	2048	/* for a URL that a tenant names */
/* Checks early, without the address, what HTTP_PUBLIC requires of a URL. */
bool http_url_public(const char *url);
/* The same, and the host is a name of several labels, not an address. */
bool http_url_named(const char *url);
/* No CR, LF or other control character; the name is a token. */
bool http_header_sound(const struct http_header *header);
/* One @, no blanks, brackets or control characters. */
bool http_mailbox_sound(const char *text);
/*
 * Special networks that HTTP_PUBLIC may reach all the same; the list was
 * checked.
 */
void http_open_networks(const char *list);
/* True for addresses that a tenant's URL must not reach (base/network.h). */
bool http_address_special(const char *address);
bool http_sockaddr_special(const struct sockaddr *address, size_t len);

#endif
