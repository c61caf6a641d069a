/* SPDX-License-Identifier: Apache-2.0 */
/* The web server's side: one FastCGI request over a unix socket. */
#ifndef CAMELEER_TESTS_FCGI_CLIENT_H
#define CAMELEER_TESTS_FCGI_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

#define ANSWER_MAX	(2u << 20)

struct answer {
	char	*text;		/* all of standard output, NUL-terminated */
	size_t	 len;
	int	 status;	/* of its Status line, else 200 */
	char	*body;		/* after the empty line */
	size_t	 body_len;
};

/* Connects to the socket; returns the connection, or -1. */
int fcgi_connect(const char *path);
/* Waits until a service listens, then connects; returns -1 after 10 s. */
int fcgi_connect_soon(const char *path);
/*
 * Sends names and values in turn, up to a NULL, then the body.  False: broken.
 */
bool fcgi_send(int fd, const char *const *params, const char *body,
    size_t len);
/* Sends the request with only the beginning of its body. */
bool fcgi_send_part(int fd, const char *const *params, const char *body,
    size_t len);
/* Sends the rest of the body and ends the request. */
bool fcgi_send_rest(int fd, const char *body, size_t len);
/* Reads to the end of the request.  False when the end does not come. */
bool fcgi_receive(int fd, struct answer *answer);
void answer_free(struct answer *answer);
/* The value of a header, or NULL; a copy that the next call overwrites. */
const char *answer_header(const struct answer *answer, const char *name);

#endif
