/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is an application well?  Each has its own check: a page, a port, its agent,
 * or none.
 */
#ifndef CAMELEER_RUNTIME_HEALTH_H
#define CAMELEER_RUNTIME_HEALTH_H

#include "modules/worker/runtime/runtime.h"

#define RUNTIME_HEALTH_TEXT_MAX	256

/* A container as far as its health goes. */
struct health_subject {
	const char	*address;	/* IPv4; NULL: none yet */
	const char	*check;		/* as runtime_health_text() wrote it */
	int64_t		 ran_s;		/* since its last start */
};

/* "http 9876 /observe/health": what a label can hold. */
const char *runtime_health_text(struct ctx *ctx,
    const struct runtime_health *health);
/* "GET :9876/observe/health", for people. */
const char *runtime_health_name(struct ctx *ctx, const char *check);

/*
 * Asks once, for 3 s at most.  *why is what came of it when that was not good:
 * a sentence that names the check.
 */
bool runtime_health_probe(struct ctx *ctx, const struct health_subject *subject,
    const char **why);

#endif
