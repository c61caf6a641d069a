/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The side of the web server: one FastCGI request over a unix socket.
 */
#ifndef CAMELEER_TESTS_FCGI_CLIENT_H
#define CAMELEER_TESTS_FCGI_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

#define ANSWER_MAX	(2u << 20)

struct answer {
	char	*text;		/* all of standard output, NUL-terminated */
	size_t	 len;
	int	 status;	/* of its Status line; 200 without */
	char	*body;		/* behind the empty line */
	size_t	 body_len;
};

/* A connection, or -1. */
int fcgi_connect(const char *path);
/* The same, as soon as somebody listens; -1 after 10 s. */
int fcgi_connect_soon(const char *path);
/* Name and value in turn, up to a NULL; then body, whole. False: broken. */
bool fcgi_send(int fd, const char *const *params, const char *body,
    size_t len);
/* Only the beginning of a body: more is to follow, and will not. */
bool fcgi_send_part(int fd, const char *const *params, const char *body,
    size_t len);
/* Up to the end of the request.  False when it does not come. */
bool fcgi_receive(int fd, struct answer *answer);
void answer_free(struct answer *answer);
/* The value of a header, or NULL; a copy that the next call overwrites. */
const char *answer_header(const struct answer *answer, const char *name);

#endif
