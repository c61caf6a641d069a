/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a job kind is, and what it may do with its steps.
 *
 * A step observes, compares and acts, so that it may run again after a crash
 * at any point; what it did is recorded afterwards.  Every write proves the
 * attempt, and so does every call to the engine: a worker that was thought
 * dead finds that it lost the job.
 */
#ifndef CAMELEER_WORK_H
#define CAMELEER_WORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libshared/base/ctx.h"
#include "libshared/doors/field.h"
#include "libshared/skeleton/job.h"

struct runtime;

#define LEASE_S		30	/* a stuck worker's job waits so long */
#define LATER_S		1	/* "not yet" is asked again after this */
#define STEP_MAX_S	600	/* a step that is not done by then fails */
#define BACKOFF_MAX_S	60

struct job_kind {
	const char		*name;
	enum err		(*run)(struct ctx *ctx);
	/* In a transaction, when the job has failed for good; may be NULL. */
	enum err		(*give_up)(struct ctx *ctx);
	const char *const	*steps;		/* in order; ends with NULL */
	int64_t			 attempts;	/* failures before giving up */
};				/* a table ends with .name NULL */

/*
 * ERR_UNAVAILABLE: not yet, ask again soon; ERR_INVALID: never.  A step that
 * ends with its transaction open has it committed together with the record
 * that it is done: neither is there without the other.
 */
typedef enum err (*step_fn)(struct ctx *ctx, void *state);

/* Skips a step that is recorded done; records start, end and detail. */
enum err work_step(struct ctx *ctx, const char *name, step_fn step,
    void *state) must_check;
/* A sentence for those who follow the running step; kept with it. */
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

/* One job of these kinds, from claim to record. *any: there was one. */
enum err work_one(struct ctx *ctx, const struct job_kind *kinds, bool *any)
    must_check;
/* Doubles from 1 s to BACKOFF_MAX_S, with a random part of a quarter. */
int64_t work_backoff_s(int64_t failures);

/* What all jobs of this process share; set before the first. */
struct worker {
	struct runtime	*runtime;
	struct sql	*tenants_db;	/* as cameleer_provisioner */
};
extern struct worker worker;

/* One file each: job_<kind>.c. */
enum err tenant_provision(struct ctx *ctx);
enum err tenant_provision_give_up(struct ctx *ctx);
extern const char *const tenant_provision_steps[];
enum err tenant_remove(struct ctx *ctx);
extern const char *const tenant_remove_steps[];
enum err release_assemble(struct ctx *ctx);
enum err release_assemble_give_up(struct ctx *ctx);
extern const char *const release_assemble_steps[];
enum err deployment_apply(struct ctx *ctx);
enum err deployment_apply_give_up(struct ctx *ctx);
extern const char *const deployment_apply_steps[];
enum err app_remove(struct ctx *ctx);
extern const char *const app_remove_steps[];
enum err audit_checkpoint(struct ctx *ctx);
extern const char *const audit_checkpoint_steps[];

/* mail.c: one queued mail; *any: there was one. */
enum err mail_one(struct ctx *ctx, bool *any) must_check;
/* periodic.c: what is due of it. */
enum err periodic(struct ctx *ctx) must_check;
/* watch.c: what runs, how it is, and what it says. */
enum err watch(struct ctx *ctx) must_check;
/* trail.c: the audit trail's chains, all that have grown; and one at once. */
enum err trail_seal(struct ctx *ctx) must_check;
enum err trail_chain(struct ctx *ctx, const char *tenant) must_check;
enum err trail_sign(struct ctx *ctx, const char *tenant) must_check;
/* sweep.c: what nobody needs any more. */
enum err sweep(struct ctx *ctx) must_check;

#endif
