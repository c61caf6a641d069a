/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table `inet cameleer`: what tenants' containers may reach.
 */
#ifndef CAMELEER_RULES_H
#define CAMELEER_RULES_H

#include <netinet/in.h>

#include "modules/netguard/links.h"

#define RULES_ENDS_MAX	16
#define RULES_TABLE	"cameleer"

struct rules_endpoint { char address[INET_ADDRSTRLEN]; unsigned port; };

struct rules {
	struct rules_endpoint	ends[RULES_ENDS_MAX];	/* of the platform */
	size_t			nends;
};

/* The text for `nft -f -`; replaces the table in one step. free() it. */
char *rules_text(const struct rules *rules, const struct links *links);
/* 0, or -1 when nft is missing or refuses; it says why itself. */
int rules_apply(const char *text);
int rules_remove(void);

/* A socket that becomes readable when somebody changes a table. */
int rules_watch(void);
/* Reads all that lies there: 1 when our table was touched, else 0. */
int rules_touched(int fd);

#endif
