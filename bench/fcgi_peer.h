/* SPDX-License-Identifier: Apache-2.0 */
/* The client's side of FastCGI, as far as measuring needs it. */
#ifndef CAMELEER_FCGI_PEER_H
#define CAMELEER_FCGI_PEER_H

#include <stdbool.h>
#include <stddef.h>

#define FCGI_REQUEST_MAX	16384u
#define FCGI_ANSWER_MAX		65536u

/*
 * Makes a request without a body from NAME=VALUE or NAME@FILE (the first line
 * of the file).  Returns its length in buf; 0 when it does not fit.
 */
size_t fcgi_request(char *const params[], int n, unsigned char *buf,
    size_t max);
/* A connection to a unix socket, or -1. */
int fcgi_connect(const char *path);
/*
 * True for a whole answer, to the end of the request, with status 200 or 204.
 */
bool fcgi_good(const unsigned char *answer, size_t len);

#endif
