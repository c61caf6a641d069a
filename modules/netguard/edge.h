/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Connections from outside to nginx, counted for each address before anybody
 * spends a handshake on them: an IPv6 address counts with its /64.
 */
#ifndef CAMELEER_EDGE_H
#define CAMELEER_EDGE_H

#include <stdbool.h>
#include <stdio.h>

#include "libshared/base/conf.h"
#include "libshared/base/network.h"

struct edge {
	unsigned	port;		/* 0: nothing is counted */
	unsigned	connections;	/* of an address at the same time */
	struct networks	trusted;	/* load balancers: not counted */
};

/* False: a setting cannot be used. */
bool edge_conf(struct edge *edge, const struct conf *conf);
/* The sets, for a table that keeps them when it is written again. */
void edge_put_sets(FILE *out, const struct edge *edge);
/* The chain that counts, and the rule by which another calls it. */
void edge_put_chain(FILE *out, const struct edge *edge);
void edge_put_jump(FILE *out, const struct edge *edge);

#endif
