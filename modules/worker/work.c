/* SPDX-License-Identifier: Apache-2.0 */
/* Runs one job and its steps, from the claim to the recorded result. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "libshared/base/arena.h"
#include "libshared/base/clock.h"
#include "libshared/base/lifecycle.h"
#include "libshared/base/log.h"
#include "libshared/base/str.h"
#include "libshared/doors/crypto.h"
#include "libshared/doors/field.h"
#include "libshared/doors/metrics.h"
#include "libshared/doors/sql.h"
#include "libshared/skeleton/audit.h"
#include "libshared/skeleton/authn.h"
#include "modules/worker/work.h"

#include "modules/worker/work.sql.h"

struct claimed {
	struct uuid	 id, tenant, subject;
	const char	*kind;
	int64_t		 attempt, failures;
};

static const struct field claimed_view[] = {
	VIEW_UUID(struct claimed, id),
	VIEW_UUID(struct claimed, tenant),
	VIEW_UUID(struct claimed, subject),
	VIEW_TEXT(struct claimed, kind),
	VIEW_INT(struct claimed, attempt),
	VIEW_INT(struct claimed, failures),
	FIELD_END
};

struct step { const char *state; int64_t age_s; };

static const struct field step_view[] = {
	VIEW_TEXT(struct step, state),
	VIEW_INT(struct step, age_s),
	FIELD_END
};

int64_t
work_backoff_s(int64_t failures)
{
	int64_t s = failures >= 6 ? BACKOFF_MAX_S : (int64_t)1 << failures;
	uint8_t dice;

	crypto_random(&dice, sizeof(dice));
	return s + s * dice / 1024;
}

enum err
work_begin_for(struct ctx *ctx, const struct uuid *tenant, bool write)
{
	const struct uuid nobody = { "" };
	enum err e;

	if ((e = sql_begin(ctx, write)) != ERR_OK)
		return e;
	return authn_pin(ctx, tenant, &nobody);
}

/*
 * lease_renew - extends the lease and takes the session's advisory lock, in
 * the open transaction; ERR_CONFLICT when another attempt has the job
 */
static enum err
lease_renew(struct ctx *ctx)
{
	int64_t n;
	enum err e;

	if ((e = sql_exec(ctx, &SQL_LEASE, &n, ARG_UUID(&ctx->job->id),
	    ARG_INT(ctx->job->attempt), ARG_INT(LEASE_S))) != ERR_OK)
		return e;
	return n == 1 ? ERR_OK : fail(ctx, ERR_CONFLICT, "job_lost",
	    "another attempt has taken over");
}

enum err
work_begin(struct ctx *ctx, bool write)
{
	enum err e;

	if ((e = work_begin_for(ctx, &ctx->job->tenant, write)) != ERR_OK)
		return e;
	return write ? lease_renew(ctx) : ERR_OK;
}

/*
 * lease_note - records that a transaction, begun then and committed, proved the
 * lease
 */
static void
lease_note(struct ctx *ctx, int64_t began)
{
	ctx->job->held_s = began;
	ctx->job->held_session = sql_session(ctx);
}

/*
 * lease_check - asks the database when a third of the lease has passed, or when
 * the session that held the advisory lock has ended: then another worker may
 * have claimed the job
 */
static enum err
lease_check(struct ctx *ctx)
{
	int64_t began = clock_boot_s(), session = sql_session(ctx);
	enum err e;

	if (session != 0 && session == ctx->job->held_session &&
	    began - ctx->job->held_s < LEASE_S / 3)
		return ERR_OK;
	if ((e = work_begin(ctx, true)) != ERR_OK ||
	    (e = sql_commit(ctx)) != ERR_OK) {
		sql_rollback(ctx);
		return e;
	}
	lease_note(ctx, began);
	return ERR_OK;
}

/* step_begin - records the start; *done when the step is recorded done */
static enum err
step_begin(struct ctx *ctx, const char *name, bool *done)
{
	int64_t began = clock_boot_s();
	struct step step;
	enum err e;

	if ((e = work_begin(ctx, true)) != ERR_OK ||
	    (e = sql_one(ctx, &SQL_STEP_STATE, step_view, &step,
	    ARG_UUID(&ctx->job->id), ARG_TEXT(name))) != ERR_OK)
		return e;
	*done = step_state_of(step.state) == STEP_DONE;
	if (step.age_s > STEP_MAX_S && !*done)
		return fail(ctx, ERR_INVALID, "step_timeout",
		    "%s was not done within %d s", name, STEP_MAX_S);
	if (!*done && (e = sql_exec(ctx, &SQL_STEP_START, NULL,
	    ARG_UUID(&ctx->job->id), ARG_TEXT(name))) != ERR_OK)
		return e;
	if ((e = sql_commit(ctx)) == ERR_OK)
		lease_note(ctx, began);
	return e;
}

