/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state machine of a licence, as one function without memory: each state
 * follows from what the licence says and from the time.
 *
 *	early --> active --> expiring --> grace --> expired
 *	            a suspended one: suspended --> expired
 *	            a revoked one: revoked, for ever
 *
 * Without the platform for a day an active one is in grace, too; that adds
 * nothing to its end.
 */
#include "config.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "libshared/base/str.h"
#include "libshared/proto/license.h"

const char *const license_verdicts[] = {
	[VERDICT_INVALID] = "invalid",
	[VERDICT_EARLY] = "early",
	[VERDICT_ACTIVE] = "active",
	[VERDICT_EXPIRING] = "expiring",
	[VERDICT_GRACE] = "grace",
	[VERDICT_SUSPENDED] = "suspended",
	[VERDICT_EXPIRED] = "expired",
	[VERDICT_REVOKED] = "revoked",
	NULL
};
static_assert(nitems(license_verdicts) == VERDICT__MAX + 1,
    "a word for each verdict");

static const struct { const char *reason, *says; } sayings[] = {
	{ "valid", "it is valid" },
	{ "ends_soon", "it is valid and ends within 7 days" },
	{ "ended", "it has ended: for 7 days everything can be read, nothing "
	    "changed" },
	{ "no_contact", "the platform was not reached for 24 hours: everything "
	    "can be read, nothing changed" },
	{ "grace_over", "it has ended, and so have the 7 days of reading" },
	{ "suspended", "the platform has suspended it: everything can be read, "
	    "nothing changed" },
	{ "revoked", "the platform has revoked it" },
	{ "not_begun", "its time has not begun" },
	{ "bad_form", "it is neither a JWT nor payload.signature" },
	{ "too_large", "it is larger than a licence can be" },
	{ "bad_header", "its header is not that of a licence" },
	{ "unknown_key", "it names a key that is not among the given ones" },
	{ "bad_signature", "no given key has signed it" },
	{ "bad_payload", "it is signed and does not say what a licence says" },
	{ "bad_dates", "its dates contradict each other" },
};

const char *
license_says(const char *reason)
{
	size_t i;

	for (i = 0; i < nitems(sayings); i++)
		if (strcmp(sayings[i].reason, reason) == 0)
			return sayings[i].says;
	return reason;
}

int64_t
license_time(const struct license_clock *clock)
{
	int64_t time = clock->now;

	if (clock->mark > time)
		time = clock->mark;
	return clock->contact > time ? clock->contact : time;
}

/* ruling_running - of one that is neither suspended nor ended */
static struct license_ruling
ruling_running(const struct license_facts *facts,
    const struct license_clock *clock, int64_t time)
{
	int64_t soon = facts->valid_until - LICENSE_SOON_S;
	int64_t lonely = clock->contact + LICENSE_CONTACT_S;

	if (clock->contact != 0 && time >= lonely)
		return (struct license_ruling){ VERDICT_GRACE, "no_contact",
		    true, false, facts->grace_until };
	if (time >= soon)
		return (struct license_ruling){ VERDICT_EXPIRING, "ends_soon",
		    true, true, facts->valid_until };
	return (struct license_ruling){ VERDICT_ACTIVE, "valid", true, true,
	    soon };
}

struct license_ruling
license_decide(const struct license_facts *facts,
    const struct license_clock *clock)
{
	int64_t time = license_time(clock);

	if (facts->starts > facts->valid_until ||
	    facts->valid_until > facts->grace_until)
		return (struct license_ruling){ VERDICT_INVALID, "bad_dates",
		    false, false, 0 };
	if (facts->revoked)
		return (struct license_ruling){ VERDICT_REVOKED, "revoked",
		    false, false, 0 };
	if (time < facts->starts - LICENSE_EARLY_S)
		return (struct license_ruling){ VERDICT_EARLY, "not_begun",
		    false, false, facts->starts - LICENSE_EARLY_S };
	if (time >= facts->grace_until)
		return (struct license_ruling){ VERDICT_EXPIRED, "grace_over",
		    false, false, 0 };
	if (facts->suspended)
		return (struct license_ruling){ VERDICT_SUSPENDED, "suspended",
		    true, false, facts->grace_until };
	if (time >= facts->valid_until)
		return (struct license_ruling){ VERDICT_GRACE, "ended", true,
		    false, facts->grace_until };
	return ruling_running(facts, clock, time);
}
