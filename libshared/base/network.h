/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Networks as prefixes, and those with a special purpose, which neither a
 * tenant's URL nor a tenant's container may reach (threat T10).
 */
#ifndef CAMELEER_NETWORK_H
#define CAMELEER_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/str.h"

#define NETWORK_TEXT_MAX	64	/* with its NUL: v6 address, /, bits */
#define NETWORKS_MAX		32	/* in a list of the settings file */

struct network {
	bool		v6;
	uint8_t		net[16];	/* the first 4 of IPv4 */
	unsigned	bits;
};

/*
 * IPv4: every prefix that the IANA IPv4 Special-Purpose Address Registry (RFC
 * 6890) does not call globally reachable, the AS112 and 6to4 prefixes,
 * multicast, and the address that Azure serves its machines from.
 * IPv6: open are only global unicast addresses, less the special ones in them.
 */
extern const struct network network_special_v4[];
extern const size_t network_special_v4_n;
extern const struct network network_open_v6;
extern const struct network network_special_v6[];
extern const size_t network_special_v6_n;

/* "10.1.0.0/16", "10.1.2.3", "fd00::/8"; false when bits stand behind /N. */
bool network_parse(struct str text, struct network *network);
/* "10.1.0.0/16" */
const char *network_text(const struct network *network,
    char text[NETWORK_TEXT_MAX]);
/* The address is 4 bytes, or 16 when v6, in network order. */
bool network_holds(const struct network *network, bool v6,
    const uint8_t *address);
bool network_special(bool v6, const uint8_t *address);

/* Networks that an operator opens to tenants: "10.1.0.0/16, fd00:7::/64". */
struct networks {
	struct network	rows[NETWORKS_MAX];
	size_t		n;
};
/*
 * False when a network is malformed or there are too many.  "" is an empty
 * list.
 */
bool networks_parse(struct str list, struct networks *networks);
bool networks_hold(const struct networks *networks, bool v6,
    const uint8_t *address);

#endif
