/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Jobs: queued in the transaction of the business row, done by cameleer-worker,
 * and shown to clients as an operation.
 */
#ifndef CAMELEER_JOB_H
#define CAMELEER_JOB_H

#include <stdint.h>

#include "libshared/base/ctx.h"

#define JOB_DETAIL_MAX	300

struct job_step;
struct worker;

struct job {
	struct uuid	 id;		/* also the id of the operation */
	struct uuid	 tenant;
	struct uuid	 subject;
	const char	*kind;		/* "tenant.provision" */
	int64_t		 attempt;	/* fencing token of its writes */
	int64_t		 failures;	/* attempts that failed before */
	int64_t		 held_s;	/* when the lease was last renewed, */
	int64_t		 held_session;	/* and in which session */
	/*
	 * Proves that no other attempt has taken over; NULL: no check is
	 * possible.
	 */
	enum err	(*hold)(struct ctx *ctx);
	const struct worker *worker;	/* what its process shares */
	const struct job_step *step;	/* the one that ran last, or NULL */
	/* How it is to end, once its steps are undone; NULL: it goes on. */
	const char	*ending_code, *ending;
	/* Detail of the running step. */
	char		 detail[JOB_DETAIL_MAX];
};

/*
 * Queues a job in the open transaction, for the pinned tenant.  When a job of
 * this kind still waits for the same subject, *operation is its id.
 */
enum err job_queue(struct ctx *ctx, const char *kind,
    const struct uuid *subject, struct uuid *operation) must_check;

/*
 * Before an effect outside the database, which cannot be undone: does the lease
 * still hold?  ERR_CONFLICT job_lost when not; ERR_OK without a job.  A worker
 * that was suspended must not act on an old observation (threat T17).
 */
enum err job_still(struct ctx *ctx) must_check;

#endif
