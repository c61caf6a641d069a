/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The nftables tables `inet cameleer`, which hosts containers may reach, and
 * `inet cameleer_limits`, how many connections they may have.
 */
#ifndef CAMELEER_RULES_H
#define CAMELEER_RULES_H

#include <netinet/in.h>

#include "libshared/base/network.h"
#include "modules/netguard/edge.h"
#include "modules/netguard/links.h"

#define RULES_ENDS_MAX	16
#define RULES_TABLE	"cameleer"
#define RULES_LIMITS	"cameleer_limits"

struct rules_endpoint {
	char		address[INET_ADDRSTRLEN];
	unsigned	port;
	bool		database;	/* for tenants' servers only */
	unsigned	per_tenant;	/* connections at the same time */
	unsigned	all;		/* limit for all tenants; 0: none */
};

struct rules {
	struct rules_endpoint	ends[RULES_ENDS_MAX];	/* of the platform */
	size_t			nends;
	struct edge		edge;
	struct networks		open;	/* special networks that are open */
};

/* The text for `nft -f -`; replaces the rules in one step. free() it. */
char *rules_text(const struct rules *rules, const struct links *links);
/* 0, or -1 when nft is missing or fails; nft prints the reason. */
int rules_apply(const char *text);
int rules_remove(void);

/* A socket that becomes readable when any table changes. */
int rules_watch(void);
/* Reads all waiting messages: 1 when our table was changed, else 0. */
int rules_touched(int fd);

#endif
