/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A licence: what it permits at a moment, and how its two forms are verified.
 *
 * license_decide() is the one place that decides: the platform's own gate,
 * license.fcgi and `cameleerctl license verify` call it, and docs/license/
 * has its truth table and test vectors for servers in other languages.
 */
#ifndef CAMELEER_LICENSE_H
#define CAMELEER_LICENSE_H

#include <stdbool.h>
#include <stdint.h>

#include "libshared/base/ctx.h"
#include "libshared/base/str.h"

struct json;
struct keyring;

#define LICENSE_TYP		"cameleer-license+jwt"
#define REVOCATIONS_TYP		"cameleer-revocations+jwt"
#define LICENSE_AUDIENCE	"cameleer-license"
#define REVOCATIONS_SUBJECT	"revocations"

#define LICENSE_MAX		8192		/* bytes of either form */
#define REVOCATIONS_MAX		(192u << 10)	/* bytes of a list */
#define REVOKED_MAX		2000		/* entries of a list */

#define DAY_SECONDS		INT64_C(86400)
#define LICENSE_SOON_S		(7 * DAY_SECONDS)	/* then it expires */
#define LICENSE_CONTACT_S	DAY_SECONDS	/* without the platform */
#define LICENSE_EARLY_S		60		/* leeway of its beginning */
#define LICENSE_GRACE_DAYS	7
#define LICENSE_UNLIMITED	2147483647	/* a limit of the file form */

enum license_verdict {
	VERDICT_INVALID,	/* no licence of ours, or not readable */
	VERDICT_EARLY,		/* not valid yet */
	VERDICT_ACTIVE,
	VERDICT_EXPIRING,	/* active; ends within LICENSE_SOON_S */
	VERDICT_GRACE,		/* read only */
	VERDICT_SUSPENDED,	/* read only, by decision of the platform */
	VERDICT_EXPIRED,
	VERDICT_REVOKED,
	VERDICT__MAX
};
/* By enum license_verdict, ends with NULL. */
extern const char *const license_verdicts[];

/* What a verified licence says. */
struct license_facts {
	int64_t	starts, valid_until, grace_until;	/* seconds, UTC */
	bool	suspended, revoked;
};

/*
 * When it is asked.  The latest of the three counts, so that a clock that was
 * set back gives nothing (T26).
 */
struct license_clock {
	int64_t	now;
	int64_t	mark;		/* the highest time ever seen; 0: none */
	int64_t	contact;	/* last answer of the platform; 0: offline */
};

struct license_ruling {
	enum license_verdict	 verdict;
	const char		*reason;	/* a word, see license.c */
	bool			 read, write;
	int64_t			 until;		/* of the verdict; 0: no end */
};

/* A pure function; facts are of a licence that was verified. */
struct license_ruling license_decide(const struct license_facts *facts,
    const struct license_clock *clock);
int64_t license_time(const struct license_clock *clock);
/* One plain English sentence without its full stop, for each reason. */
const char *license_says(const char *reason);

/* Texts are never NULL; what a form lacks is empty, 0 or NULL. */
struct license {
	struct license_facts	 facts;
	bool			 token;		/* a JWT, else payload.sig */
	const char		*id, *tenant, *tier, *kid;
	int64_t			 issued, version;
	const struct json	*features, *limits, *entitlements;
};

/*
 * Verifies a licence in either form with the keys for licences in the ring.
 * NULL, or a reason for license_says().  Dates are not compared with any clock:
 * license_decide() does.
 */
const char *license_read(struct ctx *ctx, const struct keyring *ring,
    struct str text, struct license *license);

struct revocations {
	int64_t			 serial, issued;
	const struct json	*ids;		/* array of texts */
};
/*
 * The same for the signed list of revoked licences.  It has no end: an old list
 * is better than none, and its serial keeps an older one out.
 */
const char *revocations_read(struct ctx *ctx, const struct keyring *ring,
    struct str text, struct revocations *list);
bool revocations_hold(const struct revocations *list, const char *id);

#endif