/* step_end - records that the step is done, or its detail so far; commits */
static enum err
step_end(struct ctx *ctx, const char *name, bool done)
{
	enum err e;

	if ((!sql_in_transaction(ctx) &&
	    (e = work_begin(ctx, true)) != ERR_OK) ||
	    (e = sql_exec(ctx, &SQL_STEP_END, NULL, ARG_UUID(&ctx->job->id),
	    ARG_TEXT(name), ARG_TEXT(done ? "done" : "running"),
	    ARG_TEXT(ctx->job->detail[0] == '\0' ? NULL :
	    ctx->job->detail))) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

void
work_detail(struct ctx *ctx, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(ctx->job->detail, sizeof(ctx->job->detail), fmt, ap);
	va_end(ap);
}

/*
 * public_detail - returns the part of a failure's detail that clients may read
 */
static const char *
public_detail(const struct fault *fault)
{
	if (fault->code == NULL || fault->detail == NULL ||
	    strcmp(fault->code, "internal") == 0)
		return "an internal error, which was logged";
	return fault->detail;
}

/* step_run - runs one step, unless it is recorded as done */
static enum err
step_run(struct ctx *ctx, const struct job_step *step, void *state)
{
	struct fault fault;
	bool done = false;
	enum err e;

	ctx->job->detail[0] = '\0';
	if ((e = step_begin(ctx, step->name, &done)) != ERR_OK || done)
		return e;
	e = step->run(ctx, state);
	if (e == ERR_OK)
		return step_end(ctx, step->name, true);
	sql_rollback(ctx);
	fault = ctx->fault;
	fail_clear(ctx);
	if (ctx->job->detail[0] == '\0')
		work_detail(ctx, "%s", public_detail(&fault));
	if (step_end(ctx, step->name, false) != ERR_OK) {
		sql_rollback(ctx);
		return ERR_CONFLICT;
	}
	ctx->fault = fault;
	return e;
}

enum err
work_steps(struct ctx *ctx, const struct job_step *steps, void *state)
{
	enum err e = ERR_OK;

	for (; steps->name != NULL && e == ERR_OK; steps++)
		e = step_run(ctx, steps, state);
	return e;
}

static const struct job_kind *
kind_of(const struct job_kind *const *kinds, const char *name)
{
	size_t i;

	for (i = 0; kinds[i] != NULL; i++)
		if (strcmp(kinds[i]->name, name) == 0)
			return kinds[i];
	return NULL;
}

static enum err
job_claim(struct ctx *ctx, struct job *job, bool *any)
{
	int64_t began = clock_boot_s();
	struct claimed claimed;
	enum err e;

	if ((e = sql_begin(ctx, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_CLAIM_LOCK, NULL)) != ERR_OK ||
	    (e = sql_opt(ctx, &SQL_CLAIM, claimed_view, &claimed, any,
	    ARG_INT(LEASE_S))) != ERR_OK ||
	    (*any && (e = sql_exec(ctx, &SQL_CLAIM_MARK, NULL,
	    ARG_UUID(&claimed.id))) != ERR_OK) ||
	    (e = sql_commit(ctx)) != ERR_OK)
		return e;
	if (*any)
		*job = (struct job){ .id = claimed.id,
		    .tenant = claimed.tenant, .subject = claimed.subject,
		    .kind = claimed.kind, .attempt = claimed.attempt,
		    .failures = claimed.failures, .held_s = began,
		    .held_session = sql_session(ctx), .hold = lease_check };
	return ERR_OK;
}

/* lease_drop - releases the advisory lock of the job */
static void
lease_drop(struct ctx *ctx)
{
	sql_rollback(ctx);
	if (sql_exec(ctx, &SQL_CLAIM_UNMARK, NULL) != ERR_OK)
		fail_clear(ctx);	/* it ended with the connection */
}

/* steps_add - inserts all steps, so that clients see those still to come */
static enum err
steps_add(struct ctx *ctx, const struct job_kind *kind)
{
	int64_t i;
	enum err e;

	if ((e = work_begin(ctx, true)) != ERR_OK)
		return e;
	for (i = 0; kind->steps[i].name != NULL; i++)
		if ((e = sql_exec(ctx, &SQL_STEP_ADD, NULL,
		    ARG_UUID(&ctx->job->id), ARG_INT(i),
		    ARG_TEXT(kind->steps[i].name))) != ERR_OK)
			return e;
	return sql_commit(ctx);
}

/* job_audit - the audit row about the end of a job */
static enum err
job_audit(struct ctx *ctx, const char *code)
{
	const struct audit audit = {
		.action = ctx->job->kind, .subject_type = "operation",
		.subject_id = ctx->job->id.text, .code = code,
		.result = code == NULL ? AUDIT_DONE : AUDIT_FAILED,
	};

	return audit_write(ctx, &audit);
}

static enum err
job_done(struct ctx *ctx)
{
	enum err e;

	if ((e = work_begin(ctx, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_OPERATION_DONE, NULL,
	    ARG_UUID(&ctx->job->id), ARG_INT(ctx->job->attempt))) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_STEPS_DONE, NULL,
	    ARG_UUID(&ctx->job->id))) != ERR_OK ||
	    (e = job_audit(ctx, NULL)) != ERR_OK)
		return e;
	metrics_add(METRIC_JOBS_DONE, 0, 1);
	return sql_commit(ctx);
}

