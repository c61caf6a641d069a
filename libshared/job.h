/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Work for later: queued with the business row, done by cameleer-worker.
 *
 * A job belongs to an operation that clients follow; its steps are
 * observe -> compare -> act -> record, so that any of them may run twice.
 */
#ifndef CAMELEER_JOB_H
#define CAMELEER_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/ctx.h"

#define JOB_LEASE_S		30	/* renewed while a step waits */
#define JOB_ATTEMPTS_MAX	20
#define JOB_BACKOFF_MAX_S	60

struct job {
	struct uuid	 id;		/* of the operation, too */
	struct uuid	 tenant;
	const char	*kind;
	struct uuid	 subject;
	int64_t		 attempt;	/* fencing token: writes name it */
	const struct job_kind *def;
};

struct job_kind {
	const char	*name;		/* "tenant.provision" */
	enum err	(*run)(struct ctx *ctx);
	/* Called once, when attempts are used up or run said ERR_INVALID. */
	enum err	(*give_up)(struct ctx *ctx);
	const char *const *steps;	/* names in order, NULL-terminated */
	int		 attempts;	/* <= JOB_ATTEMPTS_MAX */
};

/*
 * In a responder: queues in the open transaction; *operation is the new id.
 * A job of this kind that still waits for the same subject is reused.
 */
enum err job_queue(struct ctx *ctx, const char *kind,
    const struct uuid *subject, struct uuid *operation) must_check;

/* In the worker.  ERR_UNAVAILABLE from run means: not yet, soon again. */
typedef enum err (*step_fn)(struct ctx *ctx, void *state);
/* Skips a step that is recorded done; records start, end and detail. */
enum err job_step(struct ctx *ctx, const char *name, step_fn step, void *state)
    must_check;
/* A sentence for the follower of the running step. */
void job_detail(struct ctx *ctx, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Renews the lease; ERR_CONFLICT when another attempt has taken over. */
enum err job_keep(struct ctx *ctx) must_check;
/* Sleeps in the worker, wakes early on SIGTERM; renews the lease. */
enum err job_sleep(struct ctx *ctx, int ms) must_check;
int64_t job_backoff_s(int64_t attempt);	/* doubling, capped, with jitter */

#endif
