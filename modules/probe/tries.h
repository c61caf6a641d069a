/* SPDX-License-Identifier: Apache-2.0 */
/* Tries connections, names and sockets, and says what came of each. */
#ifndef CAMELEER_TRIES_H
#define CAMELEER_TRIES_H

#include <stdio.h>

#define TRIES_MAX	96
#define TRIES_TEXT_MAX	8192
#define TRIES_WAIT_MS	3000	/* for all connections together */

/*
 * One order a line:
 *
 *	tcp HOST PORT	opens a connection
 *	name HOST	asks the resolver for an IPv4 address
 *	raw		opens a raw IPv4 socket
 *	packet		opens a socket for whole frames
 *
 * HOST is an address, a name, or `gateway`, the default one.  Prints "N WORD
 * MS" for the order of line N, counted from 0, and "end" behind the last one.
 * WORD is open, refused, silent, unreachable, denied or unknown (a name); error
 * means that it could not be tried.  -1: an order is malformed, or there are
 * more than TRIES_MAX.
 */
int tries_run(const char *orders, FILE *out);

#endif