static enum err
job_later(struct ctx *ctx, const struct fault *why, bool failed)
{
	int64_t failures = ctx->job->failures + (failed ? 1 : 0);
	enum err e;

	if ((e = work_begin_for(ctx, &ctx->job->tenant, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_OPERATION_LATER, NULL,
	    ARG_UUID(&ctx->job->id), ARG_INT(ctx->job->attempt),
	    ARG_INT(failed ? work_backoff_s(failures) : LATER_S),
	    ARG_INT(failures), ARG_TEXT(why->code),
	    ARG_TEXT(public_detail(why)))) != ERR_OK)
		return e;
	return sql_commit(ctx);
}

static enum err
job_failed(struct ctx *ctx, const struct job_kind *kind,
    const struct fault *why)
{
	int64_t n = 0;
	enum err e;

	if ((e = work_begin_for(ctx, &ctx->job->tenant, true)) != ERR_OK ||
	    (e = sql_exec(ctx, &SQL_OPERATION_FAILED, &n,
	    ARG_UUID(&ctx->job->id), ARG_INT(ctx->job->attempt),
	    ARG_TEXT(why->code), ARG_TEXT(public_detail(why)))) !=
	    ERR_OK)
		return e;
	if (n == 0)
		return ERR_OK;
	if ((e = sql_exec(ctx, &SQL_STEPS_FAILED, NULL,
	    ARG_UUID(&ctx->job->id))) != ERR_OK ||
	    (e = job_audit(ctx, why->code)) != ERR_OK)
		return e;
	ctx->fault = *why;
	if (kind != NULL && kind->give_up != NULL &&
	    (e = kind->give_up(ctx)) != ERR_OK)
		return e;
	fail_clear(ctx);
	return sql_commit(ctx);
}

/*
 * job_settle - records the result of an attempt; when this fails, the lease
 * ends and another attempt follows
 */
static enum err
job_settle(struct ctx *ctx, const struct job_kind *kind, enum err e)
{
	struct fault why = ctx->fault;

	sql_rollback(ctx);
	fail_clear(ctx);
	if (e == ERR_OK)
		return job_done(ctx);
	if (why.code == NULL)
		why.code = err_code(e);
	if (e == ERR_CONFLICT && strcmp(why.code, "job_lost") == 0) {
		log_event(LOG_WARN, "job_lost",
		    LOG_TEXT("kind", ctx->job->kind),
		    LOG_TEXT("operation", ctx->job->id.text),
		    LOG_INT("attempt", ctx->job->attempt));
		return ERR_OK;
	}
	if (e == ERR_UNAVAILABLE)
		return job_later(ctx, &why, false);
	metrics_add(METRIC_JOBS_FAILED, 0, 1);
	log_event(LOG_WARN, "job_attempt_failed",
	    LOG_TEXT("kind", ctx->job->kind),
	    LOG_TEXT("operation", ctx->job->id.text),
	    LOG_INT("failures", ctx->job->failures + 1),
	    LOG_TEXT("code", why.code), LOG_TEXT("detail", why.detail));
	if (kind == NULL || e == ERR_INVALID ||
	    ctx->job->failures + 1 >= kind->attempts)
		return job_failed(ctx, kind, &why);
	return job_later(ctx, &why, true);
}

enum err
work_one(struct ctx *ctx, const struct worker *worker, bool *any)
{
	const struct job_kind *kind;
	struct job job;
	enum err e;

	if ((e = job_claim(ctx, &job, any)) != ERR_OK || !*any) {
		sql_rollback(ctx);
		return e;
	}
	job.worker = worker;
	ctx->job = &job;
	ctx->who.system = true;
	ctx->request_id = job.id.text;
	kind = kind_of(worker->kinds, job.kind);
	if (kind == NULL)
		e = fail(ctx, ERR_INVALID, "unknown_job",
		    "no job kind is called %s", job.kind);
	else if ((e = steps_add(ctx, kind)) == ERR_OK)
		e = kind->run(ctx);
	e = job_settle(ctx, kind, e);
	lease_drop(ctx);
	log_event(LOG_INFO, "job", LOG_TEXT("kind", job.kind),
	    LOG_TEXT("operation", job.id.text),
	    LOG_INT("attempt", job.attempt),
	    LOG_TEXT("settled", err_code(e)));
	ctx->job = NULL;
	return e;
}
