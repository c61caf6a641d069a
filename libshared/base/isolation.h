/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the isolation probe tries from inside a tenant's network.  Names are
 * part of stored results, and sentences tell nothing of other tenants.
 */
#ifndef CAMELEER_ISOLATION_H
#define CAMELEER_ISOLATION_H

#include <stdbool.h>

enum isolation_try {
	ISOLATION_OWN_SERVER,
	ISOLATION_PLATFORM,
	ISOLATION_OUTSIDE,
	ISOLATION_OTHER_NAME,
	ISOLATION_OTHER_SERVER,
	ISOLATION_OTHER_APP,
	ISOLATION_DATABASE,
	ISOLATION_MACHINE,
	ISOLATION_METADATA,
	ISOLATION_NEIGHBOUR,
	ISOLATION_RAW,
	ISOLATION__MAX
};

struct isolation_check {
	const char	*name;
	bool		 open;		/* it must work; else it must fail */
	const char	*about;		/* "another tenant's server" */
};
/* By enum isolation_try; ends with .name NULL. */
extern const struct isolation_check isolation_checks[];

/*
 * isolated: each check came out as it must; open: something can be reached that
 * must not; broken: nothing is open, but something that must work does not;
 * failed: the probe could not run, which proves nothing.
 */
extern const char *const isolation_outcomes[];

/*
 * Is what the probe said of one try as it must be?  A connection that is
 * refused has reached somebody.
 */
bool isolation_good(const struct isolation_check *check, const char *seen);
/* Was it tried at all? */
bool isolation_tried(const char *seen);

#endif
