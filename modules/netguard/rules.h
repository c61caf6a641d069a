/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The nftables table `inet cameleer`: which hosts containers may reach.
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
/* 0, or -1 when nft is missing or fails; nft prints the reason. */
int rules_apply(const char *text);
int rules_remove(void);

/* A socket that becomes readable when any table changes. */
int rules_watch(void);
/* Reads all waiting messages: 1 when our table was changed, else 0. */
int rules_touched(int fd);

#endif
