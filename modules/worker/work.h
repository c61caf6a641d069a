/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kinds of jobs, and the steps of a job.
 *
 * A step observes, compares and acts, so that it may run again after a crash
 * at any point; its result is recorded afterwards.  Every write and every call
 * to the engine checks the attempt number: a worker that was taken for dead
 * finds that it has lost the job.
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

#define LEASE_S		30	/* then a stuck worker loses its job */
#define LATER_S		1	/* "not yet" is asked again after this */
#define STEP_MAX_S	600	/* then a step that is not done fails */
#define BACKOFF_MAX_S	60

/*
 * ERR_UNAVAILABLE: not yet, ask again soon; ERR_INVALID: never.  A step that
 * ends with its transaction open has it committed together with the record
 * that it is done: neither is there without the other.
 */
typedef enum err (*step_fn)(struct ctx *ctx, void *state);

struct job_step { const char *name; step_fn run; };

/* One file each, jobs/job_<kind>.c; jobs/jobs.c lists them. */
struct job_kind {
	const char		*name;	/* of the audit action, too */
	const char		*about;	/* a sentence for the catalogue */
	enum err		(*run)(struct ctx *ctx);
	/* In a transaction, when the job has failed for good; may be NULL. */
	enum err		(*give_up)(struct ctx *ctx);
	const struct job_step	*steps;		/* ends with .name NULL */
	int64_t			 attempts;	/* failures before giving up */
};
extern const struct job_kind *const job_kinds[];	/* ends with NULL */
/* The table as JSON, {service, jobs}: what --jobs prints. */
enum err jobs_dump(struct ctx *ctx, const char **text) must_check;

/*
 * Runs the steps in order: skips those that are recorded done, and records
 * start, end and detail of the others.  Ends with the first that fails.
 */
enum err work_steps(struct ctx *ctx, const struct job_step *steps,
    void *state) must_check;
/* Sets the detail of the running step, a sentence for clients. */
void work_detail(struct ctx *ctx, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * A transaction pinned to the job's tenant; sql_commit() ends it.  One that
 * writes renews the lease: ERR_CONFLICT job_lost when it is another's.
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

/* One job, from claim to record. *any: there was one. */
enum err work_one(struct ctx *ctx, const struct worker *worker, bool *any)
    must_check;
/* Doubles from 1 s to BACKOFF_MAX_S, with a random part of a quarter. */
int64_t work_backoff_s(int64_t failures);

#endif
