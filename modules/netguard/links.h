/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tenants' bridges, as the kernel lists them.
 */
#ifndef CAMELEER_LINKS_H
#define CAMELEER_LINKS_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>

#define LINKS_MAX	4096

struct links {
	char	(*names)[IF_NAMESIZE];	/* sorted */
	size_t	n;
};

/*
 * A socket that becomes readable when a link appears, disappears or is renamed.
 */
int links_watch(void);
/* Discards all waiting messages. */
void links_drain(int fd);

/* All bridges named "cml" and 11 hexadecimal digits; -1 with errno. */
int links_read(struct links *links);
bool links_equal(const struct links *a, const struct links *b);
void links_free(struct links *links);

#endif
