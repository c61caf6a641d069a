/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The doorkeeper of libfcgi: accept, read, answer. FCGX_* only.
 */
#ifndef CAMELEER_FCGI_H
#define CAMELEER_FCGI_H

#include <stdbool.h>
#include <stddef.h>

#include "libshared/base/err.h"

struct fcgi;

#define FCGI_IO_TIMEOUT_S	10	/* a stalled peer loses its request */

/* Binds path (0660, group of the directory) or uses an inherited socket. */
int fcgi_listen(const char *path);	/* fd, or -1 with errno */

struct fcgi *fcgi_new(int listen_fd);	/* one for each child process */
void fcgi_free(struct fcgi **fcgi);

/* 1: there is a request; 0: told to stop; -1: try again. */
int fcgi_accept(struct fcgi *fcgi);
void fcgi_finish(struct fcgi *fcgi);
void fcgi_stop(void);			/* async-signal-safe */

/* NULL when absent; the first of duplicates, because nginx sends ours first. */
const char *fcgi_param(struct fcgi *fcgi, const char *name);
/* Does a header occur more than once?  nginx passes each of them on. */
bool fcgi_param_twice(struct fcgi *fcgi, const char *name);
/* Number of bytes; 0 at the end; -1 when the peer stalled or disconnected. */
long fcgi_read(struct fcgi *fcgi, void *buf, size_t len);
/* Did the deadline end a read of this request? */
bool fcgi_stalled(void);
/* 0, or -1 when the peer has disconnected. */
int fcgi_write(struct fcgi *fcgi, const void *buf, size_t len);

#endif
