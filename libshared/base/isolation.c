/* SPDX-License-Identifier: Apache-2.0 */
/* The one table of the isolation probe's checks. */
#include "config.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "libshared/base/isolation.h"
#include "libshared/base/str.h"

const struct isolation_check isolation_checks[] = {
	[ISOLATION_OWN_SERVER] = { "own_server", true,
	    "the tenant's own server, by its name" },
	[ISOLATION_PLATFORM] = { "platform", true,
	    "the platform's address for containers" },
	[ISOLATION_OUTSIDE] = { "outside", true,
	    "an address on the internet" },
	[ISOLATION_OTHER_NAME] = { "other_name", false,
	    "the name of another tenant's server" },
	[ISOLATION_OTHER_SERVER] = { "other_server", false,
	    "another tenant's server" },
	[ISOLATION_OTHER_APP] = { "other_app", false,
	    "another tenant's application" },
	[ISOLATION_DATABASE] = { "database", false,
	    "the tenants' database, from an application's place" },
	[ISOLATION_MACHINE] = { "machine", false,
	    "ports of the machine: PostgreSQL, registry, metrics, engine, "
	    "SSH, and what else listens" },
	[ISOLATION_METADATA] = { "metadata", false,
	    "addresses where clouds serve a machine's credentials" },
	[ISOLATION_NEIGHBOUR] = { "neighbour", false,
	    "other machines of the private network" },
	[ISOLATION_RAW] = { "raw", false,
	    "raw sockets, with which packets are forged and read" },
	[ISOLATION__MAX] = { NULL, false, NULL },
};
static_assert(nitems(isolation_checks) == ISOLATION__MAX + 1, "all checks");

const char *const isolation_outcomes[] = {
	"isolated", "open", "broken", "failed", NULL
};

bool
isolation_good(const struct isolation_check *check, const char *seen)
{
	bool reached = strcmp(seen, "open") == 0;

	if (check->open)
		return reached;
	return !reached && strcmp(seen, "refused") != 0;
}

bool
isolation_tried(const char *seen)
{
	static const char *const words[] = { "open", "refused", "silent",
	    "unreachable", "denied", "unknown" };
	size_t i;

	for (i = 0; i < nitems(words); i++)
		if (strcmp(words[i], seen) == 0)
			return true;
	return false;
}
