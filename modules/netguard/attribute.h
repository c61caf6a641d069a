/* SPDX-License-Identifier: Apache-2.0 */
/* Iterates over the attributes of a netlink message (netlink(7)). */
#ifndef CAMELEER_ATTRIBUTE_H
#define CAMELEER_ATTRIBUTE_H

#include <stdbool.h>
#include <stddef.h>

struct attributes {
	const char	*p;
	size_t		 left;
	unsigned	 type;		/* type of the current attribute */
	const char	*data;
	size_t		 len;
};

/* False at the end, or where the message is malformed. */
bool attribute_next(struct attributes *attributes);

#endif
