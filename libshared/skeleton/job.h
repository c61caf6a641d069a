/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Work for later: queued with the business row, done by cameleer-worker, and
 * followed by clients as an operation.
 */
#ifndef CAMELEER_JOB_H
#define CAMELEER_JOB_H

#include <stdint.h>

#include "libshared/base/ctx.h"

#define JOB_DETAIL_MAX	300

struct worker;

struct job {
	struct uuid	 id;		/* of the operation, too */
	struct uuid	 tenant;
	struct uuid	 subject;
	const char	*kind;		/* "tenant.provision" */
	int64_t		 attempt;	/* fencing token: writes name it */
	int64_t		 failures;	/* attempts that failed before */
	int64_t		 held_s;	/* when the lease was last renewed, */
	int64_t		 held_session;	/* and in which session */
	/* Proves that no other attempt has taken over; NULL: there is none. */
	enum err	(*hold)(struct ctx *ctx);
	const struct worker *worker;	/* what its process shares */
	/* of the running step */
	char		 detail[JOB_DETAIL_MAX];
};

/*
 * Queues in the open transaction, for the pinned tenant.  A job of this kind
 * that still waits for the same subject is joined: *operation is its id.
 */
enum err job_queue(struct ctx *ctx, const char *kind,
    const struct uuid *subject, struct uuid *operation) must_check;

/*
 * Before an effect outside the database, which cannot be undone: is the job
 * still ours?  ERR_CONFLICT job_lost when not.  Without a job it always is.
 * A worker that slept must not act on what it saw before (threat T17).
 */
enum err job_still(struct ctx *ctx) must_check;

#endif
