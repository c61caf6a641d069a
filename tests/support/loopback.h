/* SPDX-License-Identifier: Apache-2.0 */
/* A peer on loopback, in its own processes, that misbehaves on request. */
#ifndef CAMELEER_TESTS_LOOPBACK_H
#define CAMELEER_TESTS_LOOPBACK_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define LOOPBACK_TEXT_MAX	16384

/* In memory that is shared with the peer's processes. */
struct loopback {
	pid_t	pid;
	int	port;			/* 0: a unix socket */
	char	path[96];
	int	connections, requests;
	char	last[LOOPBACK_TEXT_MAX];	/* the last request or mail */
	size_t	last_len;
};

/* Serves one connection; ends when the client does. */
typedef void (*loopback_fn)(struct loopback *shared, int fd);

/* path NULL: 127.0.0.1 and a free port.  NULL when it cannot listen. */
struct loopback *loopback_start(const char *path, loopback_fn serve);
void loopback_stop(struct loopback **peer);

/*
 * Reads a text that ends in an empty line; returns its length, or 0 when the
 * peer has disconnected.
 */
size_t loopback_read_head(int fd, char *text, size_t max);
/* False when the peer has disconnected. */
bool loopback_write(int fd, const void *data, size_t len);
bool loopback_text(int fd, const char *text);

#endif
