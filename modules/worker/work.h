/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kinds of jobs, and the steps of a job.
 *
 * A step observes, compares and acts, so that it may run again after a crash at
 * any point; its result is recorded afterwards.  Every write and every call to
 * the engine checks the attempt number, so a worker whose lease has expired
 * finds out that it has lost the job.
 */
#ifndef CAMELEER_WORK_H
#define CAMELEER_WORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/ctx.h"
#include "libshared/doors/field.h"
#include "libshared/skeleton/job.h"

struct sql;

#define LEASE_S		30	/* after this a stuck worker loses its job */
#define LATER_S		1	/* delay after "not yet" */
#define STEP_MAX_S	600	/* a step that is not done by then fails */
#define BACKOFF_MAX_S	60

/*
 * ERR_UNAVAILABLE: not yet, call again soon; ERR_INVALID: permanent failure.
 * When a step returns with an open transaction, that transaction is committed
 * together with the record that the step is done: never one without the other.
 */
typedef enum err (*step_fn)(struct ctx *ctx, void *state);

struct job_step {
	const char	*name;
	step_fn		 run;
	/*
	 * Removes what run() made, when the operation fails for good; NULL:
	 * nothing of it is outside the platform's database.
	 */
	step_fn		 undo;
	int64_t		 timeout_s;	/* from its begin; 0: STEP_MAX_S */
	int64_t		 attempts;	/* failures in a row; 0: the kind's */
	int64_t		 backoff_s;	/* the longest; 0: BACKOFF_MAX_S */
	/* An operator may have the operation go on without it. */
	bool		 skippable;
};

/* One file each, jobs/job_<kind>.c; jobs/jobs.c lists them. */
struct job_kind {
	const char		*name;	/* also the name of the audit action */
	const char		*about;	/* a sentence for the catalogue */
	enum err		(*run)(struct ctx *ctx);
	/* In a transaction, after the last attempt has failed; may be NULL. */
	enum err		(*give_up)(struct ctx *ctx);
	/*
	 * Before that, work_undo() of the same steps, where what they made is
	 * to go; NULL: it stays.
	 */
	enum err		(*clean_up)(struct ctx *ctx);
	const struct job_step	*steps;		/* ends with .name NULL */
	int64_t			 attempts;	/* failures before giving up */
	/* Owners and operators get a mail when it fails for good. */
	bool			 alerts;
};
extern const struct job_kind *const job_kinds[];	/* ends with NULL */
/* The table as JSON, {service, jobs}: what --jobs prints. */
enum err jobs_dump(struct ctx *ctx, const char **text) must_check;

/*
 * Runs the steps in order: skips those that are recorded as done, and records
 * start, end and detail of the others.  Stops at the first step that fails.
 */
enum err work_steps(struct ctx *ctx, const struct job_step *steps,
    void *state) must_check;
/* Undoes, in reverse order, the steps that are done or were begun. */
enum err work_undo(struct ctx *ctx, const struct job_step *steps,
    void *state) must_check;
/* Sets the detail of the running step, a sentence for clients. */
void work_detail(struct ctx *ctx, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Begins a transaction pinned to the job's tenant; sql_commit() ends it.  A
 * writing one renews the lease: ERR_CONFLICT job_lost when another attempt has
 * it.
 */
enum err work_begin(struct ctx *ctx, bool write) must_check;
/* The same for any tenant, for periodic work. */
enum err work_begin_for(struct ctx *ctx, const struct uuid *tenant,
    bool write) must_check;

/* What the jobs of one process share: ctx->job->worker. */
struct worker {
	const struct job_kind *const *kinds;	/* ends with NULL */
	struct sql	*tenants_db;	/* as cameleer_provisioner */
};

/* Runs one job, from the claim to the recorded result.  *any: there was one. */
enum err work_one(struct ctx *ctx, const struct worker *worker, bool *any)
    must_check;
/* Doubles from 1 s to most_s; at random up to a quarter is added. */
int64_t work_backoff_s(int64_t failures, int64_t most_s);
/* The part of a failure's detail that clients may read. */
const char *work_public(const struct fault *fault);

#endif
