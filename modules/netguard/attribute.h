/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walking the attributes of a netlink message (netlink(7)).
 */
#ifndef CAMELEER_ATTRIBUTE_H
#define CAMELEER_ATTRIBUTE_H

#include <stdbool.h>
#include <stddef.h>

struct attributes {
	const char	*p;
	size_t		 left;
	unsigned	 type;		/* of the current one */
	const char	*data;
	size_t		 len;
};

/* False at the end, or where the message makes no sense. */
bool attribute_next(struct attributes *attributes);

#endif
